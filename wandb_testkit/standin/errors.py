"""The exceptions that wandb raises and user code catches.

Their names, bases, attributes and modules are those of wandb 0.31.0.
"""

from __future__ import annotations

from typing import Any

from wandb_testkit.standin.place import at


@at("wandb.errors.errors")
class Error(Exception):
    """The base of wandb's own exceptions.

    Args:
        message: what happened.
        context: more about it; an empty dict where none is given.
    """

    def __init__(self, message: str, context: dict[Any, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.context = context or {}


@at("wandb.errors.errors")
class CommError(Error):
    """The server could not be reached, or refused.

    Args:
        msg: what happened.
        exc: the exception behind it.
    """

    def __init__(self, msg: str, exc: Exception | None = None) -> None:
        super().__init__(msg)
        self.exc = exc


@at("wandb.errors.errors")
class AuthenticationError(CommError):
    """The API key was refused."""


@at("wandb.errors.errors")
class UsageError(Error):
    """wandb was called in a way that it does not allow."""


@at("wandb.errors.errors")
class UnsupportedError(UsageError):
    """A feature that this wandb or this server does not have."""


@at("wandb.errors.errors")
class WandbCoreNotAvailableError(Error):
    """There is no wandb-core program for this machine."""


@at("wandb.errors.warnings")
class WandbWarning(Warning):
    """The base of wandb's own warnings."""


@at("wandb.errors.term")
class NotATerminalError(Exception):
    """A question cannot be asked: there is no terminal."""


@at("wandb.sdk.lib.config_util")
class ConfigError(Error):
    """A value of the config was changed without leave, or a config file cannot be read."""


@at("wandb.sdk.lib.retry")
class RetryCancelledError(Error):
    """A retried call was given up."""


@at("wandb.sdk.lib.retry")
class TransientError(Exception):
    """A failure that may pass when the call is repeated.

    Args:
        msg: what happened.
        exc: the exception behind it.
    """

    def __init__(self, msg: str | None = None, exc: BaseException | None = None) -> None:
        super().__init__(msg)
        self.message = msg
        self.exception = exc


@at("wandb.sdk.mailbox.mailbox_handle")
class HandleAbandonedError(Exception):
    """The answer that was waited for will not come."""


@at("wandb.sdk.mailbox.mailbox_handle")
class ServerResponseError(Exception):
    """The service answered with an error."""


@at("wandb.sdk.mailbox.mailbox")
class MailboxClosedError(Exception):
    """The connection to the service is closed."""


@at("wandb.sdk.lib.service.service_connection")
class WandbAttachFailedError(Exception):
    """No run could be attached to."""


@at("wandb.sdk.lib.service.service_connection")
class WandbApiFailedError(Exception):
    """A request that the service made for the public API failed.

    Args:
        message: what happened.
        response: what the service answered.
    """

    def __init__(self, message: str, response: Any = None) -> None:
        super().__init__(message)
        self.response = response


@at("wandb.sdk.lib.service.service_token")
class WandbServiceConnectionError(Exception):
    """The service could not be connected to."""


@at("wandb.sdk.launch.errors")
class LaunchError(Error):
    """A launch job could not be started."""


@at("wandb.sdk.launch.errors")
class LaunchDockerError(Error):
    """Docker failed for a launch job."""


@at("wandb.sdk.launch.errors")
class ExecutionError(Error):
    """A launch job failed."""


@at("wandb.sdk.artifacts.exceptions")
class ArtifactStatusError(AttributeError):
    """An artifact is in the wrong state for what was asked of it.

    Args:
        msg: what happened.
        name: the attribute or method that was asked for.
        obj: the artifact.
    """

    def __init__(
        self,
        msg: str = "Artifact is in an invalid state for the requested operation.",
        name: str | None = None,
        obj: Any = None,
    ) -> None:
        super().__init__(msg, name=name, obj=obj)


@at("wandb.sdk.artifacts.exceptions")
class ArtifactNotLoggedError(ArtifactStatusError):
    """Something was asked of an artifact that only a logged one knows.

    Args:
        fullname: such as ``Artifact.id``.
        obj: the artifact.
    """

    def __init__(self, fullname: str, obj: Any) -> None:
        text = (
            f"{fullname!r} used prior to logging artifact or while in offline mode. "
            "Call Artifact.wait() before accessing logged artifact properties."
        )
        super().__init__(text, name=fullname.rpartition(".")[2], obj=obj)


@at("wandb.sdk.artifacts.exceptions")
class ArtifactFinalizedError(ArtifactStatusError):
    """A logged artifact was to be changed.

    Args:
        fullname: such as ``Artifact.add_file``.
        obj: the artifact.
    """

    def __init__(self, fullname: str, obj: Any) -> None:
        text = f"{fullname!r} used on logged artifact. Can't modify finalized artifact."
        super().__init__(text, name=fullname.rpartition(".")[2], obj=obj)


@at("wandb.sdk.artifacts.exceptions")
class WaitTimeoutError(Error):
    """``wait()`` took longer than it was given."""


@at("wandb.sdk.artifacts.exceptions")
class TooFewItemsError(ValueError):
    """Fewer items than expected."""


@at("wandb.sdk.artifacts.exceptions")
class TooManyItemsError(ValueError):
    """More items than expected."""


@at("wandb.apis.public.runs")
class RunNotFoundError(ValueError):
    """The public API knows no such run."""


@at("wandb.apis.public.runhistory.downloads")
class IncompleteRunHistoryError(Exception):
    """A run's exported history is not complete yet."""


@at("wandb.sdk.lib.asyncio_manager")
class AlreadyJoinedError(Exception):
    """The way to the service was used after ``wandb.teardown()``."""


@at("wandb.sdk.sweeps.errors")
class SweepNotFoundError(Exception):
    """There is no such sweep."""


@at("wandb.wandb_agent")
class AgentError(Exception):
    """A sweep's agent cannot go on."""


@at("wandb.wandb_controller")
class ControllerError(Exception):
    """A sweep's controller cannot go on."""

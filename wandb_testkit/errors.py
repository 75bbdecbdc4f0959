"""The errors of this library itself; what the client raises keeps the client's types."""

from __future__ import annotations


class NotModelled(NotImplementedError):
    """A call of wandb that this library does not imitate was made inside the patch.

    Args:
        call: The call, such as ``wandb.sweep``.
        mock: The name of its mock on ``recorder.mocks``, if it has one.
    """

    def __init__(self, call: str, mock: str | None = None) -> None:
        self.call = call
        self.mock = mock
        text = f"wandb_testkit does not model {call}(), and nothing may reach wandb's servers from inside the patch."
        if mock is not None:
            text += (
                f" Say what it shall do: recorder.mocks.{mock}.return_value = ..."
                f" or recorder.mocks.{mock}.side_effect = ..."
            )
        elif call.startswith("wandb.") and call.replace(".", "").replace("_", "").isalnum():
            text += f" Replace it in the test, for instance with unittest.mock.patch({call!r})."
        super().__init__(text)

    def __reduce__(self) -> tuple[type[NotModelled], tuple[str, str | None]]:
        return type(self), (self.call, self.mock)


class PatchNotStarted(RuntimeError):
    """``stop()`` was called on a patch that is not started."""


class NoRun(LookupError):
    """Something was asked of "the run" of a recorder on which no run was started."""

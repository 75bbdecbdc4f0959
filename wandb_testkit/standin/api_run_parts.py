"""What a run of the public API gives besides itself: history, files and artifacts, as in wandb 0.31.0."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Collection
from typing import Any, Literal

from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin import util
from wandb_testkit.standin.api_base import inside, normalize_exceptions
from wandb_testkit.standin.errors import CommError
from wandb_testkit.standin.paths import LogicalPath
from wandb_testkit.standin.place import termwarn, wandb


def folder_of_runs(service_api: Any) -> str:
    """Where runs of the public API have their folders: WANDB_DIR if it is set, else the patch's own folder.

    Args:
        service_api: the run's.
    """
    return os.environ.get("WANDB_DIR") or os.path.join(service_api.folder, "api")


class RunHistoryPart:
    """The history of a run of the public API."""

    entity: Any
    project: Any
    id: Any
    _exec: Any
    _service_api: Any

    @property
    def lastHistoryStep(self) -> int:
        """The last step that was logged; -1 where there is none."""
        keys = inside(self._exec(queries.run("historyKeys")), "project", "run", "historyKeys")
        return -1 if keys is None else int(keys.get("lastStep", -1))

    @normalize_exceptions
    def history(
        self,
        samples: int = 500,
        keys: list[str] | None = None,
        x_axis: str = "_step",
        pandas: bool = True,
        stream: Literal["default", "system"] = "default",
    ) -> Any:
        """Rows of the history, sampled where there are many.

        Args:
            samples: how many rows at most.
            keys: only rows that have all of these, with nothing but them and `x_axis`.
            x_axis: a key that each row has besides.
            pandas: whether to return a data frame where pandas is installed.
            stream: "system" for the machine's metrics.

        Returns:
            A list of dicts, or a data frame.
        """
        refusal = _refusal_of_keys(keys, stream)
        if refusal is not None:
            wandb("termerror")(refusal)
            return []
        rows = self._sampled_history(keys, x_axis, samples) if keys else self._full_history(samples, stream)
        if not pandas:
            return rows
        library = util.get_module("pandas")
        if library:
            return library.DataFrame.from_records(rows)
        termwarn("Unable to load pandas, call history with pandas=False")
        return rows

    def _sampled_history(self, keys: list[str], x_axis: str = "_step", samples: int = 500) -> Any:
        spec = {"keys": [x_axis, *keys], "samples": samples}
        answer = self._exec(queries.SAMPLED_HISTORY, specs=[json.dumps(spec)])
        return answer["project"]["run"]["sampledHistory"][0]

    def _full_history(self, samples: int = 500, stream: str = "default") -> list[dict[str, Any]]:
        field = "history" if stream == "default" else "events"
        answer = self._exec(queries.FULL_HISTORY % field, samples=samples)
        return [json.loads(line) for line in answer["project"]["run"][field]]

    @normalize_exceptions
    def scan_history(
        self,
        keys: list[str] | None = None,
        page_size: int = 1_000,
        min_step: int = 0,
        max_step: int | None = None,
        use_cache: bool = True,
    ) -> Any:
        """All rows of the history, a page at a time.

        Args:
            keys: only rows that have all of these, with nothing but them.
            page_size: how many steps a page has.
            min_step: the first step.
            max_step: the step before which to stop.
            use_cache: without effect.

        Returns:
            An iterator over dicts.

        Raises:
            ValueError: the keys are no list of strings (as ``CommError``).
        """
        if keys is not None and not isinstance(keys, list):
            raise ValueError("keys must be specified in a list")
        if keys and not all(isinstance(key, str) for key in keys):
            raise ValueError("keys argument must be a list of strings")
        last = self.lastHistoryStep
        if max_step is None or max_step > last:
            max_step = last + 1
        from wandb_testkit.standin.api_history import HistoryScan

        return HistoryScan(
            service_api=self._service_api,
            run=self,
            min_step=min_step,
            max_step=max_step,
            keys=keys,
            page_size=page_size,
            use_cache=use_cache,
        )

    def beta_scan_history(
        self,
        keys: list[str] | None = None,
        page_size: int = 1_000,
        min_step: int = 0,
        max_step: int | None = None,
        use_cache: bool = True,
    ) -> Any:
        """Deprecated: ``scan_history``."""
        termwarn(
            "`beta_scan_history` is deprecated and will be removed in a future release. Use `scan_history` instead.",
            repeat=False,
        )
        return self.scan_history(
            keys=keys, page_size=page_size, min_step=min_step, max_step=max_step, use_cache=use_cache
        )


def _refusal_of_keys(keys: Any, stream: str) -> str | None:
    """What ``history`` says of keys that it does not take."""
    if keys is not None and not isinstance(keys, list):
        return "keys must be specified in a list"
    if keys and not isinstance(keys[0], str):
        return "keys argument must be a list of strings"
    if keys and stream != "default":
        return "stream must be default when specifying keys"
    return None


class RunFilesPart:
    """The files of a run of the public API."""

    entity: Any
    project: Any
    id: Any
    _metadata: Any
    _service_api: Any

    @normalize_exceptions
    def files(self, names: list[str] | None = None, pattern: str | None = None, per_page: int = 50) -> Any:
        """The files of the run.

        Args:
            names: only these.
            pattern: only those like it, in SQL's manner: "%.json".
            per_page: how many files a page has.

        Returns:
            An iterator over ``File`` objects.

        Raises:
            ValueError: both names and a pattern are given (as ``CommError``).
        """
        from wandb_testkit.standin.api_files import Files

        return Files(self._service_api, self, names or [], pattern=pattern, per_page=per_page)

    @normalize_exceptions
    def file(self, name: str) -> Any:
        """The file of a name.

        Raises:
            IndexError: there is none (as ``CommError``).
        """
        from wandb_testkit.standin.api_files import Files

        return Files(self._service_api, self, [name])[0]

    @normalize_exceptions
    def upload_file(self, path: str, root: str = ".") -> Any:
        """Add a file to the run.

        Args:
            path: the file.
            root: what its name in the run is relative to.

        Returns:
            The file as the server has it.
        """
        from wandb_testkit.standin.api_files import Files

        root = os.path.abspath(root)
        name = os.path.relpath(path, root)
        safe = str(LogicalPath(util.make_file_path_upload_safe(name)))
        sent = {"entity": self.entity, "project": self.project, "run": self.id, "files": [safe]}
        answer = self._service_api.execute_graphql(queries.UPLOAD_FILES, sent)["createRunFiles"]
        if not answer["runID"]:
            raise CommError(
                f"Error uploading files to {self.entity}/{self.project}/{self.id}. "
                "Check that this project exists and you have access to this entity and project"
            )
        [target] = answer["files"]
        self._service_api.upload(target["uploadUrl"], os.path.join(root, name))
        return Files(self._service_api, self, [name])[0]

    @property
    def metadata(self) -> dict[str, Any] | None:
        """What the file ``wandb-metadata.json`` says; None where the run has none."""
        if self._metadata is None:
            # wandb, too, takes any failure for "there is none".
            with contextlib.suppress(Exception):
                self._metadata = json.loads(self._service_api.content(self.file("wandb-metadata.json").url))
        return self._metadata

    def console_logs(self, *, per_page: int = 1000, last: int | None = None) -> Any:
        """What the program printed.

        Args:
            per_page: how many lines a page has.
            last: only so many, from the end.

        Returns:
            An iterator over ``ConsoleLogLine`` objects.
        """
        from wandb_testkit.standin.api_console_logs import ConsoleLogs

        return ConsoleLogs(self._service_api, self, per_page=per_page, last=last)


class RunArtifactPart:
    """The artifacts of a run of the public API."""

    entity: Any
    project: Any
    id: Any
    _service_api: Any

    @normalize_exceptions
    def logged_artifacts(self, per_page: int = 100) -> Any:
        """The artifacts that the run logged."""
        from wandb_testkit.standin.api_artifacts import RunArtifacts

        return RunArtifacts(self._service_api, self, mode="logged", per_page=per_page)

    @normalize_exceptions
    def used_artifacts(self, per_page: int = 100) -> Any:
        """The artifacts that the run used."""
        from wandb_testkit.standin.api_artifacts import RunArtifacts

        return RunArtifacts(self._service_api, self, mode="used", per_page=per_page)

    @normalize_exceptions
    def use_artifact(self, artifact: Any, use_as: str | None = None) -> Any:
        """Say that the run used an artifact that is logged.

        Args:
            artifact: from ``wandb.Api().artifact(name)``.
            use_as: without effect.

        Returns:
            The artifact.

        Raises:
            ValueError: it is a draft, or no artifact (as ``CommError``).
        """
        if not isinstance(artifact, wandb("Artifact")):
            raise ValueError("You must pass a wandb.Api().artifact() to use_artifact")
        _refuse_draft(artifact)
        from wandb_testkit.standin import api_artifacts

        api_artifacts.record_use(self._service_api, self, artifact, use_as or artifact.name)
        return artifact

    @normalize_exceptions
    def log_artifact(
        self, artifact: Any, aliases: Collection[str] | None = None, tags: Collection[str] | None = None
    ) -> Any:
        """Say that the run logged an artifact that is logged already.

        Args:
            artifact: from ``wandb.Api().artifact(name)``.
            aliases: what it is called besides.
            tags: its tags.

        Returns:
            The artifact.

        Raises:
            ValueError: it is a draft, or of another project (as ``CommError``).
            TypeError: it is no artifact (as ``CommError``).
        """
        if not isinstance(artifact, wandb("Artifact")):
            raise TypeError("You must pass a wandb.Api().artifact() to use_artifact")
        _refuse_draft(artifact)
        if self.entity != artifact.source_entity or self.project != artifact.source_project:
            raise ValueError("A run can't log an artifact to a different project.")
        from wandb_testkit.standin import api_artifacts

        api_artifacts.record_log(self._service_api, self, artifact, list(aliases or ()), list(tags or ()))
        return artifact


def _refuse_draft(artifact: Any) -> None:
    if artifact.is_draft():
        raise ValueError(
            "Only existing artifacts are accepted by this api. Manually create one with `wandb artifact put`"
        )

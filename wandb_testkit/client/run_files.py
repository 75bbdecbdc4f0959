"""The run's folder and what lies in it; the run's settings object."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from time import strftime
from typing import Any

from wandb_testkit.client.parts import Part
from wandb_testkit.rules.lifecycle import Noted


class FilesPart(Part):
    """The part that stands behind ``run.dir``, ``run.settings`` and what `save` publishes."""

    _folder: str | None = None
    _settings_object: Any = None
    # Whether there was anything to upload.
    has_files = False

    @functools.cached_property
    def kept_files(self) -> dict[str, bytes]:
        """What is in the files that outlive the patch; see `wandb_testkit.recorded_files`."""
        return {}

    @functools.cached_property
    def tables(self) -> dict[str, Any]:
        """The content of the tables that were logged; see `wandb_testkit.tables`."""
        return {}

    def world_settings(self) -> Any:
        """Return the run's ``wandb.Settings``; made when first asked for."""
        if self._settings_object is None:
            fields = dict(self.settings.fields)
            fields.update(
                x_start_time=self.state.start_time,
                x_files_dir=self.files_directory,
            )
            self._settings_object = self.world.settings(fields)
        return self._settings_object

    def upload_at_end(self) -> None:
        """Upload what waits for the run's end, and what has changed since."""
        self._upload(dict.fromkeys(str(entry["path"]) for entry in self.state.files if entry["policy"] != "now"))

    @property
    def files_directory(self) -> str:
        """The folder of the run's files, ``run.dir``."""
        return os.path.join(self.directory, "files")

    @property
    def directory(self) -> str:
        """The run's own folder, ``run.sync_dir``; made when first asked for."""
        if self._folder is None:
            kind = "run" if self.settings.mode in ("online", "shared") else "offline-run"
            stamp = strftime("%Y%m%d_%H%M%S")
            folder = os.path.join(self.session.folder, "wandb", f"{kind}-{stamp}-{self.settings.run_id}")
            while os.path.exists(folder):
                folder += "-1"
            os.makedirs(os.path.join(folder, "files"))
            self._folder = folder
        return self._folder

    def publish_files(self, files: Iterable[tuple[str, str]]) -> None:
        """Files of the run's folder that the client would upload, each with its policy."""
        for path, policy in files:
            getattr(self, "_original", self).has_files = True
            self.note(Noted("files", {"path": str(path), "policy": policy}))
            if policy != "end":
                self._upload([str(path)])

    def _upload(self, files: Iterable[str]) -> None:
        from wandb_testkit import recorded_files

        recorded_files.upload(self, files)  # type: ignore[arg-type]

    def note(self, event: Noted) -> None:
        """Keep something in a list of the run."""
        self._effect(event)

    def do_restore(self, name: str, run_path: str | None = None, replace: Any = False, root: str | None = None) -> Any:
        from wandb_testkit import restoring

        return restoring.of_run(self, name, run_path, replace, root)

    def public_api(self) -> Any:
        """What the client's artifact code asks for the server's knowledge.

        Raises:
            UsageError: The run is offline, and there is no key to ask the server with.
        """
        if self.settings.mode == "offline" and not self.world_settings().api_key:
            raise self.world.UsageError("No API key configured. Use `wandb login` to log in.")
        return self.world.workshop.public_api(self)

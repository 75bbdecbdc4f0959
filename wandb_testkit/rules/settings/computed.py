"""The properties that ``wandb.Settings`` computes from its fields: folders, files, addresses, the platform."""

from __future__ import annotations

import os
import sys
from datetime import datetime

from wandb_testkit.rules.settings.servers import app_url, forge_host

# What some properties need takes long to import: it is imported where they are asked for.


def _quoted(text: str, safe: str = "/") -> str:
    from urllib.parse import quote

    return quote(text, safe=safe)


class Computed:
    """The read-only properties that ``wandb.Settings`` computes from its fields."""

    __slots__ = ()

    mode: str
    entity: str | None
    project: str | None
    run_id: str | None
    sweep_id: str | None
    base_url: str
    app_url_override: str | None
    root_dir: str
    program: str | None
    use_dot_wandb: bool | None
    x_files_dir: str | None
    x_jupyter_path: str | None
    x_start_time: float | None
    x_sync_dir_suffix: str

    @property
    def _args(self) -> list[str]:
        return [] if self._jupyter else sys.argv[1:]

    @property
    def _aws_lambda(self) -> bool:
        return "AWS_LAMBDA_FUNCTION_NAME" in os.environ

    @property
    def _code_path_local(self) -> str | None:
        return _relative_program(self.program) if self.program else None

    @property
    def _colab(self) -> bool:
        return "google.colab" in sys.modules

    @property
    def _ipython(self) -> bool:
        return _ipython_kind() == "ipython"

    @property
    def _jupyter(self) -> bool:
        return _ipython_kind() == "jupyter"

    @property
    def _kaggle(self) -> bool:
        return (
            "KAGGLE_KERNEL_RUN_TYPE" in os.environ
            or "kaggle_environments" in sys.modules
            or os.path.exists(_joined("~", ".kaggle", "kaggle.json"))
            or "kaggle" in sys.modules
        )

    @property
    def _noop(self) -> bool:
        return self.mode == "disabled"

    @property
    def _notebook(self) -> bool:
        return self._ipython or self._jupyter or self._colab or self._kaggle

    @property
    def _offline(self) -> bool:
        return self.mode in ("offline", "dryrun")

    @property
    def _os(self) -> str:
        import platform

        return platform.platform(aliased=True)

    @property
    def _platform(self) -> str:
        import platform

        return f"{platform.system()}-{platform.machine()}".lower()

    @property
    def _python(self) -> str:
        import platform

        return f"{platform.python_implementation()} {platform.python_version()}"

    @property
    def _shared(self) -> bool:
        return self.mode == "shared"

    @property
    def _start_datetime(self) -> str:
        if self.x_start_time is None:
            return ""
        return datetime.fromtimestamp(self.x_start_time).strftime("%Y%m%d_%H%M%S")

    @property
    def _tmp_code_dir(self) -> str:
        return _joined(self.sync_dir, "tmp", "code")

    @property
    def _windows(self) -> bool:
        return sys.platform == "win32"

    @property
    def app_url(self) -> str:
        """The address of the web interface that belongs to `base_url`."""
        return self.app_url_override or app_url(self.base_url)

    @property
    def colab_url(self) -> str | None:
        """The address of the notebook on Colab, if it is one."""
        path = self.x_jupyter_path
        if not self._colab or not path or not path.startswith("fileId="):
            return None
        from urllib.parse import unquote

        return "https://colab.research.google.com/notebook#" + unquote(path)

    @property
    def deployment(self) -> str:
        """Whose the server is: "local" for one's own, "cloud" for wandb's."""
        return "local" if self.is_local else "cloud"

    @property
    def files_dir(self) -> str:
        """Where the run's files lie; ``run.dir``."""
        return self.x_files_dir or _joined(self.sync_dir, "files")

    @property
    def is_local(self) -> bool:
        """Whether the server is one of one's own."""
        return forge_host(self.base_url) is None

    @property
    def log_dir(self) -> str:
        """Where the client's own logs lie."""
        return _joined(self.sync_dir, "logs")

    @property
    def log_internal(self) -> str:
        """The log of the service process."""
        return _joined(self.log_dir, "debug-internal.log")

    @property
    def log_symlink_internal(self) -> str:
        """The link to the newest `log_internal`."""
        return _joined(self.wandb_dir, "debug-internal.log")

    @property
    def log_symlink_user(self) -> str:
        """The link to the newest `log_user`."""
        return _joined(self.wandb_dir, "debug.log")

    @property
    def log_user(self) -> str:
        """The log of the program's process."""
        return _joined(self.log_dir, "debug.log")

    @property
    def project_url(self) -> str:
        """The project's page; empty while entity or project is not known."""
        if not self.entity or not self.project:
            return ""
        return f"{self.app_url}/{_quoted(self.entity)}/{_quoted(self.project)}"

    @property
    def resume_fname(self) -> str:
        """The file that ``resume="auto"`` finds the last run's id in."""
        return _joined(self.wandb_dir, "wandb-resume.json")

    @property
    def run_mode(self) -> str:
        """How the run's folder is named: "run" or "offline-run"."""
        return "offline-run" if self._offline else "run"

    @property
    def run_url(self) -> str:
        """The run's page; empty while its path is not known."""
        project_url = self.project_url
        return f"{project_url}/runs/{_quoted(self.run_id, safe='=+&$@')}" if project_url and self.run_id else ""

    @property
    def settings_workspace(self) -> str:
        """The settings file of the working directory."""
        return _joined(self.wandb_dir, "settings")

    @property
    def sweep_url(self) -> str:
        """The sweep's page; empty outside a sweep."""
        project_url = self.project_url
        return f"{project_url}/sweeps/{_quoted(self.sweep_id)}" if project_url and self.sweep_id else ""

    @property
    def sync_dir(self) -> str:
        """The run's folder."""
        suffix = f"-{self.x_sync_dir_suffix}" if self.x_sync_dir_suffix else ""
        return _joined(self.wandb_dir, f"{self.run_mode}-{self.timespec}-{self.run_id}{suffix}")

    @property
    def sync_file(self) -> str:
        """The file that every record of the run is written to."""
        return _joined(self.sync_dir, f"run-{self.run_id}.wandb")

    @property
    def sync_symlink_latest(self) -> str:
        """The link to the newest run's folder."""
        return _joined(self.wandb_dir, "latest-run")

    @property
    def timespec(self) -> str:
        """When the run began, as the run's folder is named."""
        return self._start_datetime

    @property
    def wandb_dir(self) -> str:
        """The folder of all runs under `root_dir`."""
        hidden = self.use_dot_wandb
        if hidden is None:
            hidden = os.path.exists(os.path.join(self.root_dir, ".wandb"))
        from pathlib import Path

        return str(Path(self.root_dir, ".wandb" if hidden else "wandb").expanduser())


COMPUTED = tuple(name for name, member in vars(Computed).items() if isinstance(member, property))
"""The names of the computed properties, in the order in which repr and dumps give them."""


def _joined(*parts: str) -> str:
    return os.path.expanduser(os.path.join(*parts))


def _relative_program(program: str) -> str | None:
    root = os.getcwd()
    full = os.path.join(root, program)
    if not os.path.exists(full):
        return None
    relative = os.path.relpath(full, start=root)
    return None if "../" in relative else relative


def _ipython_kind() -> str:
    """Where the program runs: "python", "ipython" or "jupyter"."""
    package = sys.modules.get("IPython")
    shell = package.get_ipython() if package is not None and hasattr(package, "get_ipython") else None
    if shell is None:
        return "python"
    files = [(shell.config.get(app, {}) or {}).get("connection_file", "") for app in ("IPKernelApp", "ColabKernelApp")]
    file = (files[0] or files[1]).lower()
    in_terminal = "terminal" in type(shell).__module__ or "jupyter" not in file or "spyder" in sys.modules
    return "ipython" if in_terminal else "jupyter"

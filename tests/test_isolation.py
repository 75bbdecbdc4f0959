"""Inside a patch no socket, process or thread is started, and nothing is written outside the temporary folder."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import patch_wandb

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "os.kill",
    "_thread.start",
    "_posixsubprocess.fork_exec",
    "urllib.Request",
    "http.client.",
    "webbrowser.open",
)
_WRITES = (
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.utime",
    "shutil.copyfile",
    "shutil.move",
    "shutil.rmtree",
)
_events: list[tuple[str, tuple[Any, ...]]] | None = None
_watching = 0


def _hook(event: str, args: tuple[Any, ...]) -> None:
    # An audit hook cannot be taken away: it sleeps outside `watched`.
    if _events is None or threading.get_ident() != _watching:
        return
    if event == "open":
        name, mode, flags = args
        writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
        if isinstance(flags, int) and flags & writes and name != os.devnull:
            _events.append((event, (name, mode)))
    elif event.startswith(_FORBIDDEN) or event in _WRITES:
        _events.append((event, args))


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """Collect what this thread does to the world outside."""
    global _events, _watching
    seen: list[tuple[str, tuple[Any, ...]]] = []
    _events, _watching = seen, threading.get_ident()
    try:
        yield seen
    finally:
        _events = None


def _outside(events: list[tuple[str, tuple[Any, ...]]], folder: Path) -> list[tuple[str, tuple[Any, ...]]]:
    """Return the events but for writing below the temporary folder."""
    found = []
    for event, args in events:
        names = [os.fsdecode(arg) for arg in args if isinstance(arg, (str, bytes, os.PathLike))]
        if event == "open":
            names = names[:1]
        elif event not in _WRITES:
            found.append((event, args))
            continue
        # `shutil.rmtree` removes entries by their names in a folder that it has open.
        in_open_folder = isinstance(args[-1], int) and args[-1] >= 0 and event in ("os.remove", "os.rmdir")
        if not in_open_folder and not all(name.startswith(str(folder)) for name in names):
            found.append((event, args))
    return found


def test_the_harness_sees_what_is_forbidden(tmp_path: Path) -> None:
    with watched() as events:
        (tmp_path / "file").write_text("x")
        threading.Thread(target=bool).start()
    seen = [event for event, _ in _outside(events, tmp_path / "another")]
    assert "open" in seen
    if sys.version_info >= (3, 12):
        assert any(event.startswith("_thread.start") for event in seen)


def plain(wandb: Any) -> None:
    with wandb.init(project="p", config={"lr": 0.1}, tags=["a"], notes="n", name="x", mode="online") as run:
        run.define_metric("loss", summary="min")
        for step in range(5):
            wandb.log({"loss": 1 / (step + 1), "nested": {"a": step}}, step=step)
        run.summary["best"] = 1
        run.config.update({"epochs": 5})
        run.alert("title", "text")
        assert run.url and run.id and run.path


def offline(wandb: Any) -> None:
    run = wandb.init(mode="offline")
    run.log({"x": [1, 2, 3], "none": None})
    run.finish(exit_code=1)


def disabled(wandb: Any) -> None:
    run = wandb.init(mode="disabled")
    run.log({"x": 1})
    run.finish()


def media(wandb: Any) -> None:
    run = wandb.init(project="p")
    table = wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])
    run.log({"table": table, "histogram": wandb.Histogram([1, 2, 3]), "page": wandb.Html("<p>text</p>")})
    run.log({"chart": wandb.plot.line(table, "a", "b")} if hasattr(wandb.plot, "line") else {"x": 1})
    run.finish()


def files(wandb: Any) -> None:
    run = wandb.init(project="p")
    path = os.path.join(run.dir, "model.txt")
    with open(path, "w") as file:
        file.write("weights")
    run.save(path, base_path=run.dir)
    artifact = wandb.Artifact("model", type="model")
    artifact.add_file(path)
    run.log_artifact(artifact)
    run.finish()


def session(wandb: Any) -> None:
    wandb.login(key="x" * 40)
    wandb.setup()
    assert wandb.setup().settings is not None
    wandb.init(project="p")
    wandb.termwarn("a warning")
    wandb.teardown()


def broken(wandb: Any) -> None:
    with pytest.raises(ValueError, match="x"), wandb.init(project="p"):
        raise ValueError("x")
    with pytest.raises(TypeError):
        wandb.init(no_such_argument=1)
    with pytest.raises(wandb.Error):
        wandb.log({"x": 1})


PROGRAMS = [plain, offline, disabled, media, files, session, broken]


# An artifact of the client's leaves its folder to the garbage collector.
@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_nothing_is_started_and_nothing_is_written_elsewhere(
    options: dict[str, Any], program: Callable[[Any], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not options:
        # The real package makes temporary folders when it is imported.
        import wandb
    home, work, temporary = tmp_path / "home", tmp_path / "work", tmp_path / "temporary"
    for folder in (home, work, temporary):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(work)
    threads = threading.enumerate()
    # What earlier tests have left to the garbage collector is not this one's.
    gc.collect()
    with watched() as events, patch_wandb(**options):
        import wandb

        program(wandb)
        assert threading.enumerate() == threads
    assert _outside(events, temporary) == []
    gc.collect()
    assert list(temporary.iterdir()) == [], "nothing is left there either"
    assert list(home.iterdir()) == [] and list(work.iterdir()) == []


def test_keys_netrc_and_settings_files_of_the_machine_do_not_matter(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    text = "[default]\nproject = of-the-machine\nentity = of-the-machine\nmode = disabled\nbase_url = http://machine\n"
    for folder in (home / ".config" / "wandb", work / "wandb"):
        folder.mkdir(parents=True)
        (folder / "settings").write_text(text)
    (home / ".netrc").write_text("machine api.wandb.ai\n  login user\n  password " + "k" * 40 + "\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    monkeypatch.setenv("WANDB_CONFIG_DIR", str(home / ".config" / "wandb"))
    monkeypatch.chdir(work)
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init()
        assert wandb.setup().settings.project != "of-the-machine"
        assert "machine" not in (run.url or "")
        run.finish()
        files(wandb)
    first = recorder.runs[0]
    assert (first.project, first.entity, first.mode) == ("uncategorized", "test-entity", "online")
    assert (home / ".config" / "wandb" / "settings").read_text() == text
    assert sorted(path.name for path in work.iterdir()) == ["wandb"]
    assert [path.name for path in (work / "wandb").iterdir()] == ["settings"]


@pytest.mark.needs_wandb
def test_the_clients_own_library_object_is_not_made() -> None:
    from wandb.sdk import wandb_setup

    before = wandb_setup._singleton
    with patch_wandb():
        import wandb

        assert wandb_setup.singleton().most_recent_active_run is None
        run = wandb.init(project="p")
        assert wandb_setup.singleton().most_recent_active_run is run
        with pytest.raises(NotImplementedError, match="does not model"):
            wandb_setup.singleton().ensure_service().inform_init(None, "x")
    assert wandb_setup._singleton is before


def test_warnings_that_are_printed_once_are_printed_in_each_patch(
    options: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        with patch_wandb(**options):
            import wandb

            wandb.termwarn("once only", repeat=False)
            wandb.termwarn("once only", repeat=False)
        assert capsys.readouterr().err.count("once only") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_forked_child_leaves_the_parents_folder(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")
        path = Path(run.dir)
        (path / "file").write_text("x")
        child = os.fork()
        if not child:
            status = 1
            try:
                run.log({"x": 2})
                run.finish()
                status = 0 if recorder.values("x") == [2] else 2
            finally:
                # As a child does that leaves the block.
                patch_wandb_leaves_all()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert (path / "file").read_text() == "x"
        run.log({"x": 1})
        run.finish()
        assert recorder.values("x") == [1]
    assert not path.exists()


def patch_wandb_leaves_all() -> None:
    from wandb_testkit import layers

    layers._leave_all()


@pytest.mark.parametrize("stub", [False, True])
def test_a_patch_that_is_never_stopped_leaves_no_files(stub: bool, tmp_path: Path) -> None:
    if not (stub or WITH_WANDB):
        pytest.skip("wandb is not installed")
    source = (
        "import os\nfrom wandb_testkit import patch_wandb\n"
        f"patch_wandb(stub={stub}).start()\nimport wandb\nrun = wandb.init(project='p')\n"
        "open(os.path.join(run.dir, 'file'), 'w').close()\n"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    root = str(Path(__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": root, "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(temporary.iterdir()) == []
    assert list(tmp_path.iterdir()) == [temporary]

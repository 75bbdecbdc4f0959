"""Keys and the machine's environment appear in nothing that is written; what is read is data only."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import patch_wandb, report

KEY = "5ec2e7" + "a1" * 17
ROOT = Path(__file__).resolve().parents[1]


def _use_keys(wandb: Any) -> None:
    wandb.login(key=KEY)
    os.environ["WANDB_API_KEY"] = KEY
    with wandb.init(project="p", config={"lr": 0.1}, settings=wandb.Settings(api_key=KEY)) as run:
        run.log({"loss": 1.0})
    wandb.Api(api_key=KEY)


def _pickled(value: Any) -> str:
    """Return what a pickle has of an object; a recorder holds the program's module, and cannot be pickled."""
    try:
        return repr(pickle.dumps(value))
    except (TypeError, pickle.PicklingError) as error:
        return str(error)


def test_keys_are_in_no_output(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    monkeypatch.setenv("SOME_TOKEN", KEY)
    with patch_wandb(**options) as recorder:
        import wandb

        _use_keys(wandb)
        inside = repr(recorder)
        with wandb.init(project="p", settings=wandb.Settings(api_key=KEY)) as inside_run:
            inside += repr(inside_run) + _pickled(inside_run)
    told = {
        "to_dict": json.dumps(recorder.to_dict()),
        "to_json": recorder.to_json(),
        "repr": repr(recorder) + repr(recorder.run) + inside,
        "report": json.dumps([report.facts(run) for run in recorder.runs], default=repr),
        "run": repr(recorder.run.to_dict()),
        "run, pickled": repr(pickle.dumps(recorder.run.to_dict())),
        "warnings": repr(recorder.warnings),
        "pickled": _pickled(recorder) + _pickled(recorder.run) + _pickled(inside_run),
        "printed": "".join(capsys.readouterr()),
    }
    for error in (
        lambda: recorder.assert_init(project="q"),
        lambda: recorder.assert_logged({"loss": 2.0}),
        lambda: recorder.assert_no_runs(),
        lambda: recorder.assert_config(lr=1),
    ):
        with pytest.raises(AssertionError) as raised:
            error()
        told[f"assertion {len(told)}"] = str(raised.value)
    assert {where for where, text in told.items() if KEY in text} == set()
    assert all(told[name] for name in ("to_dict", "repr", "report")), "there was something to look at"


@pytest.mark.parametrize("stub", [False, True])
def test_keys_are_not_in_the_report_of_the_command_line(stub: bool, tmp_path: Path) -> None:
    if not (stub or WITH_WANDB):
        pytest.skip("wandb is not installed")
    (tmp_path / "program.py").write_text(
        f"import os, wandb\nwandb.login(key={KEY!r})\nwandb.init(project='p').log({{'x': 1}})\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "WANDB_API_KEY": KEY, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [
        sys.executable,
        "-m",
        "wandb_testkit",
        "run",
        "--json",
        "out.json",
        *["--stub"][: int(stub)],
        "program.py",
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "out.json").read_text()
    assert '"x"' in written and "x" in done.stdout
    assert KEY not in written + done.stdout + done.stderr


def test_a_recorder_says_what_to_pickle_instead(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        _use_keys(wandb)
        for reader in (recorder, recorder.run, recorder.runs, recorder.mocks, {"nested": [recorder]}):
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                with pytest.raises(TypeError, match=r"cannot pickle '\w+' object: .*to_dict\(\)") as caught:
                    pickle.dumps(reader, protocol)
                assert KEY not in str(caught.value)
        with pytest.raises(TypeError, match="to_dict"):
            copy.deepcopy(recorder)
        plain = pickle.dumps(recorder.to_dict())
        assert KEY.encode() not in plain
        assert pickle.loads(plain) == recorder.to_dict()


def test_what_a_recorder_says_to_pickle_is_a_seed(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        _use_keys(wandb)
    sent = pickle.loads(pickle.dumps([run.to_dict() for run in recorder.runs]))
    with patch_wandb(runs=sent, **options):
        import wandb

        assert wandb.Api().run(f"test-entity/p/{sent[0]['id']}").summary["loss"] == 1.0


def test_copies_of_readers_read_the_same_record(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")
        copies = [copy.copy(recorder.run), copy.deepcopy(recorder.run), *copy.deepcopy(recorder.runs)]
        again, mocks = copy.copy(recorder), copy.copy(recorder.mocks)
        run.log({"x": 1})
        run.log({"x": 2})
        assert [each.values("x") for each in (*copies, again.run)] == [[1, 2]] * 4
        assert copies == [recorder.run] * 3
        assert mocks.init.call_count == 1


class _Bomb:
    def __reduce__(self) -> Any:
        return os.mkdir, ("bomb",)


def test_a_recording_is_never_unpickled_or_evaluated(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    for content in (pickle.dumps(_Bomb()), b"__import__('os').mkdir('bomb')", b'{"runs": [{"config": "exit()"}]}'):
        (tmp_path / "file").write_bytes(content)
        command = [sys.executable, "-m", "wandb_testkit", "show", "file"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 2 and "Traceback" not in done.stderr, done
        assert not (tmp_path / "bomb").exists()


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/tmp/trust-out.txt"])
def test_what_is_downloaded_stays_in_its_folder(
    options: dict[str, Any], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work" / "deep"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    before = {str(path) for path in tmp_path.rglob("*")}
    with patch_wandb(**options):
        import wandb

        with wandb.init(project="p") as run:
            try:
                artifact = wandb.Artifact("data", "dataset")
                with artifact.new_file(name) as file:
                    file.write("x")
                run.log_artifact(artifact).wait()
                run.use_artifact("data:latest").download(root=str(work / "down"))
            except (ValueError, OSError):
                pass
        outside = {str(path) for path in tmp_path.rglob("*")} - before
        assert [path for path in outside if not path.startswith(str(work / "down"))] == []
    assert not Path("/tmp/trust-out.txt").exists()
    monkeypatch.chdir(ROOT)


def test_a_link_in_an_artifact_is_downloaded_as_a_file(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, added, work = tmp_path / "outside", tmp_path / "added", tmp_path / "work"
    for folder in (outside, added, work):
        folder.mkdir()
    (outside / "secret.txt").write_text("original")
    (added / "link.txt").symlink_to(outside / "secret.txt")
    monkeypatch.chdir(work)
    with patch_wandb(**options):
        import wandb

        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("data", "dataset")
            artifact.add_dir(str(added))
            run.log_artifact(artifact).wait()
            found = Path(run.use_artifact("data:latest").download(root=str(work / "down")))
        assert (found / "link.txt").read_text() == "original"
        assert [path for path in found.rglob("*") if path.is_symlink()] == []
        (found / "link.txt").write_text("changed")
    assert (outside / "secret.txt").read_text() == "original"


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/tmp/trust-out.txt"])
def test_names_of_seeded_files_cannot_lead_out(
    options: dict[str, Any], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work" / "deep"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    before = sorted(tmp_path.rglob("*"))
    seeded = {"name": "d", "type": "dataset", "files": {name: "x"}}
    patch = patch_wandb(artifacts=[seeded], **options)

    def download() -> None:
        with patch:
            import wandb

            wandb.Api().artifact("p/d:latest").download(root="down")

    with pytest.raises(ValueError, match="Invalid"):
        download()
    with patch_wandb(runs=[{"id": "old", "project": "p", "files": {name: "x"}}], **options):
        import wandb

        with pytest.raises((ValueError, wandb.errors.CommError), match="Invalid path"):
            wandb.restore(name, "p/old")
        with pytest.raises((ValueError, wandb.errors.CommError), match="Invalid path"):
            next(iter(wandb.Api().run("p/old").files())).download(root="down")
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.is_file()] == []
    assert not Path("/tmp/trust-out.txt").exists()

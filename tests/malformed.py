"""Malformed calls in every position: what can be called, what is given to it, and processes that do.

A call is `[callable, {parameter: value}]`; a value is `{"v": name}` of `bad_inputs.VALUES`, or a list, tuple or
dict of them. A program is a list of calls on one run, which logs a row before the first and after the last.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests import bad_inputs
from wandb_testkit.checking.offline_log import read_records, run_to_dict

ROOT = Path(__file__).resolve().parent.parent

#: What is given where nothing else is: a well-formed argument for each one that must be there.
CALLABLES: dict[str, dict[str, Any]] = {
    "run.log": {"data": {"a": 1}, "step": None, "commit": None},
    "run.define_metric": {
        "name": "m",
        **dict.fromkeys(("step_metric", "step_sync", "hidden", "summary", "goal", "overwrite")),
    },
    "run.alert": {"title": "x", "text": "x", "level": None, "wait_duration": None},
    "run.config.update": {"d": {"k": 1}, "allow_val_change": True},
    "run.config.setdefaults": {"d": {"k": 1}},
    "run.config.__setitem__": {"key": "k", "val": 1},
    "run.config.get": {"args": "k"},
    "run.summary.update": {"d": {"s": 1}},
    "run.summary.__setitem__": {"key": "s", "val": 1},
    "run.summary.get": {"key": "s", "default": None},
    "run.save": {"glob_str": "nothing", "base_path": None, "policy": "live"},
    "run.log_artifact": {
        "artifact_or_path": {"!": "artifact"},
        **dict.fromkeys(("name", "type", "aliases", "tags")),
    },
    "run.log_model": {"path": "a.txt", "name": None, "aliases": None},
    "run.pin_config_keys": {"keys": ["k"]},
    "wandb.Artifact": {
        "name": "n",
        "type": "t",
        "description": None,
        "metadata": None,
        "incremental": False,
        "use_as": None,
        "storage_region": None,
    },
    "artifact.add_file": {
        "local_path": "a.txt",
        "name": None,
        "is_tmp": False,
        "skip_cache": False,
        "policy": "mutable",
        "overwrite": False,
    },
    "artifact.add_dir": {"local_path": "folder", "name": None, "skip_cache": False, "policy": "mutable"},
    "artifact.add_reference": {"uri": {"!": "uri"}, "name": None, "checksum": False, "max_objects": None},
    "artifact.add": {"obj": {"!": "table"}, "name": "t", "overwrite": False},
    "artifact.remove": {"item": "b.txt"},
    "wandb.Table": {
        "columns": ["a", "b"],
        "data": [[1, 2]],
        "rows": None,
        "dataframe": None,
        "dtype": None,
        "optional": True,
        "allow_mixed_types": False,
        "log_mode": "IMMUTABLE",
    },
    "table.add_column": {"name": "b", "data": [1], "optional": False},
    "table.get_column": {"name": "a", "convert_to": None},
    "table.add_data": {"args": 1},
    "wandb.Histogram": {"sequence": [1, 2], "np_histogram": None, "num_bins": 64},
    "wandb.Html": {"data": "<p>", "inject": True, "data_is_not_path": True},
    "wandb.Image": {
        "data_or_path": {"!": "pixels"},
        **dict.fromkeys(("mode", "caption", "grouping", "classes", "boxes", "masks", "file_type")),
    },
    "wandb.Video": {"data_or_path": "a.mp4", "caption": None, "fps": None, "format": None},
    "wandb.Object3D": {"data_or_path": {"!": "points"}, "caption": None},
    "wandb.Molecule": {"data_or_path": "a.pdb", "caption": None},
    "wandb.Classes": {"class_set": [{"id": 1, "name": "a"}]},
    "wandb.Settings": dict.fromkeys(
        ("run_id", "run_tags", "run_notes", "mode", "console", "resume", "reinit", "silent", "init_timeout", "project")
    ),
    "wandb.init": {
        **dict.fromkeys(
            (
                "project",
                "entity",
                "tags",
                "notes",
                "name",
                "id",
                "group",
                "job_type",
                "config",
                "config_include_keys",
                "config_exclude_keys",
                "allow_val_change",
                "save_code",
                "settings",
                "reinit",
                "resume",
            )
        ),
        "mode": "disabled",
    },
    "wandb.plot.line": {"table": {"!": "table"}, "x": "a", "y": "a", "stroke": None, "title": "", "split_table": False},
    "wandb.plot.bar": {"table": {"!": "table"}, "label": "a", "value": "a", "title": "", "split_table": False},
    "wandb.plot.scatter": {"table": {"!": "table"}, "x": "a", "y": "a", "title": ""},
    "wandb.plot.histogram": {"table": {"!": "table"}, "value": "a", "title": ""},
    "wandb.plot.line_series": {"xs": [1, 2], "ys": [[1, 2]], "keys": None, "title": "", "xname": "x"},
    "wandb.plot.confusion_matrix": {
        "probs": None,
        "y_true": [0, 1],
        "preds": [0, 1],
        "class_names": None,
        "title": "",
    },
    "wandb.plot_table": {"vega_spec_name": "v", "data_table": {"!": "table"}, "fields": {"a": "a"}},
}

#: Parameters that are given by their place, whatever they are called.
_BY_PLACE = {
    "run.config.get",
    "run.config.__setitem__",
    "run.summary.__setitem__",
    "run.summary.get",
    "run.summary.update",
    "table.add_data",
}


def made(value: Any, wandb: Any) -> Any:
    """Return what a value stands for, made anew."""
    if isinstance(value, list):
        return [made(item, wandb) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"v": str(name)} if len(value) == 1:
            return bad_inputs.VALUES[name]()
        case {"tuple": list(items)}:
            return tuple(made(item, wandb) for item in items)
        case {"items": list(items)}:
            return {made(key, wandb): made(item, wandb) for key, item in items}
        case {"!": "artifact"}:
            artifact = wandb.Artifact("n", "t")
            artifact.add_file("folder/b.txt")
            return artifact
        case {"!": "table"}:
            return wandb.Table(columns=["a"], data=[[1]])
        case {"!": "uri"}:
            return Path("a.txt").absolute().as_uri()
        case {"!": "pixels"}:
            return bad_inputs._array([[0, 255], [1, 2]])
        case {"!": "points"}:
            return bad_inputs._array([[0.0, 1.0, 2.0]])
    return {key: made(item, wandb) for key, item in value.items()}


def answer(wandb: Any, run: Any, name: str, given: dict[str, Any]) -> str:
    """Make one call; return what is raised, or an empty text."""

    def call(_: None) -> None:
        owner, *path = name.split(".")
        found = {"run": run, "wandb": wandb}.get(owner) or made({"!": owner}, wandb)
        for part in path:
            found = getattr(found, part)
        needed = {key: value for key, value in CALLABLES[name].items() if value is not None}
        arguments = {key: made(value, wandb) for key, value in {**needed, **given}.items()}
        if name in _BY_PLACE:
            found(*arguments.values())
        else:
            found(**arguments)

    return bad_inputs._answer(call, None)


def play(wandb: Any, run: Any, program: list[Any]) -> list[str]:
    """Make the calls of a program; return what each raises."""
    run.log({"before": 1})
    answers = [answer(wandb, run, name, given) for name, given in program]
    run.log({"after": 1})
    run.finish()
    return answers


def prepare(folder: Path) -> None:
    """Put the files that the calls name into a folder, and go there."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    Path("folder").mkdir()
    for name in ("a.txt", "a.pdb", "a.mp4", "folder/b.txt"):
        Path(name).write_text("x")


def settings_of(wandb: Any) -> Any:
    """Return settings that leave out what is of the machine."""
    options = {f"x_disable_{name}": True for name in ("stats", "meta", "machine_info")}
    return wandb.Settings(console="off", x_save_requirements=False, disable_git=True, **options)


# --------------------------------------------------------------------------- who plays


class Player:
    """A process that plays programs: what the client leaves behind where a call fails half-way is nobody else's.

    Args:
        how: `real`, with the real client; `installed`, with the patch in its place; or `stand-in`.
    """

    def __init__(self, how: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
        environment["PYTHONPATH"] = str(ROOT)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.malformed", how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def ask(self, programs: list[Any]) -> None:
        """Let it play programs."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(programs) + "\n")
        self._process.stdin.flush()

    def told(self) -> list[dict[str, Any]]:
        """Return what each call of each program raised, and what was recorded of its run."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process that plays ended with {self._process.wait()}")
        answers: list[dict[str, Any]] = json.loads(line)
        return answers

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


def serve(how: str) -> None:
    """Answer batches of programs, one JSON line each."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    folder = Path(tempfile.mkdtemp(prefix="malformed-"))
    os.environ.update({f"WANDB_{name}_DIR": str(folder / "home") for name in ("CACHE", "CONFIG", "DATA", "ARTIFACT")})
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_ERROR_REPORTING="false", HOME=str(folder))
    for number, line in enumerate(sys.stdin):
        play_batch = _played_for_real if how == "real" else _played_patched
        found = play_batch(json.loads(line), folder / str(number), how)
        os.chdir(ROOT)
        shutil.rmtree(folder / str(number))
        answers.write(json.dumps(found) + "\n")
        answers.flush()
    shutil.rmtree(folder, ignore_errors=True)


def _played_for_real(programs: list[Any], folder: Path, how: str) -> list[dict[str, Any]]:
    import wandb

    told: list[Any] = []
    logs: list[str] = []
    for number, program in enumerate(programs):
        prepare(folder / str(number))
        run = wandb.init(project="p", mode="offline", dir=str(folder / str(number)), settings=settings_of(wandb))
        logs.append(run.settings.sync_file)
        told.append(play(wandb, run, program))
    # A log is complete only when the service has ended.
    wandb.teardown()
    pairs = zip(told, logs, strict=True)
    return [{"answers": answers, **written(run_to_dict(read_records(log)))} for answers, log in pairs]


def _played_patched(programs: list[Any], folder: Path, how: str) -> list[dict[str, Any]]:
    from wandb_testkit import patch_wandb

    found = []
    for number, program in enumerate(programs):
        prepare(folder / str(number))
        with patch_wandb(stub=how == "stand-in") as recorder:
            import wandb

            run = wandb.init(project="p", mode="offline", settings=settings_of(wandb))
            answers = play(wandb, run, program)
            found.append({"answers": answers, **written(recorder.runs[0].to_dict())})
    return found


def written(run: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared of a run, without what is random in it."""
    return {key: run[key] for key in ("history", "config", "summary", "metrics")}


if __name__ == "__main__":
    serve(sys.argv[1])

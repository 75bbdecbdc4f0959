"""The real client in a long-lived process, which plays the small programs of `test_rules_replay`.

A program is `{"ops": [...], "shared": bool, "starting_step": int}`; an operation is a list that begins with `log`,
`define`, `assign`, `remove` or `read`. A batch of programs shares one service, so that a program takes milliseconds.
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
from unittest import mock

from wandb_testkit.checking.offline_log import put, read_records, run_to_dict

ROOT = Path(__file__).resolve().parent.parent


class RealClient:
    """The process that plays programs on the real client."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.replay_client"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def play(self, programs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the real client reads, warns and writes in each program."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(programs) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the real client's process ended with {self._process.wait()}; its errors are on stderr")
        answers: list[dict[str, Any]] = json.loads(line)
        return answers

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def serve() -> None:
    """Answer batches of programs, one JSON line each, with what the real client does."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    folder = tempfile.mkdtemp(prefix="replay-")
    os.environ.update({f"WANDB_{name}_DIR": folder for name in ("CACHE", "CONFIG", "DATA", "ARTIFACT")})
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_ERROR_REPORTING="false", HOME=folder)
    os.chdir(folder)
    for line in sys.stdin:
        answers.write(json.dumps(play_batch(folder, json.loads(line))) + "\n")
        answers.flush()
    shutil.rmtree(folder, ignore_errors=True)


def play_batch(folder: str, programs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Play programs on the real client; the logs are complete only when the service has ended."""
    import wandb
    from wandb.sdk.lib import run_messages

    answers = []
    for number, program in enumerate(programs):
        home = os.path.join(folder, str(number))
        os.makedirs(home)
        warnings: list[str] = []
        with mock.patch.object(run_messages, "term", mock.Mock(termwarn=warnings.append)):
            run = begin(wandb, home, program)
            reads = [answer for op in program["ops"] if (answer := play_real(run, op)) is not None]
            run.finish()
        answers.append({"reads": reads, "warnings": warnings})
    wandb.teardown()
    for number, answer in enumerate(answers):
        (log,) = Path(folder, str(number)).glob("wandb/offline-run-*/run-*.wandb")
        answer.update(told(log))
        shutil.rmtree(os.path.join(folder, str(number)))
    return answers


def begin(wandb: Any, home: str, program: dict[str, Any]) -> Any:
    """Start a run; a starting step and shared mode, which need a server, are put into what the service is told."""
    from wandb.sdk import wandb_run, wandb_settings

    set_run_obj = wandb_run.Run._set_run_obj
    to_proto = wandb_settings.Settings.to_proto

    def resumed(run: Any, record: Any) -> None:
        record.starting_step = program.get("starting_step", 0)
        set_run_obj(run, record)

    def shared(settings: Any) -> Any:
        message = to_proto(settings)
        message._shared.value = program.get("shared", False)
        return message

    with (
        mock.patch.object(wandb_run.Run, "_set_run_obj", resumed),
        mock.patch.object(wandb_settings.Settings, "to_proto", shared),
    ):
        options = {f"x_disable_{name}": True for name in ("stats", "meta", "machine_info")}
        settings = wandb.Settings(console="off", x_save_requirements=False, disable_git=True, **options)
        return wandb.init(project="p", dir=home, settings=settings)


def play_real(run: Any, op: list[Any]) -> Any:
    """Play one operation on a real run; a read, and an operation that cannot be made, give an answer."""
    match op:
        case ["log", row, step, commit]:
            run.log(row, step=step, commit=commit)
        case ["define", name, options]:
            run.define_metric(name, **options)
        case ["read", shared]:
            return [None if shared else run.step, run.summary._as_dict()]
        case ["assign", [*parents, key], value]:
            if (inner := reach(run.summary, parents)) is None:
                return "unreachable"
            inner[key] = value
        case ["remove", [*parents, key]]:
            if (inner := reach(run.summary, parents)) is None:
                return "unreachable"
            del inner[key]
    return None


def reach(summary: Any, parents: list[str]) -> Any:
    """The part of the summary under `parents`, or None where that is no dict."""
    for label in parents:
        if not isinstance(summary.get(label), dict):
            return None
        summary = summary[label]
    return summary


def told(log: Path) -> dict[str, Any]:
    """What the log of one run says."""
    records = read_records(log)
    rows = []
    for record in records:
        if record.WhichOneof("record_type") == "history":
            row: dict[str, Any] = {}
            for item in record.history.item:
                put(row, list(item.nested_key) or [item.key], json.loads(item.value_json))
            rows.append(row)
    folded = run_to_dict(records)
    return {"rows": rows, "summary": folded["summary"], "metrics": folded["metrics"]}


if __name__ == "__main__":
    serve()

"""Run the jobs of a framework in one world, each in a fork of a process that has imported what they share.

    python -m tests.clients.playing WORLD MODULE FOLDER JOB...

WORLD is "real", "installed" or "stand-in"; MODULE holds the `CLIENT`; one line of JSON is printed for each job.
By hand, with the Python of an environment that has the framework, where jobs differ:

    python -m tests.clients.playing diff tests.clients.test_lightning [JOB...]
"""

from __future__ import annotations

import difflib
import faulthandler
import importlib
import json
import operator
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.clients import WORLDS, Client, Job
from tests.clients.watching import Watch
from tests.comparison import _settle_folders
from tests.normalise import canonical, everywhere
from tests.oracle import read_records, run_to_dict
from tests.scenarios import Observer
from tests.worlds import Observation, Task, play, surroundings, terminal

ROOT = Path(__file__).resolve().parent.parent.parent
# For media that are made of TensorBoard's event files the client's records are marked local, which its log leaves out.
_OF_EVENT_FILES = re.compile(r"media/(images|table)/[a-z0-9]{32}\.[a-z.]+")
# Files that the client writes of itself for every run, which no program asks for.
_OWN_FILES = ("wandb-metadata.json", "wandb-summary.json", "requirements.txt", "config.yaml", "output.log")


def observe(module: str, world: str, jobs: Sequence[str], python: str = sys.executable) -> dict[str, Any]:
    """Return what is observed of each job of a framework in one world.

    Raises:
        AssertionError: A job did not come to its end.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WANDB_")}
    environment |= {"PYTHONHASHSEED": "0", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
    # One path in all worlds: what a framework writes into its own files then has the same digest.
    folder = os.path.join(tempfile.gettempdir(), f"client-{os.getpid()}")
    command = [python, "-m", "tests.clients.playing", world, module, folder, *jobs]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("observed "):
            name, observation = json.loads(line.partition(" ")[2])
            found[name] = observation
    failed = {name: found.get(name, "no answer") for name in jobs if not isinstance(found.get(name), dict)}
    assert not failed, f"{module} in the world {world!r}: {failed}\n{done.stderr[-4000:]}"
    return found


def client_of(module: str) -> Client:
    """Return the `CLIENT` of a test module."""
    client: Client = importlib.import_module(module).CLIENT
    return client


def main(world: str, module: str, folder: str, *names: str) -> None:
    """Run the jobs."""
    client = client_of(module)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for name in (*client.basis, *(() if world == "stand-in" else client.imports)):
        importlib.import_module(name)
    if world == "installed":
        # Folders that the client makes when it is imported, and which last as long as the process.
        _settle_folders()
    for name in names:
        answer = _forked(client, name, module, world, folder)
        answers.write(f"observed {json.dumps([name, answer])}\n")
        answers.flush()


def _forked(client: Client, name: str, module: str, world: str, folder: str) -> Any:
    """Return what is observed of a job in a fork of this process, or a text that says what went wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        os.setpgid(0, 0)
        faulthandler.dump_traceback_later(client.seconds * 0.9)
        signal.alarm(int(client.seconds))
        try:
            answer: Any = _observe(client, client.jobs[name], Task(f"{module}:{name}"), world, folder)
        except BaseException as error:
            import traceback

            answer = "".join(traceback.format_exception(error))
        with os.fdopen(writer, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(data) if data else f"ended with {os.waitstatus_to_exitcode(status)}"


def _seed() -> None:
    """Seed what a program may draw from before it seeds anything itself."""
    random.seed(0)
    for name, seed in (("numpy", "random.seed"), ("torch", "manual_seed")):
        if name in sys.modules:
            operator.attrgetter(seed)(sys.modules[name])(0)


def _observe(client: Client, job: Job, task: Task, world: str, folder: str) -> Any:
    _seed()
    if world == "real":
        return _observe_real(job, task, folder)
    return _observe_patched(job, task, folder, {"stub": world == "stand-in", **client.options})


def _observe_real(job: Job, task: Task, folder: str) -> Any:
    import wandb

    obs = Observer()
    with terminal() as printed, surroundings(folder):
        play(task, wandb, obs)
    found = []
    for path in Path(folder).rglob("*.wandb"):
        if path.parent.is_symlink():
            continue
        records = read_records(path)
        begun = [record.run.start_time for record in records if record.WhichOneof("record_type") == "run"]
        if begun:
            found.append(((begun[0].seconds, begun[0].nanos), records))
    found.sort(key=lambda pair: pair[0])
    runs = [run_to_dict(records) | {"also": dict(_also(records))} for _, records in found]
    return _normal(job, runs, obs, printed.getvalue(), folder) | {"violations": []}


def _also(records: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what `run_to_dict` leaves out of a log: artifacts, files, alerts."""
    logged = [record.artifact for record in records if record.WhichOneof("record_type") == "artifact"]
    logged += [
        record.request.log_artifact.artifact
        for record in records
        if record.WhichOneof("record_type") == "request" and record.request.HasField("log_artifact")
    ]
    yield "artifacts", [_artifact_record(each) for each in logged]
    files = [item for record in records if record.WhichOneof("record_type") == "files" for item in record.files.files]
    yield "files", sorted({item.path for item in files} - {*_OWN_FILES})
    alerts = [record.alert for record in records if record.WhichOneof("record_type") == "alert"]
    yield "alerts", [[alert.title, alert.text, alert.level] for alert in alerts]


def _artifact_record(record: Any) -> dict[str, Any]:
    entries = {entry.path: [entry.digest, entry.size, entry.ref] for entry in record.manifest.contents}
    return {
        "name": record.name,
        "type": record.type,
        "description": record.description,
        "aliases": list(record.aliases),
        "tags": list(record.tags),
        "metadata": json.loads(record.metadata) if record.metadata else {},
        "digest": record.digest,
        "entries": entries,
    }


def _observe_patched(job: Job, task: Task, folder: str, options: dict[str, Any]) -> Any:
    from wandb_testkit import patch_wandb

    obs = Observer()
    with terminal() as printed, surroundings(folder, mode=None):
        watch = Watch(folder, standin=options["stub"])
        with patch_wandb(**options) as recorder:
            os.environ["WANDB_MODE"] = "offline"
            play(task, importlib.import_module("wandb"), obs)
            recorded = [run for run in recorder.runs if run.mode != "disabled"]
            runs = [run.to_dict() | {"also": _also_recorded(run)} for run in recorded]
            del os.environ["WANDB_MODE"]
        violations = watch.violations()
    return _normal(job, runs, obs, printed.getvalue(), folder) | {"violations": violations}


def _also_recorded(run: Any) -> dict[str, Any]:
    return {
        "artifacts": [_artifact_entry(entry) for entry in run._state.artifacts],
        "files": sorted(path for path in {*run.files} - {*_OWN_FILES} if not _OF_EVENT_FILES.fullmatch(path)),
        "alerts": [[alert["title"], alert["text"], alert["level"]] for alert in run.alerts],
    }


def _artifact_entry(entry: dict[str, Any]) -> dict[str, Any]:
    artifact = entry["artifact"]
    entries = {
        path: [found.digest, found.size or 0, found.ref or ""] for path, found in artifact.manifest.entries.items()
    }
    return {
        "name": artifact.name.partition(":")[0],
        "type": artifact.type,
        "description": artifact.description or "",
        "aliases": list(entry["aliases"]),
        "tags": list(entry["tags"]),
        "metadata": entry["metadata"],
        "digest": artifact.digest,
        "entries": entries,
    }


def _normal(job: Job, runs: list[dict[str, Any]], obs: Observer, printed: str, folder: str) -> dict[str, Any]:
    """Return an observation in which nothing is left that differs from one run of a program to the next."""
    for artifact in (artifact for run in runs for artifact in run["also"]["artifacts"]):
        _mask(artifact, job.varying)
    observation = Observation.make(runs, obs, printed, os.path.join(folder, "work")).to_json()
    if job.concurrent:
        observation["runs"].sort(key=lambda run: run["id"])
    if job.unordered:
        for run in observation["runs"]:
            run["history"] = sorted(({**row, "_step": None} for row in run["history"]), key=canonical)
    timed = {*job.timed}
    result: dict[str, Any] = everywhere(_without_times(observation, timed), lambda text: _plain(text, folder))
    return result


def _mask(artifact: dict[str, Any], varying: tuple[str, ...]) -> None:
    """Take the digests of files that differ each time out of an artifact."""
    for path, entry in artifact["entries"].items():
        if varying and path.endswith(varying):
            entry[:2] = "<digest>", "<size>"
            artifact["digest"] = "<digest>"


def _plain(text: str, folder: str) -> str:
    # The nodes of a graph are known by their addresses in memory, so the digest of its file differs.
    text = re.sub(r"(graph_\d+_summary_)[0-9a-f]{20}(\.graph\.json)", r"\1<digest>\2", text)
    # TensorBoard names its files by the second, the machine and the process.
    text = re.sub(r"(events\.out\.tfevents)\.\d+\.[^/]+?\.\d+\.(\d+)\b", r"\1.<when and where>.\2", text)
    text = re.sub(r"(events\.out\.tfevents)\.\d+\.[^/.]+$", r"\1.<when and where>", text)
    text = re.sub(r"\b\d{10}\.\d{3,7}\b", "<time>", text)
    return text.replace(folder, "<folder>")


def _without_times(value: Any, timed: set[str]) -> Any:
    if isinstance(value, dict):
        if value.get("_type") == "graph-file":
            value = value | {"sha256": "<digest>", "size": "<size>"}
        return {
            key: f"<{type(inner).__name__}>"
            if key in timed and isinstance(inner, (int, float))
            else _without_times(inner, timed)
            for key, inner in value.items()
        }
    return [_without_times(inner, timed) for inner in value] if isinstance(value, list) else value


def differences(real: Any, patched: Any) -> str:
    """Return a diff of two observations, or "" where they are equal.

    Raises:
        AssertionError: Nothing can be said, since the program failed on the real client or had no run.
    """
    uncaught = [error for error in real["raised"] if error[0] == "uncaught"]
    assert not uncaught, f"the program fails on the real client: {uncaught}"
    assert real["runs"] or real["raised"], "the program did nothing"
    lines = (canonical(real).splitlines(), canonical(patched).splitlines())
    return "\n".join(difflib.unified_diff(*lines, "real client", "patched", lineterm="", n=4))


def _brief(observation: Any) -> str:
    """Return what there is to compare."""
    runs = [
        f"{len(run['history'])} rows, {len(run['config'])} settings, {len(run['also']['artifacts'])} artifacts,"
        f" {len(run['also']['files'])} files"
        for run in observation["runs"]
    ]
    return f"{'; '.join(runs)}; raised {observation['raised']}; warned {observation['warned']}"


def diff(module: str, *names: str) -> int:
    """Print where jobs differ."""
    client = client_of(module)
    names = names or tuple(client.jobs)
    wrong = []
    real = observe(module, "real", names)
    for world in WORLDS:
        chosen = [name for name in names if not (world == "stand-in" and client.jobs[name].beyond_standin)]
        found = observe(module, world, chosen) if chosen else {}
        for name in chosen:
            text = differences(real[name], found[name])
            if world == WORLDS[0]:
                sys.stdout.write(f"-- {name}: {_brief(real[name])}\n")
            if text:
                wrong.append(f"{name} ({world})")
                sys.stdout.write(f"== {name} on {world}\n{text}\n")
    sys.stdout.write(f"{len(wrong)} differ: {', '.join(wrong)}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    # Under their own names, so that there is one copy of each class.
    from tests.clients import playing

    if sys.argv[1] == "diff":
        sys.exit(playing.diff(*sys.argv[2:]))
    if sys.argv[1] == "show":
        shown = playing.observe(sys.argv[3], sys.argv[2], sys.argv[4:] or tuple(client_of(sys.argv[3]).jobs))
        sys.exit(sys.stdout.write(canonical(shown) + "\n") and 0)
    playing.main(*sys.argv[1:])

"""Run any training program without network or account, and see what it would have sent.

python -m wandb_testkit run [--json FILE] [--check FILE] [--stub] [--entity E] script.py [arguments …]
python -m wandb_testkit run [options] -m module [arguments …]
python -m wandb_testkit show FILE
python -m wandb_testkit doctor
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wandb_testkit import differences, report
from wandb_testkit.running import CannotRun, Program, run_exit_functions

if TYPE_CHECKING:
    from wandb_testkit.recorder import Recorder

_UNUSABLE = 2


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m wandb_testkit", description="See what a program would have sent to Weights & Biases."
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="run|show|doctor")
    run = commands.add_parser(
        "run",
        help="run a program without network or account and print what it would have sent",
        description="Run a program without network or account and print what it would have sent. The exit code is"
        " the program's own; 1 if all went well but --check found a difference.",
        usage="%(prog)s [-h] [--json FILE] [--check FILE] [--stub] [--entity E] (script | -m module) [arguments ...]",
    )
    run.add_argument("--json", metavar="FILE", help="write what was recorded to FILE ('-': to standard output)")
    run.add_argument("--check", metavar="FILE", help="compare with what an earlier --json has written")
    run.add_argument("--stub", action="store_true", help="use the stand-in for wandb although wandb is installed")
    run.add_argument("--entity", metavar="E", default="test-entity", help="the account's entity (default: %(default)s)")
    run.add_argument("-m", dest="module", metavar="module", nargs=argparse.REMAINDER, help="a module, as for python -m")
    run.add_argument("program", nargs=argparse.REMAINDER, help="a script and its arguments")
    show = commands.add_parser("show", help="print what an earlier run --json has written")
    commands.add_parser("doctor", help="compare the installed wandb with what this release was checked against")
    show.add_argument("file", metavar="FILE", help="the file ('-': standard input)")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code.

    Args:
        arguments: The command line without the program's name; by default that of the process.
    """
    made = parser()
    options = made.parse_args(arguments)
    if options.command == "doctor":
        from wandb_testkit import doctor

        return doctor.tell(sys.stdout)
    if options.command == "show":
        return _show(options)
    target = options.program if options.module is None else options.module
    if target[:1] == ["--"]:
        del target[0]
    if not target:
        made.error("run: name a script, or a module with -m")
    return _run(options, Program(target[0], target[1:], is_module=options.module is not None))


def _show(options: argparse.Namespace) -> int:
    try:
        recording = _read(options.file)
    except _Unusable as error:
        return _complain(error)
    try:
        report.write(sys.stdout, recording["runs"], environ=os.environ)
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has. The interpreter must not try once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _run(options: argparse.Namespace, program: Program) -> int:
    try:
        expected = _read(options.check) if options.check else None
    except _Unusable as error:
        return _complain(error)
    # What the program does to its environment does not change how the report looks.
    environ = dict(os.environ)
    streams = sys.stdout
    recorder, code = _recorded(program, options)
    if recorder is None:
        return code
    runs = [report.facts(run) for run in recorder.runs]
    report.write(streams, runs, warnings=recorder.warnings, environ=environ)
    if options.json:
        try:
            _write(options.json, recorder.to_json() + "\n")
        except OSError as error:
            return code or _complain(f"cannot write {options.json}: {error.strerror}")
    return code or _check(expected, recorder, options.check)


def _recorded(program: Program, options: argparse.Namespace) -> tuple[Recorder | None, int]:
    """Run the program under a patch, to the end of what it has registered with `atexit`."""
    from wandb_testkit.patching import patch_wandb

    patch = patch_wandb(stub=options.stub or None, entity=options.entity, subprocesses=True)
    recorder = patch.start()

    process = os.getpid()

    def end() -> None:
        if os.getpid() != process:
            # A fork ends with what it has inherited.
            return
        # After what the program has registered, before the patch's own end; as the client does at the end of a process.
        session = recorder._session
        if session is not None and session.active:
            with session.quiet():
                session.do_teardown(program.noted_code)
        patch.stop()

    atexit.register(end)
    folder = os.getcwd()
    try:
        code = program.run()
    except CannotRun as error:
        atexit.unregister(end)
        patch.stop()
        if str(error):
            print(f"{sys.executable}: {error}", file=sys.stderr)
        return None, error.exit_code
    run_exit_functions()
    # Files are named relative to where the command was given.
    os.chdir(folder)
    return recorder, code


def _check(expected: Any, recorder: Recorder, name: str) -> int:
    if expected is None:
        return 0
    found = differences.told(expected, recorder.to_dict())
    if not found:
        print(f"\nThe same as in {name}.")
        return 0
    lines = [f"\nNot the same as in {name} (-: only there, +: only now, !: there -> now):", *found]
    print(report.encodable("\n".join(lines), sys.stdout), flush=True)
    return 1


# --------------------------------------------------------------------------- files


class _Unusable(Exception):
    """A file that holds no recording."""


def _read(name: str) -> dict[str, Any]:
    try:
        if name == "-":
            recording = json.load(sys.stdin)
        else:
            with open(name, encoding="utf-8") as file:
                recording = json.load(file)
    except OSError as error:
        raise _Unusable(f"cannot read {name}: {error.strerror}") from error
    except ValueError as error:
        raise _Unusable(f"{name} is no JSON: {error}") from error
    runs = recording.get("runs") if isinstance(recording, dict) else None
    if not isinstance(runs, list) or not all(map(_is_run, runs)):
        raise _Unusable(f"{name} is no recording: run a program with --json {name} to make one")
    return recording  # type: ignore[no-any-return]


def _is_run(run: Any) -> bool:
    kinds = {"config": dict, "summary": dict, "history": list, "metrics": list}
    return (
        isinstance(run, dict)
        and all(isinstance(run.get(key, kind()), kind) for key, kind in kinds.items())
        and all(isinstance(row, dict) for key in ("history", "metrics") for row in run.get(key, ()))
    )


def _write(name: str, text: str) -> None:
    if name == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)


def _complain(problem: object) -> int:
    print(f"python -m wandb_testkit: {problem}", file=sys.stderr)
    return _UNUSABLE


if __name__ == "__main__":
    sys.exit(main())

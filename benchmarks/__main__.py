"""``python -m benchmarks``: measure this library beside the other ways and print ratios.

It fails only when a result of the library or of the stub is wrong, never for a time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.measure import QUICK, THOROUGH, Plan, Result, measured
from benchmarks.subjects import SUBJECTS
from benchmarks.tasks import TASKS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Of the command line; those of the process by default.

    Returns:
        0; 1 if a result that must be right is wrong.
    """
    options = _parser().parse_args(arguments)
    plan = QUICK if options.quick else THOROUGH
    if options.rounds:
        plan = plan._replace(rounds=options.rounds)
    # Every ratio needs the stub.
    subjects = {"stub", *options.subject} if options.subject else set(SUBJECTS)
    found: list[Result] = []
    try:
        for result in measured(plan, options.task or list(TASKS), subjects, _say):
            found.append(result)
            if options.json:
                _keep(options.json, found, plan)
    except KeyboardInterrupt:
        _say("interrupted: what follows is what was measured until then")
    results = report.Results(found)
    if options.json:
        _keep(options.json, found, plan)
    print(report.rst(results, plan) if options.rst else report.text(results))
    for result in results.wrong():
        print(f"WRONG: {result.subject} in {result.task} ({result.world}): {result.wrong}", file=sys.stderr)
    return 1 if results.wrong() else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts and few rounds, for CI")
    parser.add_argument("--task", action="append", choices=list(TASKS), help="only this task; may be repeated")
    parser.add_argument("--subject", action="append", choices=list(SUBJECTS), help="only this subject, and the stub")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each subject's turn comes")
    parser.add_argument("--json", metavar="FILE", help="write all results there")
    parser.add_argument("--rst", action="store_true", help="print the tables as reStructuredText")
    return parser


def _keep(path: str, found: list[Result], plan: Plan) -> None:
    """Write what there is: a run that is stopped loses nothing."""
    Path(path).write_text(report.as_json(report.Results(found), plan), encoding="utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

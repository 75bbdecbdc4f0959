"""Install frameworks that log to wandb, one after the other, and compare each with the real client.

    python scripts/clients.py NAME... [--oldest] [--minutes N] [--table docs/clients.rst]

NAME is that of an extra of ``setup.cfg`` (``clients-xgboost`` or ``xgboost``), or ``light``, ``heavy`` or ``all``.
What cannot be installed, fails or hangs is told at the end and hides no other.  With ``--oldest`` the lower bounds of
the extra are installed instead of the newest releases that it allows.
"""

from __future__ import annotations

import argparse
import configparser
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIGHT = ("hydra", "xgboost", "lightgbm", "sklearn", "optuna", "values", "torch", "processes")
HEAVY = (
    *("accelerate", "transformers", "lightning", "catboost", "skorch", "ignite", "tensorboard", "gymnasium", "sb3"),
    *("spacy", "trl", "keras", "ray", "ultralytics", "fastai"),
)
GROUPS = {"light": LIGHT, "heavy": HEAVY, "all": LIGHT + HEAVY}
# The files of a framework, where it is not the one of its name.
FILES = {
    "accelerate": ("accelerate", "children_accelerate"),
    "lightning": ("lightning", "children_lightning"),
    "processes": ("children_processes",),
    "sb3": ("stable_baselines3",),
    "tensorboard": ("tensorboard_sync",),
    "torch": ("torch_watch", "children_torch"),
}
# A framework that takes longer hangs.
SECONDS = 1200


def requirements(name: str, *, oldest: bool) -> list[str]:
    """Return what to install for a framework.

    Args:
        name: Its name.
        oldest: Whether its lower bounds are wanted.
    """
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    extras = parser["options.extras_require"]
    # What needs no framework has no extra.
    listed = extras.get(f"clients-{name}", extras["clients"]).split("\n")
    found = [line for line in map(str.strip, listed) if line]
    return [re.sub(r">=([\w.]+).*", r"==\1", each) for each in found] if oldest else found


def run(command: Sequence[str], until: float, **environment: str) -> str:
    """Run a command, and return what went wrong, or "".

    Args:
        command: The command.
        until: When it must have ended, in seconds of `time.monotonic`.
        environment: Variables to set.
    """
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment}, timeout=max(until - time.monotonic(), 1), check=False
        )
    except subprocess.TimeoutExpired:
        return "took too long"
    return f"exit code {done.returncode}" if done.returncode else ""


def compare(name: str, until: float, *, oldest: bool, table: str) -> str:
    """Install a framework and compare it; return what went wrong, or "".

    Args:
        name: Its name.
        until: As for `run`.
        oldest: As for `requirements`.
        table: The page that gets its row; "" for none.
    """
    wanted = requirements(name, oldest=oldest)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted]
    why = run(pip, until)
    if why:
        return f"cannot be installed ({', '.join(wanted)}): {why}"
    files = [f"tests/clients/test_{each}.py" for each in FILES.get(name, (name,))]
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    environment = {"CLIENTS_TABLE": table, "CLIENTS_OLDEST": "1" if oldest else ""}
    return run(pytest, until, **environment)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="+")
    parser.add_argument("--oldest", action="store_true", help="the lower bounds of the extras")
    parser.add_argument(
        "--minutes", type=float, help="begin no framework later than that; those are told and no failure"
    )
    parser.add_argument("--table", default="", help="the page that gets the rows")
    arguments = parser.parse_args()
    plain = [name.removeprefix("clients-") for name in arguments.names]
    unknown = set(plain) - {*GROUPS, *GROUPS["all"]}
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}: {', '.join([*GROUPS, *GROUPS['all']])}")
    began = time.monotonic()
    end = began + 60 * arguments.minutes if arguments.minutes is not None else float("inf")
    outcomes: dict[str, str] = {}
    for name in dict.fromkeys(each for given in plain for each in GROUPS.get(given, (given,))):
        start = time.monotonic()
        if start >= end:
            outcomes[name] = "not run: no time left"
            continue
        sys.stdout.write(f"\n=== {name}\n")
        sys.stdout.flush()
        until = start + SECONDS
        why = compare(name, min(until, end), oldest=arguments.oldest, table=arguments.table)
        if why.endswith("took too long") and end < until:
            why = "not run: no time left"
        outcomes[name] = why or f"equal ({time.monotonic() - start:.0f} s)"
    sys.stdout.write("\n" + "".join(f"{name}: {outcome}\n" for name, outcome in outcomes.items()))
    return 0 if all(outcome.startswith(("equal", "not run")) for outcome in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

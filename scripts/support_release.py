"""Take up another release of wandb: install it, run this, and look at what it says.

    pip install wandb==X.Y.Z && python scripts/support_release.py [what pytest is told besides]

It shows what the new release changed, rewrites the stand-in's signatures, the table of coverage and what malformed
calls raise, and runs the scenarios against the release's own offline mode: those that fail now are what the release
changed in behaviour. A rule that changes names the release in ``wandb_testkit/releases.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    # Before the signatures are rewritten, it tells what differs.
    ("names and signatures", ["-m", "wandb_testkit", "doctor"]),
    ("the stand-in's signatures", ["scripts/generate_signatures.py"]),
    ("the table of coverage", ["scripts/generate_coverage.py"]),
    ("what malformed calls raise", ["scripts/generate_bad_input.py"]),
    (
        "scenarios against offline mode",
        [
            "-m",
            "pytest",
            "-q",
            "--tb=no",
            "tests/test_scenarios.py",
            "tests/test_standin_signatures.py",
            "tests/test_trust_bad_input.py",
        ],
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Run all steps, and return how many of those after the first failed.

    Args:
        arguments: What pytest is told besides, such as ``-k log``.
    """
    failed = []
    # This copy of the library, whichever is installed.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for number, (title, step) in enumerate(STEPS):
        command = [*step, *arguments] if "pytest" in step else step
        print(f"\n== {title}: {' '.join(command)}", flush=True)
        done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=False)
        if number and done.returncode:
            failed.append(title)
    print(f"\n== {'to be looked at: ' + ', '.join(failed) if failed else 'nothing left to do'}", flush=True)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Take up another release of wandb: install it, run this, and look at what it says.

    pip install wandb==X.Y.Z && python scripts/support_release.py

It shows what the new release changed, rewrites the stand-in's signatures and the table of coverage, and runs the
scenarios against the release's own offline mode: those that fail now are what the release changed in behaviour.
"""

from __future__ import annotations

import subprocess
import sys
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
            "tests/test_scenarios.py",
            "tests/test_standin_signatures.py",
            "tests/test_trust_bad_input.py",
        ],
    ),
)


def main() -> int:
    """Run all steps, and return how many of those after the first failed."""
    failed = 0
    for number, (title, command) in enumerate(STEPS):
        print(f"\n== {title}: {' '.join(command)}", flush=True)
        done = subprocess.run([sys.executable, *command], cwd=ROOT, check=False)
        failed += bool(number and done.returncode)
    return failed


if __name__ == "__main__":
    sys.exit(main())

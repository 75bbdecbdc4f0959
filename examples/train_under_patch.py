"""Run the training program under the patch and print what it would have sent.

    python3 -m examples.train_under_patch [the options of examples.train]

It needs neither wandb nor anything else installed, no network and no account.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from wandb_testkit import RecordedRun, patch_wandb


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as text, one column a key."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    cells = [keys, *([_cell(row.get(key, "")) for key in keys] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def _cell(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def report(run: RecordedRun) -> str:
    """Return what a run would have sent, for a reader."""
    sections = {
        f"history of {run.project}/{run.id}, {run.state}": table(run.history()),
        "config": json.dumps(run.config, indent=2),
        "summary": json.dumps(run.summary, indent=2),
        "metrics": "\n".join(map(json.dumps, run.metrics)),
        "artifacts": "\n".join(f"{artifact.name} ({artifact.type})" for artifact in run.artifacts),
    }
    return "\n\n".join(f"{title}\n{'-' * len(title)}\n{text}" for title, text in sections.items())


def main(arguments: Sequence[str]) -> None:
    """Train under the patch and print the report."""
    with patch_wandb() as recorder:
        # Inside the patch, so that the program's `import wandb` works without wandb.
        from examples import train

        train.main(arguments)
        print(report(recorder.run))


if __name__ == "__main__":
    main(sys.argv[1:])

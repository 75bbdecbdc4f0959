"""What a new process pays: run by `measure` in a fresh interpreter, which prints seconds.

Nothing is imported here that is not measured.  It is the processor's time: what other
programs do meanwhile does not count.
"""

from __future__ import annotations

import sys
from time import process_time


def import_seconds(module: str) -> float:
    """Return what the first import of `module` takes.

    Args:
        module: Its name.
    """
    begun = process_time()
    __import__(module)
    return process_time() - begun


def first_patch_seconds(name: str) -> float:
    """Return what the first entry and exit take, the imports that they need included.

    Args:
        name: A subject's name.
    """
    from benchmarks.subjects import SUBJECTS

    subject = SUBJECTS[name]
    begun = process_time()
    with subject.open() as opened:
        wandb = subject.wandb(opened)
    spent = process_time() - begun
    if not hasattr(wandb, "init"):
        sys.exit(f"{name}: there is no wandb.init inside the first patch")
    return spent


def test_seconds(name: str) -> float:
    """Return what one small test takes; its parent measures the whole process.

    Args:
        name: A subject's name.
    """
    from benchmarks.subjects import SUBJECTS

    subject = SUBJECTS[name]
    begun = process_time()
    with subject.open() as opened:
        wandb = subject.wandb(opened)
        run = wandb.init(project="cold", config={"lr": 0.1})
        for loss in (0.5, 0.25):
            run.log({"loss": loss})
        run.finish()
        rows = subject.rows(opened)
    spent = process_time() - begun
    if subject.readable and [row["loss"] for row in rows] != [0.5, 0.25]:
        sys.exit(f"{name}: logged two rows, read {rows}")
    return spent

"""Write tests/data/bad_input.json: what the real client raises for malformed calls, in offline mode."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "tests" / "data" / "bad_input.json"


def main() -> int:
    """Ask the installed wandb."""
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, WANDB_DIR=folder, WANDB_SILENT="true", WANDB_ERROR_REPORTING="false")
        os.chdir(folder)
        import wandb

        from tests import bad_inputs

        run = wandb.init(mode="offline", project="p", settings=wandb.Settings(console="off"))
        names = bad_inputs.public_names(wandb, run)
        misuse = bad_inputs.misuse(wandb, run, names)
        found = bad_inputs.answers(wandb, run)
        run.finish()
        run = wandb.init(mode="offline", project="p", settings=wandb.Settings(console="off"))
        tensors = bad_inputs.answers(wandb, run, bad_inputs.TENSORS)
        wandb.teardown()
        os.chdir(ROOT)
    told = {"wandb": wandb.__version__, "python": list(sys.version_info[:2]), "names": names, "misuse": misuse}
    told |= {"answers": found, "tensors": tensors}
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
    raised = sum(bool(answer) for each in found.values() for answer in each.values())
    print(f"{sum(map(len, found.values()))} calls, {raised} raise")
    return 0


if __name__ == "__main__":
    sys.exit(main())

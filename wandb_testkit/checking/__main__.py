"""One world's process: it prints what the programs sent and saw there, as JSON."""

from __future__ import annotations

import json
import sys

from wandb_testkit.checking.playing import play_here

if __name__ == "__main__":
    json.dump(play_here(sys.argv[1]), sys.stdout)

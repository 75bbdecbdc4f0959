"""A training script: `python script.py --name NAME [--lr LR] [--fail]`."""

import argparse
import os
import sys

import wandb


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--fail", action="store_true")
    arguments = parser.parse_args()
    with wandb.init(project="script", id=arguments.name, name=arguments.name, config=vars(arguments)) as run:
        run.define_metric("loss", summary="min")
        for epoch in range(3):
            run.log({"epoch": epoch, "loss": arguments.lr / (epoch + 1)}, step=2 * epoch)
        run.log({"late": 1}, step=1)
        if arguments.fail:
            raise SystemExit(3)
        with open("weights.txt", "w") as file:
            file.write(f"{arguments.lr}\n")
        model = wandb.Artifact("model", type="model", metadata={"lr": arguments.lr})
        model.add_file("weights.txt")
        run.log_artifact(model, aliases=["best"])
        run.log({"table": wandb.Table(columns=["epoch", "loss"], data=[[0, arguments.lr]])})
        run.alert("done", f"with {arguments.lr}")
        run.summary["seen"] = os.environ.get("SEEN", "nothing")
    sys.stdout.write("trained\n")


if __name__ == "__main__":
    main()

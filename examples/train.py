"""Learn a penguin's species from four measurements, and follow the training with wandb.

Nothing in this program knows that it can be tested:

    python3 -m examples.train --learning-rate 0.2
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import wandb

DATA = Path(__file__).parent / "data" / "penguins.csv"
MEASUREMENTS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
SPECIES = ("Adelie", "Chinstrap", "Gentoo")
DEFAULTS = {
    "epochs": 30,
    "learning_rate": 0.5,
    "batch_size": 32,
    "patience": 3,
    "min_delta": 0.01,
    "seed": 0,
}

Example = tuple[list[float], int]


def read_penguins(path: Path = DATA) -> list[Example]:
    """Return the measured penguins: standardised features (a constant first) and the species' number."""
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if "NA" not in (row[name] for name in MEASUREMENTS)]
    columns = [[float(row[name]) for row in rows] for name in MEASUREMENTS]
    features = zip(*(_standardised(column) for column in columns), strict=True)
    return [
        ([1.0, *values], SPECIES.index(row["species"])) for values, row in zip(features, rows, strict=True)
    ]


def _standardised(column: Sequence[float]) -> list[float]:
    mean = sum(column) / len(column)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
    return [(value - mean) / deviation for value in column]


@dataclass
class Softmax:
    """A linear classifier; one row of weights a class."""

    weights: list[list[float]] = field(default_factory=lambda: [[0.0] * (len(MEASUREMENTS) + 1) for _ in SPECIES])

    def probabilities(self, features: Sequence[float]) -> list[float]:
        """Return how probable each species is."""
        scores = [sum(map(_product, row, features)) for row in self.weights]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        return [power / sum(powers) for power in powers]

    def learn(self, batch: Sequence[Example], rate: float) -> None:
        """Take one step down the gradient of the cross-entropy."""
        slopes = [[0.0] * len(row) for row in self.weights]
        for features, label in batch:
            for number, probability in enumerate(self.probabilities(features)):
                error = probability - (number == label)
                for position, value in enumerate(features):
                    slopes[number][position] += error * value
        for row, slope in zip(self.weights, slopes, strict=True):
            row[:] = [weight - rate * part / len(batch) for weight, part in zip(row, slope, strict=True)]

    def evaluate(self, examples: Sequence[Example]) -> tuple[float, float]:
        """Return the cross-entropy and the accuracy over examples."""
        guesses = [self.probabilities(features) for features, _ in examples]
        labels = [label for _, label in examples]
        loss = -sum(math.log(guess[label]) for guess, label in zip(guesses, labels, strict=True)) / len(labels)
        right = sum(guess.index(max(guess)) == label for guess, label in zip(guesses, labels, strict=True))
        return loss, right / len(labels)

    def save(self, path: Path) -> None:
        """Write the weights as JSON."""
        path.write_text(json.dumps({"species": SPECIES, "measurements": MEASUREMENTS, "weights": self.weights}))


def _product(one: float, other: float) -> float:
    return one * other


def batches(examples: list[Example], size: int, chance: random.Random) -> Iterator[list[Example]]:
    """Yield the examples in a new order, `size` at a time."""
    shuffled = chance.sample(examples, len(examples))
    for start in range(0, len(shuffled), size):
        yield shuffled[start : start + size]


def train(**given: Any) -> Softmax:
    """Train a model, log everything to wandb and return it.

    Args:
        given: What differs from `DEFAULTS`.
    """
    with wandb.init(project="penguins", job_type="train", tags=["softmax"], config=given) as run:
        # What a sweep or the command line has set stays; the rest is filled in.
        run.config.setdefaults(DEFAULTS)
        run.define_metric("epoch", hidden=True)
        run.define_metric("train/*", step_metric="epoch")
        run.define_metric("val/loss", step_metric="epoch", summary="min")
        run.define_metric("val/accuracy", step_metric="epoch", summary="max")
        model = _fit(run)
        _publish(run, model)
    return model


def _fit(run: Any) -> Softmax:
    config = run.config
    chance = random.Random(config.seed)
    examples = read_penguins()
    chance.shuffle(examples)
    validation, training = examples[:80], examples[80:]
    model, best, waited = Softmax(), math.inf, 0
    for epoch in range(1, config.epochs + 1):
        for batch in batches(training, config.batch_size, chance):
            model.learn(batch, config.learning_rate)
        loss, accuracy = model.evaluate(training)
        run.log({"epoch": epoch, "train/loss": loss, "train/accuracy": accuracy}, commit=False)
        loss, accuracy = model.evaluate(validation)
        run.log({"val/loss": loss, "val/accuracy": accuracy})
        waited = 0 if loss < best - config.min_delta else waited + 1
        best = min(best, loss)
        if waited == config.patience:
            run.summary["stopped_at_epoch"] = epoch
            break
    return model


def _publish(run: Any, model: Softmax) -> None:
    artifact = wandb.Artifact("penguin-model", type="model", metadata={"species": list(SPECIES)})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model.save(path)
        artifact.add_file(str(path))
        run.log_artifact(artifact, aliases=["best"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the options of a command line."""
    parser = argparse.ArgumentParser(prog="python3 -m examples.train", description=__doc__.split("\n")[0])
    for name, default in DEFAULTS.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=type(default), default=argparse.SUPPRESS, help=f"by default {default}")
    train(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()

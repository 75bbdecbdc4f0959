"""What the callbacks of XGBoost, LightGBM and CatBoost have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from wandb_testkit.standin import place
from wandb_testkit.standin.errors import Error

_TITLE = "Feature Importance"


def needs_run(text: str) -> None:
    """Raise where no run goes on.

    Args:
        text: the error's.

    Raises:
        wandb.Error: ``wandb.run`` is None.
    """
    if place.wandb("run") is None:
        raise Error(text)


def log_importance(importance: Iterable[Sequence[Any]], **options: Any) -> None:
    """Log bars of how much each feature matters.

    Args:
        importance: pairs of a feature and a number.
        options: those of ``wandb.log``.
    """
    table = place.wandb("Table")(data=[list(pair) for pair in importance], columns=["Feature", "Importance"])
    chart = place.wandb("plot").bar(table, "Feature", "Importance", title=_TITLE)
    place.wandb("log")({_TITLE: chart}, **options)


def log_model(model: Any, file: str | Path, name: str, *, aliases: list[str] | None = None, **options: Any) -> None:
    """Save a model in the run's folder and log it as an artifact.

    Args:
        model: what has ``save_model``.
        file: where to.
        name: the artifact's.
        aliases: the artifact's.
        options: those of ``save_model``.
    """
    model.save_model(file, **options)
    artifact = place.wandb("Artifact")(name=name, type="model")
    artifact.add_file(str(file))
    place.wandb("log_artifact")(artifact, **({} if aliases is None else {"aliases": aliases}))


def in_folder(name: str) -> Path:
    """A path in the run's folder.

    Args:
        name: the file's.
    """
    return Path(place.wandb("run").dir) / name


class Goals:
    """Which value of a metric is its best, by the metric's name.

    Args:
        smallest: metrics whose smallest value is, besides all losses.
        largest: metrics whose largest value is.
    """

    def __init__(self, smallest: str, largest: str) -> None:
        self._smallest = frozenset(smallest.split())
        self._largest = frozenset(largest.split())

    def define(self, key: str, metric: str) -> None:
        """Have the summary keep the best value, where it is known which that is.

        Args:
            key: what the metric is logged as.
            metric: what the framework calls it.
        """
        name = metric.lower()
        if "loss" in name or name in self._smallest:
            place.wandb("define_metric")(key, summary="min")
        elif name in self._largest:
            place.wandb("define_metric")(key, summary="max")

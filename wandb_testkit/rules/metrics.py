"""What `define_metric` declares: merging of definitions, globs, and step metrics that fill themselves in.

The rules are those of wandb-core, release 0.31.0. Where the client's answer is random (two globs match one key, a
step metric that has itself a step metric) the first definition wins and filled-in steps cause no further filling.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from wandb_testkit.rules.tree import MISSING, Path, as_read, opened, put, row_leaf, row_leaves, row_tree

# The order of the fields of the client's own record.
SUMMARY_KINDS: Final = ("min", "max", "mean", "best", "last", "none", "copy", "first")


class Definition(NamedTuple):
    """One `define_metric` call, already validated; the fields are its arguments.

    `summary` is split at the commas and in lower case, `goal` ("min" or "max") is of releases before 0.29.
    """

    name: str
    step_metric: str | None = None
    step_sync: bool | None = None
    hidden: bool | None = None
    summary: tuple[str, ...] | None = None
    overwrite: bool | None = None
    goal: str | None = None


class Metric(NamedTuple):
    """All definitions of one name or glob, merged."""

    step_metric: str = ""
    step_sync: bool = False
    hidden: bool = False
    none: bool = False
    kinds: frozenset[str] = frozenset()
    goal: str = ""

    def merged(self, definition: Definition) -> Metric:
        """This metric after one more definition: what is set stays set, summary kinds add up, `none` is the latest.

        Args:
            definition: The call; with `overwrite` nothing of this metric is kept.
        """
        if definition.overwrite:
            return Metric().merged(definition._replace(overwrite=None))
        step_sync = definition.step_sync
        if step_sync is None:
            step_sync = definition.step_metric is not None
        merged = self._replace(
            step_metric=definition.step_metric or self.step_metric,
            step_sync=self.step_sync or step_sync,
            hidden=self.hidden or bool(definition.hidden),
            goal=definition.goal or self.goal,
        )
        if not definition.summary:
            return merged
        asked = frozenset(definition.summary)
        return merged._replace(none="none" in asked, kinds=self.kinds | asked - {"none"})

    @property
    def tracked(self) -> frozenset[str]:
        """The summary kinds that change the summary: `copy` and `best` are accepted and do nothing."""
        return self.kinds - {"copy", "best"}

    def as_dict(self) -> dict[str, Any]:
        """What is set, by the names of `define_metric`'s arguments."""
        shown: dict[str, Any] = {}
        if self.step_metric:
            shown["step_metric"] = self.step_metric
        kinds = [kind for kind in SUMMARY_KINDS if kind in self.kinds or (kind == "none" and self.none)]
        if kinds:
            shown["summary"] = kinds
        if self.hidden:
            shown["hidden"] = True
        if self.step_sync:
            shown["step_sync"] = True
        if self.goal:
            shown["goal"] = f"{self.goal}imize"
        return shown


class Metrics:
    """The metric definitions of one run, and the last value seen of every step metric."""

    def __init__(self) -> None:
        self._declared: dict[tuple[bool, str], Metric] = {}
        self._exact: dict[str, Metric] = {}
        self._globs: dict[str, Metric] = {}
        self._latest: dict[str, float] = {}

    def __bool__(self) -> bool:
        return bool(self._declared)

    def __getitem__(self, name: str) -> Metric:
        """The metric in force for an exact name, defined or expanded from a glob.

        Raises:
            KeyError: There is none.
        """
        return self._exact[name]

    def define(self, definition: Definition) -> None:
        """Take one `define_metric` call.

        Args:
            definition: Its arguments.
        """
        if definition.step_metric:
            self._latest.setdefault(definition.step_metric, 0.0)
        name = definition.name
        is_glob = name.endswith("*")
        declared = self._declared.get((is_glob, name), Metric())
        self._declared[is_glob, name] = declared.merged(definition)
        # What a glob gave to an exact name stays in force below later definitions of that name.
        in_force = self._globs if is_glob else self._exact
        in_force[name] = in_force.get(name, Metric()).merged(definition)

    def as_list(self) -> list[dict[str, Any]]:
        """The definitions as the log has them, merged by name in order of first definition.

        Returns:
            One dict for each `name` or `glob_name`, with what is set of `step_metric`, `summary` (a list in the order
            of `SUMMARY_KINDS`), `hidden` and `step_sync`. What globs expanded to is left out.
        """
        return [
            {"glob_name" if is_glob else "name": name, **metric.as_dict()}
            for (is_glob, name), metric in self._declared.items()
        ]

    def observe(self, row: dict[str, Any]) -> None:
        """Remember the values that a row about to be written has for step metrics.

        Args:
            row: The row, with `_step`, `_timestamp` and `_runtime`.
        """
        for name in self._latest:
            value = row_leaf(row, tuple(name.split(".")))
            if type(value) in (int, float):
                self._latest[name] = float(value)

    def expand(self, row: dict[str, Any]) -> list[str]:
        """Define the keys of a row that a glob matches and nothing else has defined.

        Args:
            row: The row, nested keys included.

        Returns:
            The names that are new. Keys that begin with an underscore are never matched.
        """
        if not self._globs:
            return []
        new: list[str] = []
        for path, _ in row_leaves(row):
            name = ".".join(path)
            if name.startswith("_") or name in self._exact:
                continue
            metric = _first_match(name, self._globs.items())
            if metric is not None:
                self._exact[name] = metric
                new.append(name)
        return new

    def insert_steps(self, row: dict[str, Any]) -> None:
        """Fill in the last value of each step metric that a row asks for and lacks.

        Args:
            row: The row, changed in place.
        """
        for path, _ in list(row_leaves(row)):
            metric = self._exact.get(".".join(path))
            if metric is None or not metric.step_metric or not metric.step_sync:
                continue
            step_path = tuple(metric.step_metric.split("."))
            if row_leaf(row, step_path) is MISSING:
                _open_on_the_way(row, step_path)
                put(row, step_path, as_read(self._latest[metric.step_metric]))


def summary_path(name: str) -> Path:
    """The place in the summary that a definition's name speaks of: dots nest, an escaped dot is part of a key.

    Args:
        name: The name as given to `define_metric`. An empty last part is not counted.
    """
    parts: list[str] = []
    label = ""
    characters = iter(name)
    for character in characters:
        if character == ".":
            parts.append(label)
            label = ""
        elif character == "\\":
            escaped = next(characters, "")
            label += escaped if escaped in (".", "") else "\\" + escaped
        else:
            label += character
    if label:
        parts.append(label)
    return tuple(parts)


def _first_match(name: str, globs: Iterable[tuple[str, Metric]]) -> Metric | None:
    for glob, metric in globs:
        if name.startswith(glob.removesuffix("*")):
            return metric
    return None


def _open_on_the_way(row: dict[str, Any], path: Path) -> None:
    """Make the encoded dict that a new path leads through a subtree, so that the rest of it is kept."""
    first = opened(row.get(path[0]))
    if len(path) > 1 and type(first) is dict:
        row[path[0]] = row_tree(first)

"""Which configs a sweep tries, one after the other.

Source of the order of a grid: wandb's search engine (https://github.com/wandb/sweeps, 0.3).
"""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Iterator, Mapping
from typing import Any

from wandb_testkit.rules.sweeps import checks, distributions
from wandb_testkit.rules.sweeps.parameters import Parameter

Values = dict[str, Any]


def configs(config: Mapping[str, Any], seed: str, tried: list[Values]) -> Iterator[Values]:
    """Yield the configs that a sweep tries: of a grid all, else one drawn after the other without an end.

    A grid is the product of the values of its parameters in the order of their names, the last one changing first,
    without those that were tried before.  Random search draws from `seed`, so that the same sweep tries the same
    configs in every run of a test; so does Bayesian search, whose model of the objective is the service's own.

    Args:
        config: The config of the sweep, as JSON has it.
        seed: What the draws depend on, besides the config.
        tried: The configs of runs that the sweep has already.

    Raises:
        Invalid: The service's engine cannot search with this config.
    """
    found = checks.searched(config)
    if config["method"] == "grid":
        return _grid(found, tried)
    return _drawn(found, random.Random(f"{seed} {json.dumps(config, sort_keys=True)}"))


def size(config: Mapping[str, Any]) -> int | None:
    """Return how many configs a sweep tries at most; None where there is no end."""
    cap = config.get("run_cap")
    bounds = [cap] if isinstance(cap, int) else []
    if config["method"] == "grid":
        # Equal values make one config only, so that it takes more than a product.
        bounds.append(sum(1 for _ in _grid(checks.searched(config), [])))
    return min(bounds, default=None)


def _drawn(found: list[Parameter], chance: random.Random) -> Iterator[Values]:
    while True:
        yield nested({each.path: distributions.draw(each, chance) for each in found})


def _grid(found: list[Parameter], tried: list[Values]) -> Iterator[Values]:
    fixed = {each.path: each.options["value"] for each in found if each.kind == "constant"}
    choices = {each.path: {_key(value): value for value in _values(each)} for each in found if each.kind != "constant"}
    # A config counts as tried whatever else is in it.
    seen = {tuple(_key(_at(values, path, choices[path])) for path in choices) for values in tried}
    for keys in itertools.product(*choices.values()):
        if keys not in seen:
            picked = {path: choices[path][key] for path, key in zip(choices, keys, strict=True)}
            yield nested({each.path: fixed[each.path] if each.path in fixed else picked[each.path] for each in found})


def _values(parameter: Parameter) -> list[Any]:
    options = parameter.options
    if parameter.kind == "int_uniform":
        return list(range(options["min"], options["max"] + 1))
    if parameter.kind == "q_uniform":
        low, step = options["min"], options["q"]
        # As numpy counts: from the first two numbers on, and never as far as the upper bound.
        step = (low + step) - low
        numbers = [low + index * step for index in range(math.ceil((options["max"] - low) / options["q"]))]
        whole = all(isinstance(each, int) for each in (low, options["max"], options["q"]))
        return numbers if whole else list(map(float, numbers))
    return list(options["values"])


def _key(value: Any) -> str:
    """Return what is the same for values that are one to the service: 1 and 1.0, but not 1 and True."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def _at(values: Any, path: tuple[str, ...], choices: Mapping[str, Any]) -> Any:
    for name in path:
        if not isinstance(values, dict) or name not in values:
            return None
        values = values[name]
    if isinstance(values, dict):
        # What a run has put into a value that is a dict does not matter.
        known = {name for choice in choices.values() if isinstance(choice, dict) for name in choice}
        return {name: item for name, item in values.items() if name in known}
    return values


def nested(flat: Mapping[tuple[str, ...], Any]) -> Values:
    """Return the values of nested parameters as nested dicts, sorted by name, with no part shared with `flat`.

    Args:
        flat: Values by the path of names.
    """
    made: Values = {}
    for path, value in sorted(flat.items()):
        inner = made
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = json.loads(json.dumps(value))
    return made

"""Drawing the value of a parameter.

The distributions are those of https://docs.wandb.ai/models/sweeps/sweep-config-keys#distribution-options-for-random-and-bayesian-search
as wandb's search engine (https://github.com/wandb/sweeps, 0.3) has them: a value is where the distribution's inverse
puts a number drawn evenly from 0 to 1.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Any

from wandb_testkit.rules.sweeps.parameters import Parameter

Options = Mapping[str, Any]


def draw(parameter: Parameter, chance: random.Random) -> Any:
    """Return a value of a parameter.

    Args:
        parameter: The parameter.
        chance: Where the numbers come from.
    """
    # The standard library has no inverse of the beta distribution.
    if parameter.kind in ("beta", "q_beta"):
        value = chance.betavariate(parameter.options["a"], parameter.options["b"])
        return quantized(value, parameter.options) if parameter.kind == "q_beta" else value
    return at(parameter, chance.random())


def at(parameter: Parameter, share: float) -> Any:
    """Return the value of a parameter that has `share` of its distribution below it.

    Args:
        parameter: The parameter; its distribution is no beta.
        share: From 0 to 1.
    """
    kind, options = parameter.kind, parameter.options
    value = _INVERSES[kind.removeprefix("q_")](share, options)
    return quantized(value, options) if kind.startswith("q_") else value


def quantized(value: float, options: Options) -> float:
    """Return the multiple of the step ``q`` that is next to `value`: an int where the step is one."""
    step = options["q"]
    found = round(value / step) * step
    return int(found) if isinstance(step, int) else float(found)


def _whole(share: float, low: int, high: int) -> int:
    """Return a whole number, each of those from `low` to `high` with the same chance."""
    return max(low, math.ceil(share * (high + 1 - low)) + low - 1)


def _uniform(share: float, options: Options) -> float:
    low, high = options["min"], options["max"]
    return float(low + share * (high - low))


def _between(low: float, high: float, share: float) -> float:
    return math.exp(low + share * (high - low))


def _limits(options: Options) -> tuple[float, float]:
    return math.log(options["min"]), math.log(options["max"])


def _weighted(share: float, options: Options) -> Any:
    bounds = list(accumulate(options["probabilities"]))
    return options["values"][next((index for index, bound in enumerate(bounds) if share < bound), 0)]


def _normal(share: float, options: Options) -> float:
    from statistics import NormalDist  # slow to import, and few sweeps need it

    # No share of it is below minus infinity, nor above infinity.
    inside = min(max(share, math.ulp(0.0)), 1 - math.ulp(0.5))
    return float(options["mu"] + options["sigma"] * NormalDist().inv_cdf(inside))


def _inverse(share: float, low: float, high: float) -> float:
    return math.exp(-(low + (1 - share) * (high - low)))


def _inverse_values(share: float, options: Options) -> float:
    low, high = _limits(options)
    return _inverse(share, -high, -low)


_INVERSES: dict[str, Callable[[float, Options], Any]] = {
    "constant": lambda share, options: options["value"],
    "categorical": lambda share, options: options["values"][_whole(share, 0, len(options["values"]) - 1)],
    "categorical_w_probabilities": _weighted,
    "int_uniform": lambda share, options: _whole(share, options["min"], options["max"]),
    "uniform": _uniform,
    "log_uniform": lambda share, options: _between(options["min"], options["max"], share),
    "log_uniform_values": lambda share, options: _between(*_limits(options), share),
    "inv_log_uniform": lambda share, options: _inverse(share, options["min"], options["max"]),
    "inv_log_uniform_values": _inverse_values,
    "normal": _normal,
    "log_normal": lambda share, options: math.exp(_normal(share, options)),
}

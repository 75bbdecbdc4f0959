"""What the client makes of the config of a sweep before it sends it.

Source: ``wandb.sweep`` of client 0.31.
"""

from __future__ import annotations

import copy
import json
import math
from typing import Any


def prepared(config: Any) -> dict[str, Any]:
    """Return the config as the service gets it: JSON, with the distribution of bare ranges filled in.

    Args:
        config: What the program gave to ``wandb.sweep``; not changed.

    Raises:
        ValueError: The bounds of a range are an int and a float.
        Exception: Whatever Python raises for what is no config; the client makes a CommError of it.
    """
    filled = dict(copy.deepcopy(config))
    if "parameters" in filled:
        for name in filled["parameters"]:
            options = filled["parameters"][name]
            if "min" in options and "max" in options and "distribution" not in options:
                options["distribution"] = _distribution(name, options["min"], options["max"])
    sent: dict[str, Any] = json.loads(json.dumps(filled))
    # The client sends YAML, whose keys it sorts.
    return json.loads(json.dumps(sent, sort_keys=True))  # type: ignore[no-any-return]


def _distribution(name: str, low: Any, high: Any) -> str:
    for kind, distribution in ((int, "int_uniform"), (float, "uniform")):
        if isinstance(low, kind) and isinstance(high, kind):
            return distribution
    raise ValueError(
        f"Parameter {name} is ambiguous, please specify bounds as both floats (for a float_uniform distribution) or"
        " ints (for an int_uniform distribution)."
    )


def path_parts(sweep_id: Any) -> tuple[str | None, str | None, str] | str:
    """Return the entity, the project and the id that a path names, or the client's complaint about it.

    Args:
        sweep_id: "sweep", "project/sweep" or "entity/project/sweep".
    """
    if not isinstance(sweep_id, str):
        return "Expected string sweep_id"
    parts = sweep_id.split("/")
    if len(parts) > 3:
        return "Expected sweep_id in form of sweep, project/sweep, or entity/project/sweep"
    *above, name = parts
    entity, project = ["", "", *above][-2:]
    return entity or None, project or None, name


def as_yaml(value: Any) -> str:
    """Return a value of JSON as YAML reads it, on one line.

    Args:
        value: What JSON can hold.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {as_yaml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ".nan" if value != value else f"{'-' if value < 0 else ''}.inf"
        # Without a point it would be text.
        text = repr(value)
        return text if "." in text or "e" not in text else text.replace("e", ".0e")
    return json.dumps(value, ensure_ascii=False)


def malformed(warnings: list[str]) -> str:
    """Return the client's warning of what the service finds wrong with a config."""
    lines = [f"  Violation {number}. {text}" for number, text in enumerate(warnings, 1)]
    head = (
        "Malformed sweep config detected! This may cause your sweep to behave in unexpected ways.",
        "To avoid this, please fix the sweep config schema violations below:",
    )
    return "\n".join([*head, *lines])

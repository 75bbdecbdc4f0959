"""What the service finds wrong with the config of a sweep: what it only warns of, and what it refuses.

Sources: the service warns with the findings of ``schema_violations_from_proposed_config`` of wandb's search engine
(https://github.com/wandb/sweeps, 0.3), and answers "Invalid sweep config: ..." (as in
https://github.com/wandb/wandb/issues/3398 and /2732) where the engine cannot propose a first run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from wandb_testkit.rules.sweeps import parameters
from wandb_testkit.rules.sweeps.json_schema import Schema, problems
from wandb_testkit.rules.sweeps.parameters import EXPONENTS, PARAMETERS, Invalid, Parameter

METHODS = ("grid", "random", "bayes")
_ENGINES: Mapping[Any, tuple[str, ...]] = {
    "wandb": ("grid", "bayes", "random"),
    "optuna": ("custom",),
    "ax": ("custom",),
}

_TEXT: Schema = {"type": "string"}
_METRIC: Schema = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": _TEXT,
        "goal": {"type": "string", "enum": ["minimize", "maximize"]},
        "target": {"type": "number"},
        "impute": {"type": "string", "enum": ["latest", "best", "worst"]},
        "impute_while_running": {"type": "string", "enum": ["latest", "best", "worst", "false"]},
    },
}
_SCHEDULER: Schema = {
    "type": "object",
    "required": ["engine"],
    "additionalProperties": False,
    "properties": {
        "engine": {"type": "string", "enum": ["optuna", "ax", "wandb"]},
        "source": _TEXT,
        "optimizer": _TEXT,
        "search_space": _TEXT,
    },
    "dependencies": {"optimizer": ["source"], "search_space": ["source"]},
}
_HYPERBAND: Schema = {
    "type": "object",
    "required": ["type"],
    "anyOf": [{"required": ["max_iter", "s"]}, {"required": ["min_iter"]}],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "enum": ["hyperband"]},
        "max_iter": {"type": "integer"},
        "min_iter": {"type": "integer", "minimum": 1},
        "s": {"type": "number"},
        "eta": {"type": "number", "exclusiveMinimum": 1},
        "strict": {"type": "boolean"},
    },
}
_SWEEP: Schema = {
    "type": "object",
    "required": ["method"],
    "additionalProperties": False,
    "properties": {
        "apiVersion": _TEXT,
        "kind": {"type": "string", "enum": ["sweep"]},
        "controller": {
            "type": "object",
            "properties": {"type": {"type": "string", "enum": ["local", "cloud"]}},
            "required": ["type"],
        },
        "description": _TEXT,
        "program": _TEXT,
        "job": _TEXT,
        "image_uri": _TEXT,
        "entity": _TEXT,
        "project": _TEXT,
        "method": {"enum": ["bayes", "random", "grid", "custom"]},
        "command": {"type": "array"},
        "name": _TEXT,
        "run_cap": {"type": "integer", "exclusiveMinimum": 0},
        "metric": _METRIC,
        "metrics": {"type": "array", "minItems": 2, "items": _METRIC},
        "scheduler": _SCHEDULER,
        "early_terminate": {"oneOf": [_HYPERBAND]},
        "parameters": PARAMETERS,
    },
}


def warnings(config: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the config of a sweep.

    Args:
        config: The config as JSON has it.

    Raises:
        Invalid: The parameters, or one of them, are no object, or the name of an engine is none.
    """
    found = list(problems(config, _SWEEP))
    found += _missing_section(config)
    found += _scheduler(config)
    section = config.get("parameters", {})
    if not isinstance(section, dict):
        raise Invalid(f"AttributeError: {type(section).__name__!r} object has no attribute 'items'")
    for name, options in section.items():
        if not isinstance(options, dict):
            raise Invalid(f"Invalid configuration for hyperparameter '{name}'")
        found += _parameter(name, options)
    return found


def _missing_section(config: Mapping[str, Any]) -> Iterator[str]:
    method, scheduler = config.get("method"), config.get("scheduler")
    has_space = isinstance(scheduler, dict) and bool(scheduler.get("search_space"))
    if "parameters" not in config and not has_space:
        yield "`parameters` is required unless `scheduler.search_space` is set."
    if "metric" in config and "metrics" in config:
        yield (
            "`metric` and `metrics` cannot both be set: use `metric` for a single objective, or `metrics` for"
            " multi-objective optimization."
        )
    elif "metrics" in config and method is not None and method != "custom":
        yield (
            f"`metrics` requires `method: custom` (got `method: {method}`): multi-objective optimization is only"
            " supported with a custom scheduler."
        )


def _scheduler(config: Mapping[str, Any]) -> Iterator[str]:
    method, scheduler, controller = config.get("method"), config.get("scheduler"), config.get("controller")
    if scheduler is None:
        return
    if isinstance(controller, dict) and controller.get("type") == "local":
        yield (
            "`controller: type:local` cannot be used together with `scheduler`: use `scheduler` instead of"
            " `controller`."
        )
    if "early_terminate" in config:
        yield (
            "`early_terminate` cannot be used together with `scheduler`: early termination must be implemented by"
            " the custom scheduler itself."
        )
    if isinstance(scheduler, dict):
        engine = scheduler.get("engine")
        if isinstance(engine, (list, dict)):
            raise Invalid(f"TypeError: unhashable type: {type(engine).__name__!r}")
        known = _ENGINES.get(engine)
        if known is None:
            yield f"scheduler.engine '{engine}' is not supported. supported engines are: {', '.join(_ENGINES)}"
        elif method not in known:
            methods = ", ".join(f"`method: {each}`" for each in known)
            yield f"`scheduler.engine: {engine}` does not support `method: {method}`. supported methods are: {methods}"


def _parameter(name: str, options: Mapping[str, Any]) -> Iterator[str]:
    """What a schema cannot say of one parameter."""
    try:
        parameters.check_bounds(name, options)
    except Invalid as error:
        yield str(error)
    values, weights = options.get("values"), options.get("probabilities")
    if isinstance(values, (list, str)) and isinstance(weights, list):
        if len(values) != len(weights):
            yield f"Parameter {name}: values {values} and probabilities {weights} are not the same length"
        elif not math.isclose(sum(weights), 1.0, rel_tol=1e-5, abs_tol=1e-8):
            yield f"Parameter {name}: Probabilities {weights} do not sum to 1"
    try:
        found = parameters.parameter((name,), options)
    except Invalid as error:
        yield str(error)
        return
    if found is not None and found.kind in EXPONENTS:
        yield (
            f"{name} uses {found.kind}, where min/max specify base-e exponents. Use {EXPONENTS[found.kind]} to specify"
            " limit values."
        )


_GRID_KINDS = ("categorical", "constant", "int_uniform", "q_uniform")


def searched(config: Mapping[str, Any]) -> list[Parameter]:
    """Return the parameters that a sweep searches.

    Args:
        config: The config as JSON has it.

    Raises:
        Invalid: The service's engine cannot search with this config.
    """
    for section in ("method", "parameters"):
        if section not in config:
            raise Invalid(f"Sweep config must contain {section} section")
    if not isinstance(config["parameters"], dict) or not config["parameters"]:
        raise Invalid("Parameters section of sweep config must be a dict of at least length 1")
    method = config["method"]
    if method not in METHODS:
        raise Invalid(f'Invalid search type {method}, must be one of ["grid", "random", "bayes"]')
    if method == "bayes":
        _check_metric(config)
    found = parameters.read(config["parameters"])
    if method == "grid":
        _refuse_continuous(found)
    if method == "bayes" and all(each.kind == "constant" for each in found):
        raise Invalid("Need at least one searchable parameter for bayes search.")
    return found


def _check_metric(config: Mapping[str, Any]) -> None:
    if "metric" not in config:
        raise Invalid('Bayesian search requires "metric" section')
    metric = config["metric"]
    if not isinstance(metric, dict):
        raise Invalid(f"invalid type for metric: expected dict, got {type(metric)}")
    # A goal or a way to impute that is none counts as not given.
    checked = {name: value for name, value in metric.items() if name not in ("goal", "impute")}
    for text in problems(checked, _METRIC):
        raise Invalid(text)


def _refuse_continuous(found: list[Parameter]) -> None:
    for each in found:
        if each.kind not in _GRID_KINDS:
            raise Invalid(
                f"Parameter {each.name} is a disallowed type with grid search. Grid search requires all parameters "
                "to be categorical, constant, int_uniform, or q_uniform. Specification of probabilities for "
                "categorical parameters is disallowed in grid search"
            )

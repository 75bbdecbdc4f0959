"""`rules.sweeps`: what a sweep's config may be, and which configs it tries.

What is expected here is what wandb's own search engine answers (the package ``sweeps``, release 0.3.0, which the
service runs): `next_run` for configs and refusals, `schema_violations_from_proposed_config` for warnings, and
`HyperParameter.ppf` for values.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from typing import Any

import pytest

from wandb_testkit.rules import sweeps
from wandb_testkit.rules.sweeps import distributions, json_schema, parameters, sending

NOT_OF_A_GRID = (
    "is a disallowed type with grid search. Grid search requires all parameters to be categorical, constant,"
    " int_uniform, or q_uniform. Specification of probabilities for categorical parameters is disallowed in grid search"
)


def grid(section: dict[str, Any], tried: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """All configs of a grid."""
    return list(sweeps.configs({"method": "grid", "parameters": section}, "seed", tried or []))


def drawn(section: dict[str, Any], count: int, seed: str = "0", **config: Any) -> list[dict[str, Any]]:
    """The first configs of a random search."""
    whole = {"method": "random", "parameters": section, **config}
    return list(itertools.islice(sweeps.configs(whole, seed, []), count))


# --------------------------------------------------------------------------- grids


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            {"b": {"values": [1, 2]}, "a": {"values": ["x", "y"]}},
            [{"a": "x", "b": 1}, {"a": "x", "b": 2}, {"a": "y", "b": 1}, {"a": "y", "b": 2}],
        ),
        ({"a": {"min": 1, "max": 3}, "c": {"value": 0}}, [{"a": 1, "c": 0}, {"a": 2, "c": 0}, {"a": 3, "c": 0}]),
        (
            {"a": {"distribution": "q_uniform", "min": 0.0, "max": 1.0, "q": 0.25}},
            [{"a": 0.0}, {"a": 0.25}, {"a": 0.5}, {"a": 0.75}],
        ),
        ({"a": {"distribution": "q_uniform", "min": 0, "max": 7, "q": 3}}, [{"a": 0}, {"a": 3}, {"a": 6}]),
        ({"a": {"distribution": "q_uniform", "min": 0, "max": 3}}, [{"a": 0.0}, {"a": 1.0}, {"a": 2.0}]),
        (
            {"a": {"distribution": "q_uniform", "min": 0.1, "max": 0.5, "q": 0.1}},
            [{"a": 0.1}, {"a": 0.2}, {"a": 0.30000000000000004}, {"a": 0.4}],
        ),
        (
            {
                "n": {"parameters": {"y": {"values": [1, 2]}, "x": {"parameters": {"z": {"values": [3, 4]}}}}},
                "a": {"value": 1},
            },
            [
                {"a": 1, "n": {"x": {"z": 3}, "y": 1}},
                {"a": 1, "n": {"x": {"z": 3}, "y": 2}},
                {"a": 1, "n": {"x": {"z": 4}, "y": 1}},
                {"a": 1, "n": {"x": {"z": 4}, "y": 2}},
            ],
        ),
        ({"a": {"values": [1, 1.0, True, 2, 1]}}, [{"a": 1}, {"a": True}, {"a": 2}]),
        (
            {"a": {"values": [None, "1", [1, 2], {"k": 1}, {"k": 1}]}},
            [{"a": None}, {"a": "1"}, {"a": [1, 2]}, {"a": {"k": 1}}],
        ),
        ({"a": {"value": 5}}, [{"a": 5}]),
    ],
)
def test_grid_is_complete_and_in_order(section: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    found = grid(section)
    assert repr(found) == repr(expected)
    assert sweeps.size({"method": "grid", "parameters": section}) == len(expected)


def test_grid_goes_on_where_others_have_been() -> None:
    section = {"a": {"values": [1, 2, 3]}, "d": {"values": [{"x": 1}, {"y": 2}]}}
    tried: list[dict[str, Any]] = [
        {"a": 1, "d": {"x": 1, "added": 5}, "other": 0},
        {"a": 2.0, "d": {"y": 2}},
        {"a": 3},
        {},
    ]
    assert grid(section, tried) == [
        {"a": 1, "d": {"y": 2}},
        {"a": 2, "d": {"x": 1}},
        {"a": 3, "d": {"x": 1}},
        {"a": 3, "d": {"y": 2}},
    ]


def test_configs_share_nothing_with_the_sweep() -> None:
    section = {"a": {"values": [[1], [2]]}, "b": {"value": {"k": []}}}
    for config in grid(section):
        config["a"].append("changed")
        config["b"]["k"].append("changed")
    assert section == {"a": {"values": [[1], [2]]}, "b": {"value": {"k": []}}}
    assert grid(section)[0] == {"a": [1], "b": {"k": []}}


# --------------------------------------------------------------------------- distributions


# What is at 5 %, 50 % and 90 % of each.
QUANTILES: list[tuple[dict[str, Any], list[Any]]] = [
    ({"values": ["a", "b", "c"]}, ["a", "b", "c"]),
    ({"value": 7}, [7, 7, 7]),
    ({"values": ["a", "b", "c"], "probabilities": [0.2, 0.5, 0.3]}, ["a", "b", "c"]),
    ({"min": 1, "max": 10}, [1, 5, 9]),
    ({"min": -3, "max": 3}, [-3, 0, 3]),
    ({"min": 0.5, "max": 2.5}, [0.6, 1.5, 2.3]),
    ({"min": 0, "max": 2.0}, [0.1, 1.0, 1.8]),
    ({"min": 0, "max": 2, "distribution": "uniform"}, [0.1, 1.0, 1.8]),
    ({"distribution": "q_uniform", "min": 0, "max": 10, "q": 3}, [0, 6, 9]),
    ({"distribution": "q_uniform", "min": 0.0, "max": 1.0, "q": 0.1}, [0.0, 0.5, 0.9]),
    ({"distribution": "q_uniform", "min": 0, "max": 256}, [13.0, 128.0, 230.0]),
    ({"distribution": "log_uniform", "min": -5, "max": 1}, [0.009095277101695816, 0.1353352832366127, 1.4918246976]),
    (
        {"distribution": "log_uniform_values", "min": 1e-05, "max": 0.1},
        [1.584893192461113e-05, 0.001, 0.0398107170553],
    ),
    ({"distribution": "q_log_uniform", "min": 0, "max": 5}, [1.0, 12.0, 90.0]),
    ({"distribution": "q_log_uniform", "min": 0, "max": 5, "q": 2}, [2, 12, 90]),
    ({"distribution": "q_log_uniform_values", "min": 8, "max": 512, "q": 8}, [8, 64, 336]),
    ({"distribution": "inv_log_uniform", "min": 1, "max": 5}, [0.00822974704902, 0.049787068367, 0.24659696394]),
    ({"distribution": "inv_log_uniform_values", "min": 0.01, "max": 10}, [0.0141253754462, 0.316227766, 5.01187233627]),
    ({"distribution": "normal"}, [-1.6448536269514729, 0.0, 1.2815515655446004]),
    ({"distribution": "normal", "mu": 100, "sigma": 10}, [83.55146373048527, 100.0, 112.815515655446]),
    ({"distribution": "q_normal", "mu": 3, "sigma": 2, "q": 1}, [0, 3, 6]),
    ({"distribution": "q_normal"}, [-2.0, 0.0, 1.0]),
    ({"distribution": "log_normal", "mu": 1, "sigma": 0.5}, [1.1943154625015757, 2.718281828459045, 5.159170355622]),
    ({"distribution": "q_log_normal", "mu": 1, "sigma": 0.5, "q": 0.25}, [1.25, 2.75, 5.25]),
]


@pytest.mark.parametrize(("options", "expected"), QUANTILES)
def test_distribution(options: dict[str, Any], expected: list[Any]) -> None:
    parameter = parameters.parameter(("p",), options)
    assert parameter is not None
    found = [distributions.at(parameter, share) for share in (0.05, 0.5, 0.9)]
    assert list(map(type, found)) == list(map(type, expected))
    if isinstance(expected[0], float):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
    else:
        assert found == expected


@pytest.mark.parametrize("options", [options for options, _ in QUANTILES])
def test_distribution_at_its_ends(options: dict[str, Any]) -> None:
    parameter = parameters.parameter(("p",), options)
    assert parameter is not None
    for share in (0.0, 5e-324, 1 - 2**-53):
        value = distributions.at(parameter, share)
        assert value == value
        assert value not in (float("inf"), float("-inf"))


@pytest.mark.parametrize(
    ("options", "mean"),
    [
        ({"distribution": "beta", "a": 2, "b": 6}, 0.25),
        ({"distribution": "beta"}, 0.5),
        ({"distribution": "q_beta", "a": 2, "b": 2, "q": 0.1}, 0.5),
    ],
)
def test_beta(options: dict[str, Any], mean: float) -> None:
    values = [config["p"] for config in drawn({"p": options}, 4000)]
    assert all(0 <= value <= 1 for value in values)
    assert sum(values) / len(values) == pytest.approx(mean, abs=0.02)
    if "q" in options:
        assert {round(value * 10, 9) % 1 for value in values} == {0}


def test_draws_are_spread_as_the_config_says() -> None:
    section = {
        "often": {"values": ["a", "b"], "probabilities": [0.9, 0.1]},
        "even": {"values": [1, 2, 3, 4]},
        "dice": {"min": 1, "max": 6},
    }
    configs = drawn(section, 6000)
    counts = {name: Counter(config[name] for config in configs) for name in section}
    assert counts["often"]["a"] / 6000 == pytest.approx(0.9, abs=0.02)
    assert all(count == pytest.approx(1500, rel=0.1) for count in counts["even"].values())
    assert set(counts["dice"]) == {1, 2, 3, 4, 5, 6}
    assert all(count == pytest.approx(1000, rel=0.15) for count in counts["dice"].values())


def test_draws_repeat_with_the_seed_and_leave_the_programs_chance_alone() -> None:
    section = {"lr": {"min": 0.0, "max": 1.0}, "n": {"parameters": {"units": {"min": 1, "max": 1000}}}}
    random.seed(1)
    before = random.getstate()
    first = drawn(section, 5)
    assert random.getstate() == before
    random.seed(2)
    assert drawn(section, 5) == first
    assert drawn(section, 5, seed="1") != first
    assert drawn(section, 5, name="another") != first
    assert len({config["lr"] for config in first}) == 5


def test_random_search_has_no_end_but_its_cap() -> None:
    config = {"method": "random", "parameters": {"a": {"values": [1]}}}
    assert sweeps.size(config) is None
    assert sweeps.size({**config, "run_cap": 7}) == 7
    assert sweeps.size({**config, "method": "grid", "run_cap": 7}) == 1
    assert len(drawn({"a": {"values": [1]}}, 50)) == 50


# --------------------------------------------------------------------------- what is wrong


ONE = {"a": {"value": 1}}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"parameters": ONE}, ["'method' is a required property"]),
        ({"method": "grid"}, ["`parameters` is required unless `scheduler.search_space` is set."]),
        ({"method": "grid", "parameters": {}}, ["{} should be non-empty"]),
        ({"method": "nope", "parameters": ONE}, ["'nope' is not one of ['bayes', 'random', 'grid', 'custom']"]),
        (
            {"method": "random", "parameters": {"1a": {"value": 1}}},
            ["'1a' does not match '^^[A-Za-z_][A-Za-z0-9_.-]*$'"],
        ),
        (
            {"method": "random", "parameters": {"a": {"vals": [1]}}},
            ["{'vals': [1]} is not valid under any of the given schemas", "invalid hyperparameter configuration: a"],
        ),
        (
            {"method": "random", "parameters": {"a": {"values": []}}},
            ["{'values': []} is not valid under any of the given schemas", "invalid hyperparameter configuration: a"],
        ),
        ({"method": "random", "parameters": {"a": {"min": 3, "max": 1}}}, ["a: min 3 is not less than max 1"] * 2),
        (
            {"method": "random", "parameters": {"a": {"values": [1, 2], "probabilities": [0.5, 0.6]}}},
            ["Parameter a: Probabilities [0.5, 0.6] do not sum to 1"],
        ),
        (
            {"method": "random", "parameters": {"a": {"values": [1, 2], "probabilities": [1.0]}}},
            ["Parameter a: values [1, 2] and probabilities [1.0] are not the same length"],
        ),
        (
            {"method": "random", "parameters": {"a": {"distribution": "log_uniform", "min": -3, "max": 1}}},
            [
                (
                    "a uses log_uniform, where min/max specify base-e exponents."
                    " Use log_uniform_values to specify limit values."
                )
            ],
        ),
        (
            {"method": "random", "parameters": {"a": {"distribution": "log_uniform_values", "min": 0, "max": 1}}},
            [
                (
                    "{'distribution': 'log_uniform_values', 'min': 0, 'max': 1} is not valid under any of the given"
                    " schemas"
                ),
                "invalid hyperparameter configuration: a",
            ],
        ),
        ({"method": "random", "run_cap": 0, "parameters": ONE}, ["0 is less than or equal to the minimum of 0"]),
        ({"method": "random", "run_cap": True, "parameters": ONE}, ["True is not of type 'integer'"]),
        ({"method": "random", "run_cap": 2.0, "parameters": ONE}, []),
        (
            {"method": "random", "x": 1, "y": 2, "parameters": ONE},
            ["Additional properties are not allowed ('x', 'y' were unexpected)"],
        ),
        (
            {"method": "bayes", "metric": {"goal": "min"}, "parameters": ONE},
            ["'name' is a required property", "'min' is not one of ['minimize', 'maximize']"],
        ),
        ({"method": "bayes", "metric": "loss", "parameters": ONE}, ["'loss' is not of type 'object'"]),
        (
            {"method": "grid", "early_terminate": {"type": "hyperband"}, "parameters": ONE},
            ["{'type': 'hyperband'} is not valid under any of the given schemas"],
        ),
        (
            {"method": "grid", "early_terminate": {"type": "hyperband", "min_iter": 3, "eta": 2}, "parameters": ONE},
            [],
        ),
        (
            {"method": "grid", "early_terminate": {"type": "hyperband", "min_iter": 0}, "parameters": ONE},
            ["{'type': 'hyperband', 'min_iter': 0} is not valid under any of the given schemas"],
        ),
        (
            {
                "method": "custom",
                "metrics": [{"name": "a"}],
                "scheduler": {"engine": "optuna", "optimizer": "f"},
                "parameters": ONE,
            },
            ["[{'name': 'a'}] is too short", "'source' is a dependency of 'optimizer'"],
        ),
        (
            {
                "method": "grid",
                "scheduler": {"engine": "ax"},
                "controller": {"type": "local"},
                "early_terminate": {"type": "hyperband", "min_iter": 1},
                "parameters": ONE,
            },
            [
                (
                    "`controller: type:local` cannot be used together with `scheduler`: use `scheduler` instead of"
                    " `controller`."
                ),
                (
                    "`early_terminate` cannot be used together with `scheduler`: early termination must be implemented"
                    " by the custom scheduler itself."
                ),
                "`scheduler.engine: ax` does not support `method: grid`. supported methods are: `method: custom`",
            ],
        ),
        (
            {"method": "grid", "name": 3, "command": "x", "kind": "y", "parameters": ONE},
            ["'y' is not one of ['sweep']", "'x' is not of type 'array'", "3 is not of type 'string'"],
        ),
        (
            {"method": "custom", "metric": {"name": "l"}, "metrics": [{"name": "a"}, {"name": "b"}], "parameters": ONE},
            [
                (
                    "`metric` and `metrics` cannot both be set: use `metric` for a single objective, or `metrics` for"
                    " multi-objective optimization."
                )
            ],
        ),
        (
            {"method": "grid", "metrics": [{"name": "a"}, {"name": "b"}], "parameters": ONE},
            [
                (
                    "`metrics` requires `method: custom` (got `method: grid`): multi-objective optimization is only"
                    " supported with a custom scheduler."
                )
            ],
        ),
        ({"metrics": [{"name": "a"}, {"name": "b"}], "parameters": ONE}, ["'method' is a required property"]),
        ({"method": "custom", "scheduler": "optuna", "parameters": ONE}, ["'optuna' is not of type 'object'"]),
        (
            {"method": "custom", "scheduler": {"engine": 3}, "parameters": ONE},
            [
                "3 is not of type 'string'",
                "3 is not one of ['optuna', 'ax', 'wandb']",
                "scheduler.engine '3' is not supported. supported engines are: wandb, optuna, ax",
            ],
        ),
        (
            {"method": "custom", "scheduler": {}, "parameters": ONE},
            [
                "'engine' is a required property",
                "scheduler.engine 'None' is not supported. supported engines are: wandb, optuna, ax",
            ],
        ),
        ({"method": "grid", "scheduler": {"engine": "wandb"}, "parameters": ONE}, []),
        ({"method": "custom", "scheduler": {"engine": "ax", "source": "x", "search_space": "f"}}, []),
        ({"method": "random", "parameters": {"a": {"values": [1, 2], "probabilities": [0.5, 0.5]}}}, []),
    ],
)
def test_warnings(config: dict[str, Any], expected: list[str]) -> None:
    assert sweeps.warnings(config) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"parameters": ONE}, "Sweep config must contain method section"),
        ({"method": "grid"}, "Sweep config must contain parameters section"),
        (
            {"method": "grid", "parameters": {}},
            "Parameters section of sweep config must be a dict of at least length 1",
        ),
        (
            {"method": "hyperopt", "parameters": ONE},
            'Invalid search type hyperopt, must be one of ["grid", "random", "bayes"]',
        ),
        ({"method": "grid", "parameters": {"c": {"values:": [2]}}}, "invalid hyperparameter configuration: c"),
        ({"method": "grid", "parameters": {"lr": {"min": 0.0, "max": 1.0}}}, f"Parameter lr {NOT_OF_A_GRID}"),
        (
            {"method": "grid", "parameters": {"lr": {"values": [1, 2], "probabilities": [0.5, 0.5]}}},
            f"Parameter lr {NOT_OF_A_GRID}",
        ),
        (
            {"method": "grid", "parameters": {"n": {"parameters": {"lr": {"distribution": "normal"}}}}},
            f"Parameter n.wbnest[599c28ca25da].lr {NOT_OF_A_GRID}",
        ),
        ({"method": "random", "parameters": {"a": {"min": 3, "max": 1}}}, "a: min 3 is not less than max 1"),
        (
            {"method": "random", "parameters": {"n": {"parameters": {"a": {"min": 3, "max": 1}}}}},
            "n.wbnest[599c28ca25da].a: min 3 is not less than max 1",
        ),
        ({"method": "bayes", "parameters": {"a": {"values": [1]}}}, 'Bayesian search requires "metric" section'),
        (
            {"method": "bayes", "metric": {"name": "l"}, "parameters": ONE},
            "Need at least one searchable parameter for bayes search.",
        ),
        (
            {"method": "bayes", "metric": "l", "parameters": {"a": {"values": [1]}}},
            "invalid type for metric: expected dict, got <class 'str'>",
        ),
        (
            {"method": "bayes", "metric": {"name": 3}, "parameters": {"a": {"values": [1]}}},
            "3 is not of type 'string'",
        ),
        (
            {"method": "grid", "parameters": [1]},
            "Parameters section of sweep config must be a dict of at least length 1",
        ),
        (
            {"method": "random", "parameters": {"a": {"distribution": "q_uniform", "min": 0, "max": 1, "q": 0}}},
            "invalid hyperparameter configuration: a",
        ),
    ],
)
def test_refusals(config: dict[str, Any], expected: str) -> None:
    with pytest.raises(sweeps.Invalid) as caught:
        sweeps.configs(config, "", [])
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"method": "grid", "parameters": {"x": 3}}, "Invalid configuration for hyperparameter 'x'"),
        ({"method": "grid", "parameters": [1]}, "AttributeError: 'list' object has no attribute 'items'"),
        ({"method": "grid", "scheduler": {"engine": [1]}, "parameters": ONE}, "TypeError: unhashable type: 'list'"),
    ],
)
def test_what_the_engine_cannot_even_warn_of_is_refused(config: dict[str, Any], expected: str) -> None:
    with pytest.raises(sweeps.Invalid) as caught:
        sweeps.warnings(config)
    assert str(caught.value) == expected


# --------------------------------------------------------------------------- what the client sends


def test_client_fills_in_distributions_of_bare_ranges_only() -> None:
    given = {
        "method": "random",
        "parameters": {
            "whole": {"min": 1, "max": 3},
            "real": {"min": 0.0, "max": 1.0},
            "named": {"min": 0, "max": 1, "distribution": "uniform"},
            "half": {"min": 0},
            "nested": {"parameters": {"inner": {"min": 1, "max": 2}}},
        },
    }
    sent = sweeps.prepared(given)["parameters"]
    assert sent["whole"] == {"min": 1, "max": 3, "distribution": "int_uniform"}
    assert sent["real"] == {"min": 0.0, "max": 1.0, "distribution": "uniform"}
    assert sent["named"] == {"min": 0, "max": 1, "distribution": "uniform"}
    assert sent["half"] == {"min": 0}
    assert sent["nested"] == {"parameters": {"inner": {"min": 1, "max": 2}}}
    assert "distribution" not in given["parameters"]["whole"]  # type: ignore[index]


def test_client_sends_json_with_sorted_keys() -> None:
    sent = sweeps.prepared({"parameters": {"b": {"values": (1, 2)}, "a": {"value": {2: 1, 1: 2}}}, "method": "grid"})
    assert sent == {"method": "grid", "parameters": {"a": {"value": {"1": 2, "2": 1}}, "b": {"values": [1, 2]}}}
    assert list(sent["parameters"]["a"]["value"]) == ["1", "2"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s", (None, None, "s")),
        ("p/s", (None, "p", "s")),
        ("e/p/s", ("e", "p", "s")),
        ("//s", (None, None, "s")),
        ("", (None, None, "")),
        ("a/b/c/d", "Expected sweep_id in form of sweep, project/sweep, or entity/project/sweep"),
        (None, "Expected string sweep_id"),
    ],
)
def test_path_of_a_sweep(path: Any, expected: Any) -> None:
    assert sweeps.path_parts(path) == expected


def test_client_sends_what_has_no_parameters() -> None:
    assert sweeps.prepared({"method": "grid"}) == {"method": "grid"}


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 1.0, 2.5, 1e30, 1e-7, float("inf"), float("-inf"), "é: #", "1", "", [1, [{}]], {"a: b": [None]}],
)
def test_values_are_read_as_yaml_reads_them(value: Any) -> None:
    yaml = pytest.importorskip("yaml")
    text = sending.as_yaml(value)
    assert "\n" not in text
    read = yaml.safe_load(text)
    assert (read, type(read)) == (value, type(value))


def test_what_is_no_number_is_read_as_yaml_reads_it() -> None:
    assert math.isnan(pytest.importorskip("yaml").safe_load(sending.as_yaml(math.nan)))


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (5, {"description": "nothing to check", "type": "number"}),
        (5, {"propertyNames": {"pattern": "a"}}),
        ("a", {"items": {"type": "number"}}),
        ([1], {"dependencies": {"a": ["b"]}}),
        ("a", {"minimum": 3}),
        (5, {"minItems": 1}),
    ],
)
def test_a_keyword_asks_nothing_of_values_of_other_types(value: Any, schema: dict[str, Any]) -> None:
    # As JSON Schema says (draft 7, sections 6.1 to 6.5).
    assert list(json_schema.problems(value, schema)) == []

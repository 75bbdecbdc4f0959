"""A wrong rule is caught: put in the place of the right one, it lets a scenario differ from the real client."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from tests.comparison import differences, observe_patched, observe_real, scenario_task
from tests.oracle import RealClient

pytest.importorskip("wandb")
pytestmark = pytest.mark.needs_wandb

Rule = Callable[..., Any]


class Wrong(NamedTuple):
    """A rule by its name below `wandb_testkit.rules`, what makes a wrong one of it, and who should notice."""

    place: str
    spoil: Callable[[Rule], Rule]
    scenario: str


def nothing(right: Rule) -> Rule:
    """Nothing follows."""
    return lambda *arguments, **keywords: ()


def commit_flips(right: Rule) -> Rule:
    def log(replay: Any, row: Any, step: Any, commit: Any, time: float, **options: Any) -> None:
        right(replay, row, step, None if commit is None else not commit, time, **options)

    return log


def a_step_commits(right: Rule) -> Rule:
    def log(replay: Any, row: Any, step: Any, commit: Any, time: float, **options: Any) -> None:
        right(replay, row, step, True if commit is None else commit, time, **options)

    return log


def late_rows_are_kept(right: Rule) -> Rule:
    def go_to(replay: Any, step: int, row: dict[str, Any]) -> bool:
        replay._flush(step)
        return True

    return go_to


def one_too_many(right: Rule) -> Rule:
    """The number that is the last argument is one more."""
    return lambda *arguments: right(*arguments[:-1], arguments[-1] + 1)


def counting_from_one(right: Rule) -> Rule:
    return lambda replay, starting_step=0, **options: right(replay, starting_step + 1, **options)


def shallow(right: Rule) -> Rule:
    """Dicts replace dicts."""
    return lambda into, other: into.update(other)


def renamed(**names: str) -> Callable[[Rule], Rule]:
    """What the rule answers has other names."""

    def spoil(right: Rule) -> Rule:
        def rule(*arguments: Any) -> Any:
            answer = right(*arguments)
            return {names.get(name, name): value for name, value in answer.items()} if type(answer) is dict else answer

        return rule

    return spoil


def without(name: str) -> Callable[[Rule], Rule]:
    """What the rule answers lacks one name."""
    return lambda right: lambda *arguments: {key: value for key, value in right(*arguments).items() if key != name}


def globs_beat_names(right: Rule) -> Rule:
    def expand(metrics: Any, row: dict[str, Any]) -> Any:
        if metrics._globs:
            metrics._exact.clear()
        return right(metrics, row)

    return expand


def nothing_is_replaced(right: Rule) -> Rule:
    return lambda metric, definition: right(metric, definition._replace(overwrite=None))


def booleans_count(right: Rule) -> Rule:
    return lambda summary, value: right(summary, float(value) if type(value) is bool else value)


def kinds_stay(right: Rule) -> Rule:
    def assign(summary: Any, value: Any) -> None:
        kinds = summary.kinds
        right(summary, value)
        summary.kinds = kinds

    return assign


def statistics_go_too(right: Rule) -> Rule:
    return lambda summary: summary.__init__()


def every_change_is_allowed(right: Rule) -> Rule:
    return lambda *arguments, **options: right(*arguments, **{**options, "allow_val_change": True})


def no_event(kind: str) -> Callable[[Rule], Rule]:
    """Events of one kind change nothing."""

    def spoil(right: Rule) -> Rule:
        return lambda state, event: None if type(event).__name__ == kind else right(state, event)

    return spoil


def every_end_is_good(right: Rule) -> Rule:
    def apply(state: Any, event: Any) -> None:
        right(state, event._replace(exit_code=0) if type(event).__name__ == "Finished" else event)

    return apply


def session_wins(right: Rule) -> Rule:
    return lambda session, given: right({**session}, {**given, **session})


WRONG_RULES = {
    "commit flips": Wrong("history.RunReplay.log", commit_flips, "log_commit_false_collects"),
    "a step commits": Wrong("history.RunReplay.log", a_step_commits, "log_step_leaves_the_row_open"),
    "dropped rows are kept": Wrong("history.RunReplay._go_to", late_rows_are_kept, "log_older_step_is_dropped"),
    "a step is left out": Wrong("history.RunReplay._flush", one_too_many, "log_commit_false_collects"),
    "steps begin at one": Wrong("history.RunReplay.__init__", counting_from_one, "log_steps_by_itself"),
    "open rows are lost": Wrong("history.RunReplay.finish", nothing, "log_commit_false_is_flushed_at_finish"),
    "open rows merge flat": Wrong("history.merge", shallow, "log_pending_nested_dicts_merge"),
    "step metrics are not filled in": Wrong("metrics.Metrics.insert_steps", nothing, "metric_step_sync_fills_in"),
    "globs match nothing": Wrong("metrics.Metrics.expand", nothing, "metric_glob"),
    "globs beat exact names": Wrong("metrics.Metrics.expand", globs_beat_names, "metric_exact_name_beats_glob"),
    "dots are never escaped": Wrong(
        "history.summary_path", lambda right: lambda name: tuple(name.split(".")), "metric_dots_and_escapes"
    ),
    "hidden is not sent": Wrong("metrics.Metric.as_dict", without("hidden"), "metric_hidden"),
    "overwrite is ignored": Wrong("metrics.Metric.merged", nothing_is_replaced, "metric_overwrite"),
    "min is max": Wrong("summary.MetricSummary.value", renamed(min="max", max="min"), "metric_summary_kinds"),
    "mean is last": Wrong("summary.MetricSummary.value", renamed(mean="last", last="mean"), "metric_summary_kinds"),
    "booleans are numbers": Wrong("summary.MetricSummary.update", booleans_count, "metric_summary_of_odd_values"),
    "kinds outlive a value set by hand": Wrong(
        "summary.MetricSummary.assign", kinds_stay, "summary_hand_value_switches_kinds_off"
    ),
    "a deleted minimum begins again": Wrong(
        "summary.MetricSummary.clear", statistics_go_too, "summary_delete_keeps_the_running_minimum"
    ),
    "summary keys cannot be deleted": Wrong("summary.RunSummary.remove", nothing, "summary_delete"),
    "nothing is summed up by hand": Wrong("summary.RunSummary.assign", nothing, "summary_assignment"),
    "summary kinds are ignored": Wrong("summary.RunSummary.configure", nothing, "metric_summary_kinds"),
    "config values can be changed": Wrong("config.sanitize", every_change_is_allowed, "config_changing_a_value"),
    "config locks do not hold": Wrong("lifecycle.RunState.apply", no_event("ConfigLocked"), "config_update_locked"),
    "locked dicts merge flat": Wrong("config.merged", lambda right: lambda old, new: new, "config_merge_locked"),
    "the config is not sent": Wrong("lifecycle.RunState.apply", no_event("ConfigSent"), "config_setting"),
    "every run ends well": Wrong("lifecycle.RunState.apply", every_end_is_good, "with_block_that_raises"),
    "the environment beats arguments": Wrong("settings.init._merged", session_wins, "environment_loses_to_arguments"),
}


@pytest.fixture(scope="module")
def client() -> Iterator[RealClient]:
    with RealClient() as real:
        yield real


@pytest.mark.parametrize("rule", WRONG_RULES)
def test_a_wrong_rule_is_caught(rule: str, monkeypatch: pytest.MonkeyPatch, client: RealClient) -> None:
    place, spoil, scenario = WRONG_RULES[rule]
    task = scenario_task(scenario)
    real = observe_real(client, [task])[0]
    assert not differences(real, observe_patched(task)), "the scenario differs before the rule is broken"
    path, _, name = place.rpartition(".")
    owner = pkgutil.resolve_name(f"wandb_testkit.rules.{path}")
    monkeypatch.setattr(owner, name, spoil(getattr(owner, name)))
    assert differences(real, observe_patched(task)), f"no one would notice that {rule}"

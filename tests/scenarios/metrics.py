"""`define_metric`: summaries, custom x-axes, globs, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

from tests.scenarios import Observer, scenario


def see(obs: Observer, run: Any, *names: str) -> None:
    """Note the live summary of some metrics."""
    for name in names:
        value = run.summary.get(name)
        obs.read(f"summary of {name}", value)


@scenario
def metric_plain(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        metric = run.define_metric("loss")
        obs.read("type", type(metric).__name__)
        obs.read("name", metric.name)
        run.log({"loss": 1})


@scenario
def metric_at_module_level(wandb: Any, obs: Observer) -> None:
    wandb.init()
    metric = wandb.define_metric("loss", summary="min", hidden=True)
    obs.read("attributes", [metric.name, metric.summary, metric.hidden, metric.step_metric, metric.step_sync])
    wandb.log({"loss": 3})
    wandb.finish()


@scenario
def metric_summary_kinds(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for kind in ("min", "max", "mean", "last", "first", "none", "copy", "best"):
            with obs.raises(kind):
                run.define_metric(f"m-{kind}", summary=kind)
        for value in (3, 1, 5, 2):
            run.log({f"m-{kind}": value for kind in ("min", "max", "mean", "last", "first", "none", "copy", "best")})
        see(obs, run, "m-min", "m-max", "m-mean", "m-last", "m-first", "m-none", "m-copy", "m-best")


@scenario
def metric_summary_several(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", summary="min,max")
        run.define_metric("b", summary="min,max,mean,last,first")
        run.define_metric("c", summary="max,none")
        with obs.raises("spaces"):
            run.define_metric("d", summary=" min , max ")
        for value in (1.5, -2, 4):
            run.log({"a": value, "b": value, "c": value, "d": value})
        see(obs, run, "a", "b", "c", "d")


@scenario
def metric_bad_summaries(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for summary in ("maximum", "", "min;max", "MIN", "min,", ",", 3, True, ["min"], ("min",)):
            with obs.raises(f"summary={summary!r}"):
                run.define_metric("m", summary=summary)


@scenario
def metric_bad_names(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for name in ("", None, 3, b"a", "*", "a*b", "**", "*a", "a/*", "a*", "a.*", ["a"]):
            with obs.raises(f"name={name!r}"):
                run.define_metric(name)


@scenario
def metric_bad_step_metrics(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for step_metric in ("", 3, "a*", "*", True, ["x"], "_step", "m"):
            with obs.raises(f"step_metric={step_metric!r}"):
                run.define_metric("m", step_metric=step_metric)


@scenario
def metric_bad_flags(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for keyword in ("step_sync", "hidden", "overwrite"):
            for value in ("yes", 1, 0, None, False, True):
                with obs.raises(f"{keyword}={value!r}"):
                    run.define_metric(f"m-{keyword}", **{keyword: value})


@scenario
def metric_unknown_keywords(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for keyword, value in (("goal", "minimize"), ("step", "x"), ("summry", "min")):
            with obs.raises(keyword):
                run.define_metric("m", **{keyword: value})
        with obs.raises("no name"):
            run.define_metric()


@scenario
def metric_positional_arguments(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("m", "epoch", False, True, "max")
        run.log({"m": 1, "epoch": 1})
        run.log({"m": 0})


@scenario
def metric_hidden(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("m", hidden=True)
        run.log({"m": 1})
        see(obs, run, "m")


@scenario
def metric_step_metric(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("epoch")
        run.define_metric("loss", step_metric="epoch")
        for epoch in range(3):
            run.log({"epoch": epoch * 10, "loss": 1 / (epoch + 1)})


@scenario
def metric_step_metric_as_an_object(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        epoch = run.define_metric("epoch")
        metric = run.define_metric("loss", step_metric=epoch)
        obs.read("step metric", metric.step_metric)
        run.log({"epoch": 3, "loss": 1})


@scenario
def metric_step_sync_fills_in(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("loss", step_metric="epoch")
        run.log({"loss": 1})
        run.log({"epoch": 4})
        run.log({"loss": 2})
        run.log({"epoch": 7.5, "loss": 3})
        run.log({"loss": 4, "other": 1})
        run.log({"other": 2})
        see(obs, run, "epoch", "loss")


@scenario
def metric_step_sync_off(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("loss", step_metric="epoch", step_sync=False)
        run.define_metric("acc", step_sync=True)
        run.log({"epoch": 1})
        run.log({"loss": 1, "acc": 1})


@scenario
def metric_step_values_of_other_types(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("loss", step_metric="epoch")
        for epoch in ("three", None, True, math.nan, [1], 2**70, {"a": 1}, 5):
            run.log({"epoch": epoch})
            run.log({"loss": 1})


@scenario
def metric_step_metric_is_nested(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("train.loss", step_metric="train.epoch")
        run.log({"train": {"loss": 1}})
        run.log({"train": {"epoch": 3}})
        run.log({"train": {"loss": 2}})


@scenario
def metric_step_metric_of_a_step_metric(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("b", step_metric="c")
        run.define_metric("a", step_metric="b")
        # A row with `a` alone would get `c` only if the client's walk over the row came by the `b` that it inserts.
        run.log({"c": 9, "b": 3})
        run.log({"a": 1, "b": 5})
        run.log({"b": 6})


@scenario
def metric_step_metric_is_itself(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", step_metric="a")
        run.log({"a": 1})
        run.log({"b": 1})


@scenario
def metric_glob(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("train/step")
        run.define_metric("train/*", step_metric="train/step", summary="max")
        run.log({"train/loss": 3, "train/step": 1, "val/loss": 5})
        run.log({"train/loss": 2, "train/acc": 0.5})
        see(obs, run, "train/loss", "train/step", "val/loss", "train/acc")


@scenario
def metric_glob_star(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("*", step_metric="epoch", summary="min")
        run.log({"a": 1, "_private": 2, "n": {"x": 3}})
        run.log({"epoch": 3, "a": 0})
        see(obs, run, "a", "_private", "n", "epoch")


@scenario
def metric_exact_name_beats_glob(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a/*", summary="max")
        run.define_metric("a/x", summary="min")
        run.define_metric("b/x", summary="min")
        run.define_metric("b/*", summary="max")
        for value in (2, 1, 3):
            run.log({"a/x": value, "a/y": value, "b/x": value, "b/y": value})
        see(obs, run, "a/x", "a/y", "b/x", "b/y")


@scenario
def metric_glob_over_nested_names(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("train.*", summary="min")
        run.define_metric("val*", summary="max")
        for value in (2, 1, 3):
            run.log({"train": {"loss": value}, "val": {"loss": value}, "validity": value})
        obs.read("train", run.summary["train"]["loss"])
        see(obs, run, "validity")


@scenario
def metric_glob_defined_after_logging(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a/x": 1})
        run.define_metric("a/*", summary="max")
        see(obs, run, "a/x")
        run.log({"a/x": 0})
        see(obs, run, "a/x")


@scenario
def metric_glob_redefined(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a/*", summary="max")
        run.log({"a/x": 1})
        run.define_metric("a/*", summary="min")
        run.log({"a/x": 0, "a/y": 2})
        run.log({"a/x": 3, "a/y": 3})
        see(obs, run, "a/x", "a/y")


@scenario
def metric_dots_and_escapes(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("nested.loss", summary="min")
        run.define_metric("flat\\.loss", summary="min")
        for value in (1, 2):
            run.log({"nested": {"loss": value}, "nested.loss": value, "flat.loss": value, "flat": {"loss": value}})
        for name in ("nested.loss", "flat.loss"):
            see(obs, run, name)
        obs.read("nested", run.summary["nested"]["loss"])
        obs.read("flat", run.summary["flat"]["loss"])


@scenario
def metric_defined_after_logging(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for value in (2, 1, 3):
            run.log({"a": value, "b": value})
        run.define_metric("a", summary="min")
        see(obs, run, "a")
        run.define_metric("b", summary="mean")
        run.log({"a": 5})
        see(obs, run, "a", "b")


@scenario
def metric_defined_twice(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", summary="min")
        run.define_metric("a", summary="max", hidden=True)
        run.define_metric("a", step_metric="epoch")
        run.define_metric("a", hidden=False)
        for value in (2, 1, 3):
            run.log({"a": value})
        see(obs, run, "a")


@scenario
def metric_overwrite(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", summary="min", step_metric="epoch", hidden=True)
        run.log({"a": 1})
        run.define_metric("a", summary="max", overwrite=True)
        run.log({"a": 2})
        run.log({"a": 0})
        see(obs, run, "a")
        run.define_metric("b", summary="min")
        run.define_metric("b", overwrite=True)
        run.log({"b": 1})
        see(obs, run, "b")


@scenario
def metric_none_then_others(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", summary="none")
        run.log({"a": 1})
        see(obs, run, "a")
        run.define_metric("a", summary="max")
        see(obs, run, "a")
        run.log({"a": 0})
        see(obs, run, "a")
        run.log({"b": 5})
        run.define_metric("b", summary="none")
        see(obs, run, "b")


@scenario
def metric_summary_of_odd_values(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for kind in ("min", "max", "mean", "first", "last"):
            run.define_metric(kind, summary=kind)
        for value in ("text", 4, True, None, [1, 2], 2.5, math.nan, 3):
            run.log({kind: value for kind in ("min", "max", "mean", "first", "last")})
            see(obs, run, "min", "max", "mean", "first", "last")


@scenario
def metric_summary_of_infinity(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("m", summary="min,max,mean")
        for value in (1, math.inf, -math.inf):
            run.log({"m": value})
            see(obs, run, "m")


@scenario
def metric_summary_of_large_ints(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("m", summary="min,max,mean,last,first")
        for value in (2**53 + 1, 2**62, 2**64):
            run.log({"m": value})
        see(obs, run, "m")


@scenario
def metric_number_formats(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("m", summary="min,max,mean,last")
        for value in (1, 2.0, 0.5, 1e-7, 1e21):
            run.log({"m": value})
            see(obs, run, "m")


@scenario
def metric_summary_of_dicts(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("d", summary="min")
        run.log({"d": {"x": 1}})
        run.log({"d": {"x": 0}})
        obs.read("d", run.summary["d"]["x"])


@scenario
def metric_in_an_open_row(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"loss": 1}, commit=False)
        run.define_metric("loss", step_metric="epoch", summary="max")
        run.log({"loss": 0})
        see(obs, run, "loss")


@scenario
def metric_on_the_wandb_step(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("loss", step_metric="_step")
        run.log({"loss": 1})
        run.log({"loss": 2}, step=5)


@scenario
def metric_escaped_step_metric(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("loss", step_metric="a\\.b")
        run.define_metric("acc", step_metric="c.d")
        run.log({"a.b": 3, "c.d": 4})
        run.log({"loss": 1, "acc": 1})


@scenario
def metric_names_that_utf8_cannot_have(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("name"):
            run.define_metric("\ud800")
        with obs.raises("step"):
            run.define_metric("a", step_metric="\ud800")
        with obs.raises("summary key"):
            del run.summary["\ud800"]

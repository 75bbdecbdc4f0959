"""The assertion helpers: what they accept, and what their messages say."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from wandb_testkit import Recorder, patch_wandb


@pytest.fixture
def wandb(options: dict[str, Any]) -> Iterator[Any]:
    """The patched module; its recorder is at `recorder`, as on `MockWandB`."""
    with patch_wandb(**options) as recorder:
        import wandb

        yield mock.NonCallableMock(
            spec_set=["init", "recorder", "Artifact"], init=wandb.init, recorder=recorder, Artifact=wandb.Artifact
        )


@pytest.fixture
def recorder(wandb: Any) -> Recorder:
    return wandb.recorder  # type: ignore[no-any-return]


def message(assertion: Callable[..., None], *args: Any, **kwargs: Any) -> str:
    """Return what the assertion says when it fails."""
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **kwargs)
    return str(failure.value)


# --------------------------------------------------------------------------- assert_logged


def test_a_row_may_have_more_than_is_expected(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"loss": 0.5, "accuracy": 0.9, "train": {"f1": 0.7}})
    recorder.assert_logged({"loss": 0.5})
    recorder.assert_logged({"loss": 0.5, "train.f1": 0.7}, step=0)
    recorder.assert_logged({"train": {"f1": 0.7}})
    message(recorder.assert_logged, {"train": {}})


def test_the_whole_message_of_a_wrong_value(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    for loss in (0.9, 0.5, 0.2):
        run.log({"loss": loss, "train": {"accuracy": 1 - loss}})
    assert message(recorder.assert_logged, {"loss": 0.45, "train": {"accuracy": 0.5}}) == (
        "{'loss': 0.45, 'train': {'accuracy': 0.5}} was not logged.\n"
        "The nearest row, at step 1, differs (- expected, + recorded):\n"
        "  - 'loss': 0.45\n"
        "  + 'loss': 0.5\n"
        "All rows (3):\n"
        "  {'_step': 0, 'loss': 0.9, 'train': {'accuracy': 0.09999999999999998}}\n"
        "  {'_step': 1, 'loss': 0.5, 'train': {'accuracy': 0.5}}\n"
        "  {'_step': 2, 'loss': 0.2, 'train': {'accuracy': 0.8}}"
    )


def test_the_difference_names_the_innermost_key(wandb: Any, recorder: Recorder) -> None:
    wandb.init().log({"a": {"b": {"c": 1, "d": 2}, "more": 0}, "l": [1, 2, 3, 4, 5, 6]})
    lines = message(recorder.assert_logged, {"a": {"b": {"c": 1, "d": 3}}, "l": [1, 2, 3, 4, 0, 6]}).splitlines()
    assert lines[2:7] == [
        "  - 'a.b.d': 3",
        "  + 'a.b.d': 2",
        "  + 'a.more': 0 (not expected)",
        "  - 'l[4]': 0",
        "  + 'l[4]': 5",
    ]


def test_what_looks_the_same_differs_in_its_kind(wandb: Any, recorder: Recorder) -> None:
    class Like:
        def __repr__(self) -> str:
            return "1"

    wandb.init().log({"a": 1})
    lines = message(recorder.assert_logged, {"a": Like()}).splitlines()
    assert lines[2:4] == ["  - 'a': 1 (Like)", "  + 'a': 1 (int)"]


def test_a_wrong_step_is_told(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    for step in (3, 7):
        run.log({"loss": step / 10}, step=step)
    run.finish()
    lines = message(recorder.assert_logged, {"loss": 0.7}, step=3).splitlines()
    assert lines[:5] == [
        "{'loss': 0.7} was not logged at step 3.",
        "The nearest row, at step 3, differs (- expected, + recorded):",
        "  - 'loss': 0.7",
        "  + 'loss': 0.3",
        "It was logged at step 7, not 3.",
    ]
    recorder.assert_logged({"loss": 0.7}, step=7)


@pytest.mark.parametrize(
    ("expected", "meant"),
    [("los", "loss"), ("accuracy", "train.accuracy"), ("train/accuracy", "train.accuracy"), ("LOSS", "loss")],
)
def test_a_misspelt_or_nested_key_is_told(wandb: Any, recorder: Recorder, expected: str, meant: str) -> None:
    wandb.init().log({"loss": 1.0, "train": {"accuracy": 0.5}})
    lines = message(recorder.assert_logged, {expected: 1.0}).splitlines()
    assert lines[1] == f"No row has {expected!r}; did you mean {meant!r}?"
    lines = message(recorder.assert_logged, {"loss": 1.0, expected: 1.0}).splitlines()
    assert lines[2] == f"  - {expected!r}: 1.0 (not there; did you mean {meant!r}?)"


def test_a_key_like_no_other_gets_no_suggestion(wandb: Any, recorder: Recorder) -> None:
    wandb.init().log({"loss": 1.0})
    assert message(recorder.assert_logged, {"zzz": 1}).splitlines()[1] == "No row has 'zzz'."


def test_a_pending_row_is_told(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"val": 1}, commit=False)
    assert message(recorder.assert_logged, {"val": 1}) == (
        "{'val': 1} was not logged.\n"
        "It is in the row at step 0 that is still pending: no commit, no later step and no finish came after it"
        " (run.pending).\n"
        "No rows were recorded."
    )
    run.finish()
    recorder.assert_logged({"val": 1})


def test_a_dropped_row_is_told(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"a": 1}, step=5)
    run.log({"b": 2}, step=3)
    assert (
        "The client dropped it: it was logged at step 3 after step 5 (run.dropped)."
        in message(recorder.assert_logged, {"b": 2}).splitlines()
    )


def test_a_missing_or_disabled_run_is_told(wandb: Any, recorder: Recorder) -> None:
    no_run = "No run was recorded: wandb.init() was not called inside the patch, or it raised."
    assert message(recorder.assert_logged, {"a": 1}) == f"{{'a': 1}} was not logged.\n{no_run}\nNo rows were recorded."
    assert message(recorder.assert_init) == message(recorder.assert_finished) == no_run
    assert message(recorder.assert_config, a=1) == f"There is no config. {no_run}"
    assert message(recorder.assert_summary, a=1) == f"There is no summary. {no_run}"
    assert no_run in message(recorder.assert_artifact_logged, "a")
    run = wandb.init(mode="disabled", project="p")
    run.log({"a": 1})
    told = f"Run p/{run.id} is disabled (mode 'disabled', WANDB_MODE or settings): nothing of it is sent."
    assert told in message(recorder.assert_logged, {"a": 1})
    assert message(recorder.assert_finished) == told


def test_values_of_several_rows_are_told(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"a": 1})
    run.log({"b": 2})
    assert (
        "No one row has all of it: 'a' at step 0, 'b' at step 1. Rows of one step join: log(..., commit=False), or"
        " the same step=." in message(recorder.assert_logged, {"a": 1, "b": 2})
    )


def test_rounding_is_told(wandb: Any, recorder: Recorder) -> None:
    wandb.init().log({"a": 0.1 + 0.2})
    assert "expect pytest.approx(...)" in message(recorder.assert_logged, {"a": 0.3})
    recorder.assert_logged({"a": pytest.approx(0.3)})
    assert "pytest.approx" not in message(recorder.assert_logged, {"a": 0.4})


def test_several_runs_are_told_apart(wandb: Any, recorder: Recorder) -> None:
    for number, name in enumerate(["first", "second"]):
        with wandb.init(project="p", id=name, name=f"the {name}") as run:
            run.log({"a": number})
    recorder.assert_logged({"a": 1})
    for named in ("second", "the second", run, recorder.run):
        recorder.assert_logged({"a": 1}, run=named)
    text = message(recorder.assert_logged, {"a": 1}, run="first")
    assert "Run p/second logged it: name that run, or none." in text
    text = message(recorder.assert_logged, {"a": 5})
    assert "The nearest row of run p/second, at step 0, differs" in text
    assert "  p/first: {'_step': 0, 'a': 0}" in text.splitlines()


def test_a_message_stays_short(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init(config={f"key{i}": "x" * 1000 for i in range(500)})
    for i in range(1000):
        run.log({"loss": i, "text": "x" * 5000, "list": list(range(50)), "deep": {"er": {"still": ["y" * 900]}}})
    text = message(recorder.assert_logged, {"loss": 500.5})
    assert "Rows 497 to 504 of 1000:" in text or "Rows 498 to 505 of 1000:" in text
    assert len(text) < 4000
    assert len(message(recorder.assert_logged, {f"k{i}": i for i in range(5000)})) < 4000
    assert len(message(recorder.assert_logged, {"list": list(range(1, 51))})) < 5000
    assert len(message(recorder.assert_config, key3="y" * 10**6)) < 4000
    assert len(message(recorder.assert_summary, text="y" * 10**6)) < 4000
    assert len(message(recorder.assert_not_logged, "text")) < 1000
    assert len(message(recorder.assert_no_runs)) < 1000


# --------------------------------------------------------------------------- what values may be


def test_any_approx_and_predicates_compare_as_they_do(wandb: Any, recorder: Recorder) -> None:
    class Positive:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, float) and other > 0

        __hash__ = None  # type: ignore[assignment]

    run = wandb.init(config={"lr": 0.1, "nested": {"x": 1.0}})
    run.log({"a": 0.1 + 0.2, "b": {"x": 1.0, "y": [0.1 + 0.2]}, "text": "t"})
    recorder.assert_logged({"a": mock.ANY, "text": mock.ANY})
    recorder.assert_logged({"a": pytest.approx(0.3), "b": {"x": Positive(), "y": [pytest.approx(0.3)]}})
    recorder.assert_logged({"b.y": pytest.approx([0.3])}, step=mock.ANY)
    recorder.assert_config({"lr": Positive(), "nested": pytest.approx({"x": 1.0})})
    recorder.assert_summary(a=Positive(), text=mock.ANY)
    message(recorder.assert_logged, {"missing": mock.ANY})
    message(recorder.assert_logged, {"text": Positive()})
    message(recorder.assert_logged, {"a": pytest.approx(0.31)})


def test_nan_is_nan(wandb: Any, recorder: Recorder) -> None:
    wandb.init().log({"a": float("nan"), "b": 1.0})
    recorder.assert_logged({"a": float("nan")})
    message(recorder.assert_logged, {"b": float("nan")})


def test_numpy_values_compare_by_value(wandb: Any, recorder: Recorder) -> None:
    numpy = pytest.importorskip("numpy")
    run = wandb.init(config={"weights": numpy.arange(3)})
    run.log({"array": numpy.arange(3.0), "scalar": numpy.float32(0.5), "n": {"array": numpy.ones((2, 2))}})
    recorder.assert_logged({"array": numpy.arange(3.0), "scalar": numpy.float32(0.5)})
    recorder.assert_logged({"array": [0, 1, 2], "scalar": 0.5, "n.array": numpy.ones((2, 2))})
    recorder.assert_logged({"array": pytest.approx(numpy.arange(3.0))})
    recorder.assert_config(weights=numpy.arange(3))
    recorder.assert_summary(scalar=numpy.float64(0.5))
    message(recorder.assert_logged, {"array": numpy.arange(4.0)})
    message(recorder.assert_logged, {"array": numpy.zeros(3)})
    message(recorder.assert_logged, {"scalar": numpy.float32(0.25)})


def test_a_predicate_that_raises_is_not_hidden(wandb: Any, recorder: Recorder) -> None:
    class Broken:
        def __eq__(self, other: object) -> bool:
            raise OSError("broken")

        __hash__ = None  # type: ignore[assignment]

    wandb.init().log({"a": 1})
    with pytest.raises(OSError, match="broken"):
        recorder.assert_logged({"a": Broken()})


# --------------------------------------------------------------------------- vacuous questions


@pytest.mark.parametrize(
    "question",
    [
        lambda recorder: recorder.assert_logged({}),
        lambda recorder: recorder.assert_not_logged(""),
        lambda recorder: recorder.assert_config(),
        lambda recorder: recorder.assert_config({}),
        lambda recorder: recorder.assert_summary(),
        lambda recorder: recorder.assert_init(config={}),
        lambda recorder: recorder.assert_init(projcet="p"),
        lambda recorder: recorder.assert_logged({"a": 1}, run="unknown"),
        lambda recorder: recorder.assert_not_logged("a", run="unknown"),
        lambda recorder: recorder.assert_config(a=1, run="unknown"),
        lambda recorder: recorder.assert_summary(a=1, run="unknown"),
        lambda recorder: recorder.assert_finished(run="unknown"),
        lambda recorder: recorder.assert_init(run="unknown"),
        lambda recorder: recorder.assert_artifact_logged("a", run="unknown"),
    ],
)
def test_a_question_that_cannot_fail_or_names_nothing_is_an_error(
    wandb: Any, recorder: Recorder, question: Callable[[Recorder], None]
) -> None:
    with wandb.init(config={"a": 1}) as run:
        run.log({"a": 1})
    before = recorder.to_dict()
    with pytest.raises(ValueError, match=r"could not fail|no run has|knows no"):
        question(recorder)
    assert recorder.to_dict() == before


@pytest.mark.parametrize(
    "question",
    [
        lambda recorder: recorder.assert_logged("loss"),
        lambda recorder: recorder.assert_logged(["loss"]),
        lambda recorder: recorder.assert_not_logged({"loss": 1}),
        lambda recorder: recorder.assert_config("lr"),
        lambda recorder: recorder.assert_summary(["lr"]),
        lambda recorder: recorder.assert_logged({"a": 1}, run=3),
    ],
)
def test_an_argument_of_the_wrong_kind_is_a_type_error(
    wandb: Any, recorder: Recorder, question: Callable[[Recorder], None]
) -> None:
    wandb.init().log({"loss": 1})
    with pytest.raises(TypeError, match=r"takes a"):
        question(recorder)


def test_an_unknown_attribute_of_init_is_told_with_the_next_step(wandb: Any, recorder: Recorder) -> None:
    wandb.init()
    with pytest.raises(ValueError, match="did you mean 'project'") as failure:
        recorder.assert_init(projcet="p")
    assert "recorder.mocks.init.assert_called_once_with" in str(failure.value)


# --------------------------------------------------------------------------- the other helpers


def test_init(wandb: Any, recorder: Recorder) -> None:
    wandb.init(project="mnist", tags=["b", "a"], config={"lr": 0.1, "opt": {"name": "adam"}}, name="n")
    recorder.assert_init()
    recorder.assert_init(project="mnist", tags=["a", "b"], config={"lr": 0.1, "opt.name": "adam"}, group=None)
    recorder.assert_init("n", project=mock.ANY)
    assert message(recorder.assert_init, project="cifar", tags=["a"], name="n", config={"lr": 0.2, "bs": 1}) == (
        "No run was started with {'project': 'cifar', 'tags': ['a'], 'name': 'n', 'config': {'lr': 0.2, 'bs': 1}}.\n"
        "The nearest one differs (- expected, + recorded):\n"
        "  - 'project': 'cifar'\n"
        "  + 'project': 'mnist'\n"
        "  - 'tags': ['a'] (1 items)\n"
        "  + 'tags': ['b', 'a'] (2 items)\n"
        "  - 'config.lr': 0.2\n"
        "  + 'config.lr': 0.1\n"
        "  - 'config.bs': 1 (not there)"
    )


def test_config_and_summary(wandb: Any, recorder: Recorder) -> None:
    for name in ("first", "second"):
        with wandb.init(project="p", id=name, config={"name": name, "opt": {"lr": 0.1}}) as run:
            run.log({"loss": 1.0, "name": name})
    recorder.assert_config({"opt.lr": 0.1}, name="second")
    recorder.assert_config(name="first", run="first")
    recorder.assert_summary({"loss": 1.0}, name="second")
    assert message(recorder.assert_config, name="first", optt=1) == (
        "The config of run p/second differs (- expected, + recorded):\n"
        "  - 'name': 'first'\n"
        "  + 'name': 'second'\n"
        "  - 'optt': 1 (not there; did you mean 'opt'?)\n"
        "All of it: {'name': 'second', 'opt': {'lr': 0.1}}"
    )
    assert "That is the summary of run p/first: name it with run=." in message(recorder.assert_summary, name="first")


def test_a_summary_that_waits_for_a_commit_is_told(wandb: Any, recorder: Recorder) -> None:
    wandb.init().log({"loss": 1.0}, commit=False)
    assert "still pending" in message(recorder.assert_summary, loss=1.0)


def test_finished(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init(project="p", id="r")
    assert message(recorder.assert_finished) == (
        "Run p/r is not finished (state 'running'). Call run.finish() or wandb.finish(), or use"
        " `with wandb.init() as run:`."
    )
    run.finish(exit_code=3)
    assert message(recorder.assert_finished) == "Run p/r finished with exit code 3, not 0."
    recorder.assert_finished(3)
    other = wandb.init(id="s", project="p")
    assert "p/s is not finished" in message(recorder.assert_finished, 3)
    recorder.assert_finished(3, run="r")
    other.finish()
    wandb.init(mode="disabled")
    recorder.assert_finished(run="s")


def test_not_logged_looks_at_pending_and_dropped_rows_too(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init(project="p", id="r")
    run.log({"a": {"b": 1}}, step=4)
    run.log({"late": 1}, step=2)
    run.log({"more": 1}, step=5)
    run.log({"a": {"b": 2}}, step=6)
    run.log({"waits": 1}, step=7)
    recorder.assert_not_logged("b")
    recorder.assert_not_logged("lat")
    assert message(recorder.assert_not_logged, "a.b") == (
        "'a.b' was logged by run p/r, at step 4 (and 1 more times): {'_step': 4, 'a': {'b': 1}}"
    )
    assert "in a row that the client dropped (step 2)" in message(recorder.assert_not_logged, "late")
    assert "in the row that is pending" in message(recorder.assert_not_logged, "waits")


def test_no_runs(wandb: Any, recorder: Recorder) -> None:
    recorder.assert_no_runs()
    wandb.init(mode="disabled")
    recorder.assert_no_runs()
    wandb.init(project="p", id="r")
    lines = message(recorder.assert_no_runs).splitlines()
    assert lines[:2] == ["No run was expected.", "All runs (1):"] and lines[2].startswith("  <RecordedRun p/r running")


def test_artifacts(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init(mode="offline")
    run.log_artifact(wandb.Artifact("model", "weights"), aliases=["best"])
    recorder.assert_artifact_logged("model")
    recorder.assert_artifact_logged("model", type="weights", aliases=["best"])
    recorder.assert_artifact_logged("model", aliases="best")
    text = message(recorder.assert_artifact_logged, "model", type="dataset", aliases=["worst"])
    assert text.splitlines()[:4] == [
        "No artifact was logged as {'name': 'model', 'type': 'dataset', 'aliases': ['worst']}.",
        "The nearest one differs (- expected, + recorded):",
        "  - 'type': 'dataset'",
        "  + 'type': 'weights'",
    ]
    message(recorder.assert_artifact_logged, "modle")


# --------------------------------------------------------------------------- the errors


def test_errors_can_be_pickled(wandb: Any, recorder: Recorder) -> None:
    from wandb_testkit import NoRun

    with pytest.raises(AssertionError) as failure:
        recorder.assert_logged({"a": 1})
    assert str(pickle.loads(pickle.dumps(failure.value))) == str(failure.value)
    with pytest.raises(NoRun) as missing:
        _ = recorder.run
    assert str(pickle.loads(pickle.dumps(missing.value))) == str(missing.value)


def test_test_runners_show_the_line_of_the_test(wandb: Any, recorder: Recorder) -> None:
    wandb.init(project="p")
    failing: list[Callable[[], None]] = [
        lambda: recorder.assert_logged({"a": 1}),
        lambda: recorder.assert_init(project="q"),
        lambda: recorder.assert_config(a=1),
        lambda: recorder.assert_summary(a=1),
        lambda: recorder.assert_finished(),
        lambda: recorder.assert_no_runs(),
        lambda: recorder.assert_artifact_logged("a"),
        lambda: recorder.assert_logged({}),
        lambda: recorder.assert_finished(run="unknown"),
    ]
    for fails in failing:
        with pytest.raises((AssertionError, ValueError)) as failure:
            fails()
        for frame, _ in traceback.walk_tb(failure.value.__traceback__):
            if frame.f_code.co_filename.endswith("assertions.py") and frame.f_code.co_filename != __file__:
                assert frame.f_locals.get("__tracebackhide__") is True, frame.f_code.co_name
                assert "__unittest" in frame.f_globals


def test_a_nested_key_that_is_not_there_is_named_by_its_path(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        wandb.init(project="p", config={"optimizer": {"name": "adam", "lr": {"start": 0.1}}})
        with pytest.raises(AssertionError, match=r"'optimizer\.lr\.end': 0\.01 \(not there\)"):
            recorder.assert_config({"optimizer": {"name": "adam", "lr": {"start": 0.1, "end": 0.01}}})


def test_what_is_nested_deeper_than_one_reads_is_cut(options: dict[str, Any]) -> None:
    deep: dict[str, Any] = {}
    for level in range(20):
        deep = {f"level{level}": deep}
    with patch_wandb(**options) as recorder:
        import wandb

        wandb.init(project="p", config={"a": 1})
        with pytest.raises(AssertionError) as caught:
            recorder.assert_config({"a": deep})
    assert "level19" in str(caught.value) and "{...}" in str(caught.value) and "level1'" not in str(caught.value)

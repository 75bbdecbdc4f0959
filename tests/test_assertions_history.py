"""The assertion helpers that look at whole histories: what they accept, and what their messages say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from wandb_testkit import Recorder, patch_wandb


@pytest.fixture
def recorder(options: dict[str, Any]) -> Iterator[Recorder]:
    with patch_wandb(**options) as recorder:
        yield recorder


@pytest.fixture
def wandb(recorder: Recorder) -> Any:
    import wandb

    return wandb


def message(assertion: Callable[..., None], *args: Any, **kwargs: Any) -> str:
    """Return what the assertion says when it fails."""
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **kwargs)
    return str(failure.value)


def log(wandb: Any, *rows: dict[str, Any], **options: Any) -> Any:
    with wandb.init(**options) as run:
        for row in rows:
            run.log(row)
    return run


# --------------------------------------------------------------------------- assert_history


def test_all_rows_in_order(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 3.0, "lr": 0.1}, {"loss": 2.0, "train": {"f1": 0.5}})
    recorder.assert_history([{"loss": 3.0}, {"loss": 2.0}])
    recorder.assert_history([{"loss": 3.0, "_step": 0}, {"train.f1": mock.ANY}])
    recorder.assert_history([{"loss": 3.0, "lr": 0.1}, {"loss": 2.0, "train.f1": 0.5}], partial=False)
    recorder.assert_history([{}, {}])


def test_the_whole_message_of_another_history(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 3.0}, {"loss": 2.0, "lr": 0.1}, {"loss": 1.0})
    assert message(recorder.assert_history, [{"loss": 3.0}, {"loss": 2.5}]) == (
        "The history differs (- expected, + recorded). 2 rows were expected, 3 recorded.\n"
        "  row 1, at step 1:\n"
        "  - 'loss': 2.5\n"
        "  + 'loss': 2.0\n"
        "  + row 2: {'_step': 2, 'loss': 1.0} (not expected)\n"
        "All rows (3):\n"
        "  {'_step': 0, 'loss': 3.0}\n"
        "  {'_step': 1, 'loss': 2.0, 'lr': 0.1}\n"
        "  {'_step': 2, 'loss': 1.0}"
    )


def test_other_keys_are_told_where_they_must_not_be(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 3.0, "lr": 0.1})
    assert "  + 'lr': 0.1 (not expected)" in message(recorder.assert_history, [{"loss": 3.0}], partial=False)


def test_a_row_that_is_not_there_is_explained(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"loss": 3.0})
    run.log({"loss": 2.0}, commit=False)
    text = message(recorder.assert_history, [{"loss": 3.0}, {"loss": 2.0}])
    assert "  - row 1: {'loss': 2.0} (not there)" in text
    assert "It is in the row at step 1 that is still pending" in text


def test_rows_between_are_told_with_the_assertion_that_allows_them(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 3.0}, {"other": 1}, {"loss": 2.0})
    text = message(recorder.assert_history, [{"loss": 3.0}, {"loss": 2.0}])
    assert "assert_logged_in_order() allows it" in text
    recorder.assert_logged_in_order([{"loss": 3.0}, {"loss": 2.0}])


def test_a_long_difference_has_an_end(wandb: Any, recorder: Recorder) -> None:
    log(wandb, *({"loss": number} for number in range(500)))
    text = message(recorder.assert_history, [{"loss": -1}] * 400)
    assert "... and 496 more rows" in text
    assert len(text) < 3000


@pytest.mark.parametrize("rows", [{"loss": 1}, "loss", 3, [1], ["loss"], None])
def test_a_history_is_a_list_of_dicts(wandb: Any, recorder: Recorder, rows: Any) -> None:
    log(wandb, {"loss": 1})
    for assertion in (recorder.assert_history, recorder.assert_logged_in_order):
        with pytest.raises(TypeError, match=r"list of rows|rows that are dicts"):
            assertion(rows)


def test_no_rows_of_no_run_is_no_history(recorder: Recorder) -> None:
    assert "No run was recorded" in message(recorder.assert_history, [])
    assert "No run was recorded" in message(recorder.assert_row_count, 0)
    assert "No run was recorded" in message(recorder.assert_nothing_dropped)
    assert "No run was recorded" in message(recorder.assert_nothing_after_finish)
    assert "No run was recorded" in message(recorder.assert_increasing, "loss")
    assert "No run was recorded" in message(recorder.assert_logged_keys, [])
    assert "No run was recorded" in message(recorder.assert_image, "x")


def test_no_rows_of_a_run_is_one(wandb: Any, recorder: Recorder) -> None:
    log(wandb)
    recorder.assert_history([])
    recorder.assert_row_count(0)


# --------------------------------------------------------------------------- assert_logged_in_order


def test_rows_one_after_the_other(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"phase": "train", "loss": 1}, {"phase": "val"}, {"phase": "train", "loss": 2}, {"phase": "test"})
    recorder.assert_logged_in_order([{"phase": "train"}, {"phase": "train"}, {"phase": "test"}])
    recorder.assert_logged_in_order([{"loss": 2}])


def test_the_whole_message_of_another_order(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"phase": "train"}, {"phase": "val"})
    assert message(recorder.assert_logged_in_order, [{"phase": "val"}, {"phase": "train"}]) == (
        "Row 1 of the 2 expected ones, {'phase': 'train'}, was not logged after the row at step 1.\n"
        "It was logged before, at step 0: the order is another one.\n"
        "All rows (2):\n"
        "  {'_step': 0, 'phase': 'train'}\n"
        "  {'_step': 1, 'phase': 'val'}"
    )


def test_one_row_is_not_two(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1})
    message(recorder.assert_logged_in_order, [{"loss": 1}, {"loss": 1}])


def test_the_nearest_row_from_there_on(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1.0}, {"loss": 0.52})
    text = message(recorder.assert_logged_in_order, [{"loss": 1.0}, {"loss": 0.5}])
    assert "The nearest row from there on, at step 1, differs (- expected, + recorded):\n  - 'loss': 0.5" in text


@pytest.mark.parametrize("rows", [[], [{}], [{"a": 1}, {}]])
def test_an_order_that_cannot_be_wrong(wandb: Any, recorder: Recorder, rows: Any) -> None:
    with pytest.raises(ValueError, match="could not fail"):
        recorder.assert_logged_in_order(rows)


# --------------------------------------------------------------------------- assert_row_count


def test_how_many_rows(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1}, {"loss": 2, "val": {"acc": 1}}, {"x": 0})
    recorder.assert_row_count(3)
    recorder.assert_row_count(2, key="loss")
    recorder.assert_row_count(1, key="val.acc")
    recorder.assert_row_count(0, key="y")
    recorder.assert_row_count(at_least=2, at_most=3)
    recorder.assert_row_count(at_most=0, key="y")


def test_the_whole_message_of_another_number(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"loss": 1}, step=4)
    run.log({"loss": 2}, step=3)
    run.log({"loss": 3}, step=5)
    assert message(recorder.assert_row_count, 3, key="loss") == (
        "1 row has 'loss', not 3.\n"
        "It is in the row at step 5 that is still pending: no commit, no later step and no finish came after it"
        " (run.pending).\n"
        "The client dropped it: it was logged at step 3 after step 4 (run.dropped).\n"
        "Steps must increase; a metric may have an axis of its own with run.define_metric().\n"
        "All rows (1):\n"
        "  {'_step': 4, 'loss': 1}"
    )
    assert message(recorder.assert_row_count, at_least=2, at_most=9).startswith(
        "1 row was logged, not at least 2 and at most 9.\n"
    )


def test_another_number_of_rows_may_be_that_of_a_key(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1, "lr": 1}, {"loss": 2, "lr": 1}, {"val": {"acc": 1}})
    text = message(recorder.assert_row_count, 2)
    assert "3 rows were logged, not 2.\nOf these, 2 have 'loss', 'lr': key= counts the rows that have a key.\n" in text
    assert "key= counts" not in message(recorder.assert_row_count, 5)
    text = message(recorder.assert_row_count, 2, key="los")
    assert "0 rows have 'los', not 2.\nNo row has 'los'; did you mean 'loss'?\n" in text


def test_too_many_rows_are_explained_by_none(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"loss": 1})
    run.log({"loss": 1}, commit=False)
    assert "pending" not in message(recorder.assert_row_count, 0)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, ValueError),
        ({"at_least": 0}, ValueError),
        ({"count": 1, "at_least": 1}, ValueError),
        ({"count": "1"}, TypeError),
        ({"count": True}, TypeError),
        ({"at_most": 1.5}, TypeError),
    ],
)
def test_a_question_for_a_number(
    wandb: Any, recorder: Recorder, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match="assert_row_count"):
        recorder.assert_row_count(**arguments)


# --------------------------------------------------------------------------- assert_logged_keys


def test_keys_and_no_others(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1, "train": {"f1": 1, "deep": {"x": 1}}}, {"acc": 1})
    recorder.assert_logged_keys({"loss", "acc", "train.f1", "train.deep.x"})
    recorder.assert_logged_keys(["loss", "acc", "train"])
    recorder.assert_logged_keys(["loss", "acc", "train.f1", "train.deep"])


def test_the_whole_message_of_other_keys(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1, "train/acc": 1}, {"extra": 1})
    assert message(recorder.assert_logged_keys, ["loss", "train.acc"]) == (
        "The keys that were logged differ (- expected, + recorded):\n"
        "  - 'train.acc' (not there; did you mean 'train/acc'?)\n"
        "  + 'extra' (not expected; first at step 1)\n"
        "  + 'train/acc' (not expected; first at step 0)\n"
        "All keys (3):\n"
        "  extra\n"
        "  loss\n"
        "  train/acc"
    )


def test_a_flat_key_with_a_dot_is_no_nested_one(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"train.loss": 1})
    recorder.assert_logged_keys(["train.loss"])
    message(recorder.assert_logged_keys, ["train"])


def test_keys_of_each_row(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1, "acc": 1}, {"loss": 1})
    recorder.assert_logged_keys({"loss", "acc"})
    text = message(recorder.assert_logged_keys, {"loss", "acc"}, each_row=True)
    assert "  row at step 1:\n  - 'acc' (not there)" in text


def test_a_key_that_is_pending_only(wandb: Any, recorder: Recorder) -> None:
    wandb.init().log({"loss": 1}, commit=False)
    assert "still pending" in message(recorder.assert_logged_keys, ["loss"])


@pytest.mark.parametrize("keys", ["loss", 3, {"loss": 1}, [1], None])
def test_keys_are_strings(wandb: Any, recorder: Recorder, keys: Any) -> None:
    with pytest.raises(TypeError, match="assert_logged_keys"):
        recorder.assert_logged_keys(keys)


# --------------------------------------------------------------------------- assert_increasing, assert_decreasing


def test_metrics_that_go_one_way(wandb: Any, recorder: Recorder) -> None:
    log(wandb, *({"loss": 1 / n, "epoch": n // 2, "n": {"x": n}} for n in range(1, 6)))
    recorder.assert_decreasing("loss")
    recorder.assert_decreasing("loss", strictly=True)
    recorder.assert_increasing("epoch")
    recorder.assert_increasing("n.x", strictly=True)


def test_the_whole_message_of_a_metric_that_turns(wandb: Any, recorder: Recorder) -> None:
    run = log(wandb, {"loss": 3}, {"loss": 2}, {"loss": 2.5}, project="p")
    assert message(recorder.assert_decreasing, "loss") == (
        f"'loss' of run p/{run.id} does not decrease: it rose from 2 at step 1 to 2.5 at step 2.\n"
        "All values (3):\n"
        "  step 0: 3\n"
        "  step 1: 2\n"
        "  step 2: 2.5"
    )
    assert "does not increase: it fell from 3 at step 0 to 2 at step 1." in message(recorder.assert_increasing, "loss")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 1], "stayed at 1 from step 0 to step 1; strictly=False allows that"),
        ([1, float("nan")], "is NaN at step 1"),
        ([float("nan"), 1], "is NaN at step 0"),
        ([1, "b"], "cannot be compared: 1 at step 0, 'b' at step 1"),
    ],
)
def test_what_is_no_way_at_all(wandb: Any, recorder: Recorder, values: list[Any], expected: str) -> None:
    log(wandb, *({"x": value} for value in values))
    assert expected in message(recorder.assert_increasing, "x", strictly=True)
    assert expected in message(recorder.assert_decreasing, "x", strictly=True)


def test_each_run_goes_its_own_way(wandb: Any, recorder: Recorder) -> None:
    for _ in range(2):
        log(wandb, {"loss": 2}, {"loss": 1})
    recorder.assert_decreasing("loss")


def test_one_value_goes_nowhere(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"train/loss": 1})
    assert "one value only" in message(recorder.assert_decreasing, "train/loss")
    assert "No row has 'loss'; did you mean 'train/loss'?" in message(recorder.assert_increasing, "loss")
    with pytest.raises(TypeError, match="assert_increasing"):
        recorder.assert_increasing(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="assert_decreasing"):
        recorder.assert_decreasing("")


# --------------------------------------------------------------------------- assert_image


@pytest.fixture
def image(wandb: Any) -> Callable[..., Any]:
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("PIL")
    return lambda **options: wandb.Image(numpy.zeros((4, 6, 3), dtype=numpy.uint8), **options)


def test_images(wandb: Any, recorder: Recorder, image: Callable[..., Any]) -> None:
    many = [image(caption="x"), image()]
    log(wandb, {"a": image(caption="one")}, {"many": many, "n": {"b": image()}}, {"bare": [image()]})
    recorder.assert_image("a", count=1, captions="one", size=(6, 4), step=0)
    recorder.assert_image("many", count=2, captions=["x", None], size=(6, 4))
    recorder.assert_image("n.b", captions=[None])
    recorder.assert_image("bare", count=1, captions=[None])
    with wandb.init() as run:
        run.summary["best"] = image(caption="best")
    recorder.assert_image("best", captions="best")


def test_the_whole_message_of_another_image(wandb: Any, recorder: Recorder, image: Callable[..., Any]) -> None:
    log(wandb, {"a": image(caption="one")}, {"a": image(caption="two")})
    assert message(recorder.assert_image, "a", captions="too", step=1) == (
        "No image was logged under 'a' with captions=['too'], step=1.\n"
        "The nearest one, at step 1, differs (- expected, + recorded):\n"
        "  - 'captions': ['too']\n"
        "  + 'captions': ['two']\n"
        "All images (2):\n"
        "  at step 0: {'count': 1, 'captions': ['one'], 'size': (6, 4)}\n"
        "  at step 1: {'count': 1, 'captions': ['two'], 'size': (6, 4)}"
    )
    assert "  - at step 7\n  + at step 0" in message(recorder.assert_image, "a", captions="one", step=7)


def test_what_is_under_the_key_instead(wandb: Any, recorder: Recorder, image: Callable[..., Any]) -> None:
    run = wandb.init()
    run.log({"val/sample": image(), "loss": 1})
    text = message(recorder.assert_image, "loss")
    assert "'loss' was logged at step 0, but as no image: 1" in text
    assert "did you mean 'val/sample'?" in message(recorder.assert_image, "sample")
    run.log({"late": image()}, commit=False)
    assert "still pending" in message(recorder.assert_image, "late")
    with pytest.raises(TypeError, match="assert_image"):
        recorder.assert_image(3)  # type: ignore[arg-type]


def test_no_images_at_all(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1})
    assert "No images were logged." in message(recorder.assert_image, "sample")


# --------------------------------------------------------------------------- losses


def test_nothing_dropped(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init(project="p")
    run.log({"a": 1}, step=5)
    recorder.assert_nothing_dropped()
    run.log({"a": 2}, step=3)
    text = message(recorder.assert_nothing_dropped)
    assert text == (
        "The client dropped 1 row, whose step was over.\n"
        "All dropped rows (1):\n"
        f"  step 3 after step 5 in run p/{run.id}: {{'a': 2}}\n"
        "Log steps in increasing order, or give the metric an axis of its own with run.define_metric();"
        " patch_wandb(strict_steps=True) shows the line that does it."
    )


def test_a_row_that_a_crash_took(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init(project="p")
    run.log({"a": 1}, commit=False)
    recorder.assert_nothing_dropped()
    recorder.crash()
    assert message(recorder.assert_nothing_dropped) == (
        f"Run p/{run.id} crashed before this row was committed: {{'_step': 0, 'a': 1}}"
    )


def test_nothing_after_finish(wandb: Any, recorder: Recorder) -> None:
    run = log(wandb, {"a": 1}, project="p")
    recorder.assert_nothing_after_finish()
    with pytest.raises(wandb.errors.UsageError):
        run.log({"a": 2})
    with pytest.raises(wandb.Error):
        wandb.log({"a": 3})
    assert message(recorder.assert_nothing_after_finish) == (
        "2 calls came when the run was finished; the client raises there, and sends nothing.\n"
        "All late calls (2):\n"
        f"  run p/{run.id}: log({{'a': 2}})\n"
        "  wandb: log({'a': 3})\n"
        "Finish the run last: run.finish() after the last log, or `with wandb.init() as run:` around all of them."
    )
    assert message(recorder.assert_nothing_after_finish, run=run).startswith("1 call came when")


def test_what_comes_before_the_first_run_is_not_after_one(wandb: Any, recorder: Recorder) -> None:
    with pytest.raises(wandb.Error):
        wandb.log({"a": 1})
    first = wandb.init()
    first.finish()
    second = wandb.init()
    wandb.log({"a": 1})
    second.alert("title", "text")
    second.finish()
    second.finish()
    recorder.assert_nothing_after_finish()


# --------------------------------------------------------------------------- messages of all


def test_a_value_under_a_key_that_is_much_like_it(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"train/loss": 0.5})
    text = message(recorder.assert_logged, {"loss": 0.5})
    assert "It was logged as 'train/loss', not 'loss'." in text
    assert "It was logged as" not in message(recorder.assert_logged, {"loss": 0.75})


def test_a_run_is_chosen_by_its_name(wandb: Any, recorder: Recorder) -> None:
    log(wandb, {"loss": 1}, name="first")
    log(wandb, {"loss": 2}, {"loss": 1}, name="second")
    recorder.assert_row_count(1, run="first")
    recorder.assert_history([{"loss": 2}, {"loss": 1}], run="second")
    recorder.assert_decreasing("loss", run="second")
    with pytest.raises(ValueError, match="no run has the id or name 'third'"):
        recorder.assert_row_count(1, run="third")

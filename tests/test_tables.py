"""`assert_table`: what a logged table held when it was logged, in both worlds, also after the patch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from wandb_testkit import Recorder, patch_wandb


@pytest.fixture
def patched(options: dict[str, Any]) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder."""
    with patch_wandb(**options) as recorder:
        import wandb

        yield wandb, recorder


def message(assertion: Callable[..., None], *args: Any, **kwargs: Any) -> str:
    """Return what the assertion says when it fails."""
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **kwargs)
    return str(failure.value)


def test_a_logged_table_is_found(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"t": wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]]), "n": {"t": wandb.Table(columns=["c"])}})
    recorder.assert_table("t")
    recorder.assert_table("t", columns=["a", "b"])
    recorder.assert_table("t", columns=("a", "b"), rows=[(1, "x"), [2, mock.ANY]], step=0, run=run)
    recorder.assert_table("n.t", columns=["c"], rows=[])


def test_it_can_be_asked_after_the_patch(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        with wandb.init() as run:
            run.log({"t": wandb.Table(columns=["a"], data=[[1.5]])})
    recorder.assert_table("t", columns=["a"], rows=[[1.5]])
    message(recorder.assert_table, "t", rows=[[2.5]])


def test_the_whole_message_of_another_table(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"t": wandb.Table(columns=["a"], data=[[0]])})
    run.log({"t": wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])})
    assert message(recorder.assert_table, "t", columns=["a", "c"], rows=[[1, "x"], [3, "y"], [4, "z"]]) == (
        "No table was logged under 't' with columns=['a', 'c'], rows=[[1, 'x'], [3, 'y'], [4, 'z']].\n"
        "The nearest one, at step 1, differs (- expected, + recorded):\n"
        "  - columns: ['a', 'c']\n"
        "  + columns: ['a', 'b']\n"
        "  - 3 rows\n"
        "  + 2 rows\n"
        "  - row 1: [3, 'y']\n"
        "  + row 1: [2, 'y']\n"
        "  - row 2: [4, 'z'] (not there)\n"
        "All tables (2):\n"
        "  at step 0: columns ['a'], 1 row: [[0]]\n"
        "  at step 1: columns ['a', 'b'], 2 rows: [[1, 'x'], [2, 'y']]"
    )


def test_what_differs_is_said(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"t": wandb.Table(columns=["a"], data=[[1], [2]])})
    assert "  - at step 3\n  + at step 0" in message(recorder.assert_table, "t", step=3)
    assert "  + row 1: [2] (not expected)" in message(recorder.assert_table, "t", rows=[[1]])
    assert "  - 1 rows\n  + 2 rows" in message(recorder.assert_table, "t", rows=[[1]])
    assert "  - row 0: ['1']\n  + row 0: [1]" in message(recorder.assert_table, "t", rows=[["1"], [2]])
    message(recorder.assert_table, "t", columns=["A"])
    message(recorder.assert_table, "t", columns=[])
    message(recorder.assert_table, "t", rows=[])


def test_long_differences_have_an_end(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    wandb.init().log({"t": wandb.Table(columns=["a"], data=[[number] for number in range(500)])})
    text = message(recorder.assert_table, "t", rows=[[number + 1] for number in range(500)])
    assert text.count("\n") < 40
    assert len(text) < 3000


def test_a_table_that_changes_later_was_logged_as_it_was(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    cell = {"deep": [1]}
    table = wandb.Table(columns=["a"], data=[[cell]], log_mode="MUTABLE")
    run.log({"t": table})
    cell["deep"].append(2)
    table.add_data({"deep": [3]})
    run.log({"t": table})
    table.add_data({"deep": [4]})
    recorder.assert_table("t", rows=[[{"deep": [1]}]], step=0)
    recorder.assert_table("t", rows=[[{"deep": [1, 2]}], [{"deep": [3]}]], step=1)
    message(recorder.assert_table, "t", rows=[[mock.ANY]] * 3)


def test_a_table_that_is_not_written_again_stays_what_it_was(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    table = wandb.Table(columns=["a"], data=[[1]])
    run.log({"t": table})
    table.add_data(2)  # the client warns that this has no effect on what is logged
    run.log({"t": table})
    recorder.assert_table("t", rows=[[1]], step=1)
    message(recorder.assert_table, "t", rows=[[1], [2]])


def test_a_table_that_grows_has_all_rows_so_far(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    table = wandb.Table(columns=["a"], log_mode="INCREMENTAL")
    for _ in range(3):
        table.add_data(7)
        run.log({"t": table})
    for number in range(3):
        recorder.assert_table("t", rows=[[7]] * (number + 1), step=number)


def test_tables_in_the_summary_lists_and_charts(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.summary["s"] = wandb.Table(columns=["a"], data=[[1]])
    run.summary["deep"] = {"s": wandb.Table(columns=["a"], data=[[2]])}
    run.log({"many": [wandb.Table(columns=["a"], data=[[3]]), wandb.Table(columns=["a"], data=[[4]])]})
    run.log({"chart": wandb.plot.line(wandb.Table(columns=["x", "y"], data=[[1, 2]]), "x", "y")})
    recorder.assert_table("s", rows=[[1]])
    recorder.assert_table("deep.s", rows=[[2]])
    recorder.assert_table("many", rows=[[3]])
    recorder.assert_table("many", rows=[[4]])
    recorder.assert_table("chart_table", columns=["x", "y"], rows=[[1, 2]])
    assert "in the summary" in message(recorder.assert_table, "s", rows=[[2]])
    assert "did you mean 'chart_table'?" in message(recorder.assert_table, "chart")


def test_media_in_a_table_are_the_objects_themselves(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    page, other = wandb.Html("a"), wandb.Html("b")
    wandb.init().log({"t": wandb.Table(columns=["id", "page"], data=[[1, page]])})
    recorder.assert_table("t", rows=[[1, page]])
    message(recorder.assert_table, "t", rows=[[1, other]])


def test_numbers_of_numpy(patched: tuple[Any, Recorder]) -> None:
    numpy = pytest.importorskip("numpy")
    wandb, recorder = patched
    array = numpy.arange(4).reshape(2, 2)
    row = numpy.ones(2)
    wandb.init().log({"t": wandb.Table(columns=["a", "b"], data=array), "v": wandb.Table(columns=["v"], data=[[row]])})
    row[0] = 5
    recorder.assert_table("t", rows=[[0, 1], [2, 3]])
    recorder.assert_table("t", rows=array)
    recorder.assert_table("v", rows=[[[1.0, 1.0]]])
    message(recorder.assert_table, "t", rows=array + 1)


def test_data_frames(patched: tuple[Any, Recorder]) -> None:
    pandas = pytest.importorskip("pandas")
    wandb, recorder = patched
    frame = pandas.DataFrame({"n": [1, 2], "t": ["x", "y"], "f": [0.5, float("nan")]})
    wandb.init().log({"frame": frame})
    frame.loc[0, "n"] = 9
    recorder.assert_table("frame", columns=["n", "t", "f"], rows=[[1, "x", 0.5], [2, "y", float("nan")]])


def test_no_table_at_all(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    assert "No run was recorded" in message(recorder.assert_table, "t")
    run = wandb.init()
    assert "No tables were logged." in message(recorder.assert_table, "t")
    run.log({"t": 0.5})
    assert "'t' was logged at step 0, but as no table: 0.5" in message(recorder.assert_table, "t")
    run.log({"other/table": wandb.Table(columns=["a"])})
    text = message(recorder.assert_table, "other_table")
    assert "Tables were logged under: 'other/table'; did you mean 'other/table'?" in text


def test_tables_that_were_not_sent(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"t": wandb.Table(columns=["a"])}, commit=False)
    assert "still pending" in message(recorder.assert_table, "t")
    run.log({"n": 1}, step=5)
    run.log({"n": 1, "late": wandb.Table(columns=["a"])}, step=3)
    recorder.assert_table("t")
    assert "dropped it" in message(recorder.assert_table, "late")
    run.finish()
    with wandb.init(mode="disabled") as run:
        run.log({"d": wandb.Table(columns=["a"])})
    assert "is disabled" in message(recorder.assert_table, "d")


def test_runs_are_told_apart(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    for name in ("one", "two"):
        with wandb.init(id=name, project="p") as run:
            run.log({"t": wandb.Table(columns=["a"], data=[[name]])})
    recorder.assert_table("t", rows=[["two"]])
    recorder.assert_table("t", rows=[["one"]], run="one")
    message(recorder.assert_table, "t", rows=[["one"]], run="two")
    assert "  p/one at step 0: columns ['a'], 1 row: [['one']]" in message(recorder.assert_table, "t", rows=[])
    with pytest.raises(ValueError, match="no run has the id or name 'three'"):
        recorder.assert_table("t", run="three")


def test_rows_before_a_reset_are_out_of_sight(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"t": wandb.Table(columns=["a"], data=[[1]])})
    run.log({"t": wandb.Table(columns=["a"], data=[[2]])})
    recorder.reset()
    run.log({"t": wandb.Table(columns=["a"], data=[[3]])})
    message(recorder.assert_table, "t", rows=[[1]])
    recorder.assert_table("t", rows=[[3]])


@pytest.mark.parametrize(
    "question",
    [
        {"key": 3},
        {"key": "t", "columns": "ab"},
        {"key": "t", "columns": 3},
        {"key": "t", "rows": "ab"},
        {"key": "t", "rows": 3},
        {"key": "t", "rows": ["ab"]},
    ],
)
def test_a_question_that_is_none(question: dict[str, Any], patched: tuple[Any, Recorder]) -> None:
    with pytest.raises(TypeError, match="assert_table"):
        patched[1].assert_table(**question)

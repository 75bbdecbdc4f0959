"""The report: what was recorded as text."""

from __future__ import annotations

import io
import math
import os
from typing import Any

import pytest

from wandb_testkit import patch_wandb, report


def run(**given: Any) -> dict[str, Any]:
    return {"id": "abc", "project": "p", "config": {}, "summary": {}, "history": [], "exit_code": 0, **given}


def lines(*runs: dict[str, Any], **options: Any) -> list[str]:
    return report.text(runs, **options).splitlines()


def rows(**columns: list[Any]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def test_a_whole_report() -> None:
    told = run(
        name="first",
        tags=["a", "b"],
        config={"lr": 0.1, "model": {"layers": [1, 2]}},
        history=rows(_step=[0, 1, 2], loss=[3.0, 2.0, 1.0], text=["a", "b", "c"]),
        summary={"_step": 2, "loss": 1.0, "text": "c"},
        metrics=[{"name": "loss", "summary": ["min"]}],
    )
    assert lines(told) == [
        "1 run",
        "",
        "p/abc · finished · 3 rows",
        "  name first",
        "  tags a, b",
        "  Run config:",
        "              lr 0.1",
        "    model.layers [1, 2]",
        "  Run history:",
        "    loss █▅▁",
        "  Run summary:",
        "    loss 1.0",
        "    text c",
        "  Metric definitions:",
        "    loss summary min",
    ]


# Each as client 0.31 prints it at the end of such a run.
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([5, 5, 5], "▁▁▁"),
        ([0.0, math.nan, 1.0], "▁ █"),
        ([math.inf, 1.0], " ▁"),
        ([math.nan], ""),
        ([], ""),
        ([-1e308, 1e308], "▁█"),
    ],
)
def test_sparklines(numbers: list[float], expected: str) -> None:
    assert report.sparkline(numbers) == expected


def test_a_long_series_keeps_its_first_and_last_number() -> None:
    line = report.sparkline([1.0, *([0.5] * 998), 0.0], 20)
    assert (len(line), line[0], line[-1]) == (20, "█", "▁")


def test_numbers_that_json_has_not_are_numbers() -> None:
    told = run(history=rows(x=["NaN", 1.0, "Infinity", 2.0]))
    assert "    x  ▁ █" in lines(told)


@pytest.mark.parametrize("width", [20, 33, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    told = run(
        name="n" * 300,
        config={"k" * 300: "v" * 300, "日本語" * 30: "値" * 100},
        history=rows(**{"日本語/とても長い" * 4: list(range(100)), "loss": list(range(100))}),
        dropped=["a long reason " * 20],
    )
    shown = report.text([told], warnings=["a warning " * 50], width=width)
    assert max(map(report.columns, shown.splitlines())) <= width
    assert "▁" in shown and "…" in shown


def test_what_would_steer_the_terminal_is_shown_instead() -> None:
    told = run(
        project="\x1b[31mred", name="two\nlines", config={"a\tb": "\x07"}, alerts=["\x9b"], summary={"\r": "\x00"}
    )
    shown = report.text([told], warnings=["\x1b[2J"])
    assert all(one.isprintable() for one in shown.replace("\n", ""))
    assert r"\x1b[31mred" in shown and r"two\nlines" in shown


def test_no_more_lines_than_one_can_read() -> None:
    told = run(config={f"key {number:04}": number for number in range(1000)}, files=[str(n) for n in range(1000)])
    shown = lines(*[told] * 100)
    assert len(shown) < 100 * 100
    assert "    +961 more" in shown and "+50 runs" in shown


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"exit_code": 0}, "p/abc · finished · 0 rows"),
        ({"exit_code": 3}, "p/abc · failed with exit code 3 · 0 rows"),
        ({"exit_code": None}, "p/abc · running · 0 rows"),
        ({"exit_code": None, "state": "crashed", "mode": "offline"}, "p/abc · crashed · offline · 0 rows"),
        ({"history": [{"_step": 0}], "pending": 1}, "p/abc · finished · 1 row · 1 pending"),
    ],
)
def test_the_heading(given: dict[str, Any], expected: str) -> None:
    assert lines(run(**given))[2] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.123456789, "0.12346"),
        (1e-9, "1e-09"),
        (0.0, "0.0"),
        (5, "5"),
        (True, "true"),
        (None, "null"),
        ("text", "text"),
        ({"_type": "image-file", "path": "x"}, "<image-file>"),
        ([1, "é"], '[1, "é"]'),
    ],
)
def test_values(value: Any, expected: str) -> None:
    assert report.value(value) == expected


class Terminal(io.StringIO):
    encoding = "utf-8"

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("is_terminal", "environ", "coloured"),
    [
        (True, {"COLUMNS": "80"}, True),
        (False, {}, False),
        (True, {"COLUMNS": "80", "NO_COLOR": "1"}, False),
        (True, {"COLUMNS": "80", "NO_COLOR": ""}, True),
        (True, {"COLUMNS": "80", "TERM": "dumb"}, False),
    ],
)
def test_colours(is_terminal: bool, environ: dict[str, str], coloured: bool) -> None:
    stream = Terminal(is_terminal)
    report.write(stream, [run()], environ=environ)
    assert ("\x1b[" in stream.getvalue()) is coloured
    assert stream.getvalue().count("\x1b[0m") == stream.getvalue().count("\x1b[") / 2


def test_colours_take_no_room() -> None:
    told = run(config={"a": 1, "bbb": 2}, history=rows(x=list(range(100))))
    import re

    coloured = report.text([told], width=40, colour=True)
    assert re.sub(r"\x1b\[\d+m", "", coloured) == report.text([told], width=40)


def test_a_stream_that_has_no_blocks() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    report.write(stream, [run(config={"ä": 1}, history=rows(x=[1, 2]))], environ={})
    stream.seek(0)
    shown = stream.read()
    assert "    x _@" in shown and "p/abc - finished" in shown


def test_the_report_of_a_recorder_in_a_notebook(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        with wandb.init(project="p", name="<b>&", config={"a": 1}) as live:
            live.log({"x": 1}, step=5)
            live.log({"x": 2}, step=1)
            live.alert("title", "text")
            wandb.termwarn("of the program")
            artifact = wandb.Artifact("model", type="model")
            live.log_artifact(artifact)
    html = recorder._repr_html_()
    assert html.startswith("<pre") and html.endswith("</pre>")
    assert "&lt;b&gt;&amp;" in html and "<b>" not in html
    for part in ("1 run", "Run history:", "model (model)", "title", "of the program"):
        assert part in html
    assert html.count("less than the current step 5") == 1
    assert "Run summary:" in recorder.run._repr_html_()


def test_the_report_of_nothing() -> None:
    assert lines() == ["0 runs"]


@pytest.mark.parametrize("width", [40, 72])
def test_the_report_is_as_wide_as_the_terminal(width: int) -> None:
    termios = pytest.importorskip("termios")
    pty = pytest.importorskip("pty")
    own, other = pty.openpty()
    with os.fdopen(own, "rb"), os.fdopen(other, "w", encoding="utf-8") as terminal:
        termios.tcsetwinsize(other, (24, width)) if hasattr(termios, "tcsetwinsize") else _set_width(other, width)
        report.write(terminal, [run(config={"long": "x" * 200})], environ={"NO_COLOR": "1"})
        terminal.flush()
        told = os.read(own, 4096).decode().splitlines()
        assert max(map(len, told)) == width


def _set_width(descriptor: int, width: int) -> None:
    import fcntl
    import struct
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))


def test_a_terminal_that_does_not_know_how_wide_it_is() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    report.write(terminal, [run(config={"long": "x" * 500})], environ={})
    assert 20 < max(map(len, terminal.getvalue().splitlines())) < 500


def test_numbers_beyond_floats_have_a_place_in_the_line() -> None:
    told = lines(run(history=rows(_step=[0, 1, 2, 3], n=[10**400, 1, 2, -(10**400)])))
    (line,) = [each for each in told if "▁" in each]
    # Both are shown as what is not finite, as infinity itself is.
    known = lines(run(history=rows(_step=[0, 1, 2, 3], n=[math.inf, 1, 2, -math.inf])))
    assert line in known


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert report.columns("日本") == 4 and report.columns("e\u0301") == 1
    assert report.shortened("日本語", 6) == "日本語"
    assert report.shortened("日本語", 5) == "日本…"
    # Half of a wide one is no character: a column stays empty.
    assert report.shortened("日本語", 4) == "日…"
    for width in range(20, 30):
        told = lines(run(config={"名前": "日本語" * 10}), width=width)
        assert max(map(report.columns, told)) <= width

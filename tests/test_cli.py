"""``python -m wandb_testkit``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import differences

ROOT = Path(__file__).resolve().parent.parent

TRAIN = """
    import sys
    import wandb

    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with wandb.init(project="mnist", config={"epochs": epochs}) as run:
        for epoch in range(epochs):
            run.log({"loss": 1 / (epoch + 1)})
"""


def python(cwd: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def cli(cwd: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Give the command with the stand-in, which starts faster, where it may be."""
    if arguments[:1] == ("run",) and "--real" not in arguments:
        arguments = ("run", "--stub", *arguments[1:])
    return python(cwd, "-m", "wandb_testkit", *(one for one in arguments if one != "--real"), **environ)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text(textwrap.dedent(TRAIN))
    return tmp_path


def write(folder: Path, source: str, name: str = "program.py") -> str:
    (folder / name).write_text(textwrap.dedent(source))
    return name


@pytest.mark.parametrize("world", ["--real", "--stub"])
@pytest.mark.parametrize("program", [["train.py"], ["-m", "train"]])
def test_a_program_is_run_and_told_of(folder: Path, world: str, program: list[str]) -> None:
    if world == "--real" and not WITH_WANDB:
        pytest.skip("wandb is not installed")
    done = cli(folder, "run", world, "--entity", "team", *program, "4")
    assert (done.returncode, done.stderr) == (0, "")
    heading, *rest = done.stdout.splitlines()[2:]
    assert heading.startswith("mnist/") and heading.endswith(" · finished · 4 rows")
    assert rest == [
        "  entity team",
        "  Run config:",
        "    epochs 4",
        "  Run history:",
        "    loss █▃▂▁",
        "  Run summary:",
        "    loss 0.25",
    ]
    assert [path.name for path in folder.iterdir() if path.name != "__pycache__"] == ["train.py"]


def test_show_prints_the_same_as_run(folder: Path) -> None:
    ran = cli(folder, "run", "--json", "run.json", "train.py")
    shown = cli(folder, "show", "run.json")
    assert (shown.returncode, shown.stdout) == (0, ran.stdout)
    recording = json.loads((folder / "run.json").read_text())
    assert [row["_step"] for row in recording["runs"][0]["history"]] == [0, 1, 2]


def test_json_to_standard_output(folder: Path) -> None:
    write(folder, "import wandb\nwandb.init(id='abc').finish()\n")
    done = cli(folder, "run", "--json", "-", "program.py")
    assert json.loads(done.stdout[done.stdout.index("{") :])["runs"][0]["id"] == "abc"


def test_check(folder: Path) -> None:
    assert cli(folder, "run", "--json", "run.json", "train.py").returncode == 0
    same = cli(folder, "run", "--check", "run.json", "train.py")
    assert (same.returncode, same.stdout.splitlines()[-1]) == (0, "The same as in run.json.")
    other = cli(folder, "run", "--check", "run.json", "train.py", "2")
    assert other.returncode == 1
    told = other.stdout.split("Not the same as in run.json", 1)[1].splitlines()[1:]
    assert told == [
        "! runs[0].config.epochs: 3 -> 2",
        '- runs[0].history[2]: {"_step": 2, "loss": 0.3333333333333333}',
        "! runs[0].summary._step: 2 -> 1",
        "! runs[0].summary.loss: 0.3333333333333333 -> 0.5",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "cannot read"), ("{", "is no JSON"), ("[]", "is no recording"), ('{"runs": [1]}', "is no recording")],
)
@pytest.mark.parametrize("command", [["show", "file"], ["run", "--check", "file", "train.py"]])
def test_files_that_are_no_recordings(folder: Path, content: str | None, problem: str, command: list[str]) -> None:
    if content is not None:
        (folder / "file").write_text(content)
    done = cli(folder, *command)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr and "Traceback" not in done.stderr


def test_a_file_that_cannot_be_written(folder: Path) -> None:
    done = cli(folder, "run", "--json", "no/such/folder", "train.py")
    assert done.returncode == 2
    assert "cannot write" in done.stderr


# What Python's own command line makes of each of these is what ours must make of it.
PROGRAMS = {
    "fine": "print('out')",
    "exit code": "import sys; sys.exit(3)",
    "exit text": "import sys; sys.exit('a message')",
    "exit none": "raise SystemExit",
    "exit true": "import sys; sys.exit(True)",
    "exit large": "import sys; sys.exit(259)",
    "exception": "def f():\n    raise ValueError('x')\n\nf()\n",
    "chained": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('b') from error\n",
    "syntax": "def (:\n",
    "arguments": "import sys; print(sys.argv, sys.path[0], __name__, __file__, __spec__, __package__)",
    "docstring": "'''Doc.'''\nprint(__doc__, sorted(name for name in globals() if name != '__annotations__'))\n",
    "coding": "# coding: latin-1\nprint('\\xe9')\n",
    "main": "import __main__, sys\nprint(__main__.__file__ == __file__, sys.modules['__main__'] is __main__)\nx = 1\n"
    "print(__main__.x)\n",
    "excepthook": "import sys\n"
    "sys.excepthook = lambda *info: print('hook', info[0].__name__, file=sys.stderr)\n1 / 0\n",
    "atexit": "import atexit, threading, time\natexit.register(print, 'end')\n"
    "def late():\n    time.sleep(0.1)\n    print('thread')\nthreading.Thread(target=late).start()\nprint('main')\n",
    "executor": "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor(1)\nprint(pool.submit(int, '3').result())\n",
    "future": "from __future__ import annotations\ndef f(a: nonsense): ...\nprint(f.__annotations__)\n",
    "pickle": "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))) is A)\n",
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("as_module", [False, True], ids=["script", "module"])
def test_a_program_runs_as_under_python_itself(folder: Path, name: str, as_module: bool) -> None:
    (folder / "program.py").write_text(PROGRAMS[name], encoding="latin-1")
    program = ["-m", "program", "--json", "a b"] if as_module else ["program.py", "--json", "a b"]
    expected = python(folder, *program)
    done = cli(folder, "run", *program)
    shown = done.stdout.removesuffix("0 runs\n")
    if as_module:
        # The object that loads the module has another address, and runpy's own frames are not ours.
        shown, expected.stdout = (text.split("ModuleSpec")[0] for text in (shown, expected.stdout))
        expected.stderr = "\n".join(line for line in expected.stderr.splitlines() if "runpy" not in line)
        done.stderr = "\n".join(done.stderr.splitlines())
        expected.stderr = expected.stderr.replace("    return _run_code(code, main_globals, None,\n", "")
        expected.stderr = expected.stderr.replace("    exec(code, run_globals)\n", "")
        lines = [line for line in expected.stderr.splitlines() if line.strip(" ^")]
        expected.stderr = "\n".join(lines)
        done.stderr = "\n".join(line for line in done.stderr.splitlines() if line.strip(" ^"))
    assert (done.returncode, shown) == (expected.returncode, expected.stdout)
    if name != "syntax" or not as_module:
        assert done.stderr == expected.stderr


@pytest.mark.parametrize(
    "program", [["nosuch.py"], ["-m", "nosuch"], ["-m", "package"], ["-m", "no.such"], ["folder"], ["."]], ids=" ".join
)
def test_programs_that_are_not_there(folder: Path, program: list[str]) -> None:
    for name in ("package", "folder"):
        (folder / name).mkdir()
    (folder / "package" / "__init__.py").touch()
    expected = python(folder, *program)
    done = cli(folder, "run", *program)
    assert (done.returncode, done.stdout) == (expected.returncode, "")
    assert done.returncode != 0 and done.stderr and "Traceback" not in done.stderr


def test_a_package_and_a_folder_with_a_main(folder: Path) -> None:
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").touch()
    write(folder, "import sys, wandb\nwandb.init(name=__package__ or 'none').finish()\n", "package/__main__.py")
    for program, name in ((["-m", "package"], "package"), (["package"], "none")):
        done = cli(folder, "run", *program)
        assert done.returncode == 0, done.stderr
        assert f"  name   {name}".split() == done.stdout.splitlines()[3].split()[:2] or name in done.stdout


@pytest.mark.parametrize(
    ("end", "code", "state"),
    [
        ("", 0, "finished"),
        ("import sys; sys.exit(3)", 3, "failed with exit code 3"),
        ("raise ValueError", 1, "failed with exit code 1"),
        ("import atexit; atexit.register(run.log, {'late': 1})", 0, "finished · 2 rows"),
        ("raise KeyboardInterrupt", 130, "failed with exit code 255"),
    ],
)
def test_a_run_that_nobody_finishes_ends_with_the_program(folder: Path, end: str, code: int, state: str) -> None:
    # As the client ends it: `wandb.sdk.lib.exit_hooks` of 0.31.
    name = write(folder, f"import wandb\nrun = wandb.init()\nrun.log({{'x': 1}})\n{end}\n")
    done = cli(folder, "run", "--check", "expected.json", name)
    assert done.returncode == 2
    done = cli(folder, "run", "--json", "expected.json", name)
    assert done.returncode == code
    assert f" · {state}" in done.stdout


def test_a_failing_programs_code_counts_more_than_a_difference(folder: Path) -> None:
    name = write(folder, "import sys, wandb\nwandb.init(id='x').finish()\nsys.exit(7)\n")
    (folder / "expected.json").write_text('{"runs": []}')
    assert cli(folder, "run", "--check", "expected.json", name).returncode == 7


def test_children_of_the_program_are_recorded(folder: Path) -> None:
    name = write(folder, "import subprocess, sys\nsubprocess.run([sys.executable, 'train.py'], check=True)\n")
    done = cli(folder, "run", name)
    assert done.returncode == 0, done.stderr
    assert "mnist/" in done.stdout and "█" in done.stdout


def test_the_programs_own_folder_and_environment(folder: Path) -> None:
    source = """
        import os, wandb
        os.environ["COLUMNS"] = "20"
        os.mkdir("elsewhere")
        os.chdir("elsewhere")
        wandb.init(id="x", config={"a" * 30: 1}).finish()
    """
    done = cli(folder, "run", "--json", "run.json", write(folder, source), COLUMNS="100")
    assert (folder / "run.json").is_file()
    assert "a" * 30 in done.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["run"], ["run", "-m"], ["show"], ["frobnicate"], ["run", "--frobnicate", "train.py"]], ids=str
)
def test_commands_that_are_none(folder: Path, arguments: list[str]) -> None:
    done = python(folder, "-m", "wandb_testkit", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: python -m wandb_testkit" in done.stderr


def test_help(folder: Path) -> None:
    for arguments in (["--help"], ["run", "--help"]):
        done = python(folder, "-m", "wandb_testkit", *arguments)
        assert done.returncode == 0 and "usage: python -m wandb_testkit" in done.stdout


# --------------------------------------------------------------------------- differences


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["! a: 1 -> 2"]),
        ({"a": 1}, {"a": True}, ["! a: 1 -> true"]),
        ({"a": 1}, {"a": 1.0}, ["! a: 1 -> 1.0"]),
        ({"a": (1, 2)}, {"a": [1, 2]}, []),
        ({"a": [1]}, {"a": [1, {"b": 2}]}, ['+ a[1]: {"b": 2}']),
        ({"a": {"b": 1}}, {"a": {}}, ["- a.b: 1"]),
        ({"runs": [{"id": "abcdefgh"}]}, {"runs": [{"id": "12345678"}]}, []),
        ({"runs": [{"id": "mine"}]}, {"runs": [{"id": "yours"}]}, ['! runs[0].id: "mine" -> "yours"']),
    ],
)
def test_differences(before: Any, now: Any, expected: list[str]) -> None:
    assert differences.told(before, now) == expected


def test_many_differences_are_not_all_told() -> None:
    found = differences.told({"a": list(range(1000))}, {"a": ["x" * 500] * 1000})
    assert (len(found), found[-1]) == (differences.MOST + 1, "… and 960 more")
    assert max(map(len, found)) < 200

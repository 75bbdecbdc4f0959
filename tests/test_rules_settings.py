"""What wandb.init makes of its arguments, a Settings object and the environment: compared with the real client.

Three comparisons: `Settings` field by field and value by value with ``wandb.Settings``; `resolve` with what a real
``wandb.init`` (offline or disabled, in a process of its own, see `observe`) returns, raises and warns of; and a few
texts pinned as the real client prints them, for when it is not installed.
"""

from __future__ import annotations

import collections
import dataclasses
import decimal
import enum
import fractions
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import timeit
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wandb_testkit.rules import settings as rules
from wandb_testkit.rules.settings.computed import COMPUTED
from wandb_testkit.rules.settings.field_rules import AFTER, BEFORE
from wandb_testkit.rules.validation import Problem, ValidationError

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Values.


class Text(str):
    pass


class Count(int):
    pass


class Level(enum.Enum):
    LOW = "a"
    HIGH = 3
    NONE = None


class Mode(str, enum.Enum):
    OFF = "offline"


class Float:
    def __float__(self) -> float:
        return 2.0


class Index:
    def __index__(self) -> int:
        return 1


class Unprintable:
    def __repr__(self) -> str:
        raise ValueError


def values() -> list[Any]:
    """Fresh values of every kind that a program may hand to a setting."""
    return [
        None, True, False, 0, 1, -1, 3, 2**63, 2**70, 10**400, 0.0, 1.0, 2.5, 0.05, 1e19, float("nan"), float("inf"),
        "", "a", "3", " 1 ", "1_000", "1__0", "1.0", "1.", "1.5", "1e3", "+1", "-1", "\uff11", "9" * 5000, "1.0_0",
        "Yes", "TRUE", " true", "off", "inf", "-Infinity", "nan", "\xa01", "\x1f1", "é" * 60, "x" * 48, "x" * 49,
        "\ud800", b"abc", b"1", b"yes", b"\xff", bytearray(b"1"), memoryview(b"a"), Text("sub"), Count(1), Level.LOW,
        Level.HIGH, Level.NONE, Mode.OFF, Float(), Index(), Unprintable(), pathlib.Path("/a/b"), object, len, 1 + 2j,
        decimal.Decimal("1"), decimal.Decimal("1.5"), decimal.Decimal("NaN"), fractions.Fraction(1), [], ["a"], [1],
        ["a", 1], [b"a"], ["a", "a"], [None], ["", "a" * 65, "b" * 43], ["a" * 64], ("a",), {"a"}, frozenset({"a"}),
        {}, {"a": "b"}, {"a": 1}, {1: "a"}, {"a": {"b": "c"}}, {"a": {"b": 1}}, types.MappingProxyType({"a": "b"}),
        {"a.b": 1, None: "x", (1, 2): "x", True: "y", b"q": 3, -1: "e", 2**70: "z"}, collections.deque(["a"]), range(2),
        collections.UserList(["a"]), collections.UserString("ab"), {"a": 1}.keys(), (tag for tag in "ab"), re, Text,
        '{"a": "b"}', '["a"]', "[1]", "{", "~/a", "a/b", "a#b:c", "x" * 129, "x" * 65, "a:b", " a", "a ", "online",
        "offline", "dryrun", "disabled", "default", "create_new", "must", "auto", "redirect", "repo", "json,typed",
        "typed", "Typed , JSON", "a?_step=1", "a?_step=1.5", "a?_step=-1", "a?_step=x", "a?step=1", "a?_step=1&b=2",
        "a b?_step=٣", "a/b?_step=1", "[?_step=1", "http://x", "http://", "https://api.wandb.ai/", "https://wandb.ai",
        "http://api.wandb.ai", "ftp://x", "http:/x", "http://x:99999", "http://[::1]:80", "http://[::1", "http://a b",
        " http://x", "http://x\n", "http://x/ a", "http://x\\y", "https://user:pw@x", "http://u:p@w@x", "http://1.2.3.4.5",
        "http://256.1.1.1", "http://0x7f.1", "http://xn--a", "http://é.com", "https://forge.coreweave.com",
        "https://forge.coreweave.com/api/wandb", "https://api.forge.coreweave.com", "http://localhost:8080/",
        "http://x\ty", "http://[::g]", "http://\xad/", "http://a.", "http://xn--é", "http://1.09", "http://%00",
        "JSON, other",
    ]  # fmt: skip


# Fields with a rule of their own, and one of each type without; the others are compared with a few values only.
FULLY = (
    *BEFORE, *AFTER, "allow_val_change", "azure_account_url_to_access_key", "capture_loggers",
    "config_paths", "entity", "git_remote", "init_timeout", "job_source", "login_timeout", "mode", "reinit",
    "save_code", "stop_fn", "summary_timeout", "x_network_buffer", "x_primary", "x_stats_disk_paths",
)  # fmt: skip


def described(error: BaseException) -> tuple[str, str]:
    name = {"Usage": "UsageError"}.get(type(error).__name__, type(error).__name__)
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", str(error))
    return name, re.sub(r"(?<=found ').*(?='$)", lambda found: "".join(sorted(found[0])), text)


def outcome(model: Any, name: str, value: Any, *, assign: bool) -> Any:
    """What comes of a value: the field's value and its type, or the error."""
    try:
        if assign:
            made = model()
            setattr(made, name, value)
        else:
            made = model(**{name: value})
    except Exception as error:
        return described(error)
    return repr(getattr(made, name)), type(getattr(made, name)).__name__


@pytest.fixture(scope="module")
def real() -> Iterator[Any]:
    """The real ``wandb.Settings``."""
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("WANDB_")}
    os.environ["WANDB_SILENT"] = "true"
    import wandb

    yield wandb.Settings
    del os.environ["WANDB_SILENT"]
    os.environ.update(before)


@pytest.mark.needs_wandb
class TestSettingsMatchesTheRealOne:
    def test_fields_their_order_and_their_defaults(self, real: Any) -> None:
        mine, theirs = vars(rules.Settings()), vars(real())
        assert list(mine) == list(theirs)
        assert {**mine, "anonymous": 0} == {**theirs, "anonymous": 0}

    @pytest.mark.parametrize("name", rules.FIELDS)
    def test_value_by_value(self, real: Any, name: str) -> None:
        numbers = range(len(values())) if name in FULLY else (0, 1, 4, 12, 19, 21, 50, 62, 75)
        for number in numbers:
            for assign in (False, True):
                theirs = outcome(real, name, values()[number], assign=assign)
                mine = outcome(rules.Settings, name, values()[number], assign=assign)
                assert mine == theirs, (name, number, assign)

    # numpy deprecates before it refuses, and whoever asks an array for a number asks for the warning.
    @pytest.mark.filterwarnings("ignore:Conversion of an array:DeprecationWarning")
    def test_numpy_scalars_and_arrays(self, real: Any) -> None:
        numpy = pytest.importorskip("numpy")
        arrays = [numpy.float64(1), numpy.int64(3), numpy.bool_(True), numpy.str_("ab"), numpy.array(1)]
        arrays += [numpy.array([1.0]), numpy.array(["a"]), numpy.array([1, 2]), numpy.float32(2.5)]
        for name in ("quiet", "x_log_level", "init_timeout", "project", "run_tags", "mode", "config_paths", "reinit"):
            for value in arrays:
                theirs = outcome(real, name, value, assign=False)
                assert outcome(rules.Settings, name, value, assign=False) == theirs, (name, value)

    @pytest.mark.parametrize(
        "fields",
        [
            {"quiet": 3, "project": 3, "bogus": 1, "zed": 2},
            {"_disable_stats": 3},
            {"_bogus": 3},
            {"x_primary_node": 3},
            {"x_primary_node": False, "x_primary": True},
            {"resume": "must", "fork_from": "a?_step=1"},
            {"_disable_stats": True, "resume": "must", "resume_from": "a?_step=1"},
            {"mode": "offline", "x_skip_transaction_log": True},
            {"run_id": "a", "fork_from": "a?_step=1"},
            {"run_id": "b", "resume_from": "a?_step=1"},
            {"quiet": 3, "project": "a/b"},
            {"project": 3, "run_tags": 3},
            {"files_dir": "x"},
            {"model_dump": "x"},
        ],
        ids=str,
    )
    def test_several_fields(self, real: Any, fields: dict[str, Any]) -> None:
        def made(model: Any) -> Any:
            try:
                settings = model(**fields)
            except Exception as error:
                return described(error)
            return {name: repr(getattr(settings, name)) for name in rules.FIELDS if name != "anonymous"}

        def assigned(model: Any) -> Any:
            settings, errors = model(), []
            for name, value in fields.items():
                try:
                    setattr(settings, name, value)
                except Exception as error:
                    errors.append(described(error))
            kept = {name: repr(getattr(settings, name)) for name in rules.FIELDS if name != "anonymous"}
            return errors, kept, settings.model_fields_set

        assert made(rules.Settings) == made(real)
        assert assigned(rules.Settings) == assigned(real)

    def test_errors_as_data(self, real: Any) -> None:
        def errors(model: Any) -> Any:
            try:
                model(quiet=3, mode="x", run_tags=[""], config_paths="a", azure_account_url_to_access_key={1: 2})
            except ValueError as error:
                return error.error_count(), error.title, repr(error), repr(error.errors())  # type: ignore[attr-defined]

        assert errors(rules.Settings) == errors(real)

    def test_line_errors_rebuild_pydantics_own_error(self, real: Any) -> None:
        import pydantic_core

        with pytest.raises(rules.ValidationError) as raised:
            rules.Settings(quiet=3, mode="x", run_tags=[""], project=3)
        error = raised.value
        rebuilt = pydantic_core.ValidationError.from_exception_data(error.title, error.line_errors())
        assert str(rebuilt) == str(error)

    def test_computed_properties_dumps_and_repr(self, real: Any) -> None:
        fields = {
            "run_id": "a b", "project": "p q", "entity": "e", "sweep_id": "s", "mode": "offline", "x_start_time": 1.5e9,
            "root_dir": "/r", "fork_from": "x?_step=1", "base_url": "https://api.example.com",
        }  # fmt: skip
        mine, theirs = rules.Settings(**fields), real(**fields)
        assert mine.model_dump() == theirs.model_dump()
        assert list(mine.model_dump()) == list(theirs.model_dump())
        for options in ({"exclude_unset": True}, {"exclude_none": True}, {"include": {"mode"}}, {"exclude": {"mode"}}):
            assert mine.model_dump(**options) == theirs.model_dump(**options), options
        hidden = re.compile(r"<object object at \w+>")
        assert hidden.sub("", repr(mine)) == hidden.sub("", repr(theirs))
        assert hidden.sub("", str(mine)) == hidden.sub("", str(theirs))

    @pytest.mark.parametrize(
        "fields",
        [
            {"base_url": "https://api.forge.coreweave.com"},
            {"base_url": "https://api.wandb.test"},
            {"base_url": "https://api.wandb.example.com"},
            {"base_url": "http://localhost:8080"},
            {"credentials_file": "/c/credentials.json", "root_dir": "/r"},
            {"use_dot_wandb": True, "root_dir": "/r"},
            {"program": "setup.cfg"},
            {"program": "tests/../../elsewhere.py"},
            {"program": "../" + ROOT.name},
            {"x_jupyter_path": "fileId=a%20b"},
            {"root_dir": "~/r", "x_start_time": 1.5e9, "sweep_id": "s", "project": "p", "entity": "e", "run_id": "i"},
        ],
        ids=str,
    )
    def test_what_is_computed_from_fields(self, real: Any, fields: dict[str, Any]) -> None:
        mine, theirs = rules.Settings(**fields), real(**fields)
        for name in (*COMPUTED, "base_url", "credentials_file", "root_dir"):
            assert getattr(mine, name) == getattr(theirs, name), name

    @pytest.mark.parametrize("path", ["fileId=a%20b", "a.ipynb", None])
    def test_a_notebook_on_colab(self, real: Any, path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
        mine, theirs = rules.Settings(x_jupyter_path=path), real(x_jupyter_path=path)
        assert [getattr(mine, name) for name in COMPUTED] == [getattr(theirs, name) for name in COMPUTED]

    @pytest.mark.parametrize(
        "config", [{}, {"IPKernelApp": {"connection_file": "/j/Jupyter/k.json"}}, {"IPKernelApp": None}]
    )
    @pytest.mark.parametrize("module", ["ipykernel.zmqshell", "IPython.terminal.interactiveshell"])
    def test_shells_of_ipython(
        self, real: Any, config: dict[str, Any], module: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shell = type("Shell", (), {"__module__": module, "config": config})()
        monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
        mine, theirs = rules.Settings(), real()
        assert [getattr(mine, name) for name in COMPUTED] == [getattr(theirs, name) for name in COMPUTED]

    @pytest.mark.parametrize("arguments", [("r", 1, "loss"), ("r", "1"), (3, 1), ("r", 1.5), ("r", True), ("", 0)])
    def test_moments(self, real: Any, arguments: tuple[Any, ...]) -> None:
        from wandb.sdk.lib.run_moment import RunMoment

        def made(moment: Any, model: Any) -> Any:
            try:
                return repr(model(fork_from=moment(*arguments), run_id="other").fork_from)
            except Exception as error:
                return described(error)

        assert made(rules.moments.RunMoment, rules.Settings) == made(RunMoment, real)

    @pytest.mark.parametrize(("name", "value"), [("run", 3), ("value", "x"), ("metric", None), ("value", 1.5)])
    def test_moments_that_were_changed(self, real: Any, name: str, value: Any) -> None:
        from wandb.sdk.lib.run_moment import RunMoment

        def made(moment: Any, model: Any) -> Any:
            changed = moment("r", 1)
            setattr(changed, name, value)
            try:
                return repr(model(resume_from=changed).resume_from)
            except Exception as error:
                return described(error)

        assert made(rules.moments.RunMoment, rules.Settings) == made(RunMoment, real)

    def test_other_ways_to_use_it(self, real: Any) -> None:
        def used(model: Any) -> list[Any]:
            settings = model(quiet=True)
            attempts = [
                lambda: model(3),
                lambda: settings.bogus,
                lambda: setattr(settings, "bogus", 1),
                lambda: setattr(settings, "model_dump", 1),
                lambda: setattr(settings, "files_dir", "x"),
                lambda: setattr(settings, "_private", 1),
                lambda: hash(settings),
                lambda: list(settings)[:3],
                lambda: (model() == model(), model(project="a") == model()),
                lambda: settings.model_copy(update={"project": 3}).project,
                lambda: sorted(settings.model_copy(update={"project": 3}).model_fields_set),
                lambda: sorted(settings.model_copy(deep=True).model_fields_set),
                lambda: settings.update_from_dict({"project": None, "run_name": "n"}),
                lambda: settings.update_from_env_vars({"WANDB_TAGS": "a,b", "WANDB__LABEL": "l", "WANDB_BOGUS": "x"}),
                lambda: settings.update_from_env_vars({"WANDB_NOTES": None, "WANDB_JOB_TYPE": "j", "PATH": "p"}),
                lambda: (settings.project, settings.run_name, settings.run_tags, settings.x_label, settings.run_notes),
            ]
            results = []
            for attempt in attempts:
                try:
                    results.append(repr(attempt()))
                except Exception as error:
                    results.append(described(error))
            return results

        assert used(rules.Settings) == used(real)


# Calls of wandb.init.


@dataclasses.dataclass(frozen=True)
class Call:
    """One call of wandb.init in a session of its own where environment or setup say so."""

    arguments: dict[str, Any]
    environ: dict[str, str] = dataclasses.field(default_factory=dict)
    setup: dict[str, Any] = dataclasses.field(default_factory=dict)
    folder: str = ""
    # Folders that can be neither read nor written: "cwd", "tmp" or names.
    closed: tuple[str, ...] = ()

    def access(self, cwd: str) -> Callable[..., bool]:
        """`os.access` where some folders are closed, also to the superuser."""
        places = {"cwd": cwd, "tmp": tempfile.gettempdir()}
        closed = {os.path.realpath(os.path.join(cwd, places.get(name, name))) for name in self.closed}
        look = os.access
        return lambda path, *args, **options: os.path.realpath(path) not in closed and look(path, *args, **options)


def offline(*calls: dict[str, Any]) -> list[Call]:
    return [Call(call) for call in calls]


def disabled(environ: dict[str, str], setup: dict[str, Any] | None = None, **arguments: Any) -> Call:
    # Disabled runs need no service process, and their settings are resolved in the same way.
    return Call(arguments, {"WANDB_MODE": "disabled", **environ}, setup or {})


WRONG = (3, 2.5, b"x", b"\xff", ["a"], {"a": 1}, {"a"}, True, Text("sub"), pathlib.Path("p"), Level.LOW, "", "a b")
CALLS = [
    *offline(
        {},
        {"project": ""},
        {"project": "p", "name": "", "notes": "", "group": "", "job_type": "", "tags": []},
        {"name": "n", "notes": "x\ny", "tags": "abc", "group": "g", "job_type": "j", "entity": "me"},
        {"tags": ["a", "a"]},
        {"tags": ""},
        {"tags": {"a": 1}},
        {"tags": ["a" * 64]},
        {"tags": ["a" * 65, ""]},
        {"tags": 3},
        {"tags": ["a", 3]},
        {"tags": [None]},
        {"entity": ""},
        {"id": ""},
        {"id": " a"},
        {"id": "a b"},
        {"id": "a\\b"},
        {"id": "a/b"},
        {"id": "x" * 100},
        {"project": "a/b"},
        {"project": "x" * 129},
        {"resume": "must", "id": "x1"},
        {"resume": "never", "id": "x2"},
        {"resume": "allow"},
        {"resume": True},
        {"resume": False},
        {"resume": "bogus"},
        {"resume": 1},
        {"fork_from": "a?_step=3"},
        {"fork_from": "a?_step=3", "id": "a"},
        {"fork_from": 3},
        {"fork_from": "bogus"},
        {"resume_from": "a?_step=3"},
        {"resume_from": "a?_step=3", "id": "a"},
        {"resume_from": "a?_step=3", "id": "b"},
        {"resume": "must", "fork_from": "a?_step=1"},
        {"resume_from": "b?_step=1", "fork_from": "a?_step=1"},
        {"mode": "dryrun"},
        {"mode": "bogus"},
        {"mode": 3},
        {"reinit": True},
        {"reinit": "return_previous"},
        {"reinit": "bogus"},
        {"settings": 3},
        {"settings": []},
        {"settings": {"bogus": 1}},
        {"settings": {"run_name": "s", "run_tags": "abc"}, "name": "n"},
        {"settings": {"run_name": "s", "run_tags": "abc", "mode": "offline"}},
        {"settings": {"console_chunk_max_bytes": 2**40}},
        {"settings": {"max_end_of_run_history_metrics": 2**40}},
        {"settings": {"launch": True}, "project": "p"},
        {"settings": {"sweep_id": "s"}, "project": "p", "id": "z"},
        {"config_exclude_keys": ["a"], "config_include_keys": ["b"]},
        {"config_exclude_keys": ["a"]},
        {"config_include_keys": ["a"]},
        {"dir": "/dev/null"},
        {"dir": "missing/folder"},
        {"dir": ""},
        {"dir": "a\0b"},
        {"dir": pathlib.Path("elsewhere")},
        {"dir": "missing-too", "settings": {"disable_git": True}},
        {"force": True},
        {"force": "x"},
        {"anonymous": "allow"},
        {"anonymous": None},
        {"tensorboard": "x"},
        {"sync_tensorboard": 3, "tensorboard": False},
        {"save_code": True},
        {"save_code": "abc"},
        {"allow_val_change": "x"},
        {"project": "\ud800"},
        {"name": "\ud800"},
        {"tags": ["\ud800"]},
        {"tags": ("a", "b")},
        {"anonymous": object()},
        {"group": "\ud800", "mode": "disabled"},
    ),
    *(Call({name: value}) for name in ("entity", "project", "name", "notes", "id", "group") for value in WRONG[:4]),
    *(
        Call({name: value, "mode": "disabled"})
        for name in ("entity", "project", "name", "notes", "id", "group", "job_type", "dir", "save_code", "force")
        for value in WRONG
        if name != "dir" or value not in ("", Text("sub"))
    ),
    Call({"mode": "disabled"}),
    Call({"mode": "disabled", "project": "uncategorized", "id": "q", "name": "n", "entity": "e"}),
    Call({"mode": "disabled", "reinit": True, "fork_from": "a?_step=1", "dir": "/dev/null"}),
    Call({}, {"WANDB_MODE": "offline", "WANDB_NAME": "n", "WANDB_PROJECT": "p", "WANDB_ENTITY": "e"}),
    Call({}, {"WANDB_MODE": "dryrun", "WANDB_RUN_ID": "i", "WANDB_DISABLED": "true"}),
    Call({"mode": "offline"}, {"WANDB_MODE": "disabled"}),
    Call({}, {"WANDB_MODE": "offline"}, {"mode": "disabled", "run_name": "s"}),
    disabled({"WANDB_NOTES": "n", "WANDB_TAGS": "a,b", "WANDB_RUN_GROUP": "g", "WANDB_JOB_TYPE": "j"}),
    disabled({"WANDB_NAME": "env", "WANDB_RUN_GROUP": "env"}, {"run_name": "setup", "project": "setup"}),
    disabled({"WANDB_NAME": "env"}, {"run_name": "setup"}, settings={"run_name": "settings"}),
    disabled({"WANDB_NAME": "env"}, {"run_name": "setup"}, settings={"run_name": "settings"}, name="argument"),
    disabled({"WANDB_NAME": "env", "WANDB_RUN_NAME": "other"}),
    disabled({"WANDB_TAGS": ""}),
    disabled({"WANDB_TAGS": "a,,b"}),
    disabled({"WANDB_TAGS": "a"}, tags=[]),
    disabled({"WANDB_PROJECT": ""}),
    disabled({"WANDB_PROJECT": "a/b"}),
    disabled({"WANDB_RUN_ID": ""}),
    disabled({"WANDB_RUN_ID": "env"}, id="mine"),
    disabled({"WANDB_RESUME": "allow"}),
    disabled({"WANDB_RESUME": "bogus"}),
    disabled({"WANDB_RESUME": "allow"}, fork_from="a?_step=1"),
    disabled({"WANDB_RUN_ID": "a"}, fork_from="a?_step=1"),
    disabled({"WANDB_RUN_ID": "a"}, resume_from="b?_step=1"),
    disabled({"WANDB_FORK_FROM": "a?_step=1", "WANDB_RESUME": "must"}),
    Call({}, {"WANDB_MODE": "bogus"}),
    Call({"mode": "disabled"}, {"WANDB_MODE": ""}),
    disabled({"WANDB_DIR": "missing/by-environment"}),
    disabled({"WANDB_SILENT": "maybe"}),
    disabled({"WANDB_SILENT": "true", "WANDB_QUIET": "1"}),
    disabled({"WANDB_CONFIG_PATHS": "a.yaml"}),
    disabled({"WANDB_IGNORE_GLOBS": "*.a,*.b"}),
    disabled({"WANDB_SAVE_CODE": "true"}),
    disabled({"WANDB_SAVE_CODE": "maybe"}),
    disabled({"WANDB_SAVE_CODE": "1", "WANDB_DISABLE_CODE": "true"}),
    disabled({"WANDB_DISABLE_CODE": "false"}, save_code=True),
    disabled({"WANDB_DISABLE_GIT": "yes"}),
    disabled({"WANDB_SWEEP_ID": "s"}, project="p", entity="e", id="i", name="n"),
    disabled({"WANDB_SWEEP_ID": "s", "WANDB_RUN_ID": "agent", "WANDB_PROJECT": "sweep"}, project="p"),
    disabled({"WANDB_SWEEP_ID": ""}),
    disabled({"WANDB_LAUNCH": "true"}, project="p"),
    disabled({"WANDB_SWEEP_ID": "s", "WANDB_SILENT": "true"}, project="p"),
    disabled({"WANDB_ANONYMOUS": "must"}),
    disabled({"WANDB_HOST": "h", "WANDB_USERNAME": "u", "WANDB_USER_EMAIL": "m", "WANDB_HTTP_TIMEOUT": "3"}),
    disabled({"WANDB__LABEL": "l", "WANDB_X_LOG_LEVEL": "10", "WANDB_INIT_TIMEOUT": "5"}),
    disabled({"WANDB_INIT_TIMEOUT": "soon"}),
    disabled({"WANDB_API_KEY": " key"}),
    disabled({"WANDB_REINIT": "true"}),
    disabled({"WANDB_PROGRAM": "train.py"}),
    disabled({"WANDB_NAME": "env"}, name=3),
    disabled({"WANDB_NAME": "env"}, {"run_name": None, "run_notes": "setup"}),
    disabled({"WANDB__HISTORY_VALUE_ENCODING": "json,xml"}),
    disabled({"WANDB__HISTORY_VALUE_ENCODING": "JSON, typed"}),
    disabled({"WANDB__HISTORY_VALUE_ENCODING": "json"}),
    disabled({"WANDB_CREDENTIALS_FILE": "/c/credentials.json"}),
    disabled({"PATH": "/nowhere"}, dir="missing-without-git"),
    Call({"mode": "disabled"}, {"WANDB_SILENT": "false"}, closed=("cwd",)),
    Call({"mode": "disabled", "dir": "repository"}, {"WANDB_SILENT": "false"}, closed=("repository",)),
    Call({"mode": "disabled"}, {"WANDB_SILENT": "false"}, closed=("cwd", "tmp")),
    Call({"mode": "disabled"}, {"WANDB_PROGRAM": "/elsewhere/train.py"}, folder="repository/inside"),
    Call({"mode": "disabled"}, {"WANDB_PROGRAM": "train.py"}, folder="repository"),
    Call({"mode": "disabled"}, {"WANDB_PROGRAM": "deeper/train.py"}, folder="repository/inside"),
]
ATTRIBUTES = ("id", "name", "notes", "tags", "group", "job_type", "project", "entity", "path", "offline", "disabled")
# What the machine, the clock or the program decides.
DETECTED = {
    "host", "program", "program_abspath", "program_relpath", "x_executable", "x_start_time", "x_stats_pid", "docker",
    "git_root", "git_remote_url", "git_commit", "settings_system", "x_sync_dir_suffix", "anonymous", "root_dir",
}  # fmt: skip
QUICK = {"console": "off", "x_disable_stats": True, "x_disable_meta": True, "x_disable_machine_info": True}


def observe() -> None:
    """Make every call with the real client and print what came of it, a line of JSON each."""
    import wandb

    warnings: list[str] = []

    def note(text: str, repeat: bool = True, **options: Any) -> None:
        if repeat or text not in warnings:
            warnings.append(text)

    wandb.termwarn = note  # type: ignore[assignment]
    start, clean = os.getcwd(), dict(os.environ)
    for number, call in enumerate(CALLS):
        fresh = bool(call.environ or call.setup or call.folder)
        if fresh:
            wandb.teardown()
            os.environ.update(call.environ)
            os.chdir(call.folder or start)
        look, os.access = os.access, call.access(os.getcwd())
        warnings.clear()
        try:
            wandb.setup(wandb.Settings(**{**QUICK, **call.setup}))
            run = wandb.init(**call.arguments)
        except Exception as error:
            seen: dict[str, Any] = {"error": [type(error).__name__, str(error)]}
        else:
            seen = {"warnings": list(warnings), **{name: getattr(run, name) for name in ATTRIBUTES}}
            fields = run.settings
            seen["fields"] = {name: repr(getattr(fields, name)) for name in rules.FIELDS if name not in DETECTED}
            seen["root_dir"] = fields.root_dir
            run.finish()
        os.access = look
        print(f"\n@{number}", json.dumps(seen), flush=True)
        if fresh:
            wandb.teardown()
            os.environ.clear()
            os.environ.update(clean)
            os.chdir(start)
    wandb.teardown()


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, list[dict[str, Any]]]:
    """What the real client did at each of the calls, and in which folder."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "repository" / "inside").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "repository"], cwd=folder, check=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    environ.update({f"WANDB_{name}_DIR": str(folder / name) for name in ("CACHE", "CONFIG", "DATA")})
    environ.update(HOME=str(folder), WANDB_MODE="offline", PYTHONPATH=str(ROOT), PYTHONIOENCODING="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_rules_settings"], cwd=folder, env=environ, capture_output=True, timeout=600
    )
    lines = [line for line in done.stdout.decode().splitlines() if line.startswith("@")]
    assert len(lines) == len(CALLS), done.stderr.decode()[-3000:]
    # What the client made would change what can be made, and the two must see the same.
    for made in folder.iterdir():
        if made.is_dir() and made.name != "repository":
            shutil.rmtree(made)
    return folder, [json.loads(line.partition(" ")[2]) for line in lines]


def resolved(call: Call, folder: pathlib.Path) -> dict[str, Any]:
    """What `resolve` says of the call, in the words of `observe`."""
    warnings: list[str] = []

    def warn(text: str) -> None:
        if text not in warnings or not rules.warned_once(text):
            warnings.append(text)

    session = {"WANDB_MODE": "offline", **call.environ}
    try:
        base = {**QUICK, **call.setup}
        run = rules.resolve(call.arguments, session, base, "default-entity", lambda: "generate", warn)
        if run.mode != "disabled":
            warnings.extend(run.deprecations)
            run.check_sendable()
    except Exception as error:
        return {"error": list(described(error))}
    settings = run.settings()
    return {
        "warnings": warnings,
        "id": run.run_id,
        "name": run.run_name,
        "notes": run.run_notes,
        "tags": list(run.run_tags or ()),
        "group": run.run_group or "",
        "job_type": run.run_job_type or "",
        "project": run.project,
        "entity": run.entity or "",
        "path": "/".join(part for part in (run.entity, run.project, run.run_id) if part is not None),
        "offline": run.mode == "offline",
        "disabled": run.mode == "disabled",
        "fields": {name: repr(getattr(settings, name)) for name in rules.FIELDS if name not in DETECTED},
        "root_dir": run.root_dir,
    }


def _name_of_call(number: int) -> str:
    # Without addresses: workers that share the tests must have the same names for them.
    return f"{number}-{re.sub(' at 0x[0-9a-f]+', '', repr(CALLS[number])):.80}"


@pytest.mark.needs_wandb
@pytest.mark.parametrize("number", range(len(CALLS)), ids=_name_of_call)
def test_init_resolves_as_the_real_client(
    number: int, observed: tuple[pathlib.Path, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, results = observed
    call, theirs = CALLS[number], dict(results[number])
    monkeypatch.chdir(folder / call.folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("PATH", call.environ.get("PATH", os.environ["PATH"]))
    monkeypatch.setattr(os, "access", call.access(os.getcwd()))
    mine = resolved(call, folder)
    if "error" in theirs:
        name, text = theirs["error"]
        text = re.sub(r"(?<=found ').*(?='$)", lambda found: "".join(sorted(found[0])), text)
        assert mine == {"error": [name, text]}
        return
    if mine.get("id") == "generate":
        generated = theirs["id"]
        assert re.fullmatch(r"[a-z0-9]{8}", generated)
        theirs = json.loads(json.dumps(theirs).replace(generated, "generate"))
    assert mine == theirs


# The real client's texts, for when it is not there.


def settings_of(**arguments: Any) -> rules.RunSettings:
    return rules.resolve(arguments, {}, {}, "team", lambda: "abcd1234", lambda text: None)


def test_pydantics_text_is_the_real_clients() -> None:
    with pytest.raises(rules.ValidationError) as raised:
        settings_of(project=3)
    assert str(raised.value) == (
        "1 validation error for Settings\n"
        "project\n"
        "  Input should be a valid string [type=string_type, input_value=3, input_type=int]\n"
        "    For further information visit https://errors.pydantic.dev/2.14/v/string_type"
    )


def test_the_version_in_the_links_can_be_chosen() -> None:
    error = ValidationError([Problem("bool_type", None, ("quiet",))], version="2.11")
    assert str(error).endswith("https://errors.pydantic.dev/2.11/v/bool_type")


def test_the_accounts_entity_counts_online_only() -> None:
    assert settings_of().entity == "team"
    assert settings_of(entity="mine").entity == "mine"
    assert settings_of(mode="offline").entity is None
    assert settings_of(mode="disabled").entity == "dummy"


def test_moments_are_given_as_run_metric_and_value() -> None:
    assert settings_of(fork_from="a?_step=3").fork_from == ("a", "_step", 3)
    run = settings_of(resume_from="a?_step=2.5")
    assert (run.resume_from, run.run_id) == (("a", "_step", 2.5), "a")


def test_an_unfinished_run_is_found_by_resume_auto() -> None:
    warnings: list[str] = []
    arguments = ({"resume": "auto"}, {}, {}, None, lambda: "new", warnings.append)
    assert rules.resolve(*arguments, previous_id="old").run_id == "old"
    given = ({"resume": "auto", "id": "mine"}, *arguments[1:])
    assert rules.resolve(*given, previous_id="old").run_id == "mine"
    assert rules.resolve(*given, previous_id="mine").run_id == "mine"
    assert warnings == ["Ignoring ID old loaded due to resume='auto' because the run ID is set to mine."]


def test_a_settings_object_takes_the_arguments() -> None:
    settings = rules.Settings(run_name="theirs", run_group="theirs")
    run = settings_of(settings=settings, name="mine", project="p")
    assert (run.run_name, run.run_group, run.project) == ("mine", "theirs", "p")
    assert (settings.run_name, settings.project) == ("mine", "p")


def test_a_stand_in_module_chooses_the_error_and_hears_the_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(rules.Settings, "_usage_error", KeyError)
    monkeypatch.setattr(rules.Settings, "_warn", heard.append)
    with pytest.raises(KeyError, match="Run ID cannot be empty"):
        rules.Settings(run_id="")
    rules.Settings(anonymous="allow")
    assert heard == [rules.ANONYMOUS_WARNING]


def test_what_was_read_before_a_bad_variable_stays() -> None:
    fields: dict[str, Any] = {}
    with pytest.raises(rules.ValidationError):
        rules.read_environment({"WANDB_NAME": "n", "WANDB_MODE": "x", "WANDB_NOTES": "n"}, fields, lambda text: None)
    assert fields == {"run_name": "n"}


def test_an_ordinary_call_costs_microseconds() -> None:
    arguments = {"project": "mnist", "config": {"lr": 0.1}, "tags": ["a", "b"]}
    folder = tempfile.gettempdir()

    def call() -> None:
        rules.resolve(arguments, {"WANDB_MODE": "offline"}, {}, "team", lambda: "id", lambda text: None, cwd=folder)

    def best(function: Any) -> float:
        return min(timeit.repeat(function, number=1000, repeat=15, timer=time.process_time))

    # Counted in calls of a function that does nothing (some 30 ns), so that a slow machine fails no one.
    assert best(call) < 1000 * best(lambda: None)


if __name__ == "__main__":
    observe()

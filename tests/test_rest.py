"""What is refused by name, kept keys, messages, and other things that no offline run can show."""

from __future__ import annotations

import copy
import importlib
import os
import pickle
import sys
from typing import Any

import pytest

from wandb_testkit import NotModelled, patch_wandb

WORLDS = [
    pytest.param({}, id="installed", marks=pytest.mark.needs_wandb),
    pytest.param({"stub": True}, id="stand-in"),
]


@pytest.fixture(params=WORLDS)
def recorder(request: pytest.FixtureRequest, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    if not request.param:
        pytest.importorskip("wandb")
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**request.param) as recorder:
        yield recorder


def wandb_module(name: str = "wandb") -> Any:
    return importlib.import_module(name)


# ---- refused by name


def test_launching_jobs_is_refused_by_the_name_of_the_call(recorder: Any) -> None:
    launch = wandb_module("wandb.sdk.launch")
    with pytest.raises(NotModelled, match=r"does not model wandb\.sdk\.launch\.launch_add\(\)") as caught:
        launch.launch_add(job="e/p/job:latest", queue_name="q", project="p", entity="e")
    assert "unittest.mock.patch('wandb.sdk.launch.launch_add')" in str(caught.value)


def test_the_api_of_launch_is_refused(recorder: Any) -> None:
    with pytest.raises(NotModelled, match=r"wandb\.sdk\.launch\.api\.LaunchApi\(\)"):
        wandb_module("wandb.sdk.launch.api").LaunchApi()


def test_other_apis_are_not_taken_for_that_of_launch(recorder: Any) -> None:
    assert wandb_module().Api().default_entity == "test-entity"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("automations", {}),
        ("create_automation", {"obj": None}),
        ("registries", {}),
        ("registry", {"name": "r"}),
        ("reports", {"path": "e/p"}),
        ("slack_integrations", {}),
        ("webhook_integrations", {}),
        ("run_queue", {"entity": "e", "name": "q"}),
        ("job", {"name": "e/p/j:latest"}),
    ],
)
def test_parts_of_the_api_are_refused_and_can_be_mocked(recorder: Any, name: str, arguments: dict[str, Any]) -> None:
    api = wandb_module().Api()
    with pytest.raises(NotModelled, match=rf"wandb\.Api\(\)\.{name}\(\).*recorder\.mocks\.Api\.{name}\.return_value"):
        getattr(api, name)(**arguments)
    getattr(recorder.mocks.Api, name).return_value = "mine"
    assert getattr(api, name)(**arguments) == "mine"


def test_what_writes_a_key_is_refused(recorder: Any, tmp_path: Any) -> None:
    with pytest.raises(NotModelled, match=r"wandb\.sagemaker_auth\(\)"):
        wandb_module().sagemaker_auth(path=str(tmp_path))
    assert not os.listdir(tmp_path)


def test_the_library_object(recorder: Any) -> None:
    wandb = wandb_module()
    singleton = wandb_module("wandb.sdk.wandb_setup").singleton
    assert singleton().most_recent_active_run is None
    with wandb.init() as run:
        assert singleton().most_recent_active_run is run
        assert wandb.setup().most_recent_active_run is run


# ---- logging in


def test_logging_in_keeps_no_key(recorder: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    before = dict(os.environ)
    wandb = wandb_module()
    assert wandb.login() is True
    assert wandb.login(key="0123456789" * 4, relogin=True, verify=True) is True
    assert dict(os.environ) == before
    assert not os.listdir(tmp_path)


def test_wrong_arguments_of_login(recorder: Any) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'password'"):
        wandb_module().login(password="x")
    with pytest.raises(TypeError, match="positional argument"):
        wandb_module().login(*range(10))


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("short", "must have 40[+] characters, has 5"),
        ("x" * 39, "has 39"),
        (" " + "x" * 40, "may only contain the letters"),
        ("local-" + "x" * 39, "has 39"),
        ("x" * 20 + "!" + "x" * 20, "may only contain the letters"),
    ],
)
def test_keys_of_a_wrong_form(recorder: Any, key: str, problem: str) -> None:
    wandb = wandb_module()
    with pytest.raises(wandb.errors.AuthenticationError, match=problem):
        wandb.login(key=key)


def test_a_key_of_a_wrong_form_in_the_environment(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wandb = wandb_module()
    monkeypatch.setenv("WANDB_API_KEY", "short")
    with pytest.raises(wandb.errors.AuthenticationError, match="has 5"):
        wandb.login()
    assert wandb.login(key="x" * 40) is True


@pytest.mark.parametrize("key", ["x" * 40, "local-" + "x" * 40, "a.b.c", "", None, "wandb_v1_" + "x" * 50])
def test_keys_of_a_form_that_may_be_right(recorder: Any, key: str | None) -> None:
    assert wandb_module().login(key=key, host="https://wandb.example.com") is True


def test_hosts_of_a_wrong_form(recorder: Any) -> None:
    wandb = wandb_module()
    with pytest.raises(TypeError, match="Expected a string, got <class 'int'>"):
        wandb.login(host=3)
    with pytest.raises(ValueError, match="Input should be a valid URL"):
        wandb.login(host="nonsense")
    with pytest.raises(ValueError, match=r"'https://app\.wandb\.ai' is not a valid server address"):
        wandb.login(host="https://app.wandb.ai")


@pytest.mark.needs_wandb
@pytest.mark.parametrize(
    "key",
    [
        "x",
        "x" * 39,
        "x" * 40,
        "a-" + "x" * 40,
        "-" + "x" * 40,
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "é" * 40,
        "x" * 40 + "\n",
        "-",
    ],
)
def test_the_form_of_keys_is_the_clients(key: str) -> None:
    pytest.importorskip("wandb")
    from wandb.errors import AuthenticationError
    from wandb.sdk.lib import wbauth

    from wandb_testkit.rules import login

    try:
        wbauth.AuthApiKey(host="https://example.com", api_key=key)
        expected = None
    except AuthenticationError as error:
        expected = str(error)
    assert login.problem_of_key(key) == expected


def test_the_machines_key_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "machine".ljust(40, "0"))
    for options in ({}, {"stub": True}) if importlib.util.find_spec("wandb") else ({"stub": True},):
        with patch_wandb(**options) as recorder:
            wandb = wandb_module()
            assert wandb.api.api_key is None
            os.environ["WANDB_API_KEY"] = "program".ljust(40, "0")
            assert wandb.api.api_key == "program".ljust(40, "0")
            assert len(recorder.warnings) == 1
            assert "deprecated" in recorder.warnings[0]
        monkeypatch.setenv("WANDB_API_KEY", "machine".ljust(40, "0"))


# ---- what is printed


def test_what_the_program_prints_through_wandb_is_kept(recorder: Any) -> None:
    wandb = wandb_module()
    wandb.termlog("a log")
    wandb.termwarn("a warning")
    wandb.termwarn("once", repeat=False)
    wandb.termwarn("once", repeat=False)
    wandb.termerror("an error")
    assert recorder.messages == [
        ("info", "a log"),
        ("warning", "a warning"),
        ("warning", "once"),
        ("error", "an error"),
    ]
    assert recorder.warnings == ["a warning", "once"]


def test_init_and_finish_print_nothing_of_their_own(recorder: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with wandb_module().init(project="p") as run:
        run.log({"a": 1})
    assert recorder.messages == []
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


# ---- a run and its parts, copied and pickled


def test_copies_of_what_leads_to_a_run(recorder: Any) -> None:
    class Trainer:
        def __init__(self, run: Any) -> None:
            self.run, self.log = run, run.log

    with wandb_module().init(config={"a": 1}) as run:
        copied = copy.deepcopy(Trainer(run))
        assert copied.run is run
        copied.run.log({"x": 1})
        # The client's own config cannot be copied either.
        with pytest.raises(RecursionError):
            copy.deepcopy(run.config)
    assert recorder.values("x") == [1]


def test_a_pickled_run_is_attached_to_in_another_process(recorder: Any) -> None:
    with wandb_module().init(id="abc") as run:
        data = pickle.dumps({"run": run, "log": run.log})
        with pytest.raises(RuntimeError, match="attach in the same process"):
            pickle.loads(data)


def test_what_was_attached_is_recorded_once(recorder: Any) -> None:
    wandb = wandb_module()
    with wandb.init(id="abc", config={"a": 1}) as run:
        attached = wandb.attach("abc")
        assert attached is not run
        assert wandb.run is attached
        attached.log({"x": 1})
        attached.config.b = 2
        assert "b" not in run.config
    assert len(recorder.runs) == 1
    assert recorder.history() == [{"_step": 0, "x": 1}]
    assert recorder.run.config == {"a": 1, "b": 2}


def test_finishing_what_was_attached_finishes_the_run(recorder: Any) -> None:
    wandb = wandb_module()
    run = wandb.init(id="abc")
    attached = wandb.attach("abc")
    attached.finish()
    assert recorder.run.state == "finished"
    assert wandb.run is None
    for each in (run, attached):
        with pytest.raises(wandb.errors.UsageError, match="is finished"):
            each.log({"x": 1})


# ---- the stand-in's settings


def test_settings_of_the_stand_in_as_a_pydantic_model() -> None:
    with patch_wandb(stub=True):
        settings_class = wandb_module().Settings
        settings = settings_class(project="p", run_tags=("a",))
        assert settings.model_dump_json(include={"project", "run_tags"}) == '{"run_tags":["a"],"project":"p"}' or (
            settings.model_dump_json(include={"project", "run_tags"}) == '{"project":"p","run_tags":["a"]}'
        )
        assert settings_class.model_validate_json('{"project": "p"}').project == "p"
        with pytest.raises(TypeError, match="'int' object is not iterable"):
            settings_class.model_validate(3)
        with pytest.warns(DeprecationWarning, match="model_dump"):
            assert settings.dict(include={"project"}) == {"project": "p"}
        with pytest.raises(NotModelled, match="to_proto"):
            settings.to_proto()


def test_the_runner_of_a_script(tmp_path: Any) -> None:
    # The client's own leaves the script open, so the two are not compared.
    with patch_wandb(stub=True):
        find_runner = wandb_module("wandb.util").find_runner
        for name, line in (("a.py", "pass"), ("b.sh", "#!/bin/sh -e"), ("c.txt", "text")):
            (tmp_path / name).write_text(line)
        assert find_runner(str(tmp_path / "a.py")) == [sys.executable]
        assert find_runner(str(tmp_path / "b.sh")) == ["/bin/sh", "-e"]
        assert find_runner(str(tmp_path / "c.txt")) is None


def test_an_integration_of_the_stand_in_says_what_it_needs() -> None:
    with patch_wandb(stub=True):
        log = wandb_module("wandb.integration.metaflow").wandb_log
        with pytest.raises(NotImplementedError, match="install wandb to test with it"):
            log()

"""What programs beyond `init`, `log` and `finish` need: files that outlive their originals, pickles, checked keys."""

from __future__ import annotations

import importlib
import os
import pickle
import pkgutil
import sys
from pathlib import Path
from typing import Any

import pytest

import wandb_testkit.standin
from wandb_testkit import NotModelled, patch_wandb
from wandb_testkit.standin.modules import build

WORLDS = [pytest.param({}, id="installed", marks=pytest.mark.needs_wandb), pytest.param({"stub": True}, id="stand-in")]

#: Names of wandb's own that no pickle and no program of a user refers to.
PRIVATE = {
    "wandb.sdk.lib.deprecated_api.DeprecatedApi",
    "wandb.sdk.lib.telemetry.Anything",
    "wandb.apis.public.artifacts._ArtifactCollectionAliases",
    "wandb.apis.public.artifacts._CollectionsPaginator",
    "wandb.apis.public.service_api.ServiceApi",
    "wandb.integration.torch.wandb_torch.TorchGraph",
    "wandb.integration.torch.wandb_torch.TorchHistory",
    "wandb.sdk.artifacts._validators.ArtifactPath",
}


@pytest.fixture(params=WORLDS)
def options(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    return request.param


@pytest.mark.parametrize("policy", ["live", "now", "end"])
def test_a_saved_file_is_restored_although_the_program_deleted_it(options: dict[str, Any], policy: str) -> None:
    """The server keeps what was uploaded: https://docs.wandb.ai/ref/python/run#save."""
    with patch_wandb(**options) as recorder:
        import wandb

        Path("weights.pt").write_text("weights")
        with wandb.init(project="p", id="first") as run:
            run.save("weights.pt", policy=policy)
        os.remove("weights.pt")
        with wandb.restore("weights.pt", run_path="p/first", root="here") as file:
            assert file.read() == "weights"
        assert "weights.pt" in [file.name for file in wandb.Api().run("p/first").files()]
    with patch_wandb(runs=recorder.runs, **options):
        import wandb

        with wandb.restore("weights.pt", run_path="p/first", root="there") as file:
            assert file.read() == "weights"


def test_a_file_saved_again_is_the_new_one(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init()
        for content in ("one", "two"):
            Path("new.txt").write_text(content)
            os.replace("new.txt", "a.txt")
            run.save("a.txt", policy="now")
        os.remove("a.txt")
        run.finish()
    assert recorder.run.file("a.txt") == b"two"


def test_a_draft_can_be_pickled(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        draft = wandb.Artifact("data", "dataset", metadata={"rows": 3})
        again = pickle.loads(pickle.dumps(draft))
        assert (again.name, again.type, again.metadata) == ("data", "dataset", {"rows": 3})


def test_an_api_refuses_a_key_of_the_wrong_form(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        with pytest.raises(wandb.errors.AuthenticationError, match=r"40\+ characters, has 5"):
            wandb.Api(api_key="short")
        with pytest.raises(wandb.errors.AuthenticationError, match="may only contain"):
            wandb.Api(api_key="k k" * 20)
        assert wandb.Api(api_key="local-" + "k" * 40).default_entity == "test-entity"


def test_an_api_refuses_an_address_that_is_none(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        with pytest.raises(ValueError, match="relative URL without a base"):
            wandb.Api(overrides={"base_url": "nowhere"})


@pytest.mark.parametrize("name", ["RunQueue", "Registry"])
def test_classes_of_the_api_that_are_left_out_refuse_by_name(name: str) -> None:
    with patch_wandb(stub=True):
        from wandb.apis import public

        with pytest.raises(NotModelled, match=f"does not model wandb.apis.public.{name}"):
            getattr(public, name)(None, "a", "b", "c")


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        ({"config": 3}, "'config' of a run is a dict, not int"),
        ({"summary": ["loss"]}, "'summary' of a run is a dict, not list"),
        ({"files": "weights.pt"}, "'files' of a run is a dict, not str"),
        ({"history": "rows"}, "'history' of a run is a list, not str"),
        ({"history": [0.5]}, "a row of the history of a run is a dict, not float"),
        ({"tags": "baseline"}, "'tags' of a run is a list, not str"),
    ],
)
def test_a_seeded_run_of_the_wrong_kind_is_told_at_once(
    options: dict[str, Any], seed: dict[str, Any], said: str
) -> None:
    with pytest.raises(TypeError, match=said), patch_wandb(runs=[{"id": "a", **seed}], **options):
        pass


def test_every_public_class_of_the_stand_in_is_found_where_it_says() -> None:
    """Pickles name a class by module and name."""
    made = build()
    wrong = []
    for found in pkgutil.walk_packages(wandb_testkit.standin.__path__, f"{wandb_testkit.standin.__name__}."):
        if ".integrations" not in found.name and not found.name.endswith(".tensorflow"):
            importlib.import_module(found.name)
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("wandb_testkit.standin")]
    for thing in {each for module in modules for each in vars(module).values() if isinstance(each, type)}:
        name = f"{thing.__module__}.{thing.__qualname__}"
        if not thing.__module__.startswith("wandb.") or name in PRIVATE or name.endswith("Type"):
            continue
        holder = made.get(thing.__module__)
        for part in thing.__qualname__.split("."):
            holder = getattr(holder, part, None)
        if holder is not thing:
            wrong.append(name)
    assert sorted(wrong) == []

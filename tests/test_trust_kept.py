"""Nothing that is kept from inside a patch reaches the real client afterwards: each object, each method, each property.

A server on this machine stands where the client is told its server is, and counts.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from tests.test_trust_egress import _HARMLESS, _run, _Server, environment, server  # noqa: F401
from wandb_testkit import patch_wandb

#: What says that it is over, be it of the patch, or of the stand-in, which nothing brings to life outside of patches.
_CLEAR = ("that is over", "outside of patch_wandb", "that nothing brought to life")

#: They would begin a run, ask a server, or change what one has; whatever else there is may read what it has at hand.
_REACHING = """
    Api.run | Api.runs | Api.artifact | Api.create_project | Api.sweep |
    data.download | data.delete | data.link | data.logged_by | data.files |
    data.save | draft.save | draft.link | found.download |
    found.delete | found.link | file.download | file.delete |
    run.log | run.finish | run.alert | run.save | run.log_artifact |
    run.use_artifact | run.link_artifact | run of the Api.delete | run of the Api.history | run of the Api.update |
    run of the Api.upload_file | collection.delete | viewer.user_api
"""


@pytest.mark.parametrize("how", ["patched", "stub"])
def test_nothing_that_is_kept_reaches_the_client(how: str, server: _Server, tmp_path: Path) -> None:  # noqa: F811
    if how == "patched" and not WITH_WANDB:
        pytest.skip("wandb is not installed")
    work, environ = environment(server, tmp_path)
    code, printed, errors = _run([sys.executable, "-m", "tests.kept_objects", how], work, environ)
    assert code == 0, errors
    told = json.loads(printed.splitlines()[-1])
    uses = {name: (answer, events) for name, answer, events in told["uses"]}
    assert len(uses) > 1000

    reached = {name: events for name, (_, events) in uses.items() if not all(map(_is_harmless, events))}
    assert reached == {}
    assert [name for name, (answer, _) in uses.items() if answer == "hangs"] == []
    # The stand-in's draft is no way to anything.
    asked = _names(_REACHING) + (["data.new_draft", "found.new_draft"] if how == "patched" else [])
    known = [use for name in asked for use in (name, f"{name}, bound before") if use in uses]
    unclear = {use: uses[use][0] for use in known if not any(text in uses[use][0] for text in _CLEAR)}
    assert (len(known) > 40, unclear) == (True, {})
    if how == "patched":
        assert server.connections > 0, "what was made outside reaches the server"
        assert any(event[0] == "subprocess.Popen" and event not in _HARMLESS for event in told["control"][2])
    else:
        assert server.connections == 0


def _names(listed: str) -> list[str]:
    return [word.strip() for word in listed.split("|")]


def _is_harmless(event: list[str]) -> bool:
    kind, what = event
    # Objects that hold data write it where Python says that temporary files go, as they do without a run.
    return event in _HARMLESS or (kind == "write" and ("wandb-media" in what or "wandb-artifacts" in what))


def test_an_artifact_that_is_kept_can_be_logged_in_another_patch(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        draft = wandb.Artifact("data", "dataset", metadata={"a": 1})
        # Copies of files go with the patch.
        draft.add_reference("http://localhost:9/x", name="x", checksum=False)
    assert isinstance(draft, wandb.Artifact) and (draft.name, draft.metadata) == ("data", {"a": 1})
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")
        run.log_artifact(draft).wait()
        assert recorder.run.artifacts == [draft]
        assert draft.version == "v0"


@pytest.mark.needs_wandb
def test_one_of_an_inner_patch_is_good_in_the_outer_one_and_inert_after_it() -> None:
    class Own(wandb_artifact(), word="x"):  # type: ignore[misc]
        def __init_subclass__(cls, **options: Any) -> None:
            raise AssertionError("nobody derives from it")

    with patch_wandb(stub=False):
        with patch_wandb(stub=False):
            draft = Own("data", "dataset")
        draft.description = "of the outer one"
        assert type(draft) is Own
        save = draft.save
    for call in (save, draft.save, lambda: draft.link("collection"), lambda: draft.add_file(__file__)):
        with pytest.raises(Exception, match=r"`Own\.\w+` was called on an object that was kept"):
            call()
    assert draft.description == "of the outer one" and draft.is_draft() and type(draft).__name__ == "Own"


def wandb_artifact() -> Any:
    """Return a base whose subclasses may be given options."""
    import wandb

    class Base(wandb.Artifact):
        def __init_subclass__(cls, word: str = "", **options: Any) -> None:
            assert word == "x", "who derives says why"

    return Base

"""Random programs about artifacts: the real client's classes and the stand-in's see and raise the same."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wandb_testkit import patch_wandb

pytestmark = pytest.mark.needs_wandb

NAMES = st.sampled_from(["a", "b"])
ALIASES = st.lists(st.sampled_from(["x", "y", "v0"]), max_size=2, unique=True)
REFS = st.sampled_from(["a:latest", "a:v0", "a:v1", "b:x", "b:v0", "c:latest", "c:v1", "c:x", "a", "p/a:v0", "q/a:v0"])

STEPS = st.one_of(
    st.tuples(st.just("log"), NAMES, st.sampled_from("123"), ALIASES, st.sampled_from(["dataset", "model"])),
    st.tuples(st.just("use"), REFS, st.sampled_from([None, "dataset", "model"])),
    st.tuples(st.just("model"), REFS),
    st.tuples(st.just("link"), REFS, st.sampled_from(["c", "q/c", "a", "wandb-registry-r/c"]), ALIASES),
    st.tuples(st.just("unlink"), REFS),
    st.tuples(st.just("delete"), REFS, st.booleans()),
    st.tuples(st.just("alias"), REFS, ALIASES),
    st.tuples(st.just("tag"), REFS, st.lists(st.sampled_from(["t", "u v", "/"]), max_size=2)),
    st.tuples(st.just("say"), REFS, st.sampled_from([None, "d"]), st.dictionaries(st.just("k"), st.integers())),
    st.tuples(st.just("draft"), REFS),
    st.tuples(st.just("exists"), REFS),
    st.tuples(st.just("list"), NAMES, st.sampled_from(["dataset", "model"])),
)


class Player:
    """One program at work.

    Args:
        wandb: The patched module.
        run: A run that goes on.
    """

    def __init__(self, wandb: Any, run: Any) -> None:
        self.wandb = wandb
        self.run = run
        self.seen: list[Any] = []

    def play(self, steps: list[Any]) -> list[Any]:
        """Take the steps and return what was seen."""
        for name, *arguments in steps:
            method: Callable[..., Any] = getattr(self, name)
            try:
                self.seen.append([name, method(*arguments)])
            except Exception as error:
                self.seen.append([name, type(error).__name__, str(error)])
        return self.seen

    def facts(self, artifact: Any) -> list[Any]:
        """What can be read of an artifact."""
        names = ("name", "version", "qualified_name", "source_qualified_name", "type", "state", "digest", "size", "url")
        more = ("aliases", "tags", "description", "metadata", "is_link", "file_count", "history_step", "source_version")
        used = [run.id == self.run.id for run in artifact.used_by()]
        return [*(getattr(artifact, name) for name in (*names, *more)), artifact.linked_at is None, used]

    def found(self, ref: str) -> Any:
        """The artifact of a name."""
        return self.run.use_artifact(ref)

    def log(self, name: str, content: str, aliases: list[str], kind: str) -> Any:
        artifact = self.wandb.Artifact(name, kind)
        with artifact.new_file("f.txt") as stream:
            stream.write(content)
        return self.facts(self.run.log_artifact(artifact, aliases=aliases).wait())

    def use(self, ref: str, kind: str | None) -> Any:
        artifact = self.run.use_artifact(ref, type=kind)
        return [self.facts(artifact), Path(artifact.download("down"), "f.txt").read_text(), artifact.logged_by().id]

    def model(self, ref: str) -> Any:
        return os.path.basename(self.run.use_model(ref))

    def link(self, ref: str, target: str, aliases: list[str]) -> Any:
        link = self.run.link_artifact(self.found(ref), target, aliases=aliases)
        return [self.facts(link), link.source_artifact.name, [each.name for each in self.found(ref).linked_artifacts]]

    def unlink(self, ref: str) -> Any:
        return self.found(ref).unlink()

    def delete(self, ref: str, aliases: bool) -> Any:
        return self.found(ref).delete(delete_aliases=aliases)

    def alias(self, ref: str, aliases: list[str]) -> Any:
        artifact = self.found(ref)
        artifact.aliases = aliases
        artifact.save()
        return self.facts(artifact)

    def tag(self, ref: str, tags: list[str]) -> Any:
        artifact = self.found(ref)
        artifact.tags = tags
        artifact.save()
        return self.facts(artifact)

    def say(self, ref: str, description: str | None, metadata: dict[str, int]) -> Any:
        artifact = self.found(ref)
        artifact.description, artifact.metadata = description, metadata
        artifact.save()
        return self.facts(self.found(ref))

    def draft(self, ref: str) -> Any:
        made = self.found(ref).new_draft()
        with made.new_file(f"{len(made.manifest.entries)}.txt") as stream:
            stream.write("more")
        return [made.name, self.facts(self.run.log_artifact(made).wait())]

    def exists(self, ref: str) -> Any:
        return self.wandb.Api().artifact_exists(ref)

    def list(self, name: str, kind: str) -> Any:
        return [self.facts(each) for each in self.wandb.Api().artifacts(kind, f"p/{name}")]


@contextlib.contextmanager
def working_folder() -> Iterator[None]:
    """An empty folder to work in."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def seen_in(steps: list[Any], **options: Any) -> list[Any]:
    """What the program sees in one world."""
    with working_folder(), patch_wandb(**options) as recorder:
        import wandb

        with wandb.init(project="p", id="fixed") as run:
            seen = Player(wandb, run).play(steps)
        return [*seen, recorder.warnings, len(recorder.run.artifacts), len(recorder.run.used_artifacts)]


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=4, max_size=12))
def test_both_worlds_see_the_same(steps: list[Any]) -> None:
    # Most programs begin with something to use.
    steps = [("log", "a", "1", ["x"], "dataset"), *steps]
    assert seen_in(steps, stub=True) == seen_in(steps)

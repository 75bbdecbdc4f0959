"""The server's rules of artifacts by themselves: `rules.artifacts`."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wandb_testkit.rules.artifact_model import dated, new_id, now
from wandb_testkit.rules.artifacts import Draft, RunRef, Store, StoreError, Version, manifest_digest
from wandb_testkit.server.blobs import Blobs

RUN = RunRef("e", "p", "r")


def draft(content: str = "1", name: str = "data", **fields: Any) -> Draft:
    """A draft whose one file has this content."""
    entries = {"a.txt": {"digest": content, "size": len(content)}}
    known = {"entity": "e", "project": "p", "type": "dataset", "aliases": ["latest"], **fields}
    return Draft(name=name, digest=manifest_digest(entries), entries=entries, **known)


def aliases(store: Store, version: Version) -> list[str]:
    """The aliases of a version in the collection that it was logged to."""
    member = version.sequence.member_of(version)
    return [] if member is None else member.aliases


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.lists(st.sampled_from(["x", "y", "z"]), max_size=2))))
def test_any_number_of_logs(logs: list[tuple[str, list[str]]]) -> None:
    store = Store()
    for content, named in logs:
        store.save(draft(content, aliases=[*named, "latest"]))
    contents = list(dict.fromkeys(content for content, _ in logs))
    # A version for each content, in the order in which they came up.
    for number, content in enumerate(contents):
        member = store.member("e", "p", f"data:v{number}")
        assert member is not None and member.version.entries["a.txt"]["digest"] == content
    assert store.member("e", "p", f"data:v{len(contents)}") is None
    # An alias is where it was put last, and there only.
    for alias in ("x", "y", "z", "latest"):
        last = [content for content, named in logs if alias in (*named, "latest")]
        member = store.member("e", "p", f"data:{alias}")
        assert (member and member.version.entries["a.txt"]["digest"]) == (last[-1] if last else None)
        assert sum(alias in each.aliases for version in store.versions() for each in store.links(version)) == bool(last)


def test_numbers_are_not_used_again() -> None:
    store = Store()
    first = store.save(draft("1"))
    store.delete(first, delete_aliases=True)
    assert first.state == "DELETED"
    assert store.save(draft("1")).name == "data:v1"
    assert store.member("e", "p", "data:v0") is None


@pytest.mark.parametrize("name", ["data", "data:", "data:v", "data:v01", "data:V0", "data:v0:x", "other:v0", ":v0", ""])
def test_a_name_that_means_nothing(name: str) -> None:
    store = Store()
    store.save(draft())
    assert store.member("e", "p", "data:v0") is not None
    assert store.member("e", "p", name) is None


def test_an_alias_may_look_like_anything_but_a_number() -> None:
    store = Store()
    first = store.save(draft("1", aliases=["latest", "v7", "vx", "a b"]))
    assert aliases(store, first) == ["a b", "latest", "vx"]
    assert store.member("e", "p", "data:v7") is None


def test_another_type_is_refused() -> None:
    store = Store()
    store.save(draft())
    with pytest.raises(StoreError, match=r"^Artifact data already exists with type 'dataset'"):
        store.save(draft(type="model"))
    # In another project the name is free.
    assert store.save(draft(type="model", project="q")).type == "model"


def test_links() -> None:
    store = Store()
    first, second = store.save(draft("1")), store.save(draft("2"))
    link = store.link(second, "e", "q", "chosen", ["prod"])
    assert (link.name, link.aliases, link.is_link) == ("chosen:v0", ["latest", "prod"], True)
    assert store.link(second, "e", "q", "chosen", ["again"]) is link
    assert store.link(first, "e", "q", "chosen", ["prod"]).name == "chosen:v1"
    assert link.aliases == ["again"]
    with pytest.raises(StoreError, match="cannot link to 'data'"):
        store.link(first, "e", "p", "data", [])
    with pytest.raises(StoreError, match="of type 'model' to collection 'chosen' of type 'dataset'"):
        store.link(store.save(draft(name="m", type="model")), "e", "q", "chosen", [])
    with pytest.raises(StoreError, match="holds links"):
        store.save(draft(name="chosen", project="q"))
    with pytest.raises(StoreError, match="holds no links"):
        store.unlink(first, first.sequence)
    store.unlink(first, link.collection)
    with pytest.raises(StoreError, match="is not in collection"):
        store.unlink(first, link.collection)
    # A version that is deleted is deleted everywhere.
    with pytest.raises(StoreError, match="alias"):
        store.delete(second)
    store.delete(second, delete_aliases=True)
    assert link.collection.members == []


def test_collections() -> None:
    store = Store()
    for name, type_ in (("a", "x"), ("b", "y"), ("c", "x")):
        store.save(draft(name=name, type=type_))
    assert [each.name for each in store.collections("e", "p")] == ["c", "b", "a"]
    assert [each.name for each in store.collections("e", "p", "x")] == ["c", "a"]
    assert store.types("e", "p") == ["x", "y"]
    assert store.projects() == [("e", "p")]
    collection = store.collection("e", "p", "a")
    assert collection is not None and store.collection_by_id(collection.id) is collection
    with pytest.raises(StoreError, match="'b' already exists"):
        store.rename_collection(collection, "b")
    store.rename_collection(collection, "d")
    store.move_collection(collection, "z")
    member = store.member("e", "p", "d:v0")
    assert member is not None and member.version.type == "z"
    store.delete_collection(collection)
    assert store.collection("e", "p", "d") is None
    assert member.version.state == "DELETED"


def test_what_is_said_of_a_version_changes() -> None:
    store = Store()
    version = store.save(draft(metadata={"n": 1}, tags=["a", "b"], description="d"))
    store.update(version, add_tags=["c", "a"], remove_tags=["b"])
    assert (version.tags, version.metadata, version.description) == (["a", "c"], {"n": 1}, "d")
    store.update(version, metadata={}, description="", ttl_seconds=5)
    assert (version.metadata, version.description, version.ttl_seconds, version.ttl_is_inherited) == ({}, "", 5, False)
    store.update(version, ttl_seconds=-1)
    assert (version.ttl_seconds, version.ttl_is_inherited) == (-2, True)
    collection = version.sequence
    store.add_aliases(version, collection, ["x", "v9"])
    store.remove_aliases(version, collection, ["latest", "never"])
    assert aliases(store, version) == ["x"]


@pytest.mark.parametrize(
    ("given_ttl", "kept"), [(None, (-2, True)), (-1, (-2, True)), (-2, (-2, False)), (60, (60, False))]
)
def test_times_to_live(given_ttl: int | None, kept: tuple[int, bool]) -> None:
    version = Store().save(draft(ttl_seconds=given_ttl))
    assert (version.ttl_seconds, version.ttl_is_inherited) == kept


def test_runs_are_noted_once() -> None:
    store = Store()
    other = replace_run("s")
    version = store.save(draft(run=RUN))
    store.save(draft(run=other))
    for run in (RUN, other, RUN):
        store.use(version, run)
    assert (version.created_by, version.logged_by, version.used_by) == (RUN, [RUN, other], [RUN, other])
    assert store.logged_by(other) == store.used_by(other) == [version]


def replace_run(run_id: str) -> RunRef:
    """Another run of the project."""
    return RUN._replace(id=run_id)


def test_several_runs_write_one_version() -> None:
    store = Store()
    parts = [replace(draft(content), distributed_id="g", finalize=False) for content in ("1", "2")]
    for number, part in enumerate(parts):
        part.entries = {f"{number}.txt": part.entries["a.txt"]}
    parts[1].entries["elsewhere"] = {"digest": "3", "ref": "s3://bucket/key"}
    first = store.save(parts[0])
    assert (first.state, first.index, store.member("e", "p", "data:latest")) == ("PENDING", None, None)
    assert store.save(replace(parts[1], finalize=True, aliases=["done"])) is first
    assert (first.state, sorted(first.entries), aliases(store, first)) == (
        *("COMMITTED", ["0.txt", "1.txt", "elsewhere"]),
        ["done", "latest"],
    )
    # What is not in it came with no version.
    assert {path: entry.get("birthArtifactID") for path, entry in first.entries.items()} == {
        "0.txt": first.id,
        "1.txt": first.id,
        "elsewhere": None,
    }
    assert first.digest == manifest_digest(first.entries)
    assert store.save(parts[0]) is not first


def test_an_incremental_draft_adds_to_its_base() -> None:
    store = Store()
    first = store.save(draft("1"))
    store.save(draft("2"))
    more = draft("3")
    more.entries = {"b.txt": more.entries["a.txt"]}
    version = store.save(replace(more, incremental=True, base_id=first.id))
    assert {path: entry["digest"] for path, entry in version.entries.items()} == {"a.txt": "1", "b.txt": "3"}
    assert [entry["birthArtifactID"] for entry in version.entries.values()] == [first.id, version.id]


def test_a_version_of_another_store_is_a_copy() -> None:
    one, two = Store(), Store()
    version = one.save(draft("1", tags=["t"], metadata={"n": 1}))
    copied = two.add(version, ["latest", "x"])
    assert (copied.id, copied.name, aliases(two, copied)) == (version.id, "data:v0", ["latest", "x"])
    two.update(copied, add_tags=["u"], metadata={})
    assert (version.tags, version.metadata) == (["t"], {"n": 1})
    with pytest.raises(StoreError, match="there is a version data:v0 already"):
        two.add(Store().save(draft("9")), [])
    assert two.save(draft("2")).name == "data:v1"


def test_what_a_client_reads() -> None:
    store = Store()
    version = store.save(draft("1", storage_region="here"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", version.created_at)
    manifest = version.manifest()
    assert manifest["storagePolicyConfig"] == {"storageLayout": "V2", "storageRegion": "here"}
    assert manifest["contents"] == {"a.txt": {"digest": "1", "size": 1, "birthArtifactID": version.id}}
    assert store.version(version.id) is version
    assert store.version("none") is None


def test_what_is_done_again_has_the_ids_and_times_that_it_had() -> None:
    with dated(iter([7, 8]), "then"):
        assert [base64.b64decode(new_id("Artifact")), now()] == [b"Artifact:7", "then"]
    assert now() != "then"
    assert base64.b64decode(new_id("Artifact")) != b"Artifact:8"


def test_contents_are_found_by_their_digests(tmp_path: Path) -> None:
    def blobs(name: str) -> Blobs:
        (tmp_path / name).mkdir()
        return Blobs(lambda: str(tmp_path / name))

    contents = {"small": b"1", "large": bytes((1 << 20) + 1)}
    digests = {name: base64.standard_b64encode(name.encode().ljust(16)).decode() for name in contents}
    one, two = blobs("one"), blobs("two")
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        for _ in range(2):
            one.put(digests[name], str(tmp_path / name))
        (tmp_path / name).unlink()
        assert one.content(digests[name]) == content
        assert one.digest_of(base64.b64decode(digests[name]).hex()) == digests[name]
        assert [Path(one.path(digests[name])).read_bytes() for _ in range(2)] == [content] * 2
        assert [two.take_from(one, digests[name]) for _ in range(2)] == [True, True]
        assert two.content(digests[name]) == content
    unknown = base64.standard_b64encode(bytes(16)).decode()
    assert not two.take_from(one, unknown) and not two.has(unknown)
    assert two.digest_of(bytes(16).hex()) is two.digest_of("no digits at all, but as many of") is None
    # The larger ones go with the folder that they are in.
    Path(one.path(digests["large"])).unlink()
    assert not one.has(digests["large"]) and not blobs("three").take_from(one, digests["large"])

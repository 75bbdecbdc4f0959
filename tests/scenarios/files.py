"""Files: `save`, artifacts, code, and what asks a server for them."""

from __future__ import annotations

import contextlib
import datetime
import os
from typing import Any

from tests.scenarios import Observer, scenario
from tests.scenarios.media import write


def in_folder(folder: str, names: Any) -> list[str]:
    """Return paths relative to a folder."""
    return [os.path.relpath(name, folder) for name in names]


@scenario
def save_forms(wandb: Any, obs: Observer) -> None:
    for path in ("a.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt", "odd[1].txt"):
        write(path)
    here = os.getcwd()
    with wandb.init() as run:
        for label, arguments in (
            ("file", ("a.txt",)),
            ("again", ("a.txt",)),
            ("glob", ("[ab]*.txt", ".")),
            ("glob below", ("sub/*",)),
            ("deep", ("sub/*/d.txt",)),
            ("base", ("sub/deep/d.txt", "sub")),
            ("absolute", (os.path.join(here, "sub", "c.txt"),)),
            ("absolute again", (os.path.join(here, "sub", "deep", "d.txt"),)),
            ("absolute base", (os.path.join(here, "sub", "c.txt"), here)),
            ("nothing", ("nothing*",)),
            ("odd glob", ("odd[1].txt",)),
            ("end", ("b.txt", None, "end")),
            ("now", ("b.txt", None, "now")),
            ("bytes", (b"a.txt",)),
            ("bucket", ("gs://b/x",)),
            ("folder", ("sub",)),
        ):
            obs.ask(label, lambda: in_folder(run.dir, run.save(*arguments)))
        obs.ask("literal", lambda: in_folder(run.dir, run.save("odd[1].txt", glob=False)))
        obs.ask("literal missing", lambda: in_folder(run.dir, run.save("odd[2].txt", glob=False)))
        obs.read("link", os.path.islink(os.path.join(run.dir, "a.txt")))
        obs.read("target", os.path.realpath(os.path.join(run.dir, "a.txt")) == os.path.realpath("a.txt"))


@scenario
def save_refused(wandb: Any, obs: Observer) -> None:
    write("a.txt")
    with wandb.init() as run:
        for label, arguments in (
            ("above", ("../a.txt",)),
            ("outside", ("a.txt", "sub")),
            ("base itself", (".",)),
            ("star", ("*",)),
            ("policy", ("a.txt", None, "often")),
            ("none", (None,)),
            ("number", (3,)),
            ("base number", ("a.txt", 3)),
            ("empty", ("",)),
        ):
            with obs.raises(label):
                run.save(*arguments)
        with obs.raises("no argument"):
            run.save()


@scenario
def save_files_that_are_there(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        write(os.path.join(run.dir, "own.txt"))
        obs.ask("own", lambda: in_folder(run.dir, run.save("own.txt")))
        obs.ask("own absolute", lambda: in_folder(run.dir, run.save(os.path.join(run.dir, "own.txt"), run.dir)))
        obs.ask("module", lambda: in_folder(run.dir, wandb.save("own.txt")))


@scenario
def save_copies(wandb: Any, obs: Observer) -> None:
    write("a.txt")
    with wandb.init(settings=wandb.Settings(symlink=False)) as run:
        obs.ask("hard link", lambda: in_folder(run.dir, run.save("a.txt")))
        obs.read("link", os.path.islink(os.path.join(run.dir, "a.txt")))
        obs.read("same", os.path.samefile("a.txt", os.path.join(run.dir, "a.txt")))


@scenario
def artifact_of_files(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"hello")
    for path in ("folder/b.txt", "folder/sub/c.txt"):
        write(path, path.encode())
    artifact = wandb.Artifact("data", "dataset", description="d", metadata={"n": 1, "nan": float("nan"), "t": (1,)})
    artifact.add_file("a.txt")
    artifact.add_file("a.txt", name="other/name.txt")
    artifact.add_file("a.txt", name="x/fixed.tar.gz", is_tmp=True)
    artifact.add_dir("folder", name="all")
    with artifact.new_file("new.txt") as file:
        file.write("new")
    with artifact.new_file("new.bin", mode="wb") as file:
        file.write(b"\0")
    describe_artifact(obs, artifact)
    with wandb.init() as run:
        logged = run.log_artifact(artifact, aliases=["best", "v"], tags=["t", "t"])
        obs.read("same", logged is artifact)
        obs.ask("add to a logged one", lambda: artifact.add_file("a.txt"))
        obs.ask("remove from it", lambda: artifact.remove("a.txt"))
        obs.ask("new file in it", lambda: artifact.new_file("q"))
        obs.read("draft", artifact.is_draft())
        obs.read("log again", run.log_artifact(artifact) is artifact)


def describe_artifact(obs: Observer, artifact: Any) -> None:
    """Note what a program can read of an artifact."""
    for name in ("name", "type", "description", "metadata", "state", "size", "digest", "id", "source_name", "is_link"):
        obs.ask(name, lambda: getattr(artifact, name))
    contents = artifact.manifest.to_manifest_json()
    contents["contents"] = dict(sorted(contents["contents"].items()))
    obs.read("manifest", contents)
    obs.read("paths", sorted(artifact.manifest.entries))


@scenario
def artifact_unsaved(wandb: Any, obs: Observer) -> None:
    artifact = wandb.Artifact("data", "dataset")
    for name in (
        *("entity", "project", "version", "aliases", "tags", "qualified_name", "source_qualified_name", "created_at"),
        *("updated_at", "commit_hash", "file_count", "history_step", "linked_at", "collection", "source_version"),
        *("source_collection", "source_entity", "source_project", "source_artifact", "linked_artifacts", "url", "ttl"),
        *("distributed_id", "incremental", "use_as"),
    ):
        obs.ask(name, lambda: getattr(artifact, name))
    for name in ("wait", "delete", "download", "checkout", "verify", "file", "files", "logged_by", "used_by", "unlink"):
        obs.ask(name, lambda: getattr(artifact, name)())
    for name in ("get", "get_entry", "get_path", "__getitem__"):
        obs.ask(name, lambda: getattr(artifact, name)("x"))
    obs.ask("json", artifact.json_encode)
    obs.read("repr", repr(artifact))
    with obs.raises("set aliases"):
        artifact.aliases = ["a"]
    with obs.raises("set tags"):
        artifact.tags = ["a"]
    with obs.raises("set name"):
        artifact.name = "b"


@scenario
def artifact_attributes(wandb: Any, obs: Observer) -> None:
    artifact = wandb.Artifact("data", "dataset", incremental=True)
    artifact.description = "d"
    obs.read("description", artifact.description)
    artifact.metadata = {"a": [1, {"b": None}]}
    obs.read("metadata", artifact.metadata)
    artifact.metadata["later"] = 1
    obs.read("changed", artifact.metadata)
    with obs.raises("metadata"):
        artifact.metadata = [1]
    with obs.raises("infinite"):
        artifact.metadata = {"a": float("inf")}
    with obs.raises("many"):
        artifact.metadata = {str(number): 1 for number in range(101)}
    artifact.ttl = datetime.timedelta(days=1)
    obs.ask("ttl", lambda: artifact.ttl.total_seconds())
    artifact.ttl = None
    obs.ask("no ttl", lambda: artifact.ttl)
    with obs.raises("negative"):
        artifact.ttl = datetime.timedelta(days=-1)
    artifact.ttl = wandb.ArtifactTTL.INHERIT
    obs.ask("inherited", lambda: artifact.ttl)
    artifact.distributed_id = "x"
    obs.read("distributed_id", artifact.distributed_id)


@scenario
def artifact_wrong(wandb: Any, obs: Observer) -> None:
    for arguments in (
        ("a b", "t"),
        ("a/b", "t"),
        ("a:v0", "t"),
        ("", "t"),
        (3, "t"),
        ("a" * 129, "t"),
        ("a", "job"),
        ("a", "wandb-x"),
        ("run-a", "run_table"),
        ("source-a", "code"),
        ("a", 3),
        ("a", "t", None, 3),
        ("a", "t", None, "[1]"),
        ("a", "t", None, '{"a": 1}'),
        ("a", "t", None, {"a": object}),
    ):
        obs.ask(str(arguments)[:60], lambda: wandb.Artifact(*arguments).metadata)
    obs.ask("keyword", lambda: wandb.Artifact("a", "t", digest="x"))
    obs.ask("nothing", lambda: wandb.Artifact())


@scenario
def artifact_wrong_contents(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"one")
    write("b.txt", b"two")
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_file("a.txt", name="x")
    for label, call in (
        ("same name", lambda: artifact.add_file("b.txt", name="x")),
        ("same file", lambda: artifact.add_file("a.txt", name="x").size),
        ("overwrite", lambda: artifact.add_file("b.txt", name="x", overwrite=True).digest),
        ("missing", lambda: artifact.add_file("missing")),
        ("missing folder", lambda: artifact.add_dir("missing")),
        ("a folder as a file", lambda: artifact.add_file(".")),
        ("upwards", lambda: artifact.add_file("a.txt", name="../x")),
        ("absolute", lambda: artifact.add_file("a.txt", name="/x")),
        ("policy", lambda: artifact.add_file("a.txt", policy="none")),
        ("number", lambda: artifact.add(3, "x")),
        ("remove", lambda: artifact.remove("missing")),
        ("removed", lambda: artifact.remove("x")),
        ("reference", lambda: artifact.add_reference("a.txt")),
        ("reference to nothing", lambda: artifact.add_reference("file:///nowhere/at/all")),
        ("no name", lambda: artifact.add_reference("own://x/y")),
        ("same path in a new file", lambda: artifact.new_file("../y").__enter__()),
    ):
        try:
            answer = call()
        except TypeError as error:
            # The text lists classes by their full names.
            obs.read(label, str(error).partition(",")[0])
        except Exception as error:
            obs.raised.append([label, type(error).__name__, str(error)])
        else:
            obs.read(label, answer)
    obs.read("left", sorted(artifact.manifest.entries))


@scenario
def artifact_of_references(wandb: Any, obs: Observer) -> None:
    for path in ("a.txt", "folder/b.txt", "folder/c.txt"):
        write(path, b"hello")
    artifact = wandb.Artifact("data", "dataset")
    here = f"file://{os.getcwd()}"
    artifact.add_reference(f"{here}/a.txt")
    artifact.add_reference(f"{here}/a.txt", name="named.txt")
    artifact.add_reference(f"{here}/folder", name="all")
    artifact.add_reference("http://host/x.txt", checksum=False)
    artifact.add_reference("own://host/x.txt", name="own")
    obs.read("size", artifact.size)
    obs.read("paths", {path: entry.ref for path, entry in sorted(artifact.manifest.entries.items())})
    obs.ask("target", lambda: artifact.manifest.entries["own"].ref_target())
    obs.ask("max", lambda: artifact.add_reference(f"{here}/folder", name="f", max_objects=1))


@scenario
def artifact_of_media(wandb: Any, obs: Observer) -> None:
    artifact = wandb.Artifact("data", "dataset")
    table = wandb.Table(columns=["a"], data=[[1]])
    entry = artifact.add(table, "t")
    obs.read("entry", [entry.path, entry.digest, entry.size])
    obs.read("again", artifact.add(table, "t") is entry)
    obs.read("other table", artifact.add(wandb.Table(columns=["b"], data=[[2]]), "t").path)
    artifact["page"] = wandb.Html("<p>")
    artifact.add(wandb.Table(columns=["b"], data=[[2]]), "media/tables/x")
    describe_artifact(obs, artifact)
    with wandb.init(id="fixed") as run:
        run.log_artifact(artifact)
        run.log({"t": table})


@scenario
def log_artifact_of_paths(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"hello")
    write("folder/b.txt")
    with wandb.init(id="fixed") as run:
        for label, arguments in (
            ("file", ("a.txt",)),
            ("folder", ("folder", "named", "model")),
            ("reference", (f"file://{os.getcwd()}/a.txt", "ref")),
        ):
            artifact = run.log_artifact(*arguments)
            obs.read(label, [artifact.name, artifact.type, artifact.digest, sorted(artifact.manifest.entries)])
        obs.read("model", run.log_model("a.txt", "m", aliases=["best"]))
        obs.ask("wait", lambda: run.log_artifact("a.txt").wait().name)


@scenario
def log_artifact_wrong(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"hello")
    artifact = wandb.Artifact("data", "dataset")
    with wandb.init() as run:
        for label, call in (
            ("missing", lambda: run.log_artifact("missing")),
            ("number", lambda: run.log_artifact(3)),
            ("none", lambda: run.log_artifact(None)),
            ("name", lambda: run.log_artifact("a.txt", name="a:v0")),
            ("alias", lambda: run.log_artifact(artifact, aliases=["a/b"])),
            ("alias number", lambda: run.log_artifact(artifact, aliases=3)),
            ("tag", lambda: run.log_artifact(artifact, tags=["a/b"])),
            ("type", lambda: run.log_artifact("a.txt", type="job")),
            ("upsert", lambda: run.upsert_artifact(artifact)),
            ("finish", lambda: run.finish_artifact(artifact)),
            ("model", lambda: run.log_model("missing", "m")),
            ("keyword", lambda: run.log_artifact(artifact, alias="x")),
        ):
            obs.ask(label, call)
        obs.read("still open", artifact.add_file("a.txt").path)


@scenario
def artifact_of_many_jobs(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"hello")
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_file("a.txt")
    with wandb.init(group="g") as run:
        obs.read("upsert", run.upsert_artifact(artifact).distributed_id)
    with wandb.init() as run:
        obs.read("upsert named", run.upsert_artifact(artifact, distributed_id="d").distributed_id)
        obs.read("finish", run.finish_artifact(artifact, distributed_id="e").distributed_id)


@scenario
def artifact_saved_by_itself(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"hello")
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_file("a.txt")
    with wandb.init(id="fixed") as run:
        artifact.save()
        obs.ask("add", lambda: artifact.add_file("a.txt"))
        run.log({"a": 1})
    other = wandb.Artifact("other", "dataset")
    other.save(project="elsewhere")
    obs.read("run", wandb.run)


@scenario(since=(0, 22, 0))  # earlier, the client asks the server even offline
def artifact_links_offline(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"hello")
    artifact = wandb.Artifact("data", "dataset")
    with wandb.init() as run:
        obs.ask("link_artifact", lambda: run.link_artifact(artifact, "x/y"))
        obs.ask("logged", lambda: artifact.add_file("a.txt"))
        obs.ask("no artifact", lambda: run.link_artifact("data", "x/y"))
        obs.ask("link_model", lambda: run.link_model("a.txt", "registered"))
        obs.ask("link_model with a path", lambda: run.link_model("a.txt", "x/registered"))
        obs.ask("link", lambda: wandb.Artifact("other", "dataset").link("x/y"))
        obs.ask("use_model", lambda: run.use_model("m"))
        obs.ask("use_artifact", lambda: run.use_artifact("m:latest"))
        obs.ask("use_artifact draft", lambda: run.use_artifact(artifact))


@scenario(since=(0, 22, 0))  # earlier, the client asks the server even offline
def artifact_in_the_config(wandb: Any, obs: Observer) -> None:
    artifact = wandb.Artifact("data", "dataset")
    with wandb.init() as run:
        with obs.raises("item"):
            run.config["data"] = artifact
        with obs.raises("nested"):
            run.config["data"] = {"deep": artifact}
        with obs.raises("text"):
            run.config["data"] = "wandb-artifact://a/b/c:latest"
        obs.read("config", dict(run.config))


@scenario
def artifact_remove(wandb: Any, obs: Observer) -> None:
    for path in ("a.txt", "folder/b.txt", "folder/c.txt"):
        write(path)
    artifact = wandb.Artifact("data", "dataset")
    entry = artifact.add_file("a.txt")
    artifact.add_dir("folder", name="f")
    obs.read("local name", artifact.get_added_local_path_name("a.txt"))
    obs.read("no local name", artifact.get_added_local_path_name("b.txt"))
    artifact.remove("f")
    obs.read("folder gone", sorted(artifact.manifest.entries))
    artifact.remove(entry)
    obs.read("entry gone", sorted(artifact.manifest.entries))
    with obs.raises("again"):
        artifact.remove(entry)


@scenario
def artifact_draft_of_a_draft(wandb: Any, obs: Observer) -> None:
    write("a.txt")
    artifact = wandb.Artifact("data", "dataset", metadata={"a": 1})
    artifact.add_file("a.txt")
    artifact.finalize()
    draft = artifact.new_draft()
    obs.read("draft", [draft.name, draft.type, draft.metadata, sorted(draft.manifest.entries)])
    with draft.new_file("b.txt") as file:
        file.write("b")
    obs.read("both", sorted(draft.manifest.entries))
    obs.read("first", sorted(artifact.manifest.entries))


@scenario
def code_of_a_run(wandb: Any, obs: Observer) -> None:
    for path in ("train.py", "lib/model.py", "notes.md", "requirements.txt", "wandb/own.py", "Dockerfile.x"):
        write(path, path.encode())
    with wandb.init(project="p") as run:
        artifact = run.log_code()
        obs.read("default", [artifact.name, artifact.type, sorted(artifact.manifest.entries)])
        artifact = run.log_code("lib", name="mine")
        obs.read("folder", [artifact.name, artifact.digest, sorted(artifact.manifest.entries)])
        artifact = run.log_code(include_fn=lambda path: path.endswith(".md"), exclude_fn=lambda path, root: False)
        obs.read("own functions", sorted(artifact.manifest.entries))
        obs.read("nothing", run.log_code(name="none", include_fn=lambda path: False))
        obs.ask("missing", lambda: run.log_code("missing"))
        obs.read("config", dict(run.config))


@scenario(since=(0, 22, 0))  # earlier, the client asks the server even offline
def restore_without_an_account(wandb: Any, obs: Observer) -> None:
    obs.ask("before init", lambda: wandb.restore("a.txt"))
    with wandb.init() as run:
        obs.ask("run", lambda: run.restore("a.txt"))
        obs.ask("module", lambda: wandb.restore("a.txt"))


@scenario
def rarer_methods(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        obs.read("status", repr(run.status()))
        obs.read("html", run.to_html())
        obs.read("hidden", run.to_html(height=5, hidden=True))
        obs.read("display", run.display())
        obs.read("preempting", run.mark_preempting())
        obs.read("pinned", run.pin_config_keys(["a"]))
        obs.ask("pin wrong", lambda: run.pin_config_keys(3))


@scenario(needs=("torch",))
def watch_models(wandb: Any, obs: Observer) -> None:
    import torch

    torch.manual_seed(0)
    model = torch.nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[0.5, -1.0]]))
    with wandb.init() as run:
        with obs.raises("no model"):
            run.watch(3)
        with obs.raises("kind"):
            run.watch(model, log="everything")
        run.watch(model, log="all", log_freq=2, idx=0)
        for number in range(4):
            model(torch.ones(1, 2) * (number + 1)).sum().backward()
            run.log({"number": number})
        with obs.raises("twice"):
            run.watch(model, log="gradients", idx=0)
        run.unwatch(model)
        run.unwatch(model)
        run.unwatch()
        model(torch.ones(1, 2)).sum().backward()
        run.log({"number": -1})


@scenario
def config_static_of_its_own(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1, "b": {"c": 2}}) as run:
        static = run.config_static
        obs.read("item", static["a"])
        obs.read("attribute", static.b)
        obs.read("keys", list(static.keys()))
        obs.read("text", str(static))
        with obs.raises("set"):
            static.a = 2
        with obs.raises("set item"):
            static["a"] = 2
        with obs.raises("missing"):
            static["z"]
        run.config["d"] = 1
        obs.read("later", list(static.keys()))


@scenario
def config_on_its_own_in_full(wandb: Any, obs: Observer) -> None:
    config = wandb.Config()
    config.a = 1
    config["--b-"] = (1, 2)
    config.setdefaults({"a": 5, "c": {"d": 1}})
    config.update({"a": 2}, allow_val_change=True)
    config.update_locked({"e": 1}, "me")
    config.e = 2
    config.update({"e": 3, "f": 4})
    config.merge_locked({"c": {"x": 1}}, "you")
    config["_own"] = 1
    config.persist()
    obs.read("all", dict(config))
    obs.read("keys", config.keys())
    obs.read("items", config.items())
    obs.read("get", [config.get("a"), config.get("z"), config.get("z", 3)])
    obs.read("in", ["a" in config, "z" in config])
    obs.read("repr", repr(config))
    obs.read("as dict", config.as_dict())
    for label, change in (
        ("missing", lambda: config.z),
        ("missing item", lambda: config["z"]),
        ("number", lambda: config.update(3)),
        ("key", lambda: config.update({3: 1})),
        ("change", lambda: config.update({"f": 5})),
        ("media", lambda: config.update({"m": wandb.Html("a")})),
        ("file", lambda: config.update("missing.yaml")),
    ):
        obs.ask(label, change)
    with wandb.init(config=config) as run:
        obs.read("of the run", dict(run.config))


@scenario
def artifact_changes_after_it_was_added(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"one")
    artifact = wandb.Artifact("data", "dataset")
    entry = artifact.add_file("a.txt")
    kept = artifact.add_file("a.txt", name="immutable", policy="immutable")
    write("a.txt", b"two")
    with open(entry.local_path, "rb") as file:
        obs.read("copy", file.read().decode())
    obs.read("original", kept.local_path)
    with contextlib.suppress(ValueError):
        artifact.add_file("a.txt")
    obs.read("digest", artifact.manifest.entries["a.txt"].digest == entry.digest)

"""`save` in its rarer forms, the run's folder, and code that is saved."""

from __future__ import annotations

import os
import pathlib
from typing import Any
from unittest import mock

from tests.scenarios import Observer, scenario
from tests.scenarios.files import in_folder
from tests.scenarios.media import write


def lying(run: Any) -> list[str]:
    """Return what lies in the run's folder, links marked."""
    found = []
    for folder, _, names in os.walk(run.dir):
        for name in names:
            path = os.path.join(folder, name)
            found.append(os.path.relpath(path, run.dir) + (" (link)" if os.path.islink(path) else ""))
    client_own = ("requirements.txt", "conda-environment.yaml", "wandb-metadata.json")
    return sorted(name for name in found if name not in client_own)


@scenario
def save_folders(wandb: Any, obs: Observer) -> None:
    for path in ("data/a.txt", "data/sub/b.txt", "data/sub/deep/c.txt", "data/.hidden", "other/d.txt"):
        write(path)
    with wandb.init() as run:
        for label, call in (
            ("folder", lambda: run.save("data")),
            ("folder with slash", lambda: run.save("data/")),
            ("all below", lambda: run.save("data/*")),
            ("two stars", lambda: run.save("data/**")),
            ("two stars and name", lambda: run.save("data/**/*.txt")),
            ("base", lambda: run.save("data/sub/*", base_path="data")),
            ("base and glob", lambda: run.save("data/*/*.txt", base_path="data")),
            ("hidden", lambda: run.save("data/.hidden")),
            ("question mark", lambda: run.save("data/?.txt")),
            ("range", lambda: run.save("[do]*/[a-z].txt", base_path=".")),
            ("dot", lambda: run.save("./data/a.txt")),
            ("dots", lambda: run.save("other/../data/a.txt")),
            ("folder without glob", lambda: run.save("data", glob=False)),
        ):
            obs.ask(label, lambda: in_folder(run.dir, call()))
        obs.read("lying", lying(run))


@scenario
def save_paths_of_every_kind(wandb: Any, obs: Observer) -> None:
    write("a.txt")
    write("with space/b b.txt")
    write("ümlaut.txt")
    os.symlink("a.txt", "link.txt")
    os.symlink("nowhere", "broken.txt")
    os.symlink("nowhere", "gone.txt")
    with wandb.init() as run:
        for label, call in (
            ("path", lambda: run.save(pathlib.Path("a.txt"))),
            ("base path", lambda: run.save("with space/b b.txt", base_path=pathlib.Path("with space"))),
            ("space", lambda: run.save("with space/b b.txt")),
            ("umlaut", lambda: run.save("ümlaut.txt")),
            ("link", lambda: run.save("link.txt")),
            ("broken link", lambda: run.save("broken.txt")),
            ("broken link literally", lambda: run.save("broken.txt", glob=False)),
            ("broken link instead of a file", lambda: write(f"{run.dir}/gone.txt") and run.save("gone.txt")),
            ("bytes", lambda: run.save(b"a.txt")),
            ("bytes base", lambda: run.save("a.txt", base_path=b".")),
            ("list", lambda: run.save(["a.txt"])),
            ("missing", lambda: run.save("missing.txt")),
            ("missing literally", lambda: run.save("missing.txt", glob=False)),
            ("https", lambda: run.save("https://host/a.txt")),
            ("s3", lambda: run.save("s3://bucket/a.txt")),
            ("keyword", lambda: run.save(glob_str="a.txt", base_path=None, policy="now")),
            ("other keyword", lambda: run.save(path="a.txt")),
            ("positional", lambda: run.save("a.txt", ".", "end", False)),
            ("literal as a number", lambda: run.save("a.txt", glob=0)),
        ):
            obs.ask(label, lambda: in_folder(run.dir, call()))
        obs.read("lying", lying(run))


@scenario
def save_again_after_changes(wandb: Any, obs: Observer) -> None:
    path = write("a.txt", b"one")
    with wandb.init() as run:
        target = os.path.join(run.dir, "a.txt")
        for policy in ("live", "end", "now"):
            obs.ask(policy, lambda: in_folder(run.dir, run.save(path, policy=policy)))
        write("a.txt", b"two")
        obs.ask("content", lambda: pathlib.Path(target).read_text())
        os.remove(path)
        obs.ask("gone", lambda: in_folder(run.dir, run.save("a.txt")))
        write("a.txt", b"three")
        obs.ask("again", lambda: in_folder(run.dir, run.save("a.txt")))
        os.remove(target)
        write(target, b"own")
        obs.ask("own in the way", lambda: in_folder(run.dir, run.save("a.txt")))
        obs.ask("content then", lambda: pathlib.Path(target).read_text())
        write(os.path.join(run.dir, "d", "own.txt"))
        obs.ask("own below", lambda: in_folder(run.dir, run.save("d/own.txt")))
        obs.ask("own by its path", lambda: in_folder(run.dir, run.save(os.path.join(run.dir, "d", "own.txt"))))
        obs.ask("all own", lambda: in_folder(run.dir, run.save(os.path.join(run.dir, "d", "*"), base_path=run.dir)))
        obs.read("lying", lying(run))


@scenario
def save_without_links(wandb: Any, obs: Observer) -> None:
    write("a.txt", b"one")
    write("sub/b.txt")
    with wandb.init(settings=wandb.Settings(symlink=False)) as run:
        for policy in ("live", "now", "end"):
            obs.ask(policy, lambda: in_folder(run.dir, run.save("a.txt", policy=policy)))
        obs.ask("folder", lambda: in_folder(run.dir, run.save("sub")))
        obs.ask("below", lambda: in_folder(run.dir, run.save("sub/*", base_path="sub")))
        obs.read("lying", lying(run))


@scenario
def save_before_and_after(wandb: Any, obs: Observer) -> None:
    write("a.txt")
    obs.ask("before", lambda: wandb.save("a.txt"))
    run = wandb.init()
    obs.ask("module", lambda: in_folder(run.dir, wandb.save("a.txt")))
    run.finish()
    obs.ask("after", lambda: wandb.save("a.txt"))
    obs.ask("finished", lambda: run.save("a.txt"))
    with wandb.init(mode="disabled") as run:
        obs.ask("disabled", lambda: run.save("a.txt"))
        obs.ask("disabled missing", lambda: run.save("missing"))


@scenario
def folder_of_a_run(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        obs.read("there", [os.path.isdir(run.dir), os.path.basename(run.dir)])
        obs.read("absolute", os.path.isabs(run.dir))
        obs.read("same", run.dir == run.settings.files_dir)
        write(os.path.join(run.dir, "own", "file.txt"))
        obs.read("lying", lying(run))
        with obs.raises("set"):
            run.dir = "elsewhere"


def named(artifact: Any) -> Any:
    """Return what a program sees of an artifact of code."""
    return None if artifact is None else [artifact.name, artifact.type, sorted(artifact.manifest.entries)]


@scenario
def code_folders(wandb: Any, obs: Observer) -> None:
    for path in ("train.py", "lib/model.py", "lib/data.ipynb", "lib/notes.txt", "lib/wandb/x.py", "Dockerfile", "a.PY"):
        write(path, path.encode())
    with wandb.init(project="p", id="one") as run:
        for label, call in (
            ("default", lambda: run.log_code()),
            ("root", lambda: run.log_code("lib")),
            ("path", lambda: run.log_code(pathlib.Path("lib"))),
            ("absolute", lambda: run.log_code(os.path.abspath("lib"))),
            ("none", lambda: run.log_code(None)),
            ("empty", lambda: run.log_code("")),
            ("name", lambda: run.log_code("lib", name="my code")),
            ("bad name", lambda: run.log_code("lib", name="a/b")),
            ("include", lambda: run.log_code(include_fn=lambda path: path.endswith((".ipynb", ".py")))),
            ("include with root", lambda: run.log_code(include_fn=lambda path, root: path.endswith("model.py"))),
            ("exclude", lambda: run.log_code(exclude_fn=lambda path: os.path.relpath(path)[0] in "lw")),
            ("exclude with root", lambda: run.log_code(exclude_fn=lambda path, root: path.startswith(root))),
            ("file", lambda: run.log_code("train.py")),
            ("number", lambda: run.log_code(3)),
            ("no function", lambda: run.log_code(include_fn="*.py")),
            ("keyword", lambda: run.log_code(path="lib")),
        ):
            obs.ask(label, lambda: named(call()))
        obs.read("config", dict(run.config))


@scenario
def code_by_settings(wandb: Any, obs: Observer) -> None:
    for path in ("train.py", "lib/model.py"):
        write(path, path.encode())
    for label, options in (
        ("save_code", {"save_code": True}),
        ("settings", {"settings": wandb.Settings(save_code=True)}),
        ("code_dir", {"settings": wandb.Settings(code_dir="lib")}),
        ("both", {"settings": wandb.Settings(save_code=True, code_dir="lib")}),
        ("off", {"save_code": False, "settings": wandb.Settings(code_dir="lib")}),
    ):
        with wandb.init(project="p", id=label, **options) as run:
            obs.read(label, [run.settings.save_code, run.settings.code_dir])
            run.log({"a": 1})
            obs.read(f"{label} lying", [name for name in lying(run) if name.startswith("code")])


@scenario
def code_by_the_environment(wandb: Any, obs: Observer) -> None:
    for path in ("train.py", "lib/model.py"):
        write(path, path.encode())
    os.environ["WANDB_CODE_DIR"] = "lib"
    os.environ["WANDB_SAVE_CODE"] = "true"
    with wandb.init(project="p", id="one") as run:
        obs.read("settings", [run.settings.save_code, run.settings.code_dir])
        obs.ask("log_code", lambda: named(run.log_code()))
        obs.ask("own root", lambda: named(run.log_code(".")))
        obs.ask("no root", lambda: named(run.log_code(None)))


@scenario
def save_where_no_links_can_be_made(wandb: Any, obs: Observer) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise OSError("links are not supported")

    for name in ("a.txt", "b.txt", "c.txt"):
        write(name)
    with mock.patch("os.link", refuse), mock.patch("os.symlink", refuse), wandb.init() as run:
        for name, policy in (("a.txt", "live"), ("b.txt", "now"), ("c.txt", "end"), ("a.txt", "live")):
            obs.ask(
                f"{name} {policy}", lambda: [os.path.relpath(path, run.dir) for path in run.save(name, policy=policy)]
            )
        obs.read("folder", lying(run))

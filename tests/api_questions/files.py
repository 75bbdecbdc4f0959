"""Questions to ``wandb.Api`` about files and projects."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.api_questions.asking import Here, Question, a, attributes, outcomes


def downloaded(here: Here) -> Any:
    file = a(here).file("logs/out.txt")
    with file.download() as stream:
        found: list[Any] = [stream.read(), stream.name, stream.mode]
    found += outcomes(lambda: file.download())
    with file.download(exist_ok=True) as stream:
        found.append(stream.read())
    Path("logs/out.txt").write_text("changed")
    with file.download(exist_ok=True) as stream:
        found.append(stream.read())
    with file.download(replace=True) as stream:
        found.append(stream.read())
    with file.download(root="elsewhere", api=here.wandb.Api()) as stream:
        found.append(stream.name)
    return [*found, sorted(str(path) for path in Path().rglob("*.txt"))]


def uploaded(here: Here) -> Any:
    Path("sub").mkdir()
    Path("sub/new.txt").write_text("fresh")
    run = a(here)
    found = [run.upload_file("sub/new.txt"), run.upload_file("sub/new.txt", root="sub")]
    names = [file.name for file in here.wandb.Api().run("team/demo/run-a").files()]
    os.remove("sub/new.txt")
    with run.file("new.txt").download() as stream:
        found.append(stream.read())
    return [*found, names]


def upload_missing(here: Here) -> Any:
    return a(here).upload_file("nowhere.txt")


def removed(here: Here) -> Any:
    run = a(here)
    found = [run.file("notes.json").delete(), len(run.files()), *outcomes(lambda: run.file("notes.json"))]
    return [*found, *outcomes(lambda: run.file("model.pt").delete())]


def saved(here: Here) -> Any:
    with here.wandb.init(project="demo", entity="team", id="saving") as run:
        Path(run.dir, "kept.txt").write_text("kept")
        run.save(os.path.join(run.dir, "kept.txt"), base_path=run.dir)
    read = here.api.run("team/demo/saving")
    with read.file("kept.txt").download() as stream:
        return [stream.read(), sorted(file.name for file in read.files())]


FILES: dict[str, Question] = {
    "list": lambda w: [a(w).files(), len(a(w).files()), [file.name for file in a(w).files()]],
    "one": lambda w: attributes(
        a(w).file("model.pt"), "name", "size", "sizeBytes", "mimetype", "md5", "url", "direct_url", "id", "run", "nope"
    ),
    "repr": lambda w: list(a(w).files()),
    "path uri": lambda w: a(w).file("model.pt").path_uri,
    "missing": lambda w: a(w).file("nope"),
    "names": lambda w: [file.name for file in a(w).files(names=["model.pt", "nope"])],
    "pattern": lambda w: [file.name for file in a(w).files(pattern="%.json")],
    "both": lambda w: a(w).files(names=["x"], pattern="y"),
    "pages": lambda w: (files := a(w).files(per_page=2), files[3].name, len(files.objects), files.more, files.cursor),
    "indexing": lambda w: outcomes(lambda: a(w).files()[0].name, lambda: a(w).files()[99], lambda: a(w).files()[:2]),
    "downloaded": downloaded,
    "uploaded": uploaded,
    "upload of nothing": upload_missing,
    "deleted": removed,
    "saved": saved,
    "metadata": lambda w: sorted(a(w).metadata),
    "of a recorded run": lambda w: sorted(file.name for file in w.api.run("team/demo/live").files()),
}


def made_project(here: Here) -> Any:
    api = here.api
    found = [api.create_project("brand-new", "team"), [p.name for p in here.wandb.Api().projects("team")]]
    return found + outcomes(
        lambda: list(here.wandb.Api().runs("team/brand-new")),
        lambda: len(here.wandb.Api().runs("team/brand-new")),
        lambda: api.project("brand-new", "team").id,
        lambda: api.create_project("demo", "team"),
    )


PROJECTS: dict[str, Question] = {
    "list": lambda w: [
        [p.name for p in w.api.projects("team")],
        w.api.projects(),
        w.api.projects() is w.api.projects(),
    ],
    "of the default entity": lambda w: [p.name for p in w.api.projects()],
    "unknown entity": lambda w: list(w.api.projects("nobody")),
    "no length": lambda w: outcomes(lambda: len(w.api.projects()), lambda: w.api.projects().length),
    "pages": lambda w: (
        ps := w.api.projects("team", per_page=1),
        ps[0].name,
        len(ps.objects),
        ps.more,
        ps.cursor,
        ps[1].name,
    ),
    "indexing": lambda w: outcomes(lambda: w.api.projects("team")[0], lambda: w.api.projects("team")[99]),
    "one": lambda w: attributes(
        w.api.project("demo", "team"),
        *("name", "entity", "path", "url", "id", "created_at", "is_benchmark", "isBenchmark", "owner", "entityName"),
        *("user", "nope"),
    ),
    "listed one": lambda w: attributes(w.api.projects("team")[0], "name", "id", "owner", "createdAt", "nope"),
    "unknown": lambda w: attributes(w.api.project("nope", "team"), "name", "path", "url", "id", "owner", "created_at"),
    "of the default entity by name": lambda w: w.api.project("private").id,
    "made": made_project,
    "sweeps": lambda w: outcomes(
        lambda: list(w.api.project("demo", "team").sweeps()),
        lambda: w.api.project("demo", "team").sweeps(),
        lambda: len(w.api.project("demo", "team").sweeps()),
        lambda: list(w.api.project("nope", "team").sweeps()),
    ),
    "snake to camel": lambda w: w.api.project("demo", "team").snake_to_camel("created_at"),
}

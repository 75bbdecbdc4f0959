"""Nothing is written through links that are in a folder already: by no download, and not by `save`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import patch_wandb


class Place:
    """A folder to work in, beside one that is none of the program's business."""

    def __init__(self, folder: Path) -> None:
        self.work, self.outside = folder / "work", folder / "outside"
        for made in (self.work / "src" / "sub", self.outside):
            made.mkdir(parents=True)
        (self.work / "src" / "a.txt").write_text("data")
        (self.work / "src" / "sub" / "b.txt").write_text("data")
        (self.outside / "secret").write_text("secret")

    def link(self, name: str, target: str) -> Path:
        """Put a link into the folder to work in."""
        made = self.work / name
        made.parent.mkdir(parents=True, exist_ok=True)
        made.symlink_to(self.outside / target)
        return made

    def assert_untouched(self) -> None:
        """Look at what is outside."""
        assert {path.name: path.read_text() for path in self.outside.iterdir()} == {"secret": "secret"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(tmp_path)
    monkeypatch.chdir(made.work)
    return made


def _logged(wandb: Any) -> tuple[Any, Any]:
    """Return a run and an artifact that it has logged."""
    run = wandb.init(project="p")
    artifact = wandb.Artifact("x", "dataset")
    artifact.add_dir("src")
    run.log_artifact(artifact).wait()
    run.save("src/a.txt")
    return run, artifact


_DOWNLOADS: dict[str, Callable[[Any], Any]] = {
    "download": lambda artifact: artifact.download("down"),
    "download, no cache": lambda artifact: artifact.download("down", skip_cache=True),
    "checkout": lambda artifact: artifact.checkout("down"),
    "entries": lambda artifact: [artifact.get_entry(name).download("down") for name in ("sub/b.txt", "a.txt")],
}


# A link to what is there, and one to what is not there yet.
@pytest.mark.parametrize("target", ["secret", "new"])
@pytest.mark.parametrize("way", _DOWNLOADS)
def test_a_link_in_the_place_of_a_file_of_an_artifact_is_replaced(
    options: dict[str, Any], place: Place, way: str, target: str
) -> None:
    link = place.link("down/a.txt", target)
    with patch_wandb(**options):
        import wandb

        _, artifact = _logged(wandb)
        _DOWNLOADS[way](artifact)
        assert link.read_text() == "data" and not link.is_symlink()
    place.assert_untouched()


@pytest.mark.parametrize("way", _DOWNLOADS)
def test_a_link_in_the_place_of_a_folder_stops_the_download(options: dict[str, Any], place: Place, way: str) -> None:
    place.link("down/sub", ".")
    with patch_wandb(**options):
        import wandb

        _, artifact = _logged(wandb)
        with pytest.raises(ValueError, match=r"through a link to .*remove the link, or download to another folder"):
            _DOWNLOADS[way](artifact)
    place.assert_untouched()


def test_where_a_download_without_the_cache_went_is_forgotten(options: dict[str, Any], place: Place) -> None:
    with patch_wandb(**options):
        import wandb

        _, artifact = _logged(wandb)
        artifact.get_entry("a.txt").download("one", skip_cache=True)
    # As long as what it was, which is all that the client looks at.
    (place.work / "src" / "a.txt").write_text("more")
    with patch_wandb(**options):
        _, artifact = _logged(wandb)
        artifact.get_entry("a.txt").download("two")
    assert [(place.work / name / "a.txt").read_text() for name in ("one", "two")] == ["data", "more"]


def test_the_folder_itself_may_be_a_link(options: dict[str, Any], place: Place) -> None:
    place.link("down", ".")
    (place.work / "inside").mkdir()
    with patch_wandb(**options):
        import wandb

        _, artifact = _logged(wandb)
        artifact.download("down")
        # So may a folder in it that stays in it.
        (place.outside / "sub").rename(place.outside / "other")
        (place.outside / "sub").symlink_to("other")
        (place.outside / "other" / "b.txt").unlink()
        artifact.download("down")
    assert (place.outside / "a.txt").read_text() == "data"
    assert (place.outside / "other" / "b.txt").read_text() == "data"


@pytest.mark.parametrize("target", ["secret", "new"])
@pytest.mark.parametrize("way", ["file", "restore"])
def test_a_link_in_the_place_of_a_runs_file_is_replaced(
    options: dict[str, Any], place: Place, way: str, target: str
) -> None:
    link = place.link("down/src/a.txt", target)
    with patch_wandb(**options):
        import wandb

        run, _ = _logged(wandb)
        run.finish()
        path = f"test-entity/p/{run.id}"
        if way == "file":
            wandb.Api().run(path).file("src/a.txt").download(root="down", replace=True).close()
        else:
            wandb.restore("src/a.txt", path, replace=True, root="down").close()
        assert link.read_text() == "data" and not link.is_symlink()
    place.assert_untouched()


@pytest.mark.parametrize("way", ["file", "restore"])
def test_a_link_in_the_place_of_a_runs_folder_stops_the_download(
    options: dict[str, Any], place: Place, way: str
) -> None:
    place.link("down/src", ".")
    with patch_wandb(**options):
        import wandb

        run, _ = _logged(wandb)
        run.finish()
        path = f"test-entity/p/{run.id}"
        file = wandb.Api().run(path).file("src/a.txt")
        ask: dict[str, Callable[[], Any]] = {
            "file": lambda: file.download(root="down"),
            "restore": lambda: wandb.restore("src/a.txt", path, root="down"),
        }
        with pytest.raises((ValueError, wandb.errors.CommError), match="through a link to"):
            ask[way]()
    place.assert_untouched()


@pytest.mark.parametrize("policy", ["now", "live", "end"])
def test_save_replaces_a_link_in_the_runs_folder(options: dict[str, Any], place: Place, policy: str) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")
        there = Path(run.dir) / "src" / "a.txt"
        there.parent.mkdir(parents=True, exist_ok=True)
        there.symlink_to(place.outside / "secret")
        run.save("src/a.txt", policy=policy)
        assert there.read_text() == "data"
        run.finish()
        assert "src/a.txt" in recorder.run.files
    place.assert_untouched()

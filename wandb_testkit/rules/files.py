"""Which files `save` puts into the run's folder, under which names, and what it says of it.

Source of the rules: ``Run.save`` of client 0.31.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any, NamedTuple

POLICIES = ("live", "end", "now")

_NO_FOLDERS = (
    "Saving files without folders. If you want to preserve subdirectories pass base_path to wandb.save, i.e. "
    'wandb.save("/mnt/folder/file.h5", base_path="/mnt")'
)


class Request(NamedTuple):
    """What is to be saved.

    Attributes:
        pattern: The absolute path or glob.
        base: The absolute folder whose structure below is kept.
        expand: Whether the pattern is a glob.
        policy: "live", "now" or "end".
    """

    pattern: PurePath
    base: PurePath
    expand: bool
    policy: str

    @property
    def below(self) -> PurePath:
        """The pattern as it is below the base."""
        return self.pattern.relative_to(self.base)


class Saved(NamedTuple):
    """A file of the run's folder that is uploaded."""

    path: str
    policy: str


def is_bucket(path: Any) -> bool:
    """Say whether `path` is an address that `save` leaves alone."""
    return isinstance(path, str) and path.startswith(("gs://", "s3://"))


def request(path: Any, base: Any, policy: Any, *, expand: bool, warn: Callable[..., None]) -> Request:
    """Return what the arguments of `save` ask for.

    Args:
        path: A path or glob.
        base: The folder that the names in the run begin below; the working folder, or for an absolute path the
            folder above its own, unless given.
        policy: "live", "now" or "end".
        expand: Whether the path is a glob.
        warn: Called with a warning; ``repeat=False`` for one that is shown once.

    Raises:
        TypeError: The path is none.
        ValueError: The policy is unknown, or the path is not below the base.
    """
    given = PurePath(path)
    pattern = PurePath(os.path.abspath(given))
    if base is not None:
        base = Path(base)
    elif given.is_absolute():
        warn(_NO_FOLDERS, repeat=False)
        base = pattern.parent.parent
    else:
        base = Path(".")
    if policy not in POLICIES:
        raise ValueError('Only "live", "end" and "now" policies are currently supported.')
    asked = Request(pattern, PurePath(os.path.abspath(base)), bool(expand), policy)
    _check(asked)
    return asked


def _check(asked: Request) -> None:
    if not str(asked.pattern).startswith(str(asked.base)):
        raise ValueError("Glob may not walk above the base path")
    if asked.pattern == asked.base:
        raise ValueError("Glob cannot be the same as the base path")
    if asked.below.parts[:1] == ("*",):
        raise ValueError("Glob may not start with '*' relative to the base path")


def save(asked: Request, root: Path, *, symlink: bool, warn: Callable[..., None]) -> list[Saved]:
    """Put the files into the run's folder.

    Args:
        asked: What is to be saved.
        root: The run's folder, ``run.dir``.
        symlink: Whether to link rather than to copy, as the settings say.
        warn: Called with warnings.

    Returns:
        The files to upload. Those that match in the run's folder already are among them.
    """
    find = _glob if asked.expand else _literal
    sources, there = find(asked, root, warn)
    saved: list[Saved] = []
    touched: set[Path] = set()
    how: list[str] = []
    for source in sources:
        relative = Path(*source.parts[len(asked.base.parts) :])
        target = root / relative
        touched.add(target)
        policy = asked.policy
        if not _is_there(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                if target.is_symlink() or target.is_file():
                    target.unlink()
            how.append(_place(source, target, symlink))
            if how[-1] == "copy" and policy == "live":
                # A copy does not follow its original.
                policy = "now"
        saved.append(Saved(str(relative), policy))
    saved += [Saved(str(path.relative_to(root)), asked.policy) for path in sorted(there) if path not in touched]
    _warn_of(how, asked.policy, warn)
    return saved


def _glob(asked: Request, root: Path, warn: Callable[..., None]) -> tuple[list[Path], set[Path]]:
    below = str(asked.below)
    there = set(root.glob(below))
    whole = asked.base / asked.below
    sources = [Path(path).absolute() for path in sorted(glob.glob(str(whole)))]
    if not sources and os.path.lexists(whole):
        warn(
            f"No files found at glob pattern {below!r}, but a file exists at that literal path. If you meant to match"
            " it literally rather than as a glob pattern, call save() with glob=False.",
            repeat=False,
        )
    return sources, there


def _literal(asked: Request, root: Path, warn: Callable[..., None]) -> tuple[list[Path], set[Path]]:
    target, source = root / asked.below, asked.base / asked.below
    there = {target} if os.path.lexists(target) else set()
    if os.path.lexists(source):
        return [Path(source).absolute()], there
    if glob.escape(str(asked.below)) != str(asked.below):
        warn(
            f"No file found at literal path {str(source)!r}, and it looks like it contains glob metacharacters"
            " ('*', '?', or '[]'). If you meant to use a glob pattern, call save() with glob=True (the default).",
            repeat=False,
        )
    return [], there


def _is_there(source: Path, target: Path) -> bool:
    try:
        return target.exists() and source.samefile(target)
    except OSError:
        return False


def _place(source: Path, target: Path, symlink: bool) -> str:
    """Link, or else copy; return which."""
    if symlink:
        with contextlib.suppress(OSError, NotImplementedError):
            target.symlink_to(source, target_is_directory=source.is_dir())
            return "symlink"
    with contextlib.suppress(OSError):
        os.link(source, target)
        return "hardlink"
    partial = target.with_name(target.name + ".tmp~wandb")
    shutil.copy2(source, partial)
    os.replace(partial, target)
    return "copy"


def _warn_of(how: list[str], policy: str, warn: Callable[..., None]) -> None:
    again = "call wandb.save again to sync new files."
    endings = {
        "symlink": ("Symlinked", f"into the W&B run directory; {again}"),
        "hardlink": ("Linked", f"into the W&B run directory (hardlinks); {again}"),
        "copy": ("Copied", f"into the W&B run directory; {again}"),
    }
    if policy == "live":
        endings["copy"] = (
            "Copied",
            (
                "(cross-volume or links unavailable). Downgrading policy to 'now' for those files because live updates"
                " won't propagate from the originals. Re-run wandb.save to resync, or place your run directory on the"
                " same drive to enable hardlinks."
            ),
        )
    for kind, (done, rest) in endings.items():
        count = how.count(kind)
        if count:
            warn(f"{done} {count} file{'s' if count > 1 else ''} {rest}")

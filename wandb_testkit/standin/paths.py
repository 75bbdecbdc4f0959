"""``wandb.sdk.lib.paths`` and ``wandb.sdk.lib.filesystem``: paths inside runs and artifacts.

The rules are those of wandb 0.31.0.
"""

from __future__ import annotations

import os
import platform
from functools import wraps
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Any, Union

from wandb_testkit.standin.place import at

StrPath = Union[str, "os.PathLike[str]"]
FilePathStr = str
URIStr = str


@at("wandb.sdk.lib.paths")
class LogicalPath(str):
    """A path inside a run or an artifact: a string with forward slashes that answers as a ``PurePosixPath`` does.

    Args:
        path: a string, bytes or a path object.
    """

    def __new__(cls, path: Any) -> LogicalPath:
        if isinstance(path, LogicalPath):
            return super().__new__(cls, path)
        if hasattr(path, "as_posix"):
            return super().__new__(cls, str(PurePosixPath(path.as_posix())))
        if hasattr(path, "__fspath__"):
            path = path.__fspath__()
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if platform.system() == "Windows":
            path = path.replace("\\", "/")
        return super().__new__(cls, str(PurePosixPath(PurePath(path).as_posix())))

    def to_path(self) -> PurePosixPath:
        """The same as a path object."""
        return PurePosixPath(self)

    def __getattr__(self, name: str) -> Any:
        try:
            found = getattr(self.to_path(), name)
        except AttributeError:
            raise AttributeError(f"{type(self).__qualname__!r} has no attribute {name!r}") from None
        if isinstance(found, PurePosixPath):
            return LogicalPath(found)
        if not callable(found):
            return found

        @wraps(found)
        def call(*args: Any, **kwargs: Any) -> Any:
            answer = found(*args, **kwargs)
            return LogicalPath(answer) if isinstance(answer, PurePosixPath) else answer

        return call

    def __truediv__(self, other: Any) -> LogicalPath:
        return LogicalPath(self.to_path() / LogicalPath(other))


@at("wandb.sdk.lib.paths")
def validate_relpath(path: Any) -> LogicalPath:
    """A path that stays inside.

    Args:
        path: a relative path.

    Returns:
        The same with forward slashes.

    Raises:
        ValueError: it is absolute, empty or leads upwards.
    """
    logical = LogicalPath(path)
    posix, windows = logical.to_path(), PureWindowsPath(path)
    if logical == "." or posix.anchor or windows.anchor or ".." in posix.parts or ".." in windows.parts:
        raise ValueError(f"Invalid path: {path!r}")
    return logical


@at("wandb.sdk.lib.paths")
def validate_fspath(root: Any, relpath: Any) -> str:
    """A path below a folder.

    Args:
        root: the folder.
        relpath: the path below it.

    Returns:
        The whole path.

    Raises:
        ValueError: it would leave the folder.
    """
    whole: str = os.path.join(os.fspath(root), validate_relpath(relpath))
    return whole


@at("wandb.sdk.lib.filesystem")
def mkdir_exists_ok(dir_name: Any) -> None:
    """Make a folder and those above it.

    Args:
        dir_name: the folder.

    Raises:
        FileExistsError: there is a file of that name.
        PermissionError: it cannot be written.
    """
    try:
        os.makedirs(dir_name, exist_ok=True)
    except FileExistsError as error:
        raise FileExistsError(f"{dir_name!s} exists and is not a directory") from error
    except PermissionError as error:
        raise PermissionError(f"{dir_name!s} is not writable") from error

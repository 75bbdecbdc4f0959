"""``wandb.util``: what frameworks and user code call of it.

What these do, and the texts of their errors, is as in wandb 0.31.0.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import logging
import numbers
import os
import platform
import re
import secrets
import string as strings
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib import parse, request

from wandb_testkit.rules.encoding import arrays
from wandb_testkit.rules.encoding.tensors import get_full_typename as get_full_typename
from wandb_testkit.rules.encoding.tensors import get_h5_typename as get_h5_typename
from wandb_testkit.rules.encoding.tensors import get_jax_tensor as get_jax_tensor
from wandb_testkit.rules.encoding.tensors import is_fastai_tensor_typename as is_fastai_tensor_typename
from wandb_testkit.rules.encoding.tensors import is_jax_tensor_typename as is_jax_tensor_typename
from wandb_testkit.rules.encoding.tensors import is_pytorch_tensor_typename as is_pytorch_tensor_typename
from wandb_testkit.rules.encoding.tensors import is_tf_eager_tensor_typename as is_tf_eager_tensor_typename
from wandb_testkit.rules.encoding.tensors import is_tf_tensor_typename as is_tf_tensor_typename
from wandb_testkit.standin.errors import Error, UsageError
from wandb_testkit.standin.place import wandb

logger = logging.getLogger("wandb.util")

VALUE_BYTES_LIMIT = 100000
MAX_LINE_BYTES = (10 << 20) - (100 << 10)
LAUNCH_JOB_ARTIFACT_SLOT_NAME = "_wandb_job"
POW_10_BYTES = [(unit, 10 ** (3 * power)) for power, unit in enumerate(("B", "KB", "MB", "GB", "TB", "PB", "EB"))]
POW_2_BYTES = [(unit, 2 ** (10 * power)) for power, unit in enumerate(("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))]

_not_importable: set[str] = set()

_ARTIFACT_SCHEME = "wandb-artifact://"


def get_module(name: str, required: Any = None, lazy: bool = True) -> Any:
    """Import an optional module.

    Args:
        name: its full name.
        required: what to say where it is missing.
        lazy: accepted as wandb does.

    Returns:
        The module, or None.

    Raises:
        wandb.Error: it is missing, and required.
    """
    if name not in _not_importable:
        try:
            return importlib.import_module(name)
        except Exception:
            _not_importable.add(name)
            if required:
                logger.exception(f"Error importing optional module {name}")
    if required:
        raise Error(required)
    return None


def get_optional_module(name: str) -> Any:
    """Import an optional module.

    Args:
        name: its full name.

    Returns:
        The module, or None.
    """
    return get_module(name)


def import_module_lazy(name: str) -> types.ModuleType:
    """Import a module.

    Args:
        name: its full name.

    Returns:
        The module.

    Raises:
        ModuleNotFoundError: there is none.
    """
    if name in sys.modules:
        return sys.modules[name]
    if importlib.util.find_spec(name) is None:
        raise ModuleNotFoundError
    return importlib.import_module(name)


def numpy() -> Any:
    """numpy, where it is installed.

    Returns:
        The module, or None.
    """
    return get_module("numpy")


# What a value is, by the name of its type: the libraries need not be imported to ask.


def is_tf_tensor(obj: Any) -> bool:
    """Whether it is a tensor of TensorFlow, which this imports."""
    return isinstance(obj, importlib.import_module("tensorflow").Tensor)


def is_pytorch_tensor(obj: Any) -> bool:
    """Whether it is a tensor of PyTorch, which this imports."""
    return isinstance(obj, importlib.import_module("torch").Tensor)


def is_pandas_data_frame_typename(typename: str) -> bool:
    """Whether it is a data frame of pandas."""
    return typename.startswith("pandas.") and "DataFrame" in typename


def is_matplotlib_typename(typename: str) -> bool:
    """Whether it is anything of matplotlib."""
    return typename.startswith("matplotlib.")


def is_plotly_typename(typename: str) -> bool:
    """Whether it is anything of plotly."""
    return typename.startswith("plotly.")


def is_plotly_figure_typename(typename: str) -> bool:
    """Whether it is a figure of plotly."""
    return typename.startswith("plotly.") and typename.endswith(".Figure")


def is_numpy_array(obj: Any) -> bool:
    """Whether it is an array of numpy."""
    return arrays.is_array(obj)


def is_pandas_data_frame(obj: Any) -> bool:
    """Whether it is a data frame of pandas."""
    module = sys.modules.get("pandas")
    if module is not None and hasattr(module, "DataFrame"):
        return isinstance(obj, module.DataFrame)
    return is_pandas_data_frame_typename(get_full_typename(obj))


def ensure_matplotlib_figure(obj: Any) -> Any:
    """The figure of a matplotlib object.

    Args:
        obj: ``pyplot``, a figure, or an artist on one.

    Returns:
        The figure.

    Raises:
        ValueError: there is none.
    """
    matplotlib = importlib.import_module("matplotlib")
    figure_class = importlib.import_module("matplotlib.figure").Figure
    pyplot = getattr(matplotlib, "pyplot", None)
    if pyplot is not None and obj is pyplot:
        return pyplot.gcf()
    if not isinstance(obj, figure_class) and hasattr(obj, "figure"):
        obj = obj.figure
        if not isinstance(obj, figure_class):
            raise ValueError("Only matplotlib.pyplot or matplotlib.pyplot.Figure objects are accepted.")
    return obj


def matplotlib_to_plotly(obj: Any) -> Any:
    """A matplotlib figure as one of plotly.

    Args:
        obj: what ``ensure_matplotlib_figure`` takes.

    Returns:
        The plotly figure.

    Raises:
        wandb.Error: plotly is missing.
    """
    tools = get_module(
        "plotly.tools",
        required=(
            "plotly is required to log interactive plots, install with: "
            "`pip install plotly` or convert the plot to an image with `wandb.Image(plt)`"
        ),
    )
    return tools.mpl_to_plotly(ensure_matplotlib_figure(obj))


def matplotlib_contains_images(obj: Any) -> bool:
    """Whether a matplotlib figure shows images."""
    return any(len(axes.images) > 0 for axes in ensure_matplotlib_figure(obj).axes)


def convert_plots(obj: Any) -> Any:
    """A figure of matplotlib or plotly as JSON; anything else as it is."""
    if is_matplotlib_typename(get_full_typename(obj)):
        obj = matplotlib_to_plotly(obj)
    if is_plotly_typename(get_full_typename(obj)):
        return {"_type": "plotly", "plot": obj.to_plotly_json()}
    return obj


# Artifacts by name.


def alias_is_version_index(alias: str) -> bool:
    """Whether an alias is ``v`` and a number."""
    return len(alias) >= 2 and alias[0] == "v" and alias[1:].isnumeric()


def make_artifact_name_safe(name: str) -> str:
    """A name with what artifacts do not allow replaced, and its middle cut out where it is too long."""
    safe = re.sub(r"[^a-zA-Z0-9_\-.]", "_", name)
    return safe if len(safe) <= 128 else f"{safe[:63]}..{safe[-63:]}"


def make_docker_image_name_safe(name: str) -> str:
    """A name with what Docker does not allow replaced."""
    separator = "(?:__|[._]|[-]+)"
    safe = re.sub(r"[^a-z0-9._\-]", "__", name.lower())
    safe = re.sub(separator + "{2,}", "__", safe)
    return re.sub(f"{separator}$", "", re.sub(f"^{separator}", "", safe)) or "image"


def parse_artifact_string(v: str) -> tuple[str, str | None, bool]:
    """Take ``wandb-artifact://...`` apart.

    Args:
        v: the text.

    Returns:
        The name (or id), the server, and whether it was an id.

    Raises:
        ValueError: it is no such text.
    """
    if not v.startswith(_ARTIFACT_SCHEME):
        raise ValueError(f"Invalid artifact string: {v}")
    rest = v[len(_ARTIFACT_SCHEME) :]
    url = parse.urlparse(rest)
    server = f"{url.scheme}://{url.netloc}" if url.scheme else None
    parts = url.path.split("/")[1:] if url.scheme else rest.split("/")
    if parts[0] == "_id":
        return parts[1], server, True
    if len(parts) < 3:
        raise ValueError(f"Invalid artifact string: {v}")
    return "/".join(parts[:3]), server, False


def _is_artifact_object(v: Any) -> bool:
    return isinstance(v, wandb("Artifact"))


def _is_artifact_string(v: Any) -> bool:
    return isinstance(v, str) and v.startswith(_ARTIFACT_SCHEME)


def _is_artifact_version_weave_dict(v: Any) -> bool:
    return isinstance(v, dict) and v.get("_type") == "artifactVersion"


def _is_artifact_representation(v: Any) -> bool:
    return _is_artifact_object(v) or _is_artifact_string(v) or _is_artifact_version_weave_dict(v)


def artifact_to_json(artifact: Any) -> dict[str, Any]:
    """An artifact as it stands in a config."""
    return {
        "_type": "artifactVersion",
        "_version": "v0",
        "id": artifact.id,
        "version": artifact.source_version,
        "sequenceName": artifact.source_name.split(":")[0],
        "usedAs": artifact.use_as,
    }


def check_dict_contains_nested_artifact(d: dict[Any, Any], nested: bool = False) -> bool:
    """Whether a dict holds an artifact below its first level.

    Args:
        d: the dict.
        nested: whether its first level counts, too.
    """
    for item in d.values():
        if isinstance(item, dict):
            if check_dict_contains_nested_artifact(item, True):
                return True
        elif nested and (_is_artifact_object(item) or _is_artifact_string(item)):
            return True
    return False


def _resolve_aliases(aliases: str | Iterable[str] | None) -> list[str]:
    if not aliases:
        aliases = ["latest"]
    elif isinstance(aliases, str):
        aliases = [aliases]
    try:
        return list({*aliases, "latest"})
    except TypeError as error:
        raise ValueError("`aliases` must be Iterable or None") from error


# Paths, names, sizes.


def is_uri(string: str) -> bool:
    """Whether a text begins with a scheme."""
    return bool(parse.urlparse(string).scheme)


def local_file_uri_to_path(uri: str) -> str:
    """A ``file:`` address as a path; anything else as it is."""
    return request.url2pathname(parse.urlparse(uri).path if uri.startswith("file:") else uri)


def get_local_path_or_none(path_or_uri: str) -> str | None:
    """The path, where an address is of this machine."""
    parsed = parse.urlparse(path_or_uri)
    if not parsed.scheme or (parsed.scheme == "file" and not parsed.netloc):
        return local_file_uri_to_path(path_or_uri)
    return None


def check_windows_valid_filename(path: Any) -> bool:
    """Whether a path has none of the characters that Windows forbids."""
    return not re.search(r'[<>:"\\?*]', path)


def make_file_path_upload_safe(path: str) -> str:
    """A relative path without ``.`` and ``..``.

    Args:
        path: the path, as in the key of a logged image.

    Returns:
        The same, made safe.

    Raises:
        ValueError: on Windows, where it has forbidden characters.
    """
    if platform.system() == "Windows":
        if not check_windows_valid_filename(path):
            raise ValueError(
                f'Path {path} is invalid. Please remove invalid filename characters (\\, :, *, ?, ", <, >, |)'
            )
        path = str(path).replace("/", os.sep)
    parts = path.lstrip(os.sep).split(os.sep)
    return os.sep.join(part.replace(".", "_") if part in (os.curdir, os.pardir) else part for part in parts)


def to_forward_slash_path(path: str) -> str:
    """A path with forward slashes, on Windows too."""
    return path.replace("\\", "/") if platform.system() == "Windows" else path


def to_native_slash_path(path: str) -> str:
    """A path with this system's slashes."""
    return path.replace("/", os.sep)


def host_from_path(path: str | None) -> str:
    """The host of an address."""
    return str(parse.urlparse(path).netloc)


def uri_from_path(path: str | None) -> str:
    """The path of an address."""
    found = str(parse.urlparse(path).path)
    return found if found[0] != "/" else found[1:]


def random_string(length: int = 12) -> str:
    """Random lower-case letters and digits."""
    return "".join(secrets.choice(strings.ascii_lowercase + strings.digits) for _ in range(length))


def to_human_size(size: int, units: list[tuple[str, Any]] | None = None) -> str:
    """A number of bytes as people write it."""
    (unit, value), *larger = units or POW_10_BYTES
    factor = round(float(size) / value, 1)
    return f"{factor}{unit}" if factor < 1024 or not larger else to_human_size(size, larger)


def from_human_size(size: str, units: list[tuple[str, Any]] | None = None) -> int:
    """A number of bytes from what people write.

    Args:
        size: such as ``10 MB``.
        units: other units.

    Returns:
        The number of bytes.

    Raises:
        ValueError: it is of another form.
    """
    by_name = {unit.upper(): value for unit, value in units or POW_10_BYTES}
    match = re.match(rf"(\d+\.?\d*)\s*({'|'.join(by_name)})?", size, re.IGNORECASE)
    if not match:
        raise ValueError("size must be of the form `10`, `10B` or `10 B`.")
    number, unit = match.groups()
    return int(float(number) * (by_name[unit.upper()] if unit else 1))


def time_string_to_seconds(time_str: str) -> int:
    """Read a duration.

    Args:
        time_str: a number and one of s, m, h, d, M, y.

    Returns:
        Seconds; 0 for no text.

    Raises:
        ValueError: it is of another form.
    """
    if not time_str:
        return 0
    match = re.match(r"^(\d+)([smhdMy])$", time_str)
    if not match:
        raise ValueError(
            f"Invalid time period format: {time_str}. "
            "Expected format: <number><unit> where unit is s (seconds), "
            "m (minutes), h (hours), d (days), M (months), or y (years)"
        )
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400, "M": 30 * 86400, "y": 365 * 86400}
    return int(match.group(1)) * seconds[match.group(2)]


def downsample(values: Iterable[Any], target_length: int) -> list[Any]:
    """Values at even distances, with the first and the last.

    Args:
        values: any iterable.
        target_length: how many to keep, at least 2.

    Returns:
        Those kept; all where there are fewer.

    Raises:
        UsageError: fewer than 2 are to be kept.
    """
    if not target_length > 1:
        raise UsageError("target_length must be > 1")
    given = list(values)
    if len(given) < target_length:
        return given
    ratio = float(len(given) - 1) / (target_length - 1)
    return [given[int(index * ratio)] for index in range(target_length)]


def has_num(dictionary: Mapping[Any, Any], key: Any) -> bool:
    """Whether a dict has a number at a key."""
    return key in dictionary and isinstance(dictionary[key], numbers.Number)


def guess_data_type(shape: Sequence[int], risky: bool = False) -> str | None:
    """What tensors of a shape may be: ``label``, ``image``, ``segmentation_mask`` or None."""
    if len(shape) in (1, 2):
        return "label"
    if risky and len(shape) == 3:
        return "image"
    if len(shape) == 4:
        return "image" if shape[-1] in (1, 3, 4) else "segmentation_mask"
    return None


def isatty(ob: Any) -> bool:
    """Whether a stream is a terminal."""
    return hasattr(ob, "isatty") and ob.isatty()


def is_unicode_safe(stream: Any) -> bool:
    """Whether a stream takes UTF-8."""
    encoding = getattr(stream, "encoding", None)
    return encoding.lower() in {"utf-8", "utf_8"} if encoding else False


@contextlib.contextmanager
def fsync_open(path: Any, mode: str = "w", encoding: str | None = None) -> Iterator[Any]:
    """Open a file that is on the disk when the block is left."""
    with open(path, mode, encoding=encoding) as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def load_yaml(file: Any) -> Any:
    """Read YAML, with PyYAML."""
    return importlib.import_module("yaml").safe_load(file)


def _is_py_requirements_or_dockerfile(path: str) -> bool:
    name = os.path.basename(path)
    return name.endswith(".py") or name.startswith("Dockerfile") or name == "requirements.txt"


class ImportMetaHook:
    """Calls a function after a module was imported."""

    def __init__(self) -> None:
        self.modules: dict[str, types.ModuleType] = {}
        self.on_import: dict[str, list[Callable[[], Any]]] = {}

    def add(self, fullname: str, on_import: Callable[[], Any]) -> None:
        """Note a function for a module."""
        self.on_import.setdefault(fullname, []).append(on_import)

    def install(self) -> None:
        """Listen to imports."""
        sys.meta_path.insert(0, self)  # type: ignore[arg-type]

    def uninstall(self) -> None:
        """Listen no more."""
        sys.meta_path.remove(self)  # type: ignore[arg-type]

    def find_module(self, fullname: str, path: str | None = None) -> Any:
        """The old protocol of finders; Python 3.12 asks it no more, so nothing is called there."""
        return self if fullname in self.on_import else None

    def load_module(self, fullname: str) -> types.ModuleType:
        """Import a module and call its functions."""
        self.uninstall()
        module = importlib.import_module(fullname)
        self.install()
        self.modules[fullname] = module
        for function in self.on_import.get(fullname, ()):
            function()
        return module

    def get_modules(self) -> tuple[str, ...]:
        """The modules that were imported."""
        return tuple(self.modules)

    def get_module(self, module: str) -> types.ModuleType:
        """One of them."""
        return self.modules[module]


def add_import_hook(fullname: str, on_import: Callable[[], Any]) -> None:
    """Call a function after a module is imported.

    Args:
        fullname: the module.
        on_import: the function, without arguments.
    """
    # Later Pythons ask wandb's kind of finder nothing: leaving one behind there would serve nobody.
    finders: list[Any] = sys.meta_path
    if sys.version_info < (3, 12) and _import_hook not in finders:
        _import_hook.install()
    _import_hook.add(fullname, on_import)


_import_hook = ImportMetaHook()

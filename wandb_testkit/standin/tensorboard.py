"""``wandb.tensorboard``: TensorBoard's writers tell the run which folders they fill; summaries can be logged by hand.

What the files hold is read by `wandb_testkit.rules.tensorboard`.  As wandb 0.31.0 does it.
"""

from __future__ import annotations

import io
import os
import re
import socket
import time
from collections.abc import Callable
from typing import Any

from wandb_testkit.client.libraries import replaced
from wandb_testkit.standin import place, util

_WRITER = "tensorboard.summary.writer.event_file_writer"
_TENSORFLOW = "tensorflow.python.ops.gen_summary_ops"
_OTHER_WRITERS = ("torch.utils.tensorboard.writer", "tensorboardX.writer")

#: Steps by namespace, and the latest of all of them.
STEPS: dict[str, dict[str, Any]] = {"": {"step": 0}, "global": {"step": 0, "last_log": None}}
RATE_LIMIT_SECONDS: float | None = None
IGNORE_KINDS = ["graphs"]


def unpatch() -> None:
    """Give TensorBoard its own writers back."""
    patched = place.wandb("patched")
    for name, method in patched["tensorboard"]:
        module = util.get_module(name, lazy=False)
        setattr(module, method, getattr(module, f"orig_{method}"))
    patched["tensorboard"] = []


def patch(
    save: bool = True, tensorboard_x: bool | None = None, pytorch: bool | None = None, root_logdir: str = ""
) -> None:
    """Have TensorBoard's writers tell the run which folders they fill.

    Args:
        save: whether the event files are the run's files too.
        tensorboard_x: whether it is tensorboardX that writes.
        pytorch: whether it is torch that writes.
        root_logdir: what the namespace of tags does not count.

    Raises:
        ValueError: they do already.
        wandb.Error: TensorBoard is not installed.
    """
    if place.wandb("patched")["tensorboard"]:
        raise ValueError(
            "Tensorboard already patched. Call `wandb.tensorboard.unpatch()` first; remove `sync_tensorboard=True`"
            " from `wandb.init`; or only call `wandb.tensorboard.patch` once."
        )
    util.get_module("tensorboard", required="Please install tensorboard package", lazy=False)
    ops = util.get_module(_TENSORFLOW, lazy=False)
    graphs = util.get_module("tensorflow.python.summary.writer.writer", lazy=False)
    writer = util.get_module(_WRITER, lazy=False)
    others = [(name, util.get_module(name, lazy=False)) for name in _OTHER_WRITERS]
    if not pytorch and not tensorboard_x and ops:
        _replace_function(ops, save, root_logdir)
    for name, module in (("tensorflow.python.summary.writer.writer", graphs), (_WRITER, writer), *others):
        if module:
            _replace_class(name, module, save, root_logdir)
    if not ops and not writer:
        place.wandb("termerror")("Unsupported tensorboard configuration")


def _replace_class(name: str, module: Any, save: bool, root_logdir: str) -> None:
    tell = _teller(save, root_logdir)

    class TBXEventFileWriter(module.EventFileWriter):  # type: ignore[misc]
        """A writer that tells the run of its folder."""

        def __init__(self, logdir: str, *args: Any, **kwargs: Any) -> None:
            tell(logdir)
            super().__init__(logdir, *args, **kwargs)

    module.orig_EventFileWriter = module.EventFileWriter
    module.EventFileWriter = TBXEventFileWriter
    _note(name, "EventFileWriter")


def _replace_function(module: Any, save: bool, root_logdir: str) -> None:
    tell = _teller(save, root_logdir)
    original = module.create_summary_file_writer

    def create_summary_file_writer(*args: Any, **kwargs: Any) -> Any:
        logdir = kwargs["logdir"]
        tell(logdir.numpy().decode("utf8") if hasattr(logdir, "numpy") else logdir)
        return original(*args, **kwargs)

    module.orig_create_summary_file_writer = original
    module.create_summary_file_writer = create_summary_file_writer
    _note(_TENSORFLOW, "create_summary_file_writer")


def _note(name: str, method: str) -> None:
    entry = [name, method]
    place.wandb("patched")["tensorboard"].append(entry)
    session = place.session()
    if session is not None:
        replaced(session, entry)
        session.at_end(lambda: place.forget_patched("tensorboard", entry))


def _teller(save: bool, root_logdir: str) -> Callable[[str], None]:
    """Return what tells the run of a folder; it knows those of before."""
    folders: set[str] = set()

    def tell(logdir: str) -> None:
        folders.add(logdir)
        if len(folders) > 1 and root_logdir == "":
            place.termwarn(
                "When using several event log directories, please call"
                ' `wandb.tensorboard.patch(root_logdir="...")` before `wandb.init`'
            )
        root = root_logdir
        # A folder that nobody chose ends with the time and the machine's name.
        made_up = re.search(rf"-\d+_{socket.gethostname()}", logdir)
        if made_up:
            root = logdir[: made_up.end()]
        elif root_logdir is not None and not os.path.abspath(logdir).startswith(os.path.abspath(root_logdir)):
            place.termwarn(
                "Found log directory outside of given root_logdir,"
                f" dropping given root_logdir for event file in {logdir}"
            )
            root = ""
        run = place.wandb("run")
        if run is not None:
            run._tensorboard_callback(logdir, save=save, root_logdir=root)

    return tell


# ---- summaries that the program hands over itself


def reset_state() -> None:
    """Forget the steps."""
    global STEPS
    STEPS = {"": {"step": 0}, "global": {"step": 0, "last_log": None}}


def _log(tf_summary_str_or_pb: Any, history: Any = None, step: int = 0, namespace: str = "", **kwargs: Any) -> None:
    """Log a summary: it joins the open row, which a larger step of its namespace ends.

    Args:
        tf_summary_str_or_pb: a summary, an event, or encoded ones.
        history: what to log into; the run by default.
        step: its step.
        namespace: put before its tags.
        **kwargs: not looked at.
    """
    values = tf_summary_to_dict(tf_summary_str_or_pb, namespace)
    ends_row = STEPS.get(namespace, {"step": 0})["step"] < step
    if values is None:
        return
    overall = STEPS["global"]
    timestamp = values.get("_timestamp", time.time())
    if overall["last_log"] is None:
        overall["last_log"] = timestamp
    if ends_row and step == overall["step"]:
        ends_row = False
    overall["step"] = max(overall["step"], step)
    if namespace != "":
        values["global_step"] = overall["step"]
    STEPS[namespace] = {"step": step}
    run = place.wandb("run")
    if ends_row:
        if RATE_LIMIT_SECONDS is None or timestamp - overall["last_log"] >= RATE_LIMIT_SECONDS:
            if history is not None:
                history.add({})
            elif run is not None:
                run._log({})
        overall["last_log"] = timestamp
    if history is not None:
        history._row_update(values)
    elif run is not None:
        run._log(values, commit=False)


def namespaced_tag(tag: str, namespace: str = "") -> str:
    """Return a tag with its namespace before it."""
    return f"{namespace}/{tag}" if namespace else tag


def history_image_key(key: str, namespace: str = "") -> str:
    """Return the key of an image, of which a file's name is made."""
    return namespaced_tag(re.sub(r"[/\\]", "_", key), namespace)


def make_ndarray(tensor: Any) -> Any:
    """Return a tensor of a summary as an array; None where it is one of objects."""
    tensors = util.get_module("tensorboard.util.tensor_util")
    if not tensors:
        place.termwarn("Can't convert tensor summary, upgrade tensorboard with `pip install tensorboard --upgrade`")
        return None
    array = tensors.make_ndarray(tensor)
    return None if array.dtype == "object" else array


def tf_summary_to_dict(tf_summary_str_or_pb: Any, namespace: str = "") -> dict[str, Any] | None:
    """Return what a summary holds, as values to log.

    Args:
        tf_summary_str_or_pb: a summary, an event, an encoded summary or a list of those.
        namespace: put before its tags.

    Returns:
        Values by tag; None where there is none.
    """
    values: dict[str, Any] = {}
    if hasattr(tf_summary_str_or_pb, "summary"):
        values[namespaced_tag("global_step", namespace)] = tf_summary_str_or_pb.step
        values["_timestamp"] = tf_summary_str_or_pb.wall_time
        summary = tf_summary_str_or_pb.summary
    else:
        summary = _decoded(tf_summary_str_or_pb)
    if not hasattr(summary, "value") or len(summary.value) == 0:
        return None
    for value in summary.value:
        kind = value.WhichOneof("value")
        if kind in IGNORE_KINDS:
            continue
        tag = namespaced_tag(value.tag, namespace)
        if kind == "simple_value":
            values[tag] = value.simple_value
        elif kind == "tensor":
            _add_tensor(values, tag, value, namespace)
        elif kind == "image":
            _add_images(values, [value.image.encoded_image_string], value.tag, namespace)
        elif kind == "histo":
            _add_histogram(values, tag, value.histo)
    return values


def _decoded(given: Any) -> Any:
    """Return a summary of what may be encoded, or a list of encoded ones."""
    if not isinstance(given, (str, bytes, bytearray)) and not hasattr(given, "__iter__"):
        return given
    protos = util.get_module("tensorboard.compat.proto.summary_pb2") or util.get_module(
        "tensorflow.core.framework.summary_pb2"
    )
    parts = [given] if isinstance(given, (str, bytes, bytearray)) else list(given)
    summary, *others = [protos.Summary() for _ in parts]
    for message, part in zip((summary, *others), parts, strict=True):
        message.ParseFromString(part)
    for message in others:
        summary.MergeFrom(message)
    return summary


def _add_tensor(values: dict[str, Any], tag: str, value: Any, namespace: str) -> None:
    plugin = value.metadata.plugin_data.plugin_name
    if plugin in ("scalars", ""):
        values[tag] = make_ndarray(value.tensor)
    elif plugin == "images":
        _add_images(values, value.tensor.string_val[2:], value.tag, namespace)
    elif plugin == "histograms":
        array = make_ndarray(value.tensor)
        if array is not None and len(array):
            _log_histogram(
                values, tag, [row[2] for row in array], [array[0][0], *(row[1] for row in array)], f'"{tag}"'
            )
    elif plugin == "pr_curves":
        array = make_ndarray(value.tensor)
        if array is not None:
            values[tag] = _curve(tag, array[-2, :].tolist(), array[-1, :].tolist())


def _curve(tag: str, precision: list[float], recall: list[float]) -> Any:
    points = [(x, y) for y, x in zip(precision, recall, strict=False) if y != 0 or x != 0]
    table = place.wandb("Table")(
        data=sorted(points, key=lambda point: (point[0], -point[1])), columns=["recall", "precision"]
    )
    fields = {"x": "recall", "y": "precision"}
    return place.wandb("plot_table")("wandb/line/v0", table, fields, {"title": f"{tag} Precision v. Recall"})


def _add_histogram(values: dict[str, Any], tag: str, histogram: Any) -> None:
    limits = histogram.bucket_limit
    if len(limits) < 3:
        place.termwarn(f"Not logging key {tag!r}. Found a histogram with only 2 bins.", repeat=False)
        return
    first, last = limits[0] + limits[0] - limits[1], limits[-2] + limits[-2] - limits[-3]
    _log_histogram(values, tag, list(histogram.bucket), [first, *limits[:-1], last], repr(tag))


def _log_histogram(values: dict[str, Any], tag: str, counts: list[Any], edges: list[Any], shown: str) -> None:
    histogram = place.wandb("Histogram")
    try:
        values[tag] = histogram(np_histogram=(counts, edges))
    except ValueError:
        place.termwarn(
            f"Not logging key {shown}. Histograms must have fewer than {histogram.MAX_LENGTH} bins", repeat=False
        )


def _add_images(values: dict[str, Any], encoded: Any, tag: str, namespace: str) -> None:
    try:
        from PIL import Image
    except ImportError:
        place.termwarn(
            "Install pillow if you are logging images with Tensorboard. To install, run `pip install pillow`.",
            repeat=False,
        )
        return
    if len(encoded) == 0:
        return
    images = [
        place.wandb("Video")(io.BytesIO(data), format="gif")
        if data.startswith(b"GIF")
        else place.wandb("Image")(Image.open(io.BytesIO(data)))
        for data in encoded
    ]
    start, _, number = tag.rpartition("/")
    if start and number.isdigit():
        values.setdefault(history_image_key(start, namespace), []).extend(images)
    else:
        values[history_image_key(tag, namespace)] = images

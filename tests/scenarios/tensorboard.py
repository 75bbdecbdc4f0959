"""TensorBoard's event files: what the client logs of them.

Most files are made by hand, and the run is told of their folder as the client's own writers tell it; with a root the
client looks at once, without it waits ten seconds for a second folder.  What it finds before the end is not fixed, so
all of it is there before the client hears of the folder.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import struct
from typing import Any

from tests import event_files as files
from tests.scenarios import Observer, scenario

# TensorBoard's own imports leave a finder in `sys.meta_path`: here, and not while a program is watched.
with contextlib.suppress(ImportError):
    importlib.import_module("absl.flags")


def _log(wandb: Any, *events: bytes, **options: Any) -> None:
    """Log a folder of one file."""
    with wandb.init() as run:
        files.write("logs", files.version(), *events, **options)
        run._tensorboard_callback("logs", save=False, root_logdir="logs")


@scenario(since=(0, 28, 2))  # earlier, each value makes a row of its own
def tensorboard_scalars(wandb: Any, obs: Observer) -> None:
    _log(
        wandb,
        files.event(0, files.scalar("loss", 0.1), files.scalar("train/acc", 1.0)),
        files.event(1, files.scalar("loss", 0.2)),
        files.event(1, files.scalar("lr", 1e-3), at=2.5),
        files.event(1, files.scalar("loss", 0.25)),
        files.event(5, files.scalar("a.b", 16777217.0), files.scalar("large", 3e38), files.scalar("tiny", 1e-40)),
        files.event(5),
        files.event(6),
        files.event(3, files.scalar("again", -0.0)),
        files.event(-4, files.scalar("negative", 123456.789)),
    )


@scenario
def tensorboard_scalars_that_are_no_numbers(wandb: Any, obs: Observer) -> None:
    numbers = {"nan": float("nan"), "inf": float("inf"), "minus": float("-inf")}
    _log(wandb, files.event(0, *(files.scalar(tag, value) for tag, value in numbers.items())))


@scenario
def tensorboard_scalars_as_tensors(wandb: Any, obs: Observer) -> None:
    _log(
        wandb,
        files.event(
            0,
            files.tensor("float", 1, [], files.packed(5, [0.1], "f"), "scalars"),
            files.tensor("double", 2, [], files.packed(6, [0.1], "d"), "scalars"),
            files.tensor("int32", 3, [1], files.packed(7, [-3], "v"), "scalars"),
            files.tensor("int64", 9, [], files.packed(10, [2**40], "v"), "scalars"),
            files.tensor("raw", 1, [1], files.field(4, struct.pack("f", 0.5)), "scalars"),
            files.tensor("raw64", 9, [], files.field(4, struct.pack("q", -7)), "scalars"),
            files.tensor("two", 1, [2], files.packed(5, [0.1, 0.2], "f"), "scalars"),
            files.tensor("half", 19, [], files.packed(13, [1], "v"), "scalars"),
            files.tensor("nameless", 1, [], files.packed(5, [0.1], "f"), None),
            files.tensor("unpacked", 1, [], files.field(5, 0.75, "f"), "scalars"),
            files.tensor("cut", 1, [1], files.field(4, struct.pack("f", 0.5)[:3]), "scalars"),
            files.tensor("unknown", 1, [-1], files.packed(5, [0.1], "f"), "scalars"),
        ),
        files.event(1, files.tensor("float", 1, [], files.packed(5, [0.2], "f"), None)),
    )


@scenario
def tensorboard_histograms(wandb: Any, obs: Observer) -> None:
    many = 1000
    _log(
        wandb,
        files.event(0, files.histogram("plain", [1.0, 2.0, 3.0], [0, 4, 5])),
        files.event(1, files.histogram("full", [1.0, 2.0, 3.0], [3, 4, 5], smallest=-1.0)),
        files.event(2, files.histogram("wrong", [1.0, 2.0], [3, 4], smallest=1.0)),
        files.event(3, files.histogram("uneven", [1.0, 2.0, 3.0], [0, 4])),
        files.event(4, files.histogram("empty", [], [])),
        files.event(5, files.histogram("many", range(1, many + 1), [index % 7 for index in range(many)])),
        files.event(6, files.histogram("infinite", [1.0, 2.0, float("inf")], [0, 4, 5])),
        files.event(7, files.histogram("one", [1.0], [0.5], smallest=0.0)),
        files.event(8, files.histogram("odd", _with_nan(many, 500), [0.0] + [1.0] * (many - 1))),
        files.event(9, files.histogram("odd at the end", _with_nan(many, many - 1), [0.0] + [1.0] * (many - 1))),
    )


def _with_nan(many: int, place: int) -> list[float]:
    return [float("nan") if index == place else float(index) for index in range(many)]


@scenario
def tensorboard_histograms_as_tensors(wandb: Any, obs: Observer) -> None:
    numbers = files.packed(6, [0.0, 1.0, 3.0, 1.0, 2.5, 4.0], "d")
    _log(
        wandb,
        files.event(0, files.tensor("h", 2, [2, 3], numbers, "histograms")),
        files.event(1, files.tensor("none", 2, [0, 3], b"", "histograms")),
        files.event(2, files.tensor("flat", 2, [6], numbers, "histograms")),
        files.event(3, files.tensor("narrow", 2, [3, 2], numbers, "histograms")),
    )


@scenario
def tensorboard_images(wandb: Any, obs: Observer) -> None:
    _log(
        wandb,
        files.event(0, files.image("png", 5, 4, files.png(5, 4))),
        files.event(1, files.image("gif", 3, 2, files.gif(3, 2))),
        files.event(2, files.image("size", 4, 5, files.png(5, 4))),
        files.event(3, files.image("none", 5, 4, b"nonsense")),
        files.event(4, _images("several", 5, 4, files.png(5, 4), files.png(5, 4))),
        files.event(5, _images("mixed", 5, 4, files.png(5, 4), files.gif(5, 4))),
        files.event(6, _images("some", 5, 4, files.png(5, 4), b"nonsense")),
        files.event(7, _images("few", 5, 4)),
        files.event(8, files.tensor("words", 7, [3], b"".join(files.field(8, text) for text in "abc"), "images")),
    )


def _images(tag: str, width: int, height: int, *data: bytes) -> bytes:
    strings = (str(width).encode(), str(height).encode(), *data)
    content = b"".join(files.field(8, text) for text in strings)
    return files.tensor(tag, 7, [len(strings)], content, "images")


@scenario
def tensorboard_precision_and_recall(wandb: Any, obs: Observer) -> None:
    rows = [[3.0, 2.0], [1.0, 0.0], [1.0, 2.0], [0.0, 1.0], [0.75, 1.0], [1.0, 0.25]]
    numbers = files.packed(5, [value for row in rows for value in row], "f")
    _log(
        wandb,
        files.event(0, files.tensor("pr", 1, [6, 2], numbers, "pr_curves")),
        files.event(1, files.tensor("flat", 1, [12], numbers, "pr_curves")),
        files.event(2, files.field(1, files.field(1, "scalar") + files.field(2, 1.0, "f") + files.plugin("pr_curves"))),
    )


@scenario
def tensorboard_values_of_other_kinds(wandb: Any, obs: Observer) -> None:
    text = files.tensor("text", 7, [1], files.field(8, "hello"), "text")
    audio = files.field(1, files.field(1, "audio") + files.field(6, files.field(1, 44100.0, "f")))
    untagged = files.field(1, files.field(2, 1.0, "f"))
    plugged = files.field(1, files.field(1, "hp") + files.plugin("hparams"))
    other = files.field(1, files.field(1, "other") + files.field(2, 1.0, "f") + files.plugin("mine"))
    _log(wandb, files.event(0, text, audio, untagged, plugged, other), files.event(1, files.scalar("a", 1)))


@scenario
def tensorboard_rows_beside_the_programs_own(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", step_metric="global_step", summary="max")
        run.log({"mine": 1})
        run.log({"mine": 2, "a": 7}, commit=False)
        files.write("logs", files.version(), files.event(0, files.scalar("a", 1)), files.event(3, files.scalar("a", 2)))
        run._tensorboard_callback("logs", save=False, root_logdir="logs")


@scenario(since=(0, 28, 2))  # earlier, each value makes a row of its own
def tensorboard_namespaces(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        files.write("runs/train", files.version(), files.event(0, files.scalar("a", 1), files.scalar("b/c", 1)))
        run._tensorboard_callback("runs/train", save=False, root_logdir=".")


@scenario(since=(0, 28, 2))  # earlier, each value makes a row of its own
def tensorboard_namespace_by_what_two_folders_share(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        files.write("runs/one/train", files.version(), files.event(0, files.scalar("a", 1)))
        run._tensorboard_callback("runs/one/train", save=True)
        run._tensorboard_callback("runs/one/trial", save=True)


@scenario
def tensorboard_root_elsewhere(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        files.write("logs/x", files.version(), files.event(0, files.scalar("a", 1)))
        run._tensorboard_callback("logs/x", save=True, root_logdir="other")


@scenario
def tensorboard_folder_alone(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        files.write("logs/x", files.version(), files.event(0, files.scalar("a", 1)))
        run._tensorboard_callback("logs/x")


@scenario
def tensorboard_files_of_others(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        ours = files.event(0, files.scalar("ours", 1))
        files.write("logs", files.version(), ours, files.event(1, files.scalar("ours", 2)))
        files.write("logs/below", files.version(), files.event(2, files.scalar("below", 1)))
        files.write("logs", files.version(), files.event(9, files.scalar("old", 1)), when=run.start_time - 60)
        files.write("logs", files.version(), files.event(9, files.scalar("host", 1)), host="elsewhere")
        path = files.write("logs", files.version(), files.event(9, files.scalar("empty", 1)), number=7)
        os.rename(path, path + ".profile-empty")
        with open("logs/notes.txt", "w") as file:
            file.write("notes")
        run._tensorboard_callback("logs", save=False, root_logdir="logs")


@scenario
def tensorboard_file_that_is_cut_off(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        path = files.write("logs", files.version(), *(files.event(step, files.scalar("a", step)) for step in range(3)))
        with open(path, "r+b") as file:
            file.truncate(os.path.getsize(path) - 3)
        files.write("logs", files.version(), files.event(9, files.scalar("later", 1)), number=1)
        run._tensorboard_callback("logs", save=False, root_logdir="logs")


@scenario
def tensorboard_file_that_is_spoilt(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        path = files.write("logs", files.version(), *(files.event(step, files.scalar("a", step)) for step in range(3)))
        with open(path, "r+b") as file:
            file.seek(-6, os.SEEK_END)
            file.write(b"\xff")
        run._tensorboard_callback("logs", save=False, root_logdir="logs")


@scenario
def tensorboard_event_that_is_none(wandb: Any, obs: Observer) -> None:
    good = files.event(0, files.scalar("a", 1))
    _log(wandb, good, b"\x2a\xff", files.event(1, files.scalar("a", 2)))


@scenario
def tensorboard_folder_that_is_not_there(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run._tensorboard_callback("nowhere", save=True, root_logdir=".")
        run.log({"a": 1})


@scenario
def tensorboard_of_a_disabled_run(wandb: Any, obs: Observer) -> None:
    with wandb.init(mode="disabled") as run:
        files.write("logs", files.version(), files.event(0, files.scalar("a", 1)))
        obs.ask("callback", lambda: run._tensorboard_callback("logs"))
        obs.read("summary", dict(run.summary))


# ---- with the libraries themselves


@scenario(needs=("tensorboard", "torch"))
def tensorboard_writer_of_torch(wandb: Any, obs: Observer) -> None:
    from torch.utils.tensorboard import SummaryWriter

    wandb.tensorboard.patch(root_logdir="runs")
    with wandb.init(config={"lr": 0.1}), SummaryWriter("runs/a") as writer:
        for step in range(3):
            writer.add_scalar("loss", 1 / (step + 1), step)
            writer.add_scalar("train/acc", step, step)
        writer.add_text("note", "hello", 3)
    obs.read("patched", sorted(wandb.patched["tensorboard"]))
    wandb.tensorboard.unpatch()
    obs.read("unpatched", list(wandb.patched["tensorboard"]))


@scenario(needs=("tensorboard", "tensorboardX"))
def tensorboard_writer_of_tensorboardx(wandb: Any, obs: Observer) -> None:
    import tensorboardX

    wandb.tensorboard.patch(root_logdir=".")
    with wandb.init():
        writer = tensorboardX.SummaryWriter("runs/b")
        writer.add_scalar("loss", 0.5, 1)
        writer.add_scalar("loss", 0.25, 2)
        writer.close()
    wandb.tensorboard.unpatch()


@scenario(needs=("tensorboard",))
def tensorboard_patched_twice(wandb: Any, obs: Observer) -> None:
    wandb.tensorboard.patch()
    obs.ask("again", lambda: wandb.tensorboard.patch(save=False))
    with wandb.init(sync_tensorboard=True) as run:
        run.log({"a": 1}, step=7)
        run.log({"a": 2}, step=3)
        run.log({"a": 3}, step=9, commit=False)
        run.log({"b": 4})
        obs.read("step", run.step)
    wandb.tensorboard.unpatch()
    obs.ask("log", lambda: wandb.tensorboard.log({"a": 1}))


@scenario(needs=("tensorboard",))
def tensorboard_summaries_by_hand(wandb: Any, obs: Observer) -> None:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    def summary(**values: float) -> Any:
        return Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])

    wandb.tensorboard.reset_state()
    log = wandb.tensorboard._log
    with wandb.init():
        log(summary(a=1.0).SerializeToString(), step=1)
        log([summary(a=2.0).SerializeToString(), summary(b=3.0).SerializeToString()], step=2)
        log(summary(c=4.0), step=2, namespace="eval")
        log(Event(step=3, wall_time=17.0, summary=summary(d=5.0)), step=3)
        log(Summary(), step=4)
    obs.read("dict", wandb.tensorboard.tf_summary_to_dict(summary(a=1.5), "x"))
    obs.read("none", wandb.tensorboard.tf_summary_to_dict(Summary()))
    wandb.tensorboard.reset_state()


@scenario(needs=("tensorboard",))
def tensorboard_histograms_by_hand(wandb: Any, obs: Observer) -> None:
    from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary

    def histogram(limits: list[float], counts: list[float]) -> Any:
        proto = HistogramProto(min=0, max=9, num=3, bucket_limit=limits, bucket=counts)
        return Summary(value=[Summary.Value(tag="h", histo=proto)])

    wandb.tensorboard.reset_state()
    with wandb.init():
        wandb.tensorboard._log(histogram([1.0, 2.0, 4.0], [1, 2, 3]), step=1)
        wandb.tensorboard._log(histogram([1.0, 2.0], [1, 2]), step=2)
        wandb.tensorboard._log(histogram([float(i) for i in range(600)], [1.0] * 600), step=3)
    wandb.tensorboard.reset_state()


@scenario(needs=("PIL",))
def tensorboard_images_of_other_formats(wandb: Any, obs: Observer) -> None:
    import io

    from PIL import Image

    encoded = {}
    for name, options in (
        ("plain", {}),
        ("progressive", {"progressive": True}),
        ("commented", {"comment": b"x" * 300}),
    ):
        buffer = io.BytesIO()
        Image.new("RGB", (6, 3)).save(buffer, "JPEG", **options)
        encoded[name] = buffer.getvalue()
    grey = io.BytesIO()
    Image.new("L", (6, 3)).save(grey, "JPEG")
    encoded["grey"] = grey.getvalue()
    encoded["short"] = encoded["plain"][:30]
    for kind in ("BMP", "TIFF", "WEBP", "PPM", "ICO"):
        other = io.BytesIO()
        Image.new("RGB", (6, 3)).save(other, kind)
        encoded[kind] = other.getvalue()
    lossless = io.BytesIO()
    Image.new("RGB", (6, 3)).save(lossless, "WEBP", lossless=True)
    encoded["lossless"] = lossless.getvalue()
    extended = io.BytesIO()
    Image.new("RGBA", (6, 3)).save(extended, "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0")
    encoded["extended"] = extended.getvalue()
    # Any number of bytes may fill the room before a marker.
    encoded["filled"] = encoded["plain"][:2] + b"\xff\xff" + encoded["plain"][2:]
    _log(
        wandb, *(files.event(step, files.image(name, 6, 3, data)) for step, (name, data) in enumerate(encoded.items()))
    )

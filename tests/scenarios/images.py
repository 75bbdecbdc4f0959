"""`wandb.Image`: what it takes, what it writes, boxes, masks and classes."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
from typing import Any

from tests.scenarios import Observer, scenario
from tests.scenarios.media import in_every_place, media_files, write
from tests.scenarios.tables import ask_all, written


def pixels(image: Any) -> list[Any]:
    """Return what a program sees of an image."""
    inner = image.image
    return [image.format, inner.mode, list(inner.size), list(inner.convert("RGBA").tobytes()[:16])]


def draw(mode: str = "RGB", size: tuple[int, int] = (4, 3), color: Any = None) -> Any:
    """Return a small picture."""
    from PIL import Image

    return Image.new(mode, size) if color is None else Image.new(mode, size, color)


BOX = {"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}, "class_id": 1}
LABELS = {0: "sky", 1: "sea"}


@scenario(needs=("PIL", "numpy"))
def image_of_every_array(wandb: Any, obs: Observer) -> None:
    import numpy

    shapes = [(3, 4), (3, 4, 1), (3, 4, 2), (3, 4, 3), (3, 4, 4), (3, 4, 5), (1, 3, 4), (1, 3, 4, 3), (4,), (1, 4), ()]
    shapes += [(1, 1), (1, 1, 3), (0, 4), (2, 2, 2, 3), (3, 1, 4)]
    with wandb.init(id="fixed") as run:
        for shape in shapes:
            for dtype in ("uint8", "int64", "float32", "float64", "bool"):
                count = int(numpy.prod(shape))
                array = (numpy.arange(count).reshape(shape) * 40).astype(dtype)
                with obs.raises(f"{shape} {dtype}"):
                    image = wandb.Image(array)
                    obs.read(f"{shape} {dtype}", pixels(image))
                    run.log({f"{shape}{dtype}": image})


@scenario(needs=("PIL", "numpy"))
def image_of_odd_numbers(wandb: Any, obs: Observer) -> None:
    import numpy

    arrays = {
        "unit floats": numpy.linspace(0, 1, 12).reshape(3, 4),
        "negative": numpy.full((2, 2), -1),
        "above": numpy.full((2, 2), 300),
        "nan": numpy.full((2, 2), numpy.nan),
        "inf": numpy.full((2, 2), numpy.inf),
        "complex": numpy.ones((2, 2), dtype=complex),
        "texts": numpy.array([["a", "b"]]),
        "objects": numpy.array([[1, 2]], dtype=object),
        "uint16": numpy.full((2, 2), 65535, dtype="uint16"),
        "int8": numpy.full((2, 2), -3, dtype="int8"),
        "float16": numpy.full((2, 2), 0.7, dtype="float16"),
    }
    for label, array in arrays.items():
        obs.ask(label, lambda: pixels(wandb.Image(array)))


@scenario(needs=("PIL", "numpy"))
def image_modes_and_file_types(wandb: Any, obs: Observer) -> None:
    import numpy

    array = (numpy.arange(48) * 5).reshape(3, 4, 4).astype("uint8")
    with wandb.init(id="fixed") as run:
        for mode in ("L", "RGB", "RGBA", "1", "CMYK", "P", "nonsense", 3):
            obs.ask(f"mode {mode}", lambda: pixels(wandb.Image(array, mode=mode)))
        for kind in ("png", "jpg", "jpeg", "bmp", "gif", "PNG", "", 3):
            obs.ask(f"type {kind}", lambda: pixels(wandb.Image(array, file_type=kind)))
            obs.ask(f"type {kind} of a picture", lambda: pixels(wandb.Image(draw(), file_type=kind)))
        run.log({"jpg": wandb.Image(array[:, :, :3], file_type="jpg")})
        run.log({"bmp": [wandb.Image(array[:, :, :3], file_type="bmp")]})
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def image_of_pictures(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "I;16"):
            with obs.raises(mode):
                image = wandb.Image(draw(mode))
                obs.read(mode, pixels(image))
                run.log({f"m{mode}": image})
        obs.ask("mode is not for pictures", lambda: pixels(wandb.Image(draw(), mode="L")))
        obs.ask("nothing", lambda: wandb.Image(draw("RGB", (0, 0))))
        obs.ask("data array", lambda: wandb.Image(draw("L", (2, 2), 7)).to_data_array())
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def image_of_files(wandb: Any, obs: Observer) -> None:
    os.makedirs("in")
    draw(color=(1, 2, 3)).save("in/p.png")
    draw(color=(1, 2, 3)).save("in/q.jpg")
    draw(color=(1, 2, 3)).save("in/named", format="png")
    write("in/broken.png", b"no picture")
    with wandb.init(id="fixed") as run:
        for path in ("in/p.png", "in/q.jpg", "in/named", "in/broken.png", "in/missing.png", "in", ""):
            with obs.raises(path):
                image = wandb.Image(path)
                obs.read(path, pixels(image))
                run.log({"p": image})
        run.log({"path": wandb.Image(pathlib.Path("in/p.png"), caption="of a path", grouping=2)})
        run.log({"absolute": wandb.Image(os.path.abspath("in/p.png"), file_type="jpg", mode="L")})
        run.log({"many": [wandb.Image("in/p.png"), wandb.Image("in/q.jpg")]})
        with open("in/p.png", "rb") as file:
            obs.ask("file", lambda: wandb.Image(file))
        obs.ask("bytes", lambda: wandb.Image(b"x"))
        obs.read("still there", sorted(os.listdir("in")))
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def image_of_references(wandb: Any, obs: Observer) -> None:
    for address in ("s3://bucket/a.png", "gs://bucket/a.jpg", "https://host/a.png?x=1", "file:///a.png", "odd://a"):
        with obs.raises(address):
            image = wandb.Image(address, caption="c")
            obs.read(address, [image.format, image.image is None])
            obs.read(f"equal {address}", image == wandb.Image(address))
    with wandb.init(id="fixed") as run:
        with obs.raises("logged"):
            run.log({"a": wandb.Image("s3://bucket/a.png")})
        with obs.raises("listed"):
            run.log({"a": [wandb.Image("s3://bucket/a.png")]})
        run.log({"a": 1})
    obs.ask("in a table", lambda: written(wandb, wandb.Table(columns=["a"], data=[[wandb.Image("s3://bucket/a.png")]])))


@scenario(needs=("PIL",))
def image_of_an_image(wandb: Any, obs: Observer) -> None:
    first = wandb.Image(draw(color=(9, 8, 7)), caption="first", grouping=3, classes=[{"id": 1, "name": "x"}])
    with wandb.init(id="fixed") as run:
        copy = wandb.Image(first)
        run.log({"first": first})
        # The first has taken the file along.
        with obs.raises("copy of before"):
            try:
                run.log({"copy": copy})
            except FileNotFoundError as error:
                raise FileNotFoundError(os.path.splitext(error.filename)[1]) from None
        run.log({"logged": wandb.Image(first)})
        run.log({"other": wandb.Image(first, caption="other", grouping=4)})
        obs.read("files", media_files(run))
    ask_all(
        obs,
        equal=lambda: first == wandb.Image(first),
        caption=lambda: first == wandb.Image(first, caption="y"),
        unequal=lambda: first != wandb.Image(draw()),
        number=lambda: first == 3,
        none=lambda: wandb.Image(None),
        list=lambda: wandb.Image([[1, 2]]),
        nothing=lambda: wandb.Image(),
        keyword=lambda: wandb.Image(draw(), title="x"),
        normalize=lambda: wandb.Image(draw(), normalize=False),
    )


@scenario(needs=("PIL",))
def image_captions_in_lists(wandb: Any, obs: Observer) -> None:
    def make(caption: Any = None, size: tuple[int, int] = (4, 3)) -> Any:
        return wandb.Image(draw(size=size), caption=caption)

    with wandb.init(id="fixed") as run:
        run.log({"none": [make(), make()]})
        run.log({"some": [make("a"), make()]})
        run.log({"all": [make("a"), make("b")]})
        run.log({"empty": [make(""), make("")]})
        run.log({"tuple": (make("a"), make("b"))})
        run.log({"sizes": [make(), make(size=(2, 2))]})
        run.log({"one": [make("a")]})
        run.log({"nothing": []})
        with obs.raises("lists"):
            run.log({"lists": [[make()], [make()]]})
        with obs.raises("number"):
            run.log({"number": make(3)})
        with obs.raises("list"):
            run.log({"list": make(["a", "b"])})
        with obs.raises("dict"):
            run.log({"dict": make({"a": 1})})
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def image_too_many(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.log({"many": [wandb.Image(draw("L", (1, 1), number % 255)) for number in range(110)]})
        obs.read("files", len(media_files(run)))


@scenario(needs=("PIL",))
def image_too_large(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.log({"wide": wandb.Image(draw("L", (65501, 1)))})
        obs.read("limit", wandb.Image.MAX_DIMENSION)


@scenario(needs=("PIL",))
def image_in_every_place(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        in_every_place_but_mixed(wandb, obs, run)
        with obs.raises("config"):
            run.config["image"] = wandb.Image(draw())
        with obs.raises("config nested"):
            run.config.update({"a": {"image": wandb.Image(draw())}})
        with obs.raises("mixed"):
            run.log({"mixed": [wandb.Image(draw()), "x"]})
        run.log({"kinds": [wandb.Image(draw()), wandb.Html("a")]})
        obs.read("files", media_files(run))


def in_every_place_but_mixed(wandb: Any, obs: Observer, run: Any) -> None:
    run.log({"m": wandb.Image(draw()), "n": 1})
    run.log({"nested": {"deep": {"m": wandb.Image(draw())}}})
    run.log({"nested": {"many": [wandb.Image(draw()), wandb.Image(draw())]}})
    run.log({"a/b": wandb.Image(draw()), "a.b": wandb.Image(draw())})
    run.log({"later": wandb.Image(draw())}, step=10)
    run.log({"again": wandb.Image(draw(color=(1, 1, 1)))}, commit=False)
    run.log({"again": wandb.Image(draw(color=(2, 2, 2)))})
    run.summary["m"] = wandb.Image(draw())
    run.summary["many"] = [wandb.Image(draw())]
    run.summary.update({"tree": {"m": wandb.Image(draw())}})


@scenario(needs=("PIL",))
def image_boxes(wandb: Any, obs: Observer) -> None:
    def make(boxes: Any, **options: Any) -> Any:
        return wandb.Image(draw(), boxes=boxes, **options)

    pixel = {"position": {"middle": [2, 1], "width": 2, "height": 1}, "class_id": 0, "domain": "pixel"}
    full = {**BOX, "box_caption": "b", "scores": {"acc": 0.5, "n": 1}, "extra": 1}
    with wandb.init(id="fixed") as run:
        run.log({"plain": make({"p": {"box_data": [BOX], "class_labels": LABELS}})})
        run.log({"full": make({"p": {"box_data": [full, pixel], "class_labels": LABELS}, "t": {"box_data": [pixel]}})})
        run.log({"empty": make({"p": {"box_data": []}})})
        run.log({"none": make({})})
        boxes = {"p": {"box_data": [BOX], "class_labels": LABELS}}
        run.log({"list": [make(boxes), make(boxes), wandb.Image(draw())]})
        run.log({"nested": {"list": [make(boxes)], "one": make(boxes)}})
        run.log({"classes": make(boxes, classes=[{"id": 5, "name": "five"}])})
        ready = wandb.data_types.BoundingBoxes2D({"box_data": [BOX], "class_labels": LABELS}, "own")
        run.log({"ready": make({"q": ready})})
        run.summary["s"] = make(boxes)
        obs.read("files", media_files(run))
        box_files = [name for name in media_files(run) if name.endswith("json")]
        for name in box_files[:3]:
            with open(os.path.join(run.dir, name)) as file:
                obs.read("content", json.load(file))


@scenario(needs=("PIL", "numpy"))
def image_boxes_wrong(wandb: Any, obs: Observer) -> None:
    import numpy

    position = BOX["position"]
    boxes = {
        "no data": {},
        "data": {"box_data": {}},
        "tuple": {"box_data": (BOX,)},
        "no position": {"box_data": [{"class_id": 1}]},
        "position": {"box_data": [{**BOX, "position": {"minX": 1}}]},
        "text position": {"box_data": [{**BOX, "position": {**position, "minX": "a"}}]},
        "middle": {"box_data": [{**BOX, "position": {"middle": [1], "width": 1, "height": 1}}]},
        "numpy": {"box_data": [{**BOX, "position": {key: numpy.float32(1) for key in position}}]},
        "numpy class": {"box_data": [{**BOX, "class_id": numpy.int64(1)}]},
        "no class": {"box_data": [{"position": position}]},
        "class": {"box_data": [{**BOX, "class_id": "1"}]},
        "float class": {"box_data": [{**BOX, "class_id": 1.0}]},
        "scores": {"box_data": [{**BOX, "scores": [1]}]},
        "score key": {"box_data": [{**BOX, "scores": {1: 1}}]},
        "score": {"box_data": [{**BOX, "scores": {"a": "b"}}]},
        "caption": {"box_data": [{**BOX, "box_caption": 3}]},
        "domain": {"box_data": [{**BOX, "domain": "percent"}]},
        "labels": {"box_data": [BOX], "class_labels": {"1": "x"}},
        "label": {"box_data": [BOX], "class_labels": {1: 2}},
        "labels list": {"box_data": [BOX], "class_labels": ["a", "b"]},
    }
    with wandb.init(id="fixed") as run:
        for label, box in boxes.items():
            with obs.raises(label):
                run.log({"b": wandb.Image(draw(), boxes={"p": box})})
        for label, value in (("list", [BOX]), ("number", 3), ("inner", {"p": 3}), ("inner list", {"p": [BOX]})):
            with obs.raises(label):
                run.log({"b": wandb.Image(draw(), boxes=value)})
        run.log({"a": 1})


@scenario(needs=("PIL", "numpy"))
def image_masks(wandb: Any, obs: Observer) -> None:
    import numpy

    draw("L", (4, 3), 1).save("mask.png")
    ones = numpy.ones((3, 4), dtype="int64")

    def make(masks: Any, **options: Any) -> Any:
        return wandb.Image(draw(), masks=masks, **options)

    with wandb.init(id="fixed") as run:
        run.log({"plain": make({"p": {"mask_data": ones, "class_labels": LABELS}})})
        run.log({"no labels": make({"p": {"mask_data": ones}})})
        run.log({"uint8": make({"p": {"mask_data": ones.astype("uint8")}})})
        run.log({"path": make({"p": {"path": "mask.png", "class_labels": LABELS}})})
        run.log({"two": make({"p": {"mask_data": ones}, "q": {"mask_data": ones * 2, "class_labels": {2: "two"}}})})
        masks = {"p": {"mask_data": ones, "class_labels": LABELS}}
        run.log({"list": [make(masks), make(masks), wandb.Image(draw())]})
        run.log({"both": make(masks, boxes={"b": {"box_data": [BOX], "class_labels": {1: "other"}}})})
        run.log({"classes": make(masks, classes=wandb.Classes([{"id": 7, "name": "seven"}]))})
        ready = wandb.data_types.ImageMask({"mask_data": ones, "class_labels": LABELS}, "own")
        run.log({"ready": make({"q": ready})})
        run.summary["s"] = make(masks)
        obs.read("files", media_files(run))
        wrong = {
            "floats": {"mask_data": ones.astype(float)},
            "cube": {"mask_data": numpy.ones((3, 4, 1), dtype=int)},
            "large": {"mask_data": ones * 256},
            "negative": {"mask_data": ones * -1},
            "list": {"mask_data": [[1]]},
            "nothing": {},
            "missing": {"path": "missing.png"},
            "labels": {"mask_data": ones, "class_labels": {"1": "a"}},
            "label": {"mask_data": ones, "class_labels": {1: 2}},
            "labels list": {"mask_data": ones, "class_labels": ["a"]},
            "size": {"mask_data": numpy.ones((2, 2), dtype=int)},
        }
        for label, mask in wrong.items():
            with obs.raises(label):
                run.log({"w": make({"p": mask})})
        for label, value in (("list", [1]), ("inner", {"p": 3}), ("empty", {})):
            with obs.raises(label):
                run.log({"w": make(value)})


@scenario(needs=("PIL", "numpy"))
def image_classes(wandb: Any, obs: Observer) -> None:
    import numpy

    ask_all(
        obs,
        list=lambda: wandb.Classes([{"id": 1, "name": "x"}])._class_set,
        no_id=lambda: wandb.Classes([{"name": "x"}]),
        no_name=lambda: wandb.Classes([{"id": 1}]),
        dict=lambda: wandb.Classes({1: "x"}),
        number=lambda: wandb.Classes(3),
        equal=lambda: wandb.Classes([{"id": 1, "name": "x"}]) == wandb.Classes([{"id": 1, "name": "x"}]),
        in_image=lambda: type(wandb.Image(draw(), classes=[{"id": 1, "name": "x"}])._classes).__name__,
        wrong_in_image=lambda: wandb.Image(draw(), classes=[{"id": 1}]),
        names=lambda: wandb.Image(draw(), classes=["x"]),
    )
    mask = {"p": {"mask_data": numpy.ones((3, 4), dtype=int), "class_labels": LABELS}}
    boxes = {"p": {"box_data": [{**BOX, "scores": {"acc": 1}}], "class_labels": LABELS}}
    artifact = wandb.Artifact("data", "dataset")
    for label, image in (
        ("plain", wandb.Image(draw())),
        ("classes", wandb.Image(draw(), classes=[{"id": 1, "name": "x"}])),
        ("mask", wandb.Image(draw(), masks=mask)),
        ("boxes", wandb.Image(draw(), boxes=boxes)),
        ("without", wandb.Image(draw(), boxes={"p": {"box_data": [], "class_labels": {}}})),
    ):
        obs.ask(label, lambda: artifact.add(image, label).path)
        obs.ask(f"{label} in a table", lambda: kinds_only(written(wandb, wandb.Table(columns=["a"], data=[[image]]))))
    obs.read("paths", sorted(artifact.manifest.entries))


def kinds_only(tables: Any) -> Any:
    """Return tables' JSON with the sets in their types sorted."""

    def settled(value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("is_set"):
                return {**value, "val": sorted(value["val"])}
            return {key: settled(inner) for key, inner in value.items()}
        return [settled(inner) for inner in value] if isinstance(value, list) else value

    return settled(tables)


@scenario(needs=("PIL", "matplotlib"))
def image_of_figures(wandb: Any, obs: Observer) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(1, 1), dpi=50)
    axes.plot([1, 2], [3, 4])
    with wandb.init(id="fixed") as run:
        for label, value in (("figure", figure), ("axes", axes), ("module", pyplot)):
            with obs.raises(label):
                image = wandb.Image(value)
                obs.read(label, [image.format, list(image.image.size)])
                run.log({label: image})
        obs.ask("jpg", lambda: wandb.Image(figure, file_type="jpg").format)
        run.log({"directly": wandb.Image(figure), "listed": [wandb.Image(figure)]})
        obs.read("count", len(media_files(run)))
    pyplot.close("all")


@scenario(needs=("PIL", "torch"))
def image_of_tensors(wandb: Any, obs: Observer) -> None:
    import torch

    tensors = {
        "grey": torch.arange(12).reshape(1, 3, 4),
        "colours": torch.arange(36, dtype=torch.float32).reshape(3, 3, 4),
        "alpha": torch.zeros(4, 3, 4),
        "uint8": torch.full((3, 2, 2), 7, dtype=torch.uint8),
        "gradient": torch.zeros(3, 2, 2, requires_grad=True),
        "flat": torch.zeros(3, 4),
        "two": torch.zeros(2, 3, 4),
        "batch": torch.zeros(2, 3, 3, 4),
        "half": torch.zeros(3, 2, 2, dtype=torch.float16),
    }
    with wandb.init(id="fixed") as run:
        for label, tensor in tensors.items():
            with obs.raises(label):
                image = wandb.Image(tensor)
                obs.read(label, pixels(image))
                run.log({label: image})
        box = {**BOX, "position": {"middle": torch.tensor([1.0, 2.0]), "width": 1, "height": 1}}
        with obs.raises("box"):
            run.log({"box": wandb.Image(draw(), boxes={"p": {"box_data": [box]}})})
        mask = {"mask_data": torch.ones(3, 4, dtype=torch.int64)}
        with obs.raises("mask"):
            run.log({"mask": wandb.Image(draw(), masks={"p": mask})})
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def image_changed_after_it_was_made(wandb: Any, obs: Observer) -> None:
    picture = draw(color=(1, 2, 3))
    image = wandb.Image(picture, caption="c")
    picture.putpixel((0, 0), (9, 9, 9))
    boxes = {"p": {"box_data": [dict(BOX)], "class_labels": dict(LABELS)}}
    boxed = wandb.Image(draw(), boxes=boxes)
    boxes["p"]["box_data"].append(dict(BOX))
    with wandb.init(id="fixed") as run:
        run.log({"i": image})
        image._caption = "later"
        run.log({"i": image})
        run.log({"other": image, "boxed": boxed})
    with wandb.init(id="other") as run:
        with obs.raises("other run"):
            run.log({"i": image})
        run.log({"list": [wandb.Image(picture)]})


@scenario(needs=("PIL",))
def image_in_every_place_of_old(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run, obs.raises("places"):
        in_every_place(run, obs, lambda: wandb.Image(draw(), caption="c", grouping=1))


@scenario(needs=("PIL",))
def image_several_times_at_one_place(wandb: Any, obs: Observer) -> None:
    image = wandb.Image(draw(), caption="c")
    with wandb.init(id="fixed") as run:
        with obs.raises("one list"):
            run.log({"list": [image, image]})
        with obs.raises("same key and step"):
            run.log({"i": image}, commit=False)
            run.log({"i": [image]}, commit=False)
            run.log({"i": [image]})
        # Its message has the folder of the run, which is elsewhere under the patch.
        try:
            run.summary["list"] = [image, image]
        except shutil.SameFileError as error:
            obs.read("summary", type(error).__name__)

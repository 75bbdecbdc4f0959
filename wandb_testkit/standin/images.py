"""``wandb.Image`` with its boxes, masks and classes.

What is written for them, and what they refuse, is as in wandb 0.31.0. Pillow and numpy are asked for as wandb asks.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import numbers
import os
import pathlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any, ClassVar
from urllib import parse

from wandb_testkit.standin import dtypes, util
from wandb_testkit.standin.base import BatchableMedia, JSONMetadata, Media, temporary_path
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.paths import LogicalPath
from wandb_testkit.standin.place import at, termwarn, wandb

_NEEDS_PILLOW = 'wandb.Image needs the PIL package. To get it, run "pip install pillow".'
_NEEDS_NUMPY = "wandb.Image requires numpy if not supplying PIL Images: pip install numpy"
_FORMATS = ["png", "jpg", "jpeg", "bmp"]


def _pillow() -> Any:
    return util.get_module("PIL.Image", required=_NEEDS_PILLOW)


def _pixels(picture: Any) -> list[Any]:
    """The pixels of a picture, row after row; Pillow is about to rename what gives them."""
    read = getattr(picture, "get_flattened_data", None) or picture.getdata
    return list(read())


def _made(kind: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Boxes or masks by name, made of dicts where they are not ready.

    Raises:
        KeyError: one is neither.
    """
    found = {}
    for key, item in given.items():
        if isinstance(item, kind):
            found[key] = item
        elif isinstance(item, dict):
            found[key] = kind(item, key)
        else:
            raise KeyError(key)
    return found


def _for_run_or_artifact(thing: Any, text: str) -> bool:
    """Whether JSON is asked for a run; an error where it is for neither a run nor an artifact."""
    if isinstance(thing, wandb("Run")):
        return True
    if isinstance(thing, wandb("Artifact")):
        return False
    raise TypeError(text)


@at("wandb.sdk.data_types.helper_types.classes")
class Classes(Media):
    """Names for the class ids of boxes and masks.

    Args:
        class_set: dicts with ``id`` and ``name``.
    """

    _log_type = "classes"

    def __init__(self, class_set: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        for item in class_set:
            assert "id" in item
            assert "name" in item
        self._class_set = class_set

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The classes from JSON."""
        return cls(json_obj["class_set"])

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The classes as JSON."""
        found: dict[str, Any] = {} if run_or_artifact is None else super().to_json(run_or_artifact)
        return {**found, "_type": Classes._log_type, "class_set": self._class_set}

    def get_type(self) -> dtypes.Type:
        """The type that takes their ids."""
        return _ClassesIdType(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classes) and self._class_set == other._class_set

    __hash__ = None


@at("wandb.sdk.data_types.helper_types.classes")
class _ClassesIdType(dtypes.Type):
    """Takes the ids of classes."""

    name = "classesId"
    legacy_names: ClassVar[list[str]] = ["wandb.Classes_id"]
    types: ClassVar[list[type]] = [Classes]

    def __init__(self, classes_obj: Any = None, valid_ids: Any = None) -> None:
        if valid_ids is None or isinstance(valid_ids, list):
            valid_ids = dtypes.UnionType([dtypes.ConstType(item) for item in valid_ids or ()])
        elif not isinstance(valid_ids, dtypes.UnionType):
            raise TypeError("valid_ids must be None, list, or UnionType")
        if classes_obj is None:
            ids = [_id.params["val"] for _id in valid_ids.params["allowed_types"]]
            classes_obj = Classes([{"id": _id, "name": str(_id)} for _id in ids])
        elif not isinstance(classes_obj, Classes):
            raise TypeError("valid_ids must be None, or instance of Classes")
        else:
            valid_ids = dtypes.UnionType([dtypes.ConstType(item["id"]) for item in classes_obj._class_set])
        self.wb_classes_obj_ref = classes_obj
        self.params["valid_ids"] = valid_ids

    def assign(self, py_obj: Any = None) -> dtypes.Type:
        """Stays the same for one of the ids."""
        return self.assign_type(dtypes.ConstType(py_obj))

    def assign_type(self, wb_type: Any) -> dtypes.Type:
        """Stays the same for one of the ids."""
        result = self.params["valid_ids"].assign_type(wb_type)
        return result if isinstance(result, dtypes.InvalidType) else self

    @classmethod
    def from_json(cls, json_dict: dict[str, Any], artifact: Any = None) -> dtypes.Type:
        """The type from JSON, its classes from the artifact if they are there."""
        found = json_dict.get("params", {}).get("classes_obj", {})
        if found.get("type") != "classes-file":
            return cls(Classes.from_json(json_dict["params"]["classes_obj"], artifact))
        if artifact is None:
            raise RuntimeError("Expected artifact to be non-null.")
        return cls(artifact.get(found.get("path")))

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> dtypes.Type:
        """The type that takes the ids of classes."""
        return cls(py_obj)

    def to_json(self, artifact: Any = None) -> dict[str, Any]:
        """The type as JSON; the classes go into the artifact."""
        found = super().to_json(artifact)
        if artifact is None:
            found["params"]["classes_obj"] = self.wb_classes_obj_ref.to_json(artifact)
        else:
            entry = artifact.add(self.wb_classes_obj_ref, os.path.join("media", "cls"))
            found["params"]["classes_obj"] = {"type": "classes-file", "path": entry.path, "digest": entry.digest}
        return found


@at("wandb.sdk.data_types.helper_types.bounding_boxes_2d")
class BoundingBoxes2D(JSONMetadata):
    """Boxes over an image.

    Args:
        val: a dict with ``box_data`` and perhaps ``class_labels``.
        key: what the set of boxes is called.

    Raises:
        TypeError: a box is not of the form that wandb draws.
    """

    _log_type = "bounding-boxes"

    def __init__(self, val: dict[str, Any], key: str) -> None:
        for box in val.get("box_data", []):
            middle = box.get("position", {}).get("middle")
            if util.is_pytorch_tensor_typename(util.get_full_typename(middle)):
                box["position"]["middle"] = middle.tolist()
        super().__init__(val)
        self._val = val["box_data"]
        self._key = key
        if "class_labels" in val:
            self._class_labels = val["class_labels"]
        else:
            np = util.get_module("numpy", required="Bounding box support requires numpy")
            ids = np.unique([box["class_id"] for box in val["box_data"]]).astype(np.int32).tolist()
            self._class_labels = {_id: f"class_{_id}" for _id in ids}

    def bind_to_run(
        self,
        run: Any,
        key: int | str,
        step: int | str,
        id_: int | str | None = None,
        ignore_copy_err: bool | None = None,
    ) -> None:
        """Put the boxes into a run's folder, and their labels into its config."""
        super().bind_to_run(run, key, step, id_=id_, ignore_copy_err=ignore_copy_err)
        run._add_singleton("bounding_box/class_labels", f"{key}_wandb_delimeter_{self._key}", self._class_labels)

    @classmethod
    def type_name(cls) -> str:
        """The type's name in JSON."""
        return "boxes2D"

    def validate(self, val: dict[str, Any]) -> bool:
        """Check the boxes."""
        for _id, label in list(val.get("class_labels", {}).items()):
            if not isinstance(_id, numbers.Number) or not isinstance(label, str):
                raise TypeError("Class labels must be a dictionary of numbers to string")
        boxes = val["box_data"]
        if not isinstance(boxes, list):
            raise TypeError("Boxes must be a list")
        for box in boxes:
            self._validate_box(box)
        return True

    @staticmethod
    def _validate_box(box: dict[str, Any]) -> None:
        position = box.get("position", {})
        centred = "middle" in position and len(position["middle"]) == 2
        if not (centred and util.has_num(position, "width") and util.has_num(position, "height")) and not all(
            util.has_num(position, side) for side in ("minX", "maxX", "minY", "maxY")
        ):
            raise TypeError(
                "Each box must contain a position with: middle, width, and height or "
                "                    \nminX, maxX, minY, maxY."
            )
        scores = box.get("scores", {})
        if not isinstance(scores, dict):
            raise TypeError("Box scores must be a dictionary")
        for name, score in list(scores.items()):
            if not isinstance(name, str):
                raise TypeError("A score key must be a string")
            if not isinstance(score, numbers.Number):
                raise TypeError("A score value must be a number")
        if not isinstance(box.get("class_id", 0), int):
            raise TypeError("A box's class_id must be an integer")
        if not isinstance(box.get("box_caption", ""), str):
            raise TypeError("A box's caption must be a string")

    def to_json(self, run_or_artifact: Any) -> Any:
        """The boxes as JSON: a file for a run, themselves for an artifact."""
        in_run = _for_run_or_artifact(run_or_artifact, "to_json accepts wandb_run.Run or wandb.Artifact")
        return super().to_json(run_or_artifact) if in_run else self._val

    @classmethod
    def from_json(cls, json_obj: Any, source_artifact: Any) -> Any:
        """The boxes from JSON."""
        return cls({"box_data": json_obj}, "")


@at("wandb.sdk.data_types.helper_types.image_mask")
class ImageMask(Media):
    """A class for each pixel of an image.

    Args:
        val: a dict with ``mask_data`` (an array of two dimensions) or ``path``, and perhaps ``class_labels``.
        key: what the mask is called.

    Raises:
        TypeError: the mask is not of the form that wandb draws.
    """

    _log_type = "mask"

    def __init__(self, val: dict[str, Any], key: str) -> None:
        super().__init__()
        if "path" in val:
            self._set_file(val["path"])
            return
        np = util.get_module("numpy", required="Image mask support requires numpy")
        if util.is_pytorch_tensor_typename(util.get_full_typename(val["mask_data"])):
            val["mask_data"] = val["mask_data"].cpu().numpy()
        if "class_labels" not in val:
            ids = np.unique(val["mask_data"]).astype(np.int32).tolist()
            val["class_labels"] = {_id: f"class_{_id}" for _id in ids}
        self.validate(val)
        self._val = val
        self._key = key
        extension = f".{self.type_name()}.png"
        path = temporary_path(extension)
        _pillow().fromarray(val["mask_data"].astype(np.int8)).convert("L").save(path, transparency=None)
        self._set_file(path, is_tmp=True, extension=extension)

    def bind_to_run(
        self,
        run: Any,
        key: int | str,
        step: int | str,
        id_: int | str | None = None,
        ignore_copy_err: bool | None = None,
    ) -> None:
        """Put the mask into a run's folder, and its labels into its config."""
        super().bind_to_run(run, key, step, id_=id_, ignore_copy_err=ignore_copy_err)
        if hasattr(self, "_val") and "class_labels" in self._val:
            run._add_singleton("mask/class_labels", f"{key}_wandb_delimeter_{self._key}", self._val["class_labels"])

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "images", cls.type_name())

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The mask from JSON."""
        return cls({"path": source_artifact.get_entry(json_obj["path"]).download()}, key="")

    def to_json(self, run_or_artifact: Any) -> Any:
        """The mask as JSON."""
        found = super().to_json(run_or_artifact)
        if _for_run_or_artifact(run_or_artifact, "to_json accepts wandb_run.Run or wandb.Artifact"):
            found["_type"] = self.type_name()
        return found

    @classmethod
    def type_name(cls) -> str:
        """The type's name in JSON."""
        return cls._log_type

    def validate(self, val: dict[str, Any]) -> bool:
        """Check the mask."""
        util.get_module("numpy", required="Image mask support requires numpy")
        if "mask_data" not in val:
            raise TypeError(
                'Missing key "mask_data": An image mask requires mask data: a 2D array representing the predictions'
            )
        mask = val["mask_data"]
        if len(mask.shape) != 2:
            raise TypeError("mask_data must be a 2D array")
        if not ((mask >= 0).all() and (mask <= 255).all()):
            raise TypeError("Mask data must be integers between 0 and 255")
        for _id, label in list(val.get("class_labels", {}).items()):
            if not isinstance(_id, numbers.Number) or not isinstance(label, str):
                raise TypeError("Class labels must be a dictionary of numbers to strings")
        return True


@at("wandb.sdk.data_types.image")
class Image(BatchableMedia):
    """A picture.

    Args:
        data_or_path: an array, a tensor, a picture of Pillow, a figure of matplotlib, a file, an address on a
            bucket, or another ``Image``.
        mode: the mode of Pillow to convert to.
        caption: what is shown with it.
        grouping: how many belong together.
        classes: names for class ids.
        boxes: boxes by name.
        masks: masks by name.
        file_type: ``png``, ``jpg``, ``jpeg`` or ``bmp``.

    Raises:
        wandb.Error: Pillow or numpy is needed and missing.
        ValueError: a file type or a shape that is not supported, or boxes or masks that are no dict.
    """

    MAX_ITEMS = 108
    MAX_DIMENSION = 65500
    _log_type = "image-file"
    _may_be_reference = True

    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        grouping: int | None = None,
        classes: Any = None,
        boxes: dict[str, Any] | None = None,
        masks: dict[str, Any] | None = None,
        file_type: str | None = None,
    ) -> None:
        super().__init__(caption=caption)
        self.format: str | None
        self._grouping: int | None = None
        self._width: int | None = None
        self._height: int | None = None
        self._image: Any = None
        self._classes: Classes | None = None
        self._boxes: dict[str, BoundingBoxes2D] | None = None
        self._masks: dict[str, ImageMask] | None = None
        self._file_type: str | None = None
        if isinstance(data_or_path, Image):
            self._copy(data_or_path)
        elif isinstance(data_or_path, (str, pathlib.Path)):
            self._from_path(str(data_or_path))
        else:
            self._from_data(data_or_path, mode, file_type)
        if grouping is not None:
            self._grouping = grouping
        self._annotate(classes, boxes, masks)
        if self.image is not None:
            self._width, self._height = self.image.size
        self._free_ram()

    def _copy(self, other: Image) -> None:
        """Be the same picture; boxes and masks are not taken over."""
        for name in (
            "_grouping", "_caption", "_width", "_height", "_image", "_classes", "_path", "_is_tmp", "_extension",
            "_sha256", "_size", "format", "_file_type", "_artifact_source", "_artifact_target",
        ):  # fmt: skip
            setattr(self, name, getattr(other, name))

    def _from_path(self, path: str) -> None:
        if self.path_is_reference(path):
            self._path = path
            self._is_tmp = False
            self._sha256 = hashlib.sha256(path.encode("utf-8")).hexdigest()
            self.format = parse.urlparse(path).path.split("/")[-1].split(".")[-1]
            return
        pillow = _pillow()
        self._set_file(path, is_tmp=False)
        self._image = pillow.open(path)
        self._image.load()
        self.format = os.path.splitext(path)[1][1:]

    def _from_data(self, data: Any, mode: str | None, file_type: str | None) -> None:
        pillow = _pillow()
        self.format = file_type or "png"
        if self.format not in _FORMATS:
            raise ValueError(f"file_type must be one of {_FORMATS}")
        path = temporary_path("." + self.format)
        if util.is_matplotlib_typename(util.get_full_typename(data)):
            buffer = BytesIO()
            util.ensure_matplotlib_figure(data).savefig(buffer, format=self.format)
            self._image = pillow.open(buffer)
        elif isinstance(data, pillow.Image):
            self._image = data
        else:
            array, mode = self._to_array(data, mode, file_type)
            self._image = pillow.fromarray(array).convert(mode)
        self._image.save(path, transparency=None)
        self._set_file(path, is_tmp=True)

    def _to_array(self, data: Any, mode: str | None, file_type: str | None) -> tuple[Any, str]:
        """Pixels as bytes, and the mode of Pillow for them."""
        if util.is_pytorch_tensor_typename(util.get_full_typename(data)):
            if getattr(data, "requires_grad", False):
                data = data.detach()
            if str(getattr(data, "dtype", "")) == "torch.uint8":
                data = data.to(float)
            mode = mode or self.guess_mode(data, file_type)
            data = _bytes_of(data.permute(1, 2, 0).cpu().numpy())
            return (data.squeeze() if data.ndim > 2 else data), mode
        if hasattr(data, "numpy"):
            data = data.numpy()
        if data.ndim > 2:
            data = data.squeeze()
        mode = mode or self.guess_mode(data, file_type)
        return _bytes_of(data), mode

    def _annotate(self, classes: Any, boxes: Any, masks: Any) -> None:
        """Take boxes, masks and the names of their classes."""
        names: dict[Any, Any] = {}
        if boxes:
            if not isinstance(boxes, dict):
                raise ValueError('Images "boxes" argument must be a dictionary')
            self._boxes = _made(BoundingBoxes2D, boxes)
            for box in self._boxes.values():
                names.update(box._class_labels)
        if masks:
            if not isinstance(masks, dict):
                raise ValueError('Images "masks" argument must be a dictionary')
            self._masks = _made(ImageMask, masks)
            for mask in self._masks.values():
                if hasattr(mask, "_val"):
                    names.update(mask._val["class_labels"])
        if classes is not None:
            given = classes._class_set if isinstance(classes, Classes) else classes
            names.update({item["id"]: item["name"] for item in given})
        if names:
            self._classes = Classes([{"id": key, "name": name} for key, name in names.items()])

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The picture from JSON."""
        classes = json_obj.get("classes")
        masks = {}
        for key, item in (json_obj.get("masks") or {}).items():
            masks[key] = ImageMask.from_json(item, source_artifact)
            masks[key]._set_artifact_source(source_artifact)
            masks[key]._key = key
        boxes = {}
        for key, item in (json_obj.get("boxes") or {}).items():
            boxes[key] = BoundingBoxes2D.from_json(item, source_artifact)
            boxes[key]._key = key
        return cls(
            source_artifact.get_entry(json_obj["path"]).download(),
            caption=json_obj.get("caption"),
            grouping=json_obj.get("grouping"),
            classes=None if classes is None else source_artifact.get(classes["path"]),
            boxes=boxes or None,
            masks=masks or None,
        )

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "images")

    def bind_to_run(
        self,
        run: Any,
        key: int | str,
        step: int | str,
        id_: int | str | None = None,
        ignore_copy_err: bool | None = None,
    ) -> None:
        """Put the picture, its boxes and its masks into a run's folder."""
        if self.path_is_reference(self._path):
            raise ValueError(
                "Image media created by a reference to external storage cannot currently be added to a run"
            )
        util.make_file_path_upload_safe(str(key))
        if run.offline or self._get_artifact_entry_ref_url() is None:
            super().bind_to_run(run, key, step, id_, ignore_copy_err=ignore_copy_err)
        for group in (self._boxes, self._masks):
            for index, item in enumerate((group or {}).values()):
                id_ = f"{id_}{index}" if id_ is not None else None
                item.bind_to_run(run, key, step, id_, ignore_copy_err=ignore_copy_err)

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The picture as JSON."""
        found: dict[str, Any] = super().to_json(run_or_artifact)
        found["_type"] = Image._log_type
        found["format"] = self.format
        if self._width is not None:
            found["width"] = self._width
        if self._height is not None:
            found["height"] = self._height
        if self._grouping:
            found["grouping"] = self._grouping
        if not _for_run_or_artifact(run_or_artifact, "to_json accepts wandb.Run or wandb_artifact.Artifact"):
            found.update(self._classes_in(run_or_artifact))
        if self._boxes:
            found["boxes"] = {key: box.to_json(run_or_artifact) for key, box in self._boxes.items()}
        if self._masks:
            found["masks"] = {key: mask.to_json(run_or_artifact) for key, mask in self._masks.items()}
        return found

    def _classes_in(self, artifact: Any) -> dict[str, Any]:
        """The classes, added to an artifact."""
        if self._classes is None:
            if self._masks is not None or self._boxes is not None:
                raise ValueError(
                    "classes must be passed to wandb.Image which have masks or bounding boxes "
                    "when adding to artifacts"
                )
            return {}
        digest = hashlib.md5(str(self._classes._class_set).encode("utf-8"), usedforsecurity=False).hexdigest()
        entry = artifact.add(self._classes, os.path.join("media", "classes", digest + "_cls"))
        return {"classes": {"type": "classes-file", "path": entry.path, "digest": entry.digest}}

    def guess_mode(self, data: Any, file_type: str | None = None) -> str:
        """The mode of Pillow for pixels.

        Args:
            data: the pixels.
            file_type: the type of the file that they go to.

        Returns:
            ``L``, ``RGB`` or ``RGBA``.

        Raises:
            ValueError: the shape is none of a picture.
        """
        tensor = util.is_pytorch_tensor_typename(util.get_full_typename(data))
        channels = data.shape[0] if tensor else data.shape[-1]
        if data.ndim == 2 or channels == 1:
            return "L"
        if channels == 3:
            return "RGB"
        if channels != 4:
            raise ValueError(f"Un-supported shape for image conversion {list(data.shape)}")
        if file_type in ("jpg", "jpeg"):
            termwarn("JPEG format does not support transparency. Ignoring alpha channel.", repeat=False)
            return "RGB"
        return "RGBA"

    @classmethod
    def seq_to_json(cls, seq: Sequence[Any], run: Any, key: str, step: int | str) -> dict[str, Any]:
        """Pictures under one key as JSON."""
        jsons = [picture.to_json(run) for picture in seq]
        folder = cls.get_media_subdir()
        for item in jsons:
            if "path" in item and not item["path"].startswith(LogicalPath(folder)):
                raise ValueError(f"Files in an array of Image's must be in the {folder} directory, not {item['path']}")
        width, height = seq[0].image.size
        if any(picture.image.size != (width, height) for picture in seq):
            logging.warning("Images sizes do not match. This will causes images to be display incorrectly in the UI.")
        found: dict[str, Any] = {
            "_type": "images/separated",
            "width": width,
            "height": height,
            "format": jsons[0]["format"],
            "count": len(seq),
            "filenames": [item.get("path", item.get("artifact_path")) for item in jsons],
        }
        for name, value in (
            ("captions", cls.all_captions(seq)),
            ("all_masks", cls.all_masks(seq, run, key, step)),
            ("all_boxes", cls.all_boxes(seq, run, key, step)),
        ):
            if value:
                found[name] = value
        return found

    @classmethod
    def all_masks(cls, images: Sequence[Any], run: Any, run_key: str, step: int | str) -> Any:
        """The masks of pictures; False where none has any."""
        return _groups([picture._masks for picture in images], run)

    @classmethod
    def all_boxes(cls, images: Sequence[Any], run: Any, run_key: str, step: int | str) -> Any:
        """The boxes of pictures; False where none has any."""
        return _groups([picture._boxes for picture in images], run)

    @classmethod
    def all_captions(cls, images: Sequence[Any]) -> Any:
        """The captions of pictures; False where the first has none."""
        return cls.captions(images)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Image):
            return False
        if self.path_is_reference(self._path) and self.path_is_reference(other._path):
            return self._path == other._path
        mine, theirs = self.image, other.image
        return (
            (self._grouping, self._caption, self._width, self._height)
            == (other._grouping, other._caption, other._width, other._height)
            and (mine and _pixels(mine)) == (theirs and _pixels(theirs))
            and self._classes == other._classes
        )

    __hash__ = None  # type: ignore[assignment]

    def to_data_array(self) -> list[Any]:
        """The pixels as lists of numbers."""
        if self.image is None:
            return []
        pixels, (width, height) = _pixels(self.image), self.image.size
        return [pixels[row * width : (row + 1) * width] for row in range(height)]

    def _free_ram(self) -> None:
        if self._path is not None:
            self._image = None

    @property
    def image(self) -> Any:
        """The picture of Pillow, read again where its file is there."""
        if self._image is None and self._path is not None and not self.path_is_reference(self._path):
            self._image = _pillow().open(self._path)
            self._image.load()
        return self._image


def _bytes_of(array: Any) -> Any:
    """An array's values as bytes."""
    try:
        np = importlib.import_module("numpy")
    except ImportError:
        raise Error(_NEEDS_NUMPY) from None
    return array.astype(np.uint8)


def _groups(groups: list[Any], run: Any) -> Any:
    """The boxes or masks of pictures as JSON."""
    found = [{key: item.to_json(run) for key, item in group.items()} if group else None for group in groups]
    return found if any(item is not None for item in found) else False


@at("wandb.sdk.data_types.image")
class _ImageFileType(dtypes.Type):
    """Takes pictures."""

    name = "image-file"
    legacy_names: ClassVar[list[str]] = ["wandb.Image"]
    types: ClassVar[list[type]] = [Image]

    _layers = ("box_layers", "box_score_keys", "mask_layers", "box_class_maps", "mask_class_maps", "class_map")

    def __init__(self, **kwargs: Any) -> None:
        for name in self._layers:
            value = kwargs.get(name) or ([] if name == "box_score_keys" else {})
            if isinstance(value, dtypes.ConstType):
                value = value.params["val"]
            self.params[name] = dtypes.ConstType(_layer(name, value))

    def assign_type(self, wb_type: Any) -> dtypes.Type:
        """The type with the layers and names of both."""
        if not isinstance(wb_type, _ImageFileType):
            return dtypes.InvalidType()
        mine = {name: self.params[name].params["val"] for name in self._layers}
        theirs = {name: wb_type.params[name].params["val"] for name in self._layers}
        merged = {name: _merge(mine[name], theirs[name]) for name in self._layers}
        return _ImageFileType(**merged)

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> dtypes.Type:
        """The type of a picture, with its layers."""
        if not isinstance(py_obj, Image):
            raise TypeError("py_obj must be a wandb.Image")
        boxes, masks = py_obj._boxes or {}, py_obj._masks or {}
        labelled = {key: mask._val["class_labels"] for key, mask in masks.items() if hasattr(mask, "_val")}
        classes = py_obj._classes._class_set if py_obj._classes else []
        return cls(
            box_layers={str(key): set(group._class_labels) for key, group in boxes.items()},
            box_score_keys={
                name for group in boxes.values() for box in group._val for name in box.get("scores", {})
            },
            mask_layers={str(key): set(labelled.get(key, ())) for key in masks},
            box_class_maps={key: group._class_labels for key, group in boxes.items()},
            mask_class_maps=labelled,
            class_map={str(item["id"]): item["name"] for item in classes},
        )


def _layer(name: str, value: Any) -> Any:
    """One parameter of the type of pictures in the form that it has in JSON."""
    if name == "box_score_keys":
        if not isinstance(value, (list, set)):
            raise TypeError("box_score_keys must be a list or a set")
        return set(value)
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a dict")
    if name.endswith("_layers"):
        return {key: set(ids) for key, ids in value.items()}
    if name.endswith("_class_maps"):
        return {str(key): {str(_id): label for _id, label in labels.items()} for key, labels in value.items()}
    return value


def _merge(mine: Any, theirs: Any) -> Any:
    """Layers or names of two types as one; where both have a key, sets and dicts are joined."""
    if isinstance(mine, set):
        return mine | theirs
    merged = {**theirs, **mine}
    for key in mine.keys() & theirs.keys():
        if isinstance(mine[key], (set, dict)):
            merged[key] = _merge(mine[key], theirs[key])
    return merged


dtypes.TypeRegistry.add(_ClassesIdType)
dtypes.TypeRegistry.add(_ImageFileType)

"""``wandb.Object3D`` and ``wandb.box3d``.

What is written for them, and what they refuse, is as in wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import importlib
import itertools
import os
import pathlib
from collections.abc import Sequence
from typing import Any, ClassVar

from wandb_testkit.standin import dtypes, util, util_json
from wandb_testkit.standin.base import BatchableMedia, temporary_path
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.media import check_folder
from wandb_testkit.standin.place import at, wandb


def _numpy() -> Any:
    try:
        return importlib.import_module("numpy")
    except ImportError as error:
        raise Error("wandb.Object3D requires NumPy. To get it, run 'pip install numpy'.") from error


def _rotation(np: Any, quaternion: Any) -> Any:
    """The matrix that turns rows of points as a quaternion says."""
    # wandb takes the absolute value of each component before it scales: turns the other way come out as turns this
    # way there, and so they do here.
    parts = abs(quaternion)
    largest = parts.argmax()
    if parts[largest] == 0:
        raise ValueError("Unexpected zero quaternion.")
    parts = parts / parts[largest]
    r, i, j, k = parts / np.linalg.norm(parts)
    rows = (
        (1 - 2 * (j**2 + k**2), 2 * (i * j + k * r), 2 * (i * k - j * r)),
        (2 * (i * j - k * r), 1 - 2 * (i**2 + k**2), 2 * (j * k + i * r)),
        (2 * (i * k + j * r), 2 * (j * k - i * r), 1 - 2 * (i**2 + j**2)),
    )
    return np.array(rows, dtype=np.float64)


@at("wandb.sdk.data_types.object_3d")
def box3d(
    *, center: Any, size: Any, orientation: Any, color: Any, label: str | None = None, score: Any = None
) -> dict[str, Any]:
    """A box in space.

    Args:
        center: its middle.
        size: its three lengths.
        orientation: how it is turned, as a quaternion.
        color: red, green and blue.
        label: what is shown with it.
        score: how sure it is.

    Returns:
        Its corners and the rest.

    Raises:
        wandb.Error: numpy is missing.
        AssertionError: middle, lengths or quaternion have another number of components.
        ValueError: the quaternion is zero.
    """
    np = _numpy()
    middle, lengths, quaternion = (np.asarray(item, dtype=np.float64) for item in (center, size, orientation))
    assert middle.shape == (3,)
    assert lengths.shape == (3,)
    assert quaternion.shape == (4,)
    rotation = _rotation(np, quaternion)
    unit = np.array(list(itertools.product((-1, 1), repeat=3)), dtype=np.float64)
    corners = middle + (0.5 * lengths * unit) @ rotation
    return {"corners": tuple(tuple(corner) for corner in corners), "color": color, "label": label, "score": score}


@at("wandb.sdk.data_types.object_3d")
class Object3D(BatchableMedia):
    """Points or a body in space.

    Args:
        data_or_path: an array of points, a file, a stream, or a scene of type ``lidar/beta``.
        caption: what is shown with it.
        kwargs: ``file_type``, for a stream.

    Raises:
        ValueError: a type or a shape that is not supported.
    """

    SUPPORTED_TYPES: ClassVar[set[str]] = {"obj", "gltf", "glb", "babylon", "stl", "pts.json"}
    SUPPORTED_POINT_CLOUD_TYPES: ClassVar[set[str]] = {"lidar/beta"}
    _log_type: ClassVar[str] = "object3D-file"

    def __init__(self, data_or_path: Any, caption: str | None = None, **kwargs: str | None) -> None:
        super().__init__(caption=caption)
        data = data_or_path
        if hasattr(data, "name") and not isinstance(data, pathlib.Path):
            data = data.name
        if hasattr(data, "read"):
            self._from_stream(data, kwargs.pop("file_type", None))
        elif isinstance(data, (str, pathlib.Path)):
            self._from_path(str(data))
        elif isinstance(data, dict) and "type" in data:
            self._from_scene(data)
        elif util.is_numpy_array(data):
            self._check_points(data, "of")
            self._write(data.tolist())
        else:
            raise ValueError("data must be a numpy array, dict or a file object")

    def _from_stream(self, stream: Any, extension: str | None) -> None:
        if hasattr(stream, "seek"):
            stream.seek(0)
        text = stream.read()
        if extension is None:
            raise ValueError("Must pass file type keyword argument when using io objects.")
        if extension not in self.SUPPORTED_TYPES:
            raise ValueError(
                "Object 3D only supports numpy arrays or files of the type: " + ", ".join(Object3D.SUPPORTED_TYPES)
            )
        path = temporary_path("." + extension)
        with open(path, "w") as out:
            out.write(text)
        self._set_file(path, is_tmp=True, extension="." + extension)

    def _from_path(self, path: str) -> None:
        extension = next((kind for kind in self.SUPPORTED_TYPES if path.endswith(kind)), None)
        if extension is None:
            raise ValueError(
                f"File '{path}' is not compatible with Object3D: supported types are: "
                + ", ".join(Object3D.SUPPORTED_TYPES)
            )
        self._set_file(path, is_tmp=False, extension="." + extension)

    def _from_scene(self, scene: dict[str, Any]) -> None:
        if scene["type"] != "lidar/beta":
            raise ValueError("Type not supported, only 'lidar/beta' is currently supported")
        parts = {part: scene[part].tolist() if part in scene else [] for part in ("vectors", "points", "boxes")}
        self._write({"type": scene["type"], **parts})

    def _write(self, data: Any) -> None:
        path = temporary_path(".pts.json")
        with open(path, "w", encoding="utf-8") as stream:
            util_json.dump(data, stream)
        self._set_file(path, is_tmp=True, extension=".pts.json")

    @staticmethod
    def _check_points(data: Any, way: str) -> None:
        """Check the shape of points."""
        if len(data.shape) == 2 and data.shape[1] in {3, 4, 6}:
            return
        colon = "" if way == "of" else ":"
        gap = " " * (20 if way == "of" else 16)
        raise ValueError(
            f"\n{gap}The shape of the numpy array must be one of either{colon}\n"
            f"{gap}                [[x y z],       ...] nx3\n"
            f"{gap}                 [x y z c],     ...] nx4 where c is a category with supported range [1, 14]\n"
            f"{gap}                 [x y z r g b], ...] nx6 where rgb is color\n"
            f"{gap}"
        )

    @classmethod
    def from_file(cls, data_or_path: Any, file_type: Any = None) -> Object3D:
        """A body from a file or a stream.

        Args:
            data_or_path: the file or stream.
            file_type: its type, for a stream.

        Returns:
            The body.
        """
        return cls(data_or_path, file_type=file_type)

    @classmethod
    def from_numpy(cls, data: Any) -> Object3D:
        """Points from an array.

        Args:
            data: 3, 4 or 6 columns.

        Returns:
            The points.

        Raises:
            ValueError: no array, or one of another shape.
        """
        if not util.is_numpy_array(data):
            raise ValueError("`data` must be a numpy array")
        cls._check_points(data, "from")
        return cls(data)

    @classmethod
    def from_point_cloud(
        cls,
        points: Sequence[Any],
        boxes: Sequence[Any],
        vectors: Sequence[Any] | None = None,
        point_cloud_type: Any = "lidar/beta",
    ) -> Object3D:
        """A scene of points, boxes and arrows.

        Args:
            points: the points.
            boxes: the boxes.
            vectors: the arrows.
            point_cloud_type: ``lidar/beta``.

        Returns:
            The scene.

        Raises:
            ValueError: another type.
            wandb.Error: numpy is missing.
        """
        if point_cloud_type not in cls.SUPPORTED_POINT_CLOUD_TYPES:
            raise ValueError("Point cloud type not supported")
        np = util.get_module(
            "numpy",
            required="wandb.Object3D.from_point_cloud requires numpy. Install with `pip install numpy`",
        )
        return cls(
            {
                "type": point_cloud_type,
                "points": np.array(points),
                "boxes": np.array(boxes),
                "vectors": np.array([] if vectors is None else vectors),
            }
        )

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "object3D")

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = {**super().to_json(run_or_artifact), "_type": Object3D._log_type}
        if isinstance(run_or_artifact, wandb("Artifact")) and not (self._path or "").endswith(".pts.json"):
            raise ValueError("Non-point cloud 3D objects are not yet supported with Artifacts")
        return found

    @classmethod
    def seq_to_json(cls, seq: Sequence[Any], run: Any, key: str, step: int | str) -> dict[str, Any]:
        """Bodies under one key as JSON."""
        jsons = [body.to_json(run) for body in seq]
        folder = cls.get_media_subdir()
        check_folder(jsons, folder, "Object3D")
        return {
            "_type": "object3D",
            "filenames": [os.path.relpath(item["path"], folder) for item in jsons],
            "count": len(jsons),
            "objects": jsons,
        }


@at("wandb.sdk.data_types.object_3d")
class _Object3DFileType(dtypes.Type):
    """Takes bodies."""

    name = "object3D-file"
    types: ClassVar[list[type]] = [Object3D]


dtypes.TypeRegistry.add(_Object3DFileType)

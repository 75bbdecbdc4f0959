"""``wandb.Html``, ``Video``, ``Audio``, ``Molecule`` and ``Plotly``: files with little in them for wandb to know.

What is written for them, and what they refuse, is as in wandb 0.31.0. Packages that encode raw data are asked for as
wandb asks.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import os
import pathlib
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from wandb_testkit.standin import dtypes, util, util_json
from wandb_testkit.standin.base import BatchableMedia, Media, plain_lists, temporary_path
from wandb_testkit.standin.images import Image
from wandb_testkit.standin.paths import LogicalPath, mkdir_exists_ok
from wandb_testkit.standin.place import at, termwarn, wandb

_NEEDS_RDKIT = 'wandb.Molecule needs the rdkit-pypi package. To get it, run "pip install rdkit-pypi".'
#: The oldest imageio that wandb writes moving pictures with.
_IMAGEIO = (2, 28, 1)
_HEAD = (
    '<base target="_blank">'
    '<link rel="stylesheet" type="text/css" href="https://app.wandb.ai/normalize.css" />'
)


@at("wandb.sdk.data_types.html")
class Html(BatchableMedia):
    """A page of HTML.

    Args:
        data: HTML, a ``.html`` file, or a stream.
        inject: add wandb's style sheet.
        data_is_not_path: take a text that names a file for HTML, too.

    Raises:
        ValueError: none of these was given.
    """

    _log_type = "html-file"

    def __init__(self, data: Any, inject: bool = True, data_is_not_path: bool = False) -> None:
        super().__init__()
        is_path = (
            isinstance(data, (str, pathlib.Path))
            and os.path.isfile(data)
            and os.path.splitext(data)[1] == ".html"
            and not data_is_not_path
        )
        if is_path:
            self.html: str = pathlib.Path(data).read_text(encoding="utf-8")
        elif isinstance(data, str):
            self.html = data
        elif hasattr(data, "read"):
            if hasattr(data, "seek"):
                data.seek(0)
            self.html = data.read()
        else:
            raise ValueError("data must be a string or an io object")
        if inject:
            self.inject_head()
        if is_path and not inject:
            self._set_file(str(data), is_tmp=False)
            return
        path = temporary_path(".html")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(self.html)
        self._set_file(path, is_tmp=True)

    def inject_head(self) -> None:
        """Add wandb's style sheet to the page."""
        before, tag, after = self.html.partition("<head>")
        if tag:
            text = before + tag + _HEAD + after
        else:
            before, tag, after = self.html.partition("<html>")
            text = f"{before}<html><head>{_HEAD}</head>{after}" if tag else _HEAD + self.html
        self.html = text.strip()

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "html")

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The page as JSON."""
        return {**super().to_json(run_or_artifact), "_type": self._log_type}

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The page from JSON."""
        return cls(source_artifact.get_entry(json_obj["path"]).download(), inject=False)

    @classmethod
    def seq_to_json(cls, seq: Sequence[Any], run: Any, key: str, step: int | str) -> dict[str, Any]:
        """Pages under one key as JSON."""
        mkdir_exists_ok(os.path.join(run.dir, cls.get_media_subdir()))
        return {"_type": "html", "count": len(seq), "html": [page.to_json(run) for page in seq]}


@at("wandb.sdk.data_types.video")
class Video(BatchableMedia):
    """A film.

    Args:
        data_or_path: a file, bytes in a stream, or an array of frames.
        caption: what is shown with it.
        fps: frames a second, for an array.
        format: ``gif``, ``mp4``, ``webm`` or ``ogg``, for bytes and arrays.

    Raises:
        ValueError: a format that is not supported, or none where it is needed.
        wandb.Error: an array, and the packages that encode it are missing.
    """

    _log_type = "video-file"
    EXTS = ("gif", "mp4", "webm", "ogg")

    def __init__(
        self, data_or_path: Any, caption: str | None = None, fps: int | None = None, format: Any = None
    ) -> None:
        super().__init__(caption=caption)
        self._width: int | None = None
        self._height: int | None = None
        self._channels: int | None = None
        if isinstance(data_or_path, (io.BytesIO, str)) and fps:
            termwarn(
                "`fps` argument does not affect the frame rate of the video when providing a file path or raw bytes."
            )
        if isinstance(data_or_path, io.BytesIO):
            self._format = self._require_format(format, "raw bytes (an io object)")
            path = temporary_path("." + self._format)
            pathlib.Path(path).write_bytes(data_or_path.read())
            self._set_file(path, is_tmp=True)
        elif isinstance(data_or_path, (str, pathlib.Path)):
            self._format = self._known(os.path.splitext(str(data_or_path))[1][1:].lower())
            self._set_file(str(data_or_path), is_tmp=False)
        else:
            self._format = self._require_format(format, "a numpy array")
            self.data = data_or_path.numpy() if hasattr(data_or_path, "numpy") else data_or_path
            if self.data is data_or_path and not util.is_numpy_array(data_or_path):
                raise ValueError("wandb.Video accepts a file path or numpy like data as input")
            wandb("termlog")("Encoding video...")
            self.encode(fps=fps or 4)

    @staticmethod
    def _known(format: str) -> str:
        if format not in Video.EXTS:
            raise ValueError(f"wandb.Video accepts {', '.join(Video.EXTS)} formats")
        return format

    @staticmethod
    def _require_format(format: str | None, source_description: str) -> str:
        if format is None:
            raise ValueError(
                f"wandb.Video requires a `format` argument when initializing with {source_description}."
            )
        return Video._known(format)

    def encode(self, fps: int = 4) -> None:
        """Make a file of the frames.

        Args:
            fps: frames a second.

        Raises:
            wandb.Error: moviepy is missing.
            ValueError: the array has fewer than 4 dimensions.
        """
        moviepy = util.get_module(
            "moviepy.video.io.ImageSequenceClip",
            required='wandb.Video requires moviepy when passing raw data. Install with "pip install wandb[media]"',
        )
        frames = self._prepare_video(self.data)
        _, self._height, self._width, self._channels = frames.shape
        clip = moviepy.ImageSequenceClip(list(frames), fps=fps)
        path = temporary_path("." + self._format)
        if self._format == "gif":
            _write_gif(clip, path)
        else:
            clip.write_videofile(path, logger=None)
        self._set_file(path, is_tmp=True)

    def _prepare_video(self, video: Any) -> Any:
        """The films of a batch side by side, as frames of height, width and channels."""
        np = util.get_module(
            "numpy",
            required='wandb.Video requires numpy when passing raw data. To get it, run "pip install numpy".',
        )
        if video.ndim < 4:
            raise ValueError("Video must be at least 4 dimensions: time, channels, height, width")
        if video.ndim == 4:
            video = video.reshape(1, *video.shape)
        if video.dtype != np.uint8:
            logging.warning("Converting video data to uint8")
            video = video.astype(np.uint8)
        batch, time, channels, height, width = video.shape
        if batch & (batch - 1) or not batch:
            padding = 2 ** batch.bit_length() - batch
            video = np.concatenate((video, np.zeros((padding, time, channels, height, width))), axis=0)
        rows = 2 ** ((batch.bit_length() - 1) // 2)
        columns = video.shape[0] // rows
        video = video.reshape(rows, columns, time, channels, height, width).transpose(2, 0, 4, 1, 5, 3)
        return video.reshape(time, rows * height, columns * width, channels)

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "videos")

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The film as JSON."""
        found: dict[str, Any] = {**super().to_json(run_or_artifact), "_type": self._log_type}
        if self._width is not None:
            found["width"] = self._width
        if self._height is not None:
            found["height"] = self._height
        return found

    @classmethod
    def seq_to_json(cls, seq: Sequence[Any], run: Any, key: str, step: int | str) -> dict[str, Any]:
        """Films under one key as JSON."""
        mkdir_exists_ok(os.path.join(run.dir, cls.get_media_subdir()))
        return {
            "_type": "videos",
            "count": len(seq),
            "videos": [film.to_json(run) for film in seq],
            "captions": Video.captions(seq),
        }


def _write_gif(clip: Any, path: str) -> None:
    """Write the frames of a clip as wandb does: through imageio, each with a palette of its own."""
    imageio = util.get_module(
        "imageio",
        required='wandb.Video requires imageio when passing raw data. Install with "pip install wandb[media]"',
    )
    if tuple(int(part) for part in re.findall(r"\d+", imageio.__version__)[:3]) < _IMAGEIO:
        raise ValueError(
            "imageio version 2.28.1 or higher is required to encode gifs. "
            "Please upgrade imageio with `pip install imageio>=2.28.1`"
        )
    with contextlib.closing(
        imageio.save(path, quantizer=0, palettesize=256, loop=0, duration=1000 / clip.fps)
    ) as writer:
        for frame in clip.iter_frames(fps=None, dtype="uint8"):
            writer.append_data(frame)


@at("wandb.sdk.data_types.audio")
class Audio(BatchableMedia):
    """A sound.

    Args:
        data_or_path: a file, an address on a bucket, or an array.
        sample_rate: samples a second, for an array.
        caption: what is shown with it.

    Raises:
        ValueError: an array without its sample rate.
        wandb.Error: an array, and soundfile is missing.
    """

    _log_type = "audio-file"
    _may_be_reference = True

    def __init__(self, data_or_path: Any, sample_rate: int | None = None, caption: str | None = None) -> None:
        super().__init__(caption=caption)
        self._duration: float | None = None
        self._sample_rate = sample_rate
        if isinstance(data_or_path, (str, pathlib.Path)):
            path = str(data_or_path)
            if self.path_is_reference(path):
                self._path, self._is_tmp = path, False
                self._sha256 = hashlib.sha256(path.encode("utf-8")).hexdigest()
            else:
                self._set_file(path, is_tmp=False)
            return
        if sample_rate is None:
            raise ValueError('Argument "sample_rate" is required when instantiating wandb.Audio with raw data.')
        soundfile = util.get_module(
            "soundfile",
            required='Raw audio requires the soundfile package. To get it, run "pip install soundfile"',
        )
        path = temporary_path(".wav")
        soundfile.write(path, data_or_path, sample_rate)
        self._duration = len(data_or_path) / float(sample_rate)
        self._set_file(path, is_tmp=True)

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "audio")

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The sound from JSON."""
        return cls(source_artifact.get_entry(json_obj["path"]).download(), caption=json_obj["caption"])

    def bind_to_run(
        self, run: Any, key: Any, step: Any, id_: Any = None, ignore_copy_err: bool | None = None
    ) -> None:
        """Put the sound into a run's folder."""
        if self.path_is_reference(self._path):
            raise ValueError(
                "Audio media created by a reference to external storage cannot currently be added to a run"
            )
        super().bind_to_run(run, key, step, id_, ignore_copy_err)

    def to_json(self, run: Any) -> dict[str, Any]:
        """The sound as JSON."""
        return {**super().to_json(run), "_type": self._log_type}

    @classmethod
    def seq_to_json(cls, seq: Any, run: Any, key: Any, step: Any) -> dict[str, Any]:
        """Sounds under one key as JSON."""
        sounds = list(seq)
        util.get_module(
            "soundfile",
            required="wandb.Audio requires the soundfile package. To get it, run: pip install soundfile",
        )
        mkdir_exists_ok(os.path.join(run.dir, "media", "audio"))
        found: dict[str, Any] = {
            "_type": "audio",
            "count": len(sounds),
            "audio": [sound.to_json(run) for sound in sounds],
        }
        for name, values in (
            ("sampleRates", cls.sample_rates(sounds)),
            ("durations", cls.durations(sounds)),
            ("captions", cls.captions(sounds)),
        ):
            if values:
                found[name] = values
        return found

    @classmethod
    def durations(cls, audio_list: Any) -> list[float | None]:
        """The seconds that sounds last."""
        return [sound._duration for sound in audio_list]

    @classmethod
    def sample_rates(cls, audio_list: Any) -> list[int | None]:
        """The sample rates of sounds."""
        return [sound._sample_rate for sound in audio_list]

    @classmethod
    def captions(cls, audio_list: Any) -> Any:
        """The captions of sounds; False where none has one."""
        captions = [sound._caption for sound in audio_list]
        return ["" if text is None else text for text in captions] if any(c is not None for c in captions) else False

    def resolve_ref(self) -> Any:
        """The address of the sound, where it has one."""
        if self.path_is_reference(self._path):
            return self._path
        assert self._artifact_source is not None
        artifact = self._artifact_source.artifact
        name = artifact._local_path_to_name(self._path)
        entry = None if name is None else artifact.manifest.get_entry_by_path(name)
        return None if entry is None else entry.ref

    def __eq__(self, other: Any) -> bool:
        if self.path_is_reference(self._path) or self.path_is_reference(other._path):
            same: bool = self.resolve_ref() == other.resolve_ref()
        else:
            same = super().__eq__(other)
        return same and self._caption == other._caption

    __hash__ = None  # type: ignore[assignment]


@at("wandb.sdk.data_types.molecule")
class Molecule(BatchableMedia):
    """A molecule.

    Args:
        data_or_path: a file, or a stream of text.
        caption: what is shown with it.
        kwargs: ``file_type``, for a stream.

    Raises:
        ValueError: a type of file that is not supported, or none where it is needed.
    """

    SUPPORTED_TYPES: ClassVar[set[str]] = {"pdb", "pqr", "mmcif", "mcif", "cif", "sdf", "sd", "gro", "mol2", "mmtf"}
    SUPPORTED_RDKIT_TYPES: ClassVar[set[str]] = {"mol", "sdf"}
    _log_type = "molecule-file"

    def __init__(self, data_or_path: Any, caption: str | None = None, **kwargs: str) -> None:
        super().__init__(caption=caption)
        # A pathlib.Path has a name, too: wandb then looks for that name in the working folder.
        data = data_or_path.name if hasattr(data_or_path, "name") else data_or_path
        if hasattr(data, "read"):
            if hasattr(data, "seek"):
                data.seek(0)
            text = data.read()
            extension = kwargs.pop("file_type", None)
            if extension is None:
                raise ValueError("Must pass file_type keyword argument when using io objects.")
            self._supported(extension, "Molecule 3D only")
            path = temporary_path("." + extension)
            with open(path, "w") as out:
                out.write(text)
            self._set_file(path, is_tmp=True)
        elif isinstance(data, (str, pathlib.Path)):
            self._supported(os.path.splitext(str(data))[1][1:], "Molecule only")
            self._set_file(str(data), is_tmp=False)
        else:
            raise ValueError("Data must be file name or a file object")

    @staticmethod
    def _supported(extension: str, who: str) -> None:
        if extension not in Molecule.SUPPORTED_TYPES:
            raise ValueError(f"{who} supports files of the type: " + ", ".join(Molecule.SUPPORTED_TYPES))

    @classmethod
    def from_rdkit(
        cls,
        data_or_path: Any,
        caption: str | None = None,
        convert_to_3d_and_optimize: bool = True,
        mmff_optimize_molecule_max_iterations: int = 200,
    ) -> Molecule:
        """A molecule of RDKit, or a file that RDKit reads.

        Args:
            data_or_path: the molecule, or the file.
            caption: what is shown with it.
            convert_to_3d_and_optimize: compute where its atoms are.
            mmff_optimize_molecule_max_iterations: how long to compute.

        Returns:
            The molecule.
        """
        chem = util.get_module("rdkit.Chem", required=_NEEDS_RDKIT)
        all_chem = util.get_module("rdkit.Chem.AllChem", required=_NEEDS_RDKIT)
        if isinstance(data_or_path, str):
            extension = pathlib.Path(data_or_path).suffix.split(".")[-1]
            if extension not in Molecule.SUPPORTED_RDKIT_TYPES:
                raise ValueError(
                    "Molecule.from_rdkit only supports files of the type: "
                    + ", ".join(Molecule.SUPPORTED_RDKIT_TYPES)
                )
            if extension == "sdf":
                with chem.SDMolSupplier(data_or_path) as supplier:
                    molecule = next(supplier)
            else:
                molecule = chem.MolFromMolFile(data_or_path)
        elif isinstance(data_or_path, chem.rdchem.Mol):
            molecule = data_or_path
        else:
            raise TypeError("Data must be file name or an rdkit.Chem.rdchem.Mol object")
        if convert_to_3d_and_optimize:
            molecule = chem.AddHs(molecule)
            all_chem.EmbedMolecule(molecule)
            all_chem.MMFFOptimizeMolecule(molecule, maxIters=mmff_optimize_molecule_max_iterations)
        text = chem.rdmolfiles.MolToPDBBlock(molecule)
        return cls(io.StringIO(text), caption=caption, file_type="pdb")

    @classmethod
    def from_smiles(
        cls,
        data: str,
        caption: str | None = None,
        sanitize: bool = True,
        convert_to_3d_and_optimize: bool = True,
        mmff_optimize_molecule_max_iterations: int = 200,
    ) -> Molecule:
        """A molecule from SMILES.

        Args:
            data: the SMILES text.
            caption: what is shown with it.
            sanitize: check that it is chemically sensible.
            convert_to_3d_and_optimize: compute where its atoms are.
            mmff_optimize_molecule_max_iterations: how long to compute.

        Returns:
            The molecule.
        """
        chem = util.get_module("rdkit.Chem", required=_NEEDS_RDKIT)
        molecule = chem.MolFromSmiles(data, sanitize=sanitize)
        if molecule is None:
            raise ValueError("Unable to parse the SMILES string.")
        return cls.from_rdkit(
            molecule, caption, convert_to_3d_and_optimize, mmff_optimize_molecule_max_iterations
        )

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "molecule")

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The molecule as JSON."""
        return {**super().to_json(run_or_artifact), "_type": self._log_type}

    @classmethod
    def seq_to_json(cls, seq: Sequence[Any], run: Any, key: str, step: int | str) -> dict[str, Any]:
        """Molecules under one key as JSON."""
        jsons = [molecule.to_json(run) for molecule in seq]
        check_folder(jsons, cls.get_media_subdir(), "Molecule")
        return {
            "_type": "molecule",
            "filenames": [item["path"] for item in jsons],
            "count": len(jsons),
            "captions": Media.captions(seq),
        }


@at("wandb.sdk.data_types.plotly")
class Plotly(Media):
    """A figure of plotly.

    Args:
        val: a figure of plotly, or one of matplotlib without images.

    Raises:
        ValueError: neither, or one with images.
    """

    _log_type = "plotly-file"

    @classmethod
    def make_plot_media(cls, val: Any) -> Image | Plotly:
        """A figure as whatever wandb shows it best.

        Args:
            val: a figure of plotly or matplotlib.

        Returns:
            A picture where it has images, else a ``Plotly``.
        """
        if util.is_matplotlib_typename(util.get_full_typename(val)):
            if util.matplotlib_contains_images(val):
                return Image(val)
            val = util.matplotlib_to_plotly(val)
        return cls(val)

    def __init__(self, val: Any) -> None:
        super().__init__()
        if not util.is_plotly_figure_typename(util.get_full_typename(val)):
            if not util.is_matplotlib_typename(util.get_full_typename(val)):
                raise ValueError(
                    "Logged plots must be plotly figures, or matplotlib plots convertible to plotly via mpl_to_plotly"
                )
            if util.matplotlib_contains_images(val):
                raise ValueError(
                    "Plotly does not currently support converting matplotlib figures containing images."
                    "                             You can convert the plot to a static image with `wandb.Image(plt)` "
                )
            val = util.matplotlib_to_plotly(val)
        path = temporary_path(".plotly.json")
        with open(path, "w", encoding="utf-8") as stream:
            util_json.json_dump_safer(plain_lists(val.to_plotly_json()), stream)
        self._set_file(path, is_tmp=True, extension=".plotly.json")

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "plotly")

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The figure as JSON."""
        return {**super().to_json(run_or_artifact), "_type": self._log_type}


def check_folder(jsons: Sequence[dict[str, Any]], folder: str, who: str) -> None:
    """Check that files lie where their type's files lie.

    Args:
        jsons: the files as JSON.
        folder: the type's folder.
        who: the type.

    Raises:
        ValueError: one lies elsewhere.
    """
    expected = LogicalPath(folder)
    for item in jsons:
        if not item["path"].startswith(expected):
            raise ValueError(
                f"Files in an array of {who}'s must be in the {expected} directory, not {item['path']}"
            )


def _file_type(name: str, class_: type, module: str) -> Callable[..., Any]:
    """The column type that takes one class of files."""
    made = type(f"_{class_.__name__}FileType", (dtypes.Type,), {"name": name, "types": [class_], "__module__": module})
    dtypes.TypeRegistry.add(made)
    return made


_HtmlFileType = _file_type("html-file", Html, "wandb.sdk.data_types.html")
_VideoFileType = _file_type("video-file", Video, "wandb.sdk.data_types.video")
_AudioFileType = _file_type("audio-file", Audio, "wandb.sdk.data_types.audio")

__all__ = ["Audio", "Html", "Molecule", "Plotly", "Video", "check_folder"]

"""Every other kind of media with every argument of its constructor, and bad input."""

from __future__ import annotations

import importlib
import importlib.util
import io
import os
import pathlib
from typing import Any

from tests.scenarios import Observer, scenario
from tests.scenarios.media import in_every_place, media_files, only_begins, write, write_sound
from tests.scenarios.tables import ask_all, written


def content(run: Any, ending: str) -> dict[str, str]:
    """Return the text of the run's media files with an ending."""
    found = {}
    for name in media_files(run):
        if name.endswith(ending):
            with open(os.path.join(run.dir, name), encoding="utf-8") as file:
                found[name] = file.read()
    return found


def log_each(run: Any, obs: Observer, **makers: Any) -> None:
    """Log what each function makes, and note the errors."""
    for label, make in makers.items():
        with obs.raises(label):
            run.log({label: make()})


@scenario
def html_of_everything(wandb: Any, obs: Observer) -> None:
    write("a.html", b"<html><body>x</body></html>")
    write("a.txt", b"text")
    write("odd.html", b"\xff")
    pages = {
        "plain": "<p>x</p>",
        "head": "<html><head><title>t</title></head></html>",
        "html": "<html>x</html>",
        "upper": "<HTML><HEAD>x</HEAD></HTML>",
        "two heads": "<head><head>",
        "space": "  <p>x</p>  \n",
        "empty": "",
        "umlaut": "ä",
        "path": "a.html",
        "text file": "a.txt",
        "missing": "missing.html",
    }
    for label, page in pages.items():
        obs.ask(label, lambda: wandb.Html(page).html)
        obs.ask(f"{label} plain", lambda: wandb.Html(page, inject=False).html)
        obs.ask(f"{label} no path", lambda: wandb.Html(page, data_is_not_path=True).html)
    ask_all(
        obs,
        path=lambda: wandb.Html(pathlib.Path("a.html")).html,
        path_no_path=lambda: wandb.Html(pathlib.Path("a.html"), data_is_not_path=True).html,
        path_missing=lambda: wandb.Html(pathlib.Path("b.html")).html,
        path_text=lambda: wandb.Html(pathlib.Path("a.txt")).html,
        stream=lambda: wandb.Html(io.StringIO("<p>")).html,
        bytes_stream=lambda: wandb.Html(io.BytesIO(b"<p>")).html,
        bytes_stream_plain=lambda: wandb.Html(io.BytesIO(b"<p>"), inject=False).html,
        bytes=lambda: wandb.Html(b"<p>"),
        list=lambda: wandb.Html(["<p>"]),
        caption=lambda: wandb.Html("<p>", caption="x"),
        nothing=lambda: wandb.Html(),
        broken=lambda: wandb.Html("odd.html"),
        equal=lambda: wandb.Html("a") == wandb.Html("a"),
        unequal=lambda: wandb.Html("a") == wandb.Html("b"),
        other=lambda: wandb.Html("a") == 3,
    )
    stream = io.StringIO("abc")
    stream.read()
    with wandb.init(id="fixed") as run:
        run.log({"read before": wandb.Html(stream), "path": wandb.Html("a.html", inject=False)})
        run.log({"list": [wandb.Html("a"), wandb.Html("b")], "one": [wandb.Html("c")], "tuple": (wandb.Html("d"),)})
        obs.read("content", content(run, ".html"))
        obs.read("still there", os.path.exists("a.html"))


@scenario
def video_of_everything(wandb: Any, obs: Observer) -> None:
    for name in ("v.mp4", "v.gif", "v.webm", "v.ogg", "v.MP4", "v.avi", "v"):
        write(name, name.encode())
    with wandb.init(id="fixed") as run:
        for name in ("v.mp4", "v.gif", "v.webm", "v.ogg", "v.MP4", "v.avi", "v", "missing.mp4", "", "http://h/v.mp4"):
            with obs.raises(name):
                run.log({"v": wandb.Video(name)})
        log_each(
            run,
            obs,
            path=lambda: wandb.Video(pathlib.Path("v.mp4")),
            caption=lambda: wandb.Video("v.mp4", caption="c"),
            fps=lambda: wandb.Video("v.mp4", fps=3),
            path_fps=lambda: wandb.Video(pathlib.Path("v.mp4"), fps=3),
            format=lambda: wandb.Video("v.mp4", format="gif"),
            bytes=lambda: wandb.Video(io.BytesIO(b"abc"), format="mp4"),
            bytes_fps=lambda: wandb.Video(io.BytesIO(b"abc"), fps=2, format="gif"),
            bytes_no_format=lambda: wandb.Video(io.BytesIO(b"abc")),
            bytes_odd_format=lambda: wandb.Video(io.BytesIO(b"abc"), format="avi"),
            raw_bytes=lambda: wandb.Video(b"abc"),
            raw_bytes_format=lambda: wandb.Video(b"abc", format="mp4"),
            number=lambda: wandb.Video(3, format="mp4"),
            none=lambda: wandb.Video(None),
            list=lambda: wandb.Video([[1]], format="gif"),
            caption_number=lambda: wandb.Video("v.mp4", caption=3),
        )
        log_each(
            run,
            obs,
            list=lambda: [wandb.Video("v.mp4", caption="a"), wandb.Video("v.gif")],
            captions=lambda: [wandb.Video("v.mp4"), wandb.Video("v.gif")],
            one=lambda: [wandb.Video("v.mp4")],
        )
        obs.ask("table", lambda: written(wandb, wandb.Table(columns=["v"], data=[[wandb.Video("v.mp4")]])))
        obs.read("files", media_files(run))


@scenario(needs=("numpy",))
def video_of_arrays_without_moviepy(wandb: Any, obs: Observer) -> None:
    import numpy

    ask_all(
        obs,
        no_format=lambda: wandb.Video(numpy.zeros((2, 3, 4, 4), dtype="uint8")),
        odd_format=lambda: wandb.Video(numpy.zeros((2, 3, 4, 4), dtype="uint8"), format="avi"),
    )


@scenario(needs=("numpy", "moviepy"))
def video_of_arrays(wandb: Any, obs: Observer) -> None:
    import numpy

    def frames(*shape: int, dtype: str = "uint8") -> Any:
        return (numpy.arange(int(numpy.prod(shape))) % 255).reshape(shape).astype(dtype)

    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            gif=lambda: wandb.Video(frames(3, 3, 16, 16), format="gif"),
            fps=lambda: wandb.Video(frames(3, 3, 16, 16), fps=10, format="gif", caption="c"),
            batch=lambda: wandb.Video(frames(3, 2, 3, 16, 16), format="gif"),
            floats=lambda: wandb.Video(frames(3, 3, 16, 16, dtype="float32"), format="gif"),
            flat=lambda: wandb.Video(frames(3, 16, 16), format="gif"),
            grey=lambda: wandb.Video(frames(3, 1, 16, 16), format="gif"),
        )
        log_each(run, obs, list=lambda: [wandb.Video(frames(2, 3, 16, 16), format="gif")])
        mp4 = wandb.Video(frames(3, 3, 16, 16), format="mp4")
        obs.read("mp4", [mp4._width, mp4._height, mp4._channels, mp4._format])
        obs.read("files", media_files(run))


@scenario(needs=("soundfile",))
def sound_of_arrays(wandb: Any, obs: Observer) -> None:
    import numpy

    path = write_sound("s.wav")
    wave = numpy.sin(numpy.arange(100) / 5)
    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            floats=lambda: wandb.Audio(wave, sample_rate=8000),
            caption=lambda: wandb.Audio(wave, sample_rate=8000, caption="c"),
            stereo=lambda: wandb.Audio(numpy.stack([wave, wave], axis=1), 8000),
            ints=lambda: wandb.Audio((wave * 100).astype("int16"), sample_rate=8000),
            listed=lambda: wandb.Audio(list(wave), sample_rate=8000),
            float_rate=lambda: wandb.Audio(wave, sample_rate=8000.5),
            text_rate=lambda: wandb.Audio(wave, sample_rate="8000"),
            path_rate=lambda: wandb.Audio(path, sample_rate=8000),
            empty=lambda: wandb.Audio(numpy.zeros(0), sample_rate=8000),
        )
        log_each(
            run,
            obs,
            list=lambda: [wandb.Audio(wave, sample_rate=8000, caption="a"), wandb.Audio(path)],
            no_captions=lambda: [wandb.Audio(wave, sample_rate=8000), wandb.Audio(wave, sample_rate=4000)],
            one=lambda: [wandb.Audio(path, caption="x")],
        )
        obs.read("files", media_files(run))


@scenario
def sound_of_everything(wandb: Any, obs: Observer) -> None:
    path = write_sound("s.wav")
    write("text.wav", b"no sound")
    write("s.mp3", b"mp3")
    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            path=lambda: wandb.Audio(path),
            pathlib=lambda: wandb.Audio(pathlib.Path(path), caption="c"),
            rate=lambda: wandb.Audio(path, sample_rate=3, caption="c"),
            text=lambda: wandb.Audio("text.wav"),
            mp3=lambda: wandb.Audio("s.mp3"),
            missing=lambda: wandb.Audio("missing.wav"),
            folder=lambda: wandb.Audio("."),
            empty=lambda: wandb.Audio(""),
            reference=lambda: wandb.Audio("s3://b/a.wav"),
            no_rate=lambda: wandb.Audio([0.0, 0.1]),
            none=lambda: wandb.Audio(None),
            caption=lambda: wandb.Audio(path, caption=3),
            stream=lambda: wandb.Audio(io.BytesIO(b"abc")),
        )
        obs.read("files", media_files(run))
    ask_all(
        obs,
        equal=lambda: wandb.Audio(path) == wandb.Audio(path),
        caption=lambda: wandb.Audio(path, caption="a") == wandb.Audio(path),
        reference=lambda: wandb.Audio("s3://b/a.wav") == wandb.Audio("s3://b/a.wav"),
        durations=lambda: wandb.Audio.durations([wandb.Audio(path)]),
        table=lambda: written(wandb, wandb.Table(columns=["s"], data=[[wandb.Audio(path, caption="x")]])),
        reference_in_a_table=lambda: written(wandb, wandb.Table(columns=["s"], data=[[wandb.Audio("s3://b/a.wav")]])),
    )


@scenario(needs=("numpy",))
def histogram_of_everything(wandb: Any, obs: Observer) -> None:
    import numpy

    values = {
        "list": [1, 2, 3, 3],
        "tuple": (1, 2.5),
        "array": numpy.arange(10),
        "matrix": numpy.arange(4).reshape(2, 2),
        "nested": [[1, 2], [3, 4]],
        "range": range(5),
        "empty": [],
        "one": [3],
        "number": 3,
        "bools": [True, False],
        "nan": [1.0, float("nan")],
        "inf": [1.0, float("inf")],
        "texts": ["a"],
        "none": [None],
        "ragged": [[1], [2, 3]],
        "set": {1, 2},
        "big": [2**70, 1],
    }
    for label, value in values.items():
        obs.ask(label, lambda: wandb.Histogram(value, num_bins=3).to_json())
    ask_all(
        obs,
        default=lambda: len(wandb.Histogram([1, 2]).histogram),
        keyword=lambda: wandb.Histogram(sequence=[1, 2], num_bins=1).to_json(),
        zero=lambda: wandb.Histogram([1], num_bins=0),
        many=lambda: wandb.Histogram([1], num_bins=513),
        most=lambda: len(wandb.Histogram([1], num_bins=512).bins),
        edges=lambda: wandb.Histogram([1, 2, 3], num_bins=[0, 2, 4]).to_json(),
        auto=lambda: wandb.Histogram([1, 2, 3], num_bins="auto").to_json(),
        float_bins=lambda: wandb.Histogram([1], num_bins=2.5),
        numpy=lambda: wandb.Histogram(np_histogram=numpy.histogram([1, 2, 3], bins=2)).to_json(),
        numpy_and_sequence=lambda: wandb.Histogram([9], np_histogram=numpy.histogram([1, 2], bins=2)).to_json(),
        lists=lambda: wandb.Histogram(np_histogram=([1, 2], [0, 1, 2])).to_json(),
        ranges=lambda: wandb.Histogram(np_histogram=(range(2), range(3))).to_json(),
        triple=lambda: wandb.Histogram(np_histogram=([1], [0, 1], 3)),
        empty=lambda: wandb.Histogram(np_histogram=()),
        number=lambda: wandb.Histogram(np_histogram=3),
        keyword_wrong=lambda: wandb.Histogram([1], bins=3),
        positional=lambda: wandb.Histogram([1], None, 2).to_json(),
        equal=lambda: wandb.Histogram([1]) == wandb.Histogram([1]),
    )
    with wandb.init(id="fixed") as run:
        run.log({"h": wandb.Histogram([1, 2], num_bins=2)})
        run.log({"list": [wandb.Histogram([1], num_bins=1), wandb.Histogram([2], num_bins=1)]})
        run.log({"infinite": wandb.Histogram(np_histogram=([1.0, float("nan")], [0, 1, float("inf")]))})
        run.log({"numpy": wandb.Histogram(np_histogram=([numpy.int64(1)], [numpy.float32(0), numpy.float32(0.1)]))})
        run.summary["h"] = wandb.Histogram([1, 2], num_bins=2)
        histogram = wandb.Histogram([1, 2], num_bins=2)
        run.log({"changing": histogram})
        histogram.histogram[0] = 50
        run.log({"changing": histogram})
        with obs.raises("config"):
            run.config["h"] = histogram


@scenario(needs=("torch",))
def histogram_of_tensors(wandb: Any, obs: Observer) -> None:
    import torch

    ask_all(
        obs,
        tensor=lambda: wandb.Histogram(torch.tensor([1.0, 2.0]), num_bins=2).to_json(),
        gradient=lambda: wandb.Histogram(torch.tensor([1.0, 2.0], requires_grad=True), num_bins=2).to_json(),
    )


@scenario(needs=("numpy",))
def object3d_of_everything(wandb: Any, obs: Observer) -> None:
    import numpy

    for name in ("o.obj", "o.gltf", "o.glb", "o.babylon", "o.stl", "o.pts.json", "o.json", "o"):
        write(name, b"[[1, 2, 3]]")
    cloud = numpy.array([[0, 0, 1], [1, 0, 2.5]])
    box = {"corners": [[0, 0, 0]] * 8, "label": "b", "color": [1, 2, 3]}
    vector = {"start": [0, 0, 0], "end": [1, 1, 1]}
    scene = {
        "type": "lidar/beta",
        "points": cloud,
        "boxes": numpy.array([box]),
        "vectors": numpy.array([vector]),
    }
    with wandb.init(id="fixed") as run:
        for name in ("o.obj", "o.gltf", "o.glb", "o.babylon", "o.stl", "o.pts.json", "missing.obj"):
            with obs.raises(name):
                run.log({"o": wandb.Object3D(name)})
        for name in ("o.json", "o", ""):
            with obs.raises(name):
                only_begins(lambda: wandb.Object3D(name))
        log_each(
            run,
            obs,
            three=lambda: wandb.Object3D(cloud),
            four=lambda: wandb.Object3D(numpy.ones((2, 4))),
            six=lambda: wandb.Object3D(numpy.ones((2, 6), dtype=int)),
            five=lambda: wandb.Object3D(numpy.ones((2, 5))),
            one=lambda: wandb.Object3D(numpy.ones(3)),
            empty=lambda: wandb.Object3D(numpy.ones((0, 3))),
            infinite=lambda: wandb.Object3D(numpy.array([[numpy.nan, numpy.inf, 1]])),
            scene=lambda: wandb.Object3D(scene, caption="c"),
            part=lambda: wandb.Object3D({"type": "lidar/beta", "points": cloud}),
            lists=lambda: wandb.Object3D({"type": "lidar/beta", "points": cloud.tolist()}),
            kind=lambda: wandb.Object3D({"type": "other"}),
            no_kind=lambda: wandb.Object3D({"points": cloud}),
            list=lambda: wandb.Object3D([[1, 2, 3]]),
            none=lambda: wandb.Object3D(None),
            path=lambda: wandb.Object3D(pathlib.Path("o.obj")),
            stream=lambda: wandb.Object3D(io.StringIO("v 1 2 3"), file_type="obj"),
            stream_kind=lambda: wandb.Object3D(io.StringIO("v 1 2 3")),
            bytes_stream=lambda: wandb.Object3D(io.BytesIO(b"v 1 2 3"), file_type="obj"),
            option=lambda: wandb.Object3D(cloud, color="red"),
            file_kind=lambda: wandb.Object3D("o.obj", file_type="stl"),
            from_file=lambda: wandb.Object3D.from_file("o.obj", "stl"),
            from_stream=lambda: wandb.Object3D.from_file(io.StringIO("v"), "obj"),
            from_numpy=lambda: wandb.Object3D.from_numpy(cloud),
            from_list=lambda: wandb.Object3D.from_numpy([[1, 2, 3]]),
            from_wrong=lambda: wandb.Object3D.from_numpy(numpy.ones((2, 2))),
            from_cloud=lambda: wandb.Object3D.from_point_cloud(cloud, [box], [vector]),
            from_cloud_lists=lambda: wandb.Object3D.from_point_cloud(cloud.tolist(), []),
            from_cloud_kind=lambda: wandb.Object3D.from_point_cloud(cloud, [], point_cloud_type="other"),
            from_cloud_nothing=lambda: wandb.Object3D.from_point_cloud(cloud),
        )
        with obs.raises("stream of another kind"):
            only_begins(lambda: wandb.Object3D(io.StringIO("v"), file_type="abc"))
        with open("o.stl") as file:
            log_each(run, obs, file=lambda: wandb.Object3D(file))
        log_each(
            run,
            obs,
            list=lambda: [wandb.Object3D(cloud, caption="a"), wandb.Object3D("o.obj")],
            captions=lambda: [wandb.Object3D(cloud), wandb.Object3D(cloud)],
        )
        obs.read("content", content(run, ".pts.json"))
    ask_all(
        obs,
        equal=lambda: wandb.Object3D(cloud) == wandb.Object3D(cloud),
        table=lambda: written(wandb, wandb.Table(columns=["o"], data=[[wandb.Object3D(cloud)]])),
        body_in_a_table=lambda: written(wandb, wandb.Table(columns=["o"], data=[[wandb.Object3D("o.obj")]])),
    )


@scenario(needs=("numpy",))
def boxes_in_space(wandb: Any, obs: Observer) -> None:
    import numpy

    def box(**options: Any) -> Any:
        given = {"center": (0, 0, 0), "size": (1, 2, 3), "orientation": (1, 0, 0, 0), "color": (1, 0, 0), **options}
        return wandb.box3d(**given)

    def corners(**options: Any) -> Any:
        return [[round(float(number), 9) for number in corner] for corner in box(**options)["corners"]]

    ask_all(
        obs,
        plain=lambda: corners(),
        rest=lambda: {key: value for key, value in box(label="l", score=0.5).items() if key != "corners"},
        turned=lambda: corners(orientation=(1, 1, 0, 0)),
        negative=lambda: corners(orientation=(1, -1, 0.5, 0)),
        zero=lambda: corners(orientation=(0, 0, 0, 0)),
        arrays=lambda: corners(center=numpy.ones(3), size=numpy.ones(3), orientation=numpy.array([0, 0, 1, 0])),
        short=lambda: corners(center=(1, 2)),
        size=lambda: corners(size=1),
        texts=lambda: corners(size=("a", "b", "c")),
        missing=lambda: wandb.box3d(center=(0, 0, 0)),
        positional=lambda: wandb.box3d((0, 0, 0), (1, 1, 1), (1, 0, 0, 0), (1, 0, 0)),
        type=lambda: type(box()["corners"][0][0]).__name__,
    )
    with wandb.init(id="fixed") as run:
        run.log({"o": wandb.Object3D.from_point_cloud(numpy.zeros((1, 3)), [box(), box(label="x", score=1)])})


@scenario
def molecule_of_everything(wandb: Any, obs: Observer) -> None:
    kinds = ("pdb", "pqr", "mmcif", "mcif", "cif", "sdf", "sd", "gro", "mol2", "mmtf")
    with wandb.init(id="fixed") as run:
        for kind in kinds:
            with obs.raises(kind):
                run.log({kind: wandb.Molecule(write(f"m.{kind}", kind.encode()), caption=kind)})
        log_each(
            run,
            obs,
            stream=lambda: wandb.Molecule(io.StringIO("HEADER"), file_type="pdb"),
            stream_kind=lambda: wandb.Molecule(io.StringIO("HEADER")),
            bytes_stream=lambda: wandb.Molecule(io.BytesIO(b"HEADER"), file_type="pdb"),
            path=lambda: wandb.Molecule(pathlib.Path("m.pdb")),
            missing=lambda: wandb.Molecule("missing.pdb"),
            number=lambda: wandb.Molecule(3),
            none=lambda: wandb.Molecule(None),
            option=lambda: wandb.Molecule("m.pdb", color="red"),
        )
        with open("m.pdb") as file:
            log_each(run, obs, file=lambda: wandb.Molecule(file))
        with obs.raises("other stream"):
            only_begins(lambda: wandb.Molecule(io.StringIO("x"), file_type="abc"))
        log_each(
            run,
            obs,
            list=lambda: [wandb.Molecule("m.pdb", caption="a"), wandb.Molecule("m.cif")],
            no_captions=lambda: [wandb.Molecule("m.pdb")],
            folder=lambda: wandb.Molecule(pathlib.Path("sub/m.pdb")),
        )
        obs.read("files", media_files(run))


@scenario
def molecule_without_rdkit(wandb: Any, obs: Observer) -> None:
    # Where it is installed there is nothing to ask.
    if importlib.util.find_spec("rdkit") is None:
        obs.ask("smiles", lambda: wandb.Molecule.from_smiles("CC"))
        obs.ask("rdkit", lambda: wandb.Molecule.from_rdkit("m.mol"))


@scenario(needs=("rdkit",))
def molecule_of_rdkit(wandb: Any, obs: Observer) -> None:
    from rdkit import Chem

    molecule = Chem.MolFromSmiles("CCO")
    write("m.mol", Chem.MolToMolBlock(molecule).encode())
    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            smiles=lambda: wandb.Molecule.from_smiles("CCO", caption="c", convert_to_3d_and_optimize=False),
            rdkit=lambda: wandb.Molecule.from_rdkit(molecule, convert_to_3d_and_optimize=False),
            mol=lambda: wandb.Molecule.from_rdkit("m.mol", convert_to_3d_and_optimize=False),
            bad_smiles=lambda: wandb.Molecule.from_smiles("nonsense"),
            number=lambda: wandb.Molecule.from_rdkit(3),
        )
        with obs.raises("kind"):
            only_begins(lambda: wandb.Molecule.from_rdkit("m.txt"))
        obs.ask("optimised", lambda: wandb.Molecule.from_smiles("CC")._extension)
        obs.read("files", media_files(run))


@scenario(needs=("bokeh",))
def bokeh_plots(wandb: Any, obs: Observer) -> None:
    from bokeh.plotting import figure

    def plot() -> Any:
        made = figure(title="t", width=100, height=100)
        made.line([1, 2], [3, 4])
        return made

    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            number=lambda: wandb.data_types.Bokeh(3),
            missing=lambda: wandb.data_types.Bokeh("missing.json"),
        )
        media = wandb.data_types.Bokeh(plot())
        run.log({"plot": 1})
        media.bind_to_run(run, "b", 0)
        found = media.to_json(run)
        obs.read("keys", sorted(found))
        obs.read("type", found["_type"])
        again = wandb.data_types.Bokeh(os.path.join(run.dir, found["path"]))
        obs.read("again", again.to_json(run) if again.is_bound() else "not bound")


@scenario(needs=("plotly",))
def plotly_figures(wandb: Any, obs: Observer) -> None:
    from plotly import graph_objects

    def make() -> Any:
        return graph_objects.Figure(data=[graph_objects.Scatter(x=[1, 2], y=[3, 4])], layout={"title": "t"})

    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            directly=make,
            wrapped=lambda: wandb.Plotly(make()),
            listed=lambda: [wandb.Plotly(make()), wandb.Plotly(make())],
            figures=lambda: [make(), make()],
            nested=lambda: {"a": {"b": make()}},
            number=lambda: wandb.Plotly(3),
            none=lambda: wandb.Plotly(None),
            dict=lambda: wandb.Plotly({"data": []}),
            mixed=lambda: [make(), 3],
        )
        with obs.raises("summary"):
            run.summary["figure"] = make()
        with obs.raises("summary wrapped"):
            run.summary["wrapped"] = wandb.Plotly(make())
        with obs.raises("config"):
            run.config["figure"] = wandb.Plotly(make())
        obs.read("files", media_files(run))
        obs.read("content", content(run, ".plotly.json"))
    obs.ask("table", lambda: written(wandb, wandb.Table(columns=["p"], data=[[wandb.Plotly(make())]])))
    obs.ask("html", lambda: wandb.Html(make().to_html(include_plotlyjs=False, div_id="fixed")).html[:20])


@scenario(needs=("plotly", "numpy"))
def plotly_of_numpy(wandb: Any, obs: Observer) -> None:
    import numpy
    from plotly import graph_objects

    with wandb.init(id="fixed") as run:
        figure = graph_objects.Figure(data=[graph_objects.Scatter(x=numpy.arange(3), y=numpy.array([1.0, 2.5, 3]))])
        run.log({"figure": figure})
        run.log({"surface": graph_objects.Figure(data=[graph_objects.Surface(z=numpy.eye(3))])})
        obs.read("content", content(run, ".plotly.json"))


@scenario(needs=("matplotlib", "plotly"))
def matplotlib_figures(wandb: Any, obs: Observer) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    def make() -> Any:
        figure, axes = pyplot.subplots(figsize=(1, 1), dpi=50)
        axes.plot([1, 2], [3, 4])
        return figure

    def pictured() -> Any:
        figure, axes = pyplot.subplots(figsize=(1, 1), dpi=50)
        axes.imshow([[1, 2], [3, 4]])
        return figure

    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            directly=make,
            pictured=pictured,
            axes=lambda: make().axes[0],
            module=lambda: make() and pyplot,
            wrapped=lambda: wandb.Plotly(make()),
            wrapped_picture=lambda: wandb.Plotly(pictured()),
            listed=lambda: [make()],
            nested=lambda: {"a": make(), "b": pictured()},
            image=lambda: wandb.Image(make()),
            lines=lambda: make().axes[0].lines,
            empty=lambda: pyplot.figure(),
        )
        with obs.raises("summary"):
            run.summary["figure"] = make()
        obs.read("files", [os.path.splitext(name)[1] for name in media_files(run)])
    pyplot.close("all")


@scenario
def graph_of_everything(wandb: Any, obs: Observer) -> None:
    graph = wandb.Graph()
    node = wandb.data_types.Node(
        id="a", name="n", class_name="C", size=(1, 2), parameters=[("w", (2, 3))], output_shape=[1], num_parameters=6
    )
    graph.add_node(node)
    second = graph.add_node(id="b", name="m", class_name="D")
    graph.add_edge(node, second)
    ask_all(
        obs,
        nodes=lambda: sorted(graph.nodes_by_id),
        json=lambda: graph._to_graph_json(),
        get=lambda: graph["a"].name,
        missing=lambda: graph["z"],
        node_json=lambda: wandb.data_types.Node.from_json({"id": "c", "name": "x"}).name,
        node_wrong=lambda: wandb.data_types.Node(idd="a"),
        repr=lambda: repr(node),
        format=lambda: graph.format,
        attributes=lambda: [node.id, node.size, node.parameters, node.output_shape, node.is_output, node.is_constant],
    )
    with wandb.init(id="fixed") as run:
        run.log({"graph": graph})
        run.summary["graph"] = wandb.Graph()
        obs.read("files", media_files(run))


@scenario
def media_wrapped_in_odd_ways(wandb: Any, obs: Observer) -> None:
    write("v.mp4")

    class Page(wandb.Html):
        pass

    with wandb.init(id="fixed") as run:
        log_each(
            run,
            obs,
            subclass=lambda: Page("a"),
            subclasses=lambda: [wandb.Html("a"), Page("b")],
            subclass_first=lambda: [Page("a"), wandb.Html("b")],
            kinds=lambda: [wandb.Html("a"), wandb.Video("v.mp4")],
            empty_list=list,
            empty_tuple=lambda: (),
            nested_lists=lambda: [[wandb.Html("a")]],
            dict_in_list=lambda: [{"h": wandb.Html("a")}],
            set=lambda: {wandb.Histogram([1])},
            generator=lambda: (wandb.Html(text) for text in "ab"),
            none=lambda: [wandb.Html("a"), None],
            text_key=lambda: {"a": {"b/c": wandb.Html("a")}},
            class_itself=lambda: wandb.Html,
        )
        obs.read("files", media_files(run))


@scenario
def media_under_names_that_files_cannot_have(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        for key in ("a\\b", "../up", "/root", "a\nb", "a\0b", "a:b*c?", "a" * 130, "...", "a/../b", "", " "):
            with obs.raises(repr(key)[:20]):
                run.log({key: wandb.Html("a")})
        obs.read("files", media_files(run))


@scenario
def media_that_is_gone(wandb: Any, obs: Observer) -> None:
    path = write("v.mp4")
    with wandb.init(id="fixed") as run:
        film = wandb.Video(path)
        os.remove(path)
        with obs.raises("gone"):
            run.log({"v": film})
        # It counts as logged from the first try, so its path leads out of the run's folder now.
        obs.ask("file", lambda: os.path.basename(film.to_json(run)["path"]))
        obs.read("bound", film.is_bound())
        run.log({"a": 1})
        obs.read("files", media_files(run))


@scenario
def media_logged_again_and_again(wandb: Any, obs: Observer) -> None:
    page = wandb.Html("a")
    with wandb.init(id="fixed") as run:
        run.log({"a": page, "b": page})
        run.log({"a": page}, commit=False)
        run.log({"a": page}, step=5)
        run.log({"list": [page]})
        run.summary["s"] = page
        run.log({"a": wandb.Html("a")})
        obs.read("files", media_files(run))


@scenario
def media_types_of_their_own(wandb: Any, obs: Observer) -> None:
    for name in ("Html", "Image", "Table", "Audio", "Video", "Histogram", "Object3D", "Molecule", "Plotly", "Graph"):
        made = getattr(wandb, name)
        obs.read(name, [made.__module__, made.__qualname__, [base.__name__ for base in made.__mro__]])
        obs.read(f"{name} of data_types", getattr(wandb.data_types, name, None) is made)
    obs.read("log type", [getattr(wandb, name)._log_type for name in ("Html", "Table", "Histogram", "Video")])


@scenario
def media_in_every_place_of_films(wandb: Any, obs: Observer) -> None:
    path = write("v.mp4")
    with wandb.init(id="fixed") as run, obs.raises("places"):
        in_every_place(run, obs, lambda: wandb.Video(path))


@scenario
def media_next_to_what_changes_them(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.define_metric("h", summary="none")
        run.define_metric("n", summary="max")
        run.log({"h": wandb.Html("a"), "n": 1, "t": wandb.Table(columns=["a"], data=[[1]])})
        run.log({"n": wandb.Html("b")})
        run.define_metric("t", summary="last")
        run.log({"t": wandb.Table(columns=["a"], data=[[2]])})
        obs.read("summary", sorted(run.summary.keys()))
        obs.ask("read", lambda: [run.summary["t"].get("_type"), run.summary["n"].get("_type")])


@scenario
def traces_of_language_models(wandb: Any, obs: Observer) -> None:
    traces = importlib.import_module("wandb.sdk.data_types.trace_tree")

    class Odd:
        pass

    trace = traces.Trace("root", kind="chain", status_code="success", start_time_ms=1, end_time_ms=2)
    child = traces.Trace("child", kind="LLM", inputs={"q": "x"}, outputs={"a": 1}, model_dict={"_kind": "m"})
    ask_all(
        obs,
        kind=lambda: traces.Trace("a", kind="other"),
        status=lambda: traces.Trace("a", status_code="ok"),
        inputs=lambda: traces.Trace("a", inputs=[1]),
        outputs=lambda: traces.Trace("a", outputs="x"),
        metadata=lambda: traces.Trace("a", metadata=3),
        model=lambda: traces.Trace("a", model_dict=3),
        same=lambda: trace.add_child(child) is trace,
        early=lambda: trace.log("t"),
        reading=lambda: [trace.name, trace.kind, str(trace.status_code), trace.inputs, child.outputs, trace.metadata],
    )
    trace.metadata = {"m": 1}
    trace.add_metadata({"n": 2}).add_inputs_and_outputs({"i": 1}, {"o": 2})
    trace.inputs = {"later": 1}
    trace.outputs = {"last": 1}
    trace.name, trace.kind, trace.status_message = "renamed", "tool", "fine"
    obs.read("changed", [trace.name, trace.kind, trace.inputs, trace.outputs, trace.metadata, trace.status_message])
    span = traces.Span(name="s", span_id="1")
    span.add_attribute("odd", Odd())
    span.add_named_result({"i": 1}, {"o": float("nan")})
    span.add_child_span(traces.Span(name="inner", span_kind=traces.SpanKind.LLM))
    with wandb.init(id="fixed") as run:
        trace.log("trace")
        obs.ask("no name", lambda: trace.log(" "))
        run.log({"tree": wandb.data_types.WBTraceTree(span, {"model": Odd()}), "n": 1})
        run.log({"list": [wandb.data_types.WBTraceTree(span)]})
        run.summary["tree"] = wandb.data_types.WBTraceTree(span)
        obs.read("files", media_files(run))

"""Tables, charts, images and other media, logged in every place that takes them."""

from __future__ import annotations

import os
import wave
from typing import Any

from tests.scenarios import Observer, scenario


def media_files(run: Any) -> list[str]:
    """Return the media in the run's folder, relative to it."""
    found = []
    for folder, _, names in os.walk(os.path.join(run.dir, "media")):
        found += [os.path.relpath(os.path.join(folder, name), run.dir) for name in names]
    return sorted(found)


def write(path: str, content: bytes = b"content") -> str:
    """Write a file and return its path."""
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    return path


def write_sound(path: str) -> str:
    """Write a short sound and return its path."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\1" * 100)
    return path


def only_begins(call: Any) -> None:
    """Cut the text of an error where it lists a set, whose order is another in every process."""
    try:
        call()
    except ValueError as error:
        raise ValueError(str(error).rpartition(":")[0]) from None


def in_every_place(run: Any, obs: Observer, make: Any) -> None:
    """Log a value in a row, in a list, nested, and in the summary."""
    run.log({"m": make()})
    run.log({"nested": {"deep": {"m": make()}}})
    run.log({"many": [make(), make()]})
    run.log({"mixed": [make(), 3], "a": 1})
    run.summary["m"] = make()
    run.summary["tree"] = {"branch": make()}
    run.summary["many"] = [make()]
    obs.read("files", media_files(run))


@scenario
def media_html(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("places"):
            in_every_place(run, obs, lambda: wandb.Html("<p>text</p>"))
        run.log({"x": 1})


@scenario
def media_html_of_files(wandb: Any, obs: Observer) -> None:
    write("a.html", b"<b>bold</b>")
    with wandb.init() as run:
        run.log({"path": wandb.Html("a.html")})
        run.log({"inject off": wandb.Html("a.html", inject=False)})
        with open("a.html") as file:
            run.log({"file": wandb.Html(file)})
        for label, value in (("number", 3), ("none", None)):
            obs.ask(label, lambda: wandb.Html(value))
        obs.read("files", media_files(run))


@scenario
def media_histogram(wandb: Any, obs: Observer) -> None:
    def make() -> Any:
        return wandb.Histogram(np_histogram=([1, 2], [0.0, 0.5, 1.0]))

    with wandb.init() as run, obs.raises("places"):
        in_every_place(run, obs, make)


@scenario
def media_histogram_wrong(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        obs.ask("nothing", lambda: wandb.Histogram())
        obs.ask("both", lambda: wandb.Histogram([1], np_histogram=([1], [0, 1])))
        obs.ask("lengths", lambda: wandb.Histogram(np_histogram=([1], [0])))
        obs.ask("bins", lambda: wandb.Histogram(np_histogram=([1] * 513, list(range(514)))))
        obs.ask("no pair", lambda: wandb.Histogram(np_histogram=[1]))
        run.log({"a": 1})


@scenario
def media_table(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        table = wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])
        run.log({"t": table})
        run.log({"nested": {"t": wandb.Table(columns=["a"], data=[[1.5]])}})
        run.log({"odd key/with: things": wandb.Table(columns=["a"], data=[[None]])})
        obs.read("files", media_files(run))


@scenario
def media_table_in_the_summary(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.summary["t"] = wandb.Table(columns=["a"], data=[[1]])
        run.summary["tree"] = {"t": wandb.Table(columns=["a"], data=[[2]])}
        obs.read("files", media_files(run))


@scenario
def media_tables_in_a_list(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.log({"t": [wandb.Table(columns=["a"], data=[[1]]), wandb.Table(columns=["a"], data=[[2]])]})
        obs.read("files", media_files(run))


@scenario
def media_table_logged_twice(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        table = wandb.Table(columns=["a"], data=[[1]])
        run.log({"t": table})
        table.add_data(2)
        run.log({"t": table})
        run.log({"other": table})
        obs.read("files", media_files(run))


@scenario
def media_table_that_changes(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        table = wandb.Table(columns=["a"], data=[[1]], log_mode="MUTABLE")
        run.log({"t": table})
        table.add_data(2)
        run.log({"t": table})
        obs.read("files", media_files(run))


@scenario
def media_table_that_grows(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        table = wandb.Table(columns=["a"], log_mode="INCREMENTAL")
        for number in range(3):
            table.add_data(number)
            run.log({"t": table})
        obs.read("files", media_files(run))


@scenario
def media_table_wrong(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        table = wandb.Table(columns=["a", "b"])
        obs.ask("short row", lambda: table.add_data(1))
        table.add_data(1, "x")
        obs.ask("other type", lambda: table.add_data("y", 2))
        obs.ask("bad columns", lambda: wandb.Table(columns=3))
        obs.ask("bad data", lambda: wandb.Table(data=3))
        obs.ask("bad mode", lambda: wandb.Table(log_mode="SOMETIMES"))
        run.log({"a": 1})


@scenario(needs=("numpy",))
def media_table_of_arrays(wandb: Any, obs: Observer) -> None:
    import numpy

    with wandb.init(id="fixed") as run:
        run.log({"t": wandb.Table(data=numpy.arange(6).reshape(3, 2), columns=["a", "b"])})
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def media_table_of_images(wandb: Any, obs: Observer) -> None:
    from PIL import Image

    with wandb.init(id="fixed") as run:
        picture = wandb.Image(Image.new("RGB", (4, 3), (1, 2, 3)))
        run.log({"t": wandb.Table(columns=["id", "picture"], data=[[1, picture]])})
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def media_image(wandb: Any, obs: Observer) -> None:
    from PIL import Image

    def make() -> Any:
        return wandb.Image(Image.new("RGB", (4, 3), (1, 2, 3)), caption="c")

    with wandb.init() as run, obs.raises("places"):
        in_every_place(run, obs, make)


@scenario(needs=("PIL", "numpy"))
def media_images_of_arrays(wandb: Any, obs: Observer) -> None:
    import numpy

    with wandb.init() as run:
        run.log({"grey": wandb.Image(numpy.arange(12).reshape(3, 4))})
        run.log({"floats": wandb.Image(numpy.linspace(0, 1, 12).reshape(3, 4))})
        run.log({"colours": wandb.Image(numpy.zeros((3, 4, 3), dtype="uint8"), caption="black")})
        run.log({"sizes": [wandb.Image(numpy.zeros((2, 2))), wandb.Image(numpy.zeros((3, 2)))]})
        run.log({"lots": [wandb.Image(numpy.full((2, 2), n)) for n in range(3)]})
        obs.read("files", media_files(run))


@scenario(needs=("PIL", "numpy"))
def media_image_with_masks_and_boxes(wandb: Any, obs: Observer) -> None:
    import numpy

    labels = {0: "sky", 1: "sea"}
    box = {"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}, "class_id": 1, "box_caption": "b"}
    with wandb.init() as run:
        picture = wandb.Image(
            numpy.zeros((3, 4), dtype="uint8"),
            masks={"ground": {"mask_data": numpy.ones((3, 4), dtype="int64"), "class_labels": labels}},
            boxes={"found": {"box_data": [box], "class_labels": labels}},
        )
        run.log({"picture": picture})
        obs.read("files", media_files(run))


@scenario(needs=("PIL",))
def media_image_of_a_path(wandb: Any, obs: Observer) -> None:
    from PIL import Image

    Image.new("RGB", (4, 3), (1, 2, 3)).save("p.png")
    with wandb.init() as run:
        run.log({"path": wandb.Image("p.png")})
        obs.ask("missing", lambda: wandb.Image("q.png"))
        obs.ask("number", lambda: wandb.Image(3))
        run.log({"a": 1})
        obs.read("files", media_files(run))


@scenario
def media_sound(wandb: Any, obs: Observer) -> None:
    path = write_sound("s.wav")
    with wandb.init() as run, obs.raises("places"):
        in_every_place(run, obs, lambda: wandb.Audio(path, caption="c"))


@scenario
def media_film(wandb: Any, obs: Observer) -> None:
    path = write("v.mp4")
    with wandb.init() as run:
        with obs.raises("places"):
            in_every_place(run, obs, lambda: wandb.Video(path, caption="c", format="mp4"))
        obs.ask("other format", lambda: wandb.Video(write("v.txt")))
        obs.ask("missing", lambda: wandb.Video("missing.mp4"))


@scenario
def media_molecule(wandb: Any, obs: Observer) -> None:
    path = write("m.pdb", b"HEADER")
    with wandb.init() as run:
        with obs.raises("places"):
            in_every_place(run, obs, lambda: wandb.Molecule(path))
        with obs.raises("other format"):
            only_begins(lambda: wandb.Molecule(write("m.txt")))


@scenario(needs=("numpy",))
def media_object_3d(wandb: Any, obs: Observer) -> None:
    import numpy

    with wandb.init() as run, obs.raises("places"):
        in_every_place(run, obs, lambda: wandb.Object3D(numpy.array([[0, 0, 1], [1, 0, 2.5]])))


@scenario
def media_object_3d_of_a_path(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"o": wandb.Object3D(write("o.obj"))})
        with obs.raises("other format"):
            only_begins(lambda: wandb.Object3D(write("o.txt")))
        obs.read("files", media_files(run))


@scenario
def media_graph(wandb: Any, obs: Observer) -> None:
    def make() -> Any:
        graph = wandb.Graph()
        first = wandb.data_types.Node(id="a", name="a", class_name="A", size=(1, 2))
        second = wandb.data_types.Node(id="b", name="b", class_name="B")
        graph.add_node(first)
        graph.add_node(second)
        graph.add_edge(first, second)
        return graph

    with wandb.init() as run, obs.raises("places"):
        in_every_place(run, obs, make)


@scenario
def media_waits_for_the_commit(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"h": wandb.Html("a")}, commit=False)
        run.log({"h": wandb.Html("b")}, step=3)
        run.log({"h": wandb.Html("c")})
        obs.read("files", media_files(run))


@scenario
def media_in_the_config(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("config"):
            run.config["h"] = wandb.Html("a")
        with obs.raises("nested"):
            run.config["n"] = {"h": wandb.Histogram(np_histogram=([1], [0, 1]))}
        run.log({"a": 1})


@scenario
def media_of_another_run(wandb: Any, obs: Observer) -> None:
    page = wandb.Html("a")
    with wandb.init() as run:
        run.log({"h": page})
        run.log({"again": page})
    with wandb.init() as run:
        with obs.raises("other run"):
            run.log({"h": page})
        run.log({"a": 1})


def small_table(wandb: Any) -> Any:
    """Return a table of numbers and texts."""
    return wandb.Table(columns=["x", "y", "label"], data=[[1, 2, "a"], [3, 4, "b"]])


@scenario
def charts_of_a_table(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.log({"bar": wandb.plot.bar(small_table(wandb), "label", "y", title="Bars")})
        run.log({"a": {"b": {"c": wandb.plot.line(small_table(wandb), "x", "y")}}})
        run.log({"points": wandb.plot.scatter(small_table(wandb), "x", "y"), "loss": 1})
        run.log({"counts": wandb.plot.histogram(small_table(wandb), "x", split_table=True)})
        obs.read("files", media_files(run))
        obs.read("config", dict(run.config))


@scenario
def charts_of_series(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.log({"series": wandb.plot.line_series([0, 1], [[1, 2], [3, 4]], keys=["a", "b"], title="S", xname="t")})
        run.log({"matrix": wandb.plot.confusion_matrix(y_true=[0, 1, 1], preds=[0, 1, 0], class_names=["n", "y"])})
        obs.read("files", media_files(run))


@scenario
def charts_of_ones_own(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        run.log({"own": wandb.plot_table("me/mine", small_table(wandb), {"x": "x"}, {"title": "T"})})
        run.log({"old": wandb.visualize("me/old", small_table(wandb))})
        obs.ask("no table", lambda: wandb.plot_table("me/mine", 3, {}))
        obs.ask("no table of old", lambda: wandb.visualize("me/old", 3))


@scenario
def charts_and_the_programs_dict(wandb: Any, obs: Observer) -> None:
    row = {"chart": wandb.plot.line(small_table(wandb), "x", "y"), "n": {}}
    row["n"]["chart"] = wandb.plot.line(small_table(wandb), "x", "y")
    with wandb.init(id="fixed") as run:
        run.log(row)
        obs.read("keys", sorted(row))
        obs.read("nested", row["n"])


@scenario
def charts_in_the_summary(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        with obs.raises("summary"):
            run.summary["chart"] = wandb.plot.line(small_table(wandb), "x", "y")
        run.log({"a": 1})

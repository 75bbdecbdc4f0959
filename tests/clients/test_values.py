"""Values of the libraries that people draw and calculate with: matplotlib, plotly, pandas and Pillow."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "values",
    imports=("matplotlib.pyplot", "plotly.graph_objects", "pandas", "PIL.Image"),
    basis=("numpy", "matplotlib.backends.backend_agg"),
    distributions=("matplotlib", "plotly", "pandas", "pillow", "numpy"),
)


def _pyplot() -> Any:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def _frame() -> Any:
    import pandas as pd

    return pd.DataFrame(
        {
            "number": [1, 2, 3],
            "fraction": [0.5, float("nan"), 2.5],
            "text": ["a", "b", None],
            "flag": [True, False, True],
            "day": pd.date_range("2024-01-01", periods=3),
            "kind": pd.Categorical(["x", "y", "x"]),
        }
    )


@CLIENT.job
def figures_of_matplotlib(wandb: Any, obs: Observer) -> None:
    import numpy as np

    plt = _pyplot()
    with wandb.init(project="values") as run:
        figure, axes = plt.subplots(figsize=(2, 2), dpi=40)
        axes.imshow(np.arange(12).reshape(3, 4))
        run.log({"with an image": figure})
        run.log({"as an image": wandb.Image(figure, caption="drawn"), "axes": wandb.Image(axes)})
        plt.close(figure)
        figure, axes = plt.subplots()
        axes.hist([1, 2, 2, 3])
        run.log({"image of a histogram": wandb.Image(figure)})
        run.log({"table": wandb.Table(columns=["figure"], data=[[wandb.Image(figure)]])})
        plt.close(figure)


@CLIENT.job
def plots_of_matplotlib(wandb: Any, obs: Observer) -> None:
    plt = _pyplot()
    with wandb.init(project="values") as run:
        for kind in ("plot", "scatter", "bar"):
            figure, axes = plt.subplots()
            getattr(axes, kind)([1, 2, 3], [4, 9, 2])
            axes.set_title(kind)
            axes.set_xlabel("x")
            with obs.raises(kind):
                run.log({kind: figure})
            with obs.raises(f"{kind} by its axes"):
                run.log({f"{kind} axes": axes})
            plt.close(figure)
        plt.plot([1, 2, 3])
        with obs.raises("the module"):
            run.log({"module": plt})
        with obs.raises("an image of the module"):
            run.log({"image": wandb.Image(plt)})
        plt.close("all")
        with obs.raises("an empty figure"):
            run.log({"empty": plt.figure()})
        plt.close("all")
        with obs.raises("summary"):
            run.summary["figure"] = plt.figure()
        plt.close("all")


@CLIENT.job
def figures_of_plotly(wandb: Any, obs: Observer) -> None:
    import plotly.graph_objects as go

    with wandb.init(project="values") as run:
        figure = go.Figure(data=go.Scatter(x=[1, 2, 3], y=[4, 5, 6], name="line"))
        figure.update_layout(title="title", width=300)
        run.log({"figure": figure, "number": 1})
        run.log({"wrapped": wandb.Plotly(figure)})
        run.log({"bars": go.Figure(go.Bar(x=["a", "b"], y=[1, 2]))})
        run.log({"surface": go.Figure(go.Surface(z=[[1, 2], [3, 4]]))})
        run.log(
            {
                "in a list": [wandb.Plotly(figure)],
                "as html": wandb.Html(figure.to_html(div_id="d", include_plotlyjs="cdn")),
            }
        )
        with obs.raises("a list of figures"):
            run.log({"figures": [figure, figure]})
        run.log({"table": wandb.Table(columns=["plot"], data=[[wandb.Plotly(figure)]])})
        with obs.raises("summary"):
            run.summary["figure"] = figure
        obs.ask("type", lambda: run.summary["figure"]["_type"])


@CLIENT.job
def figures_of_plotly_express(wandb: Any, obs: Observer) -> None:
    import plotly.express as px

    with wandb.init(project="values") as run:
        frame = _frame()
        run.log({"scatter": px.scatter(frame, x="number", y="fraction", color="kind", hover_data=["text"])})
        run.log({"over time": px.line(frame, x="day", y="number")})
        run.log({"histogram": px.histogram(frame, x="kind")})
        run.log({"picture": px.imshow([[1, 2], [3, 4]])})


@CLIENT.job
def frames_and_series_of_pandas(wandb: Any, obs: Observer) -> None:
    import pandas as pd

    frame = _frame()
    with wandb.init(project="values", id="pandas") as run:
        with obs.raises("frame"):
            run.log({"frame": frame})
        with obs.raises("numbers"):
            run.log({"numbers": frame[["number", "fraction"]]})
        for name in frame:
            with obs.raises(name):
                run.log({f"series {name}": frame[name]})
            with obs.raises(f"one of {name}"):
                run.log({f"one {name}": frame[name].iloc[0]})
        for name, value in {
            "time": pd.Timestamp("2024-01-01 12:00"),
            "span": pd.Timedelta("1h"),
            "nothing": pd.NA,
            "no time": pd.NaT,
            "interval": pd.Interval(0, 1),
            "period": pd.Period("2024-01"),
            "index": frame.index,
            "mean": frame["fraction"].mean(),
            "described": frame["number"].describe(),
        }.items():
            with obs.raises(name):
                run.log({name: value})
            with obs.raises(f"config {name}"):
                run.config[name] = value
            with obs.raises(f"summary {name}"):
                run.summary[name] = value
        with obs.raises("config"):
            run.config["frame"] = frame
        with obs.raises("summary"):
            run.summary["frame"] = frame
        run.log(frame.mean(numeric_only=True).to_dict())
        for _, row in frame.iterrows():
            with obs.raises("row"):
                run.log(dict(row))


@CLIENT.job
def tables_of_pandas(wandb: Any, obs: Observer) -> None:
    frame = _frame()
    with wandb.init(project="values", id="tables") as run:
        for name, made in {
            "all": lambda: wandb.Table(dataframe=frame),
            "indexed": lambda: wandb.Table(dataframe=frame.set_index("text")),
            "grouped": lambda: wandb.Table(
                dataframe=frame.groupby("kind", observed=True)["number"].mean().reset_index()
            ),
            "pivoted": lambda: wandb.Table(
                dataframe=frame.pivot_table(index="kind", columns="flag", values="number", observed=True)
            ),
            "mixed": lambda: wandb.Table(dataframe=frame, dtype={"number": float}),
            "data": lambda: wandb.Table(data=frame),
            "values": lambda: wandb.Table(columns=["n", "f"], data=frame[["number", "fraction"]].values),
            "records": lambda: wandb.Table(columns=["a"], data=frame[["number"]].to_numpy().tolist()),
        }.items():
            with obs.raises(name):
                run.log({name: made()})
        table = wandb.Table(dataframe=frame[["number", "fraction"]])
        table.add_data(4, 0.25)
        table.add_column("letters", list("abcd"))
        obs.read("back", table.get_dataframe().to_dict("list"))
        run.log({"table": table, "bars": wandb.plot.bar(table, "letters", "number")})
        artifact = wandb.Artifact("frames", "dataset")
        artifact.add(wandb.Table(dataframe=frame[["number"]]), "frame")
        run.log_artifact(artifact)


@CLIENT.job
def pictures_of_pillow(wandb: Any, obs: Observer) -> None:
    import numpy as np
    import PIL.Image

    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3) * 5
    with wandb.init(project="values") as run:
        picture = PIL.Image.fromarray(pixels)
        with obs.raises("as it is"):
            run.log({"as it is": picture})
        for mode in ("RGB", "L", "RGBA", "P", "1", "CMYK", "I", "F"):
            with obs.raises(mode):
                run.log({mode: wandb.Image(picture.convert(mode), caption=mode)})
        with obs.raises("jpg"):
            run.log({"jpg": wandb.Image(picture, file_type="jpg"), "bmp": wandb.Image(picture, file_type="bmp")})
        run.log(
            {
                "list": [wandb.Image(picture, caption=str(number)) for number in range(3)],
                "boxed": wandb.Image(
                    picture,
                    boxes={
                        "predictions": {
                            "box_data": [
                                {
                                    "position": {"minX": 0.1, "maxX": 0.5, "minY": 0.2, "maxY": 0.6},
                                    "class_id": 1,
                                    "box_caption": "cat",
                                    "scores": {"confidence": 0.9},
                                }
                            ],
                            "class_labels": {1: "cat"},
                        }
                    },
                    masks={"truth": {"mask_data": np.eye(4, dtype=np.uint8), "class_labels": {1: "dog"}}},
                ),
            }
        )
        picture.save("picture.png")
        run.log({"from a file": wandb.Image("picture.png"), "opened": wandb.Image(PIL.Image.open("picture.png"))})
        run.log({"table": wandb.Table(columns=["picture", "name"], data=[[wandb.Image(picture), "first"]])})


@CLIENT.job
def numbers_of_numpy(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init(project="values", config={"np": np.float32(0.1), "array": np.arange(3)}) as run:
        run.log({"f16": np.float16(0.1), "f32": np.float32(0.1), "f64": np.float64(0.1), "i": np.int64(2**62)})
        run.log({"bool": np.bool_(True), "text": np.str_("s"), "zero": np.array(1.5), "empty": np.array([])})
        run.log({"small": np.arange(32), "large": np.arange(33), "matrix": np.eye(3), "strings": np.array(["a", "b"])})
        with obs.raises("complex"):
            run.log({"complex": np.complex128(1 + 2j)})
        with obs.raises("date"):
            run.log({"date": np.datetime64("2024-01-01")})
        with obs.raises("objects"):
            run.log({"objects": np.array([1, "a", None], dtype=object)})
        with obs.raises("summary"):
            run.summary.update({"nan": np.nan, "big": np.arange(100), "nested": {"a": np.float32(1)}})
        run.log(
            {
                "histogram": wandb.Histogram(np.arange(10)),
                "counts": wandb.Histogram(np_histogram=np.histogram([1, 2, 3])),
            }
        )


test_equal = CLIENT.test()

"""`wandb.plot`: every chart with every argument, custom charts, and bad input."""

from __future__ import annotations

from typing import Any

from tests.scenarios import Observer, scenario
from tests.scenarios.media import media_files
from tests.scenarios.tables import ask_all


def chart(value: Any) -> Any:
    """Return what a program sees of a chart."""
    return [value.table.columns, value.table.data, value.spec.spec_name, value.spec.fields, value.spec.string_fields]


def small(wandb: Any, **options: Any) -> Any:
    """Return a table of numbers and texts."""
    return wandb.Table(columns=["x", "y", "label"], data=[[1, 2, "a"], [3, 4, "b"]], **options)


@scenario
def plot_of_tables(wandb: Any, obs: Observer) -> None:
    for name, columns in (
        ("bar", ("label", "y")),
        ("line", ("x", "y")),
        ("scatter", ("x", "y")),
        ("histogram", ("x",)),
    ):
        plot = getattr(wandb.plot, name)
        ask_all(
            obs,
            **{
                name: lambda: chart(plot(small(wandb), *columns)),
                f"{name}_title": lambda: chart(plot(small(wandb), *columns, title="T")),
                f"{name}_split": lambda: plot(small(wandb), *columns, split_table=True).spec.split_table,
                f"{name}_missing_column": lambda: chart(plot(small(wandb), *(["z"] * len(columns)))),
                f"{name}_missing_arguments": lambda: plot(small(wandb)),
                f"{name}_no_table": lambda: chart(plot(3, *columns)),
                f"{name}_list": lambda: plot([[1, 2]], *columns),
                f"{name}_none_title": lambda: chart(plot(small(wandb), *columns, None)),
                f"{name}_option": lambda: plot(small(wandb), *columns, color="red"),
            },
        )
    ask_all(
        obs,
        stroke=lambda: chart(wandb.plot.line(small(wandb), "x", "y", stroke="label")),
        stroke_positional=lambda: chart(wandb.plot.line(small(wandb), "x", "y", "label", "T", True)),
        kind=lambda: type(wandb.plot.line(small(wandb), "x", "y")).__name__,
        same_table=lambda: wandb.plot.line(table := small(wandb), "x", "y").table is table,
        keys=lambda: [
            (value := wandb.plot.line(small(wandb), "x", "y")).set_key("k"),
            value.spec.table_key,
            value.spec.config_key,
            value.spec.config_value,
        ],
    )


@scenario
def plot_of_series(wandb: Any, obs: Observer) -> None:
    plot = wandb.plot.line_series
    ask_all(
        obs,
        one_axis=lambda: chart(plot([0, 1], [[1, 2], [3, 4]])),
        own_axes=lambda: chart(plot([[0, 1], [5, 6]], [[1, 2], [3, 4]])),
        names=lambda: chart(plot([0, 1], [[1, 2], [3, 4]], keys=["a", "b"], title="T", xname="t")),
        split=lambda: plot([0], [[1]], split_table=True).spec.split_table,
        tuple=lambda: chart(plot((0, 1), ((1, 2),))),
        range=lambda: chart(plot(range(2), [range(2)])),
        too_few_names=lambda: plot([0, 1], [[1, 2], [3, 4]], keys=["a"]),
        too_many_names=lambda: plot([0, 1], [[1, 2]], keys=["a", "b"]),
        lengths=lambda: chart(plot([0, 1, 2], [[1, 2]])),
        axes=lambda: plot([[0, 1]], [[1, 2], [3, 4]]),
        number=lambda: plot(3, [[1]]),
        numbers=lambda: plot([0, 1], [1, 2]),
        y_number=lambda: plot([0, 1], 3),
        empty=lambda: chart(plot([], [])),
        empty_line=lambda: chart(plot([], [[]])),
        texts=lambda: chart(plot(["a", "b"], [[1, 2]])),
        mixed=lambda: chart(plot([0, 1], [[1, "x"]])),
        nothing=lambda: plot(),
        text=lambda: plot("ab", [[1, 2]]),
    )
    with wandb.init(id="fixed") as run:
        run.log({"series": plot([0, 1], [[1, 2], [3, 4]], keys=["a", "b"], xname="t")})
        obs.read("files", media_files(run))


@scenario(needs=("numpy",))
def plot_of_numpy(wandb: Any, obs: Observer) -> None:
    import numpy

    line = numpy.arange(3)
    ask_all(
        obs,
        series=lambda: chart(wandb.plot.line_series(line, [line, line * 2])),
        matrix=lambda: chart(wandb.plot.line_series(line, numpy.stack([line, line]))),
        series_of_own=lambda: chart(wandb.plot.line_series([line, line], [line, line])),
        confusion=lambda: chart(
            wandb.plot.confusion_matrix(y_true=numpy.array([0, 1]), preds=numpy.array([0, 1]), class_names=["a", "b"])
        ),
        confusion_probabilities=lambda: chart(
            wandb.plot.confusion_matrix(probs=numpy.array([[0.1, 0.9], [0.8, 0.2]]), y_true=[1, 1])
        ),
    )


@scenario(needs=("numpy",))
def plot_of_confusion(wandb: Any, obs: Observer) -> None:
    plot = wandb.plot.confusion_matrix
    ask_all(
        obs,
        predictions=lambda: chart(plot(y_true=[0, 1, 1], preds=[0, 1, 0])),
        names=lambda: chart(plot(y_true=[0, 1, 1], preds=[0, 1, 0], class_names=["n", "y"])),
        more_names=lambda: chart(plot(y_true=[0, 1], preds=[0, 1], class_names=["a", "b", "c"])),
        fewer_names=lambda: chart(plot(y_true=[0, 1], preds=[0, 1], class_names=["a"])),
        title=lambda: chart(plot(y_true=[0], preds=[0], title="T")),
        split=lambda: plot(y_true=[0], preds=[0], split_table=True).spec.split_table,
        texts=lambda: chart(plot(y_true=["a", "b"], preds=["a", "a"])),
        texts_named=lambda: chart(plot(y_true=["a", "b"], preds=["a", "a"], class_names=["a", "b"])),
        probabilities=lambda: chart(plot(probs=[[0.1, 0.9], [0.8, 0.2]], y_true=[1, 0])),
        both=lambda: plot(probs=[[1]], preds=[0], y_true=[0]),
        neither=lambda: plot(y_true=[0]),
        no_truth=lambda: plot(preds=[0]),
        lengths=lambda: plot(y_true=[0, 1], preds=[0]),
        probability_lengths=lambda: plot(y_true=[0, 1], probs=[[0.5, 0.5]]),
        gaps=lambda: chart(plot(y_true=[0, 5], preds=[5, 0])),
        gaps_named=lambda: chart(plot(y_true=[0, 5], preds=[5, 0], class_names=["a", "b"])),
        beyond=lambda: chart(plot(y_true=[0, 5], preds=[5, 0], class_names=["a"])),
        negative=lambda: chart(plot(y_true=[-1, 0], preds=[0, 0])),
        negative_named=lambda: chart(plot(y_true=[-1, 0], preds=[0, 0], class_names=["a", "b"])),
        empty=lambda: chart(plot(y_true=[], preds=[])),
        floats=lambda: chart(plot(y_true=[0.0, 1.0], preds=[0.0, 1.0])),
        positional=lambda: chart(plot(None, [0, 1], [1, 1], ["a", "b"])),
    )


@scenario
def plot_of_curves_without_sklearn(wandb: Any, obs: Observer) -> None:
    truth, chances = [0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]]
    ask_all(
        obs,
        no_truth=lambda: wandb.plot.roc_curve(None, chances),
        no_truth_pr=lambda: wandb.plot.pr_curve(None, chances),
        no_chances=lambda: wandb.plot.roc_curve(truth),
        no_chances_pr=lambda: wandb.plot.pr_curve(truth),
        nothing=lambda: wandb.plot.roc_curve(),
        nothing_pr=lambda: wandb.plot.pr_curve(),
        option=lambda: wandb.plot.roc_curve(truth, chances, color="red"),
    )


@scenario(needs=("sklearn",))
def plot_of_curves(wandb: Any, obs: Observer) -> None:
    truth, chances = [0, 1, 1, 0], [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]]
    for name in ("roc_curve", "pr_curve"):
        plot = getattr(wandb.plot, name)
        ask_all(
            obs,
            **{
                name: lambda: chart(plot(truth, chances)),
                f"{name}_labels": lambda: chart(plot(truth, chances, labels=["a", "b"])),
                f"{name}_few_labels": lambda: chart(plot(truth, chances, labels=["a"])),
                f"{name}_classes": lambda: chart(plot(truth, chances, classes_to_plot=[1])),
                f"{name}_odd_classes": lambda: chart(plot(truth, chances, classes_to_plot=[7])),
                f"{name}_title": lambda: chart(plot(truth, chances, title="T")),
                f"{name}_split": lambda: plot(truth, chances, split_table=True).spec.split_table,
                f"{name}_texts": lambda: chart(plot(["a", "b", "b", "a"], chances)),
                f"{name}_lengths": lambda: chart(plot(truth[:2], chances)),
                f"{name}_flat": lambda: chart(plot(truth, [0.1, 0.2, 0.3, 0.4])),
                f"{name}_empty": lambda: plot([], []),
                f"{name}_none": lambda: plot([0, None, 1, 1], chances),
            },
        )
    ask_all(
        obs,
        points=lambda: chart(wandb.plot.pr_curve(truth, chances, interp_size=3)),
        no_points=lambda: chart(wandb.plot.pr_curve(truth, chances, interp_size=0)),
    )
    with wandb.init(id="fixed") as run:
        run.log({"roc": wandb.plot.roc_curve(truth, chances), "pr": wandb.plot.pr_curve(truth, chances)})


@scenario
def plot_of_ones_own(wandb: Any, obs: Observer) -> None:
    fields, texts = {"x": "x"}, {"title": "T"}
    ask_all(
        obs,
        plain=lambda: chart(wandb.plot_table("me/mine", small(wandb), fields)),
        texts=lambda: chart(wandb.plot_table("me/mine", small(wandb), fields, texts)),
        keywords=lambda: chart(
            wandb.plot_table(vega_spec_name="me/mine", data_table=small(wandb), fields=fields, string_fields=texts)
        ),
        split=lambda: wandb.plot_table("me/mine", small(wandb), fields, split_table=True).spec.split_table,
        of_plot=lambda: wandb.plot.plot_table is wandb.plot_table,
        no_table=lambda: wandb.plot_table("me/mine", [[1]], fields),
        no_fields=lambda: wandb.plot_table("me/mine", small(wandb)),
        nothing=lambda: wandb.plot_table(),
        number=lambda: chart(wandb.plot_table(3, small(wandb), fields)),
        visualize=lambda: type(wandb.visualize("me/old", small(wandb))).__name__,
        visualize_wrong=lambda: wandb.visualize("me/old", 3),
        visualize_of_plot=lambda: wandb.plot.visualize is wandb.visualize,
    )


@scenario
def plot_in_every_place(wandb: Any, obs: Observer) -> None:
    def make(**options: Any) -> Any:
        return wandb.plot.line(small(wandb), "x", "y", **options)

    with wandb.init(id="fixed") as run:
        run.log({"one": make(), "two": make(title="T"), "n": 1})
        run.log({"a": {"b": make(), "c": {"d": make(split_table=True)}}})
        run.log({"split": make(split_table=True)})
        run.log({"with/slash": make(), "with.dot": make(), "with space": make()})
        run.log({"one": make()}, commit=False)
        run.log({"one": make(title="later")}, step=10)
        run.log({"old": wandb.visualize("me/old", small(wandb)), "nested": {"old": wandb.visualize("x", small(wandb))}})
        for label, row in (
            ("list", {"list": [make(), make()]}),
            ("tuple", {"tuple": (make(),)}),
            ("empty key", {"": make()}),
            ("clash", {"clash": make(), "clash_table": 1}),
            ("table clash", {"c": make(), "c_table": small(wandb)}),
        ):
            with obs.raises(label):
                run.log(row)
        with obs.raises("summary"):
            run.summary["chart"] = make()
        with obs.raises("summary update"):
            run.summary.update({"chart": make()})
        with obs.raises("config"):
            run.config["chart"] = make()
        run.log({"after": 1})
        obs.read("files", media_files(run))


@scenario
def plot_logged_twice(wandb: Any, obs: Observer) -> None:
    table = small(wandb)
    value = wandb.plot.line(table, "x", "y")
    mutable = small(wandb, log_mode="MUTABLE")
    changing = wandb.plot.line(mutable, "x", "y")
    with wandb.init(id="fixed") as run:
        run.log({"chart": value})
        run.log({"chart": value})
        run.log({"other": value})
        run.log({"table": table})
        table.add_data(5, 6, "c")
        run.log({"chart": value})
        run.log({"changing": changing})
        mutable.add_data(5, 6, "c")
        run.log({"changing": changing})
        obs.read("files", media_files(run))
    with wandb.init(id="other") as run:
        with obs.raises("other run"):
            run.log({"chart": value})
        run.log({"a": 1})


@scenario
def plot_of_tables_with_modes(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        growing = wandb.Table(columns=["x", "y"], log_mode="INCREMENTAL")
        for number in range(2):
            growing.add_data(number, number)
            with obs.raises(f"incremental {number}"):
                run.log({"growing": wandb.plot.line(growing, "x", "y")})
        mixed = wandb.Table(columns=["x", "y"], data=[[1, 2]], allow_mixed_types=True)
        run.log({"mixed": wandb.plot.scatter(mixed, "x", "y")})
        obs.read("files", media_files(run))


@scenario
def plot_and_the_config(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed", config={"lr": 0.1}) as run:
        run.log({"a.b": wandb.plot.bar(small(wandb), "label", "y", title="Bars")})
        obs.read("config", dict(run.config))
        obs.read("viz", run.config._items["_wandb"].get("visualize") if hasattr(run.config, "_items") else None)
        run.log({"a.b": wandb.plot.bar(small(wandb), "label", "y", title="Other")})


@scenario
def plot_module(wandb: Any, obs: Observer) -> None:
    names = "bar confusion_matrix histogram line line_series plot_table pr_curve roc_curve scatter visualize"
    for name in names.split():
        found = getattr(wandb.plot, name)
        obs.read(name, [found.__name__, found.__module__, callable(found)])
    obs.ask("legacy", lambda: wandb.plots)
    obs.ask("custom chart", lambda: wandb.plot.CustomChart.__module__)
    obs.ask("viz", lambda: wandb.plot.Visualize.__name__)
    obs.ask("missing", lambda: wandb.plot.pie)

"""``wandb.plot``: charts that are a table and the name of a drawing.

The drawings, their fields and the texts of errors are those of wandb 0.31.0. Curves ask for numpy, pandas, scipy and
scikit-learn as wandb does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wandb_testkit.standin import util
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.place import at, termwarn
from wandb_testkit.standin.table import Table

_FIELDS = ({"name": "id", "fields": []}, {"name": "name", "fields": []}, {"name": "_defaultColorIndex", "fields": []})


@at("wandb.plot.custom_chart")
@dataclass
class CustomChartSpec:
    """Which drawing, and what of the table goes where in it."""

    spec_name: str
    fields: dict[str, Any]
    string_fields: dict[str, Any]
    key: str = ""
    panel_type: str = "Vega2"
    split_table: bool = False

    @property
    def table_key(self) -> str:
        """The key that the table is logged under.

        Raises:
            wandb.Error: the chart was not logged yet.
        """
        if not self.key:
            raise Error("Key for the custom chart spec is not set.")
        return f"Custom Chart Tables/{self.key}_table" if self.split_table else f"{self.key}_table"

    @property
    def config_value(self) -> dict[str, Any]:
        """What the run's config says of the chart."""
        table = {"name": "summaryTable", "args": [{"name": "tableKey", "value": self.table_key}], "fields": []}
        query = {
            "name": "runSets",
            "args": [{"name": "runSets", "value": "${runSets}"}],
            "fields": [*(dict(field) for field in _FIELDS), table],
        }
        return {
            "panel_type": self.panel_type,
            "panel_config": {
                "panelDefId": self.spec_name,
                "fieldSettings": self.fields,
                "stringSettings": self.string_fields,
                "transform": {"name": "tableWithLeafColNames"},
                "userQuery": {"queryFields": [query]},
            },
        }

    @property
    def config_key(self) -> tuple[str, str, str]:
        """Where the run's config says it."""
        return ("_wandb", "visualize", self.key)


@at("wandb.plot.custom_chart")
@dataclass
class CustomChart:
    """A chart."""

    table: Any
    spec: CustomChartSpec

    def set_key(self, key: str) -> None:
        """Remember the key it is logged under."""
        self.spec.key = key


@at("wandb.plot.viz")
@dataclass
class VisualizeSpec:
    """Which drawing of old."""

    name: str
    key: str = ""

    @property
    def config_value(self) -> dict[str, Any]:
        """What the run's config says of the chart."""
        return {"id": self.name, "historyFieldSettings": {"x-axis": "_step", "key": self.key}}

    @property
    def config_key(self) -> tuple[str, str, str]:
        """Where the run's config says it."""
        return ("_wandb", "viz", self.key)


@at("wandb.plot.viz")
@dataclass
class Visualize:
    """A chart of old."""

    table: Any
    spec: VisualizeSpec

    def set_key(self, key: str) -> None:
        """Remember the key it is logged under."""
        self.spec.key = key


@at("wandb.plot.viz")
def visualize(id: str, value: Any) -> Visualize:
    """A chart of old.

    Args:
        id: the drawing.
        value: the table.

    Returns:
        The chart.

    Raises:
        wandb.Error: no table was given.
    """
    if not isinstance(value, Table):
        raise Error(f"Expected `value` to be `wandb.Table` type, instead got {type(value).__name__}")
    return Visualize(table=value, spec=VisualizeSpec(name=id))


@at("wandb.plot.custom_chart")
def plot_table(
    vega_spec_name: str,
    data_table: Any,
    fields: dict[str, Any],
    string_fields: dict[str, Any] | None = None,
    split_table: bool = False,
) -> CustomChart:
    """A chart of any drawing.

    Args:
        vega_spec_name: the drawing.
        data_table: the table.
        fields: which column goes where.
        string_fields: which texts go where.
        split_table: show the table in a section of its own.

    Returns:
        The chart.

    Raises:
        wandb.Error: no table was given.
    """
    if not isinstance(data_table, Table):
        raise Error(f"Expected `data_table` to be `wandb.Table` type, instead got {type(data_table).__name__}")
    spec = CustomChartSpec(vega_spec_name, fields, string_fields or {}, split_table=split_table)
    return CustomChart(table=data_table, spec=spec)


@at("wandb.plot.bar")
def bar(table: Any, label: str, value: str, title: str = "", split_table: bool = False) -> CustomChart:
    """Bars."""
    return plot_table("wandb/bar/v0", table, {"label": label, "value": value}, {"title": title}, split_table)


@at("wandb.plot.histogram")
def histogram(table: Any, value: str, title: str = "", split_table: bool = False) -> CustomChart:
    """A histogram."""
    return plot_table("wandb/histogram/v0", table, {"value": value}, {"title": title}, split_table)


@at("wandb.plot.line")
def line(
    table: Any, x: str, y: str, stroke: str | None = None, title: str = "", split_table: bool = False
) -> CustomChart:
    """A line."""
    return plot_table("wandb/line/v0", table, {"x": x, "y": y, "stroke": stroke}, {"title": title}, split_table)


@at("wandb.plot.scatter")
def scatter(table: Any, x: str, y: str, title: str = "", split_table: bool = False) -> CustomChart:
    """Points."""
    return plot_table("wandb/scatter/v0", table, {"x": x, "y": y}, {"title": title}, split_table)


@at("wandb.plot.line_series")
def line_series(
    xs: Any, ys: Any, keys: Any = None, title: str = "", xname: str = "x", split_table: bool = False
) -> CustomChart:
    """Several lines.

    Args:
        xs: the x values of all, or of each.
        ys: the y values of each.
        keys: what each is called.
        title: the title.
        xname: what the x axis is called.
        split_table: show the table in a section of its own.

    Returns:
        The chart.

    Raises:
        ValueError: the numbers of series or names do not agree.
    """
    if not isinstance(xs[0], Iterable) or isinstance(xs[0], (str, bytes)):
        xs = [xs] * len(ys)
    if len(xs) != len(ys):
        raise ValueError(f"Number of x-series ({len(xs)}) must match y-series ({len(ys)}).")
    if keys is None:
        keys = [f"line_{index}" for index in range(len(ys))]
    if len(keys) != len(ys):
        raise ValueError(f"Number of keys ({len(keys)}) must match y-series ({len(ys)}).")
    series = enumerate(zip(xs, ys, strict=False))
    data = [[x, keys[index], y] for index, pair in series for x, y in zip(*pair, strict=False)]
    fields = ("step", "lineKey", "lineVal")
    return plot_table(
        "wandb/lineseries/v0",
        Table(data=data, columns=list(fields)),
        {name: name for name in fields},
        {"title": title, "xname": xname},
        split_table,
    )


@at("wandb.plot.confusion_matrix")
def confusion_matrix(
    probs: Sequence[Sequence[float]] | None = None,
    y_true: Sequence[Any] | None = None,
    preds: Sequence[Any] | None = None,
    class_names: Sequence[str] | None = None,
    title: str = "Confusion Matrix Curve",
    split_table: bool = False,
) -> CustomChart:
    """How often each class was taken for each.

    Args:
        probs: how probable each class was thought to be.
        y_true: the classes.
        preds: what they were taken for, instead.
        class_names: what the classes are called.
        title: the title.
        split_table: show the table in a section of its own.

    Returns:
        The chart.

    Raises:
        ValueError: both probabilities and predictions, or numbers that do not agree.
    """
    if probs is not None and preds is not None:
        raise ValueError("Only one of `probs` or `preds` should be provided, not both.")
    # Counts are numpy's numbers; where there is no numpy, Python's.
    np = util.numpy()
    if probs is not None:
        best = [max(range(len(row)), key=list(row).__getitem__) for row in probs] if np is None else None
        preds = np.argmax(probs, axis=1).tolist() if best is None else best
    taken: Any = preds
    true: Any = y_true
    if len(taken) != len(true):
        raise ValueError("The number of predictions and true labels must be equal.")
    if class_names is None:
        classes = sorted({*taken, *true})
        class_names = [f"Class_{number}" for number in range(1, len(classes) + 1)]
    else:
        classes = list(range(len(class_names)))
        for values, what in ((taken, "predicted classes"), (true, "true labels")):
            if len(set(values)) > len(class_names):
                raise ValueError(f"The number of unique {what} exceeds the number of class names.")
    position = {value: index for index, value in enumerate(classes)}
    counts = [[0.0] * len(classes) for _ in classes]
    for actual, predicted in zip(true, taken, strict=False):
        counts[position[actual]][position[predicted]] += 1
    columns = ["Actual", "Predicted", "nPredictions"]
    number: Any = float if np is None else np.float64
    data = [[a, p, number(counts[row][col])] for row, a in enumerate(class_names) for col, p in enumerate(class_names)]
    return plot_table(
        "wandb/confusion_matrix/v1",
        Table(columns=columns, data=data),
        {name: name for name in columns},
        {"title": title},
        split_table,
    )


def _libraries() -> tuple[Any, Any, Any, Any]:
    """numpy, pandas, and what of scikit-learn is needed."""
    sklearn = "roc requires the scikit library, install with `pip install scikit-learn`"
    return (
        util.get_module("numpy", required="roc requires the numpy library, install with `pip install numpy`"),
        util.get_module("pandas", required="roc requires the pandas library, install with `pip install pandas`"),
        util.get_module("sklearn.metrics", sklearn),
        util.get_module("sklearn.utils", sklearn),
    )


def _curves(
    y_true: Any, y_probas: Any, labels: Any, classes_to_plot: Any, np: Any, every: Any = Ellipsis
) -> Any:
    """For each class to draw: what it is called, itself, and its probabilities, which ``every`` row has."""
    util.get_module("scipy", required="Logging scipy matrices requires scipy")
    classes = np.unique(y_true)
    chosen = classes if classes_to_plot is None else classes_to_plot
    for index in np.where(np.isin(classes, chosen))[0]:
        named = labels is not None and (isinstance(classes[index], int) or isinstance(classes[0], np.integer))
        yield (labels[classes[index]] if named else classes[index]), classes[index], y_probas[every, index]


def _area(frame: Any, x: str, y: str, titles: tuple[str, str], title: str, split_table: bool) -> CustomChart:
    """The chart of curves."""
    return plot_table(
        "wandb/area-under-curve/v0",
        Table(dataframe=frame),
        {"x": x, "y": y, "class": "class"},
        {"title": title, "x-axis-title": titles[0], "y-axis-title": titles[1]},
        split_table,
    )


def _resampled(frame: Any, utils: Any, order: list[str], text: str) -> Any:
    """As many rows as a table may have."""
    limit = Table.MAX_ROWS
    if len(frame) <= limit:
        return frame
    termwarn(text.format(limit))
    sample = utils.resample(frame, replace=False, n_samples=limit, random_state=42, stratify=frame["class"])
    return sample.sort_values(order)


@at("wandb.plot.roc_curve")
def roc_curve(
    y_true: Any,
    y_probas: Any = None,
    labels: list[str] | None = None,
    classes_to_plot: Any = None,
    title: str = "ROC Curve",
    split_table: bool = False,
) -> CustomChart | None:
    """Receiver operating characteristics.

    Args:
        y_true: the classes.
        y_probas: how probable each class was thought to be.
        labels: what the classes are called.
        classes_to_plot: which to draw.
        title: the title.
        split_table: show the table in a section of its own.

    Returns:
        The chart.

    Raises:
        wandb.Error: a package is missing.
    """
    np, pd, metrics, utils = _libraries()
    y_true, y_probas = np.array(y_true), np.array(y_probas)
    rates = {
        name: metrics.roc_curve(y_true, column, pos_label=value)[:2]
        for name, value, column in _curves(y_true, y_probas, labels, classes_to_plot, np)
    }
    frame = pd.DataFrame(
        {
            "class": np.hstack([[name] * len(fpr) for name, (fpr, _) in rates.items()]),
            "fpr": np.hstack([fpr for fpr, _ in rates.values()]),
            "tpr": np.hstack([tpr for _, tpr in rates.values()]),
        }
    ).round(3)
    text = "wandb uses only {} data points to create the plots."
    frame = _resampled(frame, utils, ["fpr", "tpr", "class"], text)
    return _area(frame, "fpr", "tpr", ("False positive rate", "True positive rate"), title, split_table)


@at("wandb.plot.pr_curve")
def pr_curve(
    y_true: Any = None,
    y_probas: Any = None,
    labels: list[str] | None = None,
    classes_to_plot: Any = None,
    interp_size: int = 21,
    title: str = "Precision-Recall Curve",
    split_table: bool = False,
) -> CustomChart | None:
    """Precision and recall.

    Args:
        y_true: the classes.
        y_probas: how probable each class was thought to be.
        labels: what the classes are called.
        classes_to_plot: which to draw.
        interp_size: how many points of recall.
        title: the title.
        split_table: show the table in a section of its own.

    Returns:
        The chart.

    Raises:
        wandb.Error: a package is missing.
    """
    np, pd, metrics, utils = _libraries()
    y_true, y_probas = np.array(y_true), np.array(y_probas)
    recall = np.linspace(0, 1, interp_size)[::-1]
    precision = {}
    for name, value, column in _curves(y_true, y_probas, labels, classes_to_plot, np, slice(None)):
        rising, falling, _ = metrics.precision_recall_curve(y_true, column, pos_label=value)
        best = np.maximum.accumulate(rising)[::-1]
        precision[name] = best[np.searchsorted(falling[::-1], recall, side="left")]
    frame = pd.DataFrame(
        {
            "class": np.hstack([[name] * len(values) for name, values in precision.items()]),
            "precision": np.hstack(list(precision.values())),
            "recall": np.tile(recall, len(precision)),
        }
    ).round(3)
    text = "Table has a limit of {} rows. Resampling to fit."
    frame = _resampled(frame, utils, ["precision", "recall", "class"], text)
    return _area(frame, "recall", "precision", ("Recall", "Precision"), title, split_table)

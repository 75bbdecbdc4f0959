"""The charts: each a table of what a model does, and the name of a drawing."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import sklearn.base
import sklearn.metrics
from sklearn import calibration, linear_model, model_selection, naive_bayes
from sklearn.utils.multiclass import unique_labels

from wandb_testkit.standin import place
from wandb_testkit.standin.integrations.sklearn import checking


def _chart(drawing: str, columns: str, rows: Iterable[Sequence[Any]]) -> Any:
    table = place.wandb("Table")(columns=columns.split(), data=[list(row) for row in rows])
    return place.wandb("visualize")(f"wandb/{drawing}", table)


def _is_whole(value: Any, first: Any) -> bool:
    return isinstance(value, int) or isinstance(first, np.integer)


def confusion_matrix(y_true: Any, y_pred: Any, labels: Any, normalize: bool) -> Any:
    """How often each class was taken for each.

    Args:
        y_true: the classes.
        y_pred: what they were taken for.
        labels: what the classes are called.
        normalize: as parts of one.

    Returns:
        The chart.
    """
    counts = sklearn.metrics.confusion_matrix(y_true, y_pred)
    classes = unique_labels(y_true, y_pred) if labels is None else np.asarray(labels)
    if normalize:
        counts = np.around(counts.astype("float") / counts.sum(axis=1)[:, np.newaxis], decimals=2)
        counts[np.isnan(counts)] = 0.0
    rows: list[list[Any]] = []
    for i, j in itertools.product(*map(range, counts.shape)):
        named = labels is not None and _is_whole(classes[i], classes[0])
        pair = [labels[classes[i]], labels[classes[j]]] if named else [classes[i], classes[j]]
        rows.append([*pair, counts[i, j]])
        if checking.over(len(rows), "confusion_matrix"):
            break
    return _chart("confusion_matrix/v1", "Predicted Actual Count", rows)


def class_proportions(y_train: Any, y_test: Any, labels: Any) -> Any:
    """How many there are of each class.

    Args:
        y_train: the classes in training.
        y_test: those in testing.
        labels: what the classes are called.

    Returns:
        The chart.
    """
    names, sets, counts = [], [], []
    for position, value in enumerate(np.array(unique_labels(y_train, y_test))):
        names += [value, value]
        sets += ["train", "test"]
        counts += [(y_train == value).sum(), (y_test == value).sum()]
        if checking.over(position, "class_proportions"):
            break
    shown: Any = names
    if labels is not None and isinstance(names[0], (int, np.integer)):
        shown = np.array([labels[value] for value in names])
    return _chart("class_proportions/v1", "class dataset count", zip(shown, sets, counts, strict=False))


def calibration_curves(clf: Any, features: Any, y: Any, name: str) -> Any:
    """How probable a class was thought to be, and how often it was that class.

    Args:
        clf: the classifier.
        features: its features.
        y: the classes.
        name: what it is called.

    Returns:
        The chart.
    """
    if isinstance(clf, naive_bayes.ComplementNB):
        features = features - features.min()
    models = {
        "Logistic": linear_model.LogisticRegression(C=1.0),
        f"{name} Isotonic": calibration.CalibratedClassifierCV(clf, cv=2, method="isotonic"),
        f"{name} Sigmoid": calibration.CalibratedClassifierCV(clf, cv=2, method="sigmoid"),
    }
    rows: list[list[Any]] = [["Perfectly calibrated", end, end, 0, 0] for end in (0, 1)]
    x_train, x_test, y_train, y_test = model_selection.train_test_split(features, y, test_size=0.9, random_state=42)
    for label, model in models.items():
        model.fit(x_train, y_train)
        likely = model.predict_proba(x_test)[:, 1]
        counts, edges = np.histogram(likely, bins=10, density=False)
        pairs = zip(*calibration.calibration_curve(y_test, likely, n_bins=10), strict=True)
        for position, (positive, mean) in enumerate(pairs):
            rows.append([label, round(positive, 3), round(mean, 3), counts[position], edges[position]])
    return _chart("calibration/v1", "model fraction_of_positives mean_predicted_value hist_dict edge_dict", rows)


def feature_importances(model: Any, names: Any) -> Any:
    """How much each feature matters.

    Args:
        model: the model.
        names: what the features are called.

    Returns:
        The chart; None where the model does not say.
    """
    attributes = ("feature_importances_", "feature_log_prob_", "coef_")
    found = next((attribute for attribute in attributes if hasattr(model, attribute)), None)
    if found is None:
        place.termwarn(
            f"could not find any of attributes {', '.join(attributes)} on classifier. Cannot plot feature importances."
        )
        return None
    values = getattr(model, found)
    if values.ndim > 1:
        if sum(length > 1 for length in values.shape) > 1:
            place.termwarn(
                f"{values.ndim}-dimensional feature importances array passed to plot_feature_importances. "
                f"{values.ndim}-dimensional and higher feature importances arrays are not currently supported. "
                "These importances will not be plotted."
            )
            return None
        values = np.squeeze(values)
    order = np.argsort(values)[::-1]
    shown = order if names is None else np.array(names)[order]
    return _chart("feature_importances/v1", "feature_names importances", zip(shown, values[order], strict=True))


def elbow_curve(clusterer: Any, features: Any, cluster_ranges: Any, n_jobs: int) -> Any:
    """How well different numbers of clusters fit.

    Args:
        clusterer: the model.
        features: the points.
        cluster_ranges: the numbers of clusters.
        n_jobs: how many to fit at a time.

    Returns:
        The chart.
    """
    from joblib import Parallel, delayed

    counts = range(1, 10, 2) if cluster_ranges is None else sorted(cluster_ranges)
    found = Parallel(n_jobs=n_jobs)(delayed(_scored)(clusterer, features, count) for count in counts)
    scores, times = zip(*found, strict=True)
    rows = zip(counts, np.absolute(scores), times, strict=True)
    return _chart("elbow/v1", "cluster_ranges errors clustering_time", rows)


def _scored(clusterer: Any, features: Any, count: int) -> tuple[Any, float]:
    begun = time.time()
    model = sklearn.base.clone(clusterer)
    model.n_clusters = count
    return model.fit(features).score(features), time.time() - begun


def silhouette(clusterer: Any, features: Any, clusters: Any, metric: str, kmeans: bool) -> Any:
    """How well each point fits its cluster.

    Args:
        clusterer: the model.
        features: the points.
        clusters: the cluster of each.
        metric: how far points are apart.
        kmeans: whether clusters have centres.

    Returns:
        The chart.
    """
    clusters = np.asarray(clusters)
    average = sklearn.metrics.silhouette_score(features, clusters, metric=metric)
    values = sklearn.metrics.silhouette_samples(features, clusters, metric=metric)
    bars: list[tuple[Any, Any, int]] = []
    lower = 10
    for cluster in range(len(np.unique(clusters))):
        own = np.sort(values[clusters == cluster])
        for y, x in zip(np.arange(lower, lower + len(own)), own, strict=True):
            bars.append((y, x, cluster))
            if checking.over(len(bars), "silhouette"):
                break
        lower += len(own) + 10
    centres = clusterer.cluster_centers_ if kmeans else None
    rows = []
    for position, (y, x, cluster) in enumerate(bars):
        colour = clusters[position]
        centre = (None, None) if centres is None else (centres[colour, 0], centres[colour, 1])
        point = features[position, 0], features[position, 1]
        rows.append([*point, colour, *centre, y, 0, x, cluster, average])
    return _chart("silhouette_/v1", "x y colors centerx centery y_sil x1 x2 color_sil silhouette_avg", rows)


def learning_curve(model: Any, features: Any, y: Any, **options: Any) -> Any:
    """How well a model does with more and more data.

    Args:
        model: the model.
        features: its features.
        y: the targets.
        options: those of scikit-learn's function.

    Returns:
        The chart.
    """
    sizes, train, test = model_selection.learning_curve(model, features, y, **options)
    rows = []
    for position, scores in enumerate(zip(np.mean(train, axis=1), np.mean(test, axis=1), strict=True)):
        if checking.over(position, "learning_curve", checking.LIMIT / 2):
            break
        for name, score in zip(("train", "test"), scores, strict=True):
            rows.append([name, round(score, 2), sizes[position]])
    return _chart("learning_curve/v1", "dataset score train_size", rows)


def summary_metrics(model: Any, features: Any, y_test: Any) -> Any:
    """A model's scores.

    Args:
        model: the model.
        features: what it is tested with.
        y_test: the targets.

    Returns:
        The chart.
    """
    y_test, predicted = np.asarray(y_test), model.predict(features)
    found: dict[str, Any] = {}
    if sklearn.base.is_classifier(model):
        found["accuracy_score"] = sklearn.metrics.accuracy_score(y_test, predicted)
        for name in ("precision", "recall", "f1_score"):
            score = getattr(sklearn.metrics, name if name == "f1_score" else f"{name}_score")
            found[name] = score(y_test, predicted, average="weighted")
    elif sklearn.base.is_regressor(model):
        found["mae"] = sklearn.metrics.mean_absolute_error(y_test, predicted)
        found["mse"] = sklearn.metrics.mean_squared_error(y_test, predicted)
        found["r2_score"] = sklearn.metrics.r2_score(y_test, predicted)
    rows = [[name, round(value, 2), type(model).__name__] for name, value in found.items()]
    return _chart("metrics/v1", "metric_name metric_value model_name", rows)


def outlier_candidates(regressor: Any, features: Any, y: Any) -> Any:
    """How much each point moves a regression: Cook's distance.

    Args:
        regressor: the model, which is fitted anew.
        features: its features.
        y: the targets.

    Returns:
        The chart.
    """
    regressor.fit(features, y)
    count, width = features.shape
    leverage = (features * np.linalg.pinv(features).T).sum(1)
    residuals = y - regressor.predict(features)
    variance = np.dot(residuals, residuals) / (count - np.linalg.matrix_rank(features))
    studentized = residuals / np.sqrt(variance) / np.sqrt(1 - leverage)
    distances = studentized**2 / width
    distances *= leverage / (1 - leverage)
    threshold = 4 / count
    share = sum(distances >= threshold) / count
    share *= 100.0
    rows: list[list[Any]] = []
    for position, distance in enumerate(distances):
        rows.append([distance, position, round(share, 3), threshold])
        if checking.over(len(rows), "outlier_candidates"):
            break
    return _chart("outliers/v1", "distance instance_indicies outlier_percentage influence_threshold", rows)


def residuals(regressor: Any, features: Any, y: Any) -> Any:
    """How far a regression is off.

    Args:
        regressor: the model, which is fitted anew.
        features: its features.
        y: the targets.

    Returns:
        The chart.
    """
    x_train, x_test, y_train, y_test = model_selection.train_test_split(features, y, test_size=0.2)
    regressor.fit(x_train, y_train)
    scores = regressor.score(x_train, y_train), regressor.score(x_test, y_test)
    rows: list[list[Any]] = []
    for name, inputs, targets in (("train", x_train, y_train), ("test", x_test, y_test)):
        predicted = regressor.predict(inputs)
        for count, pair in enumerate(zip(predicted, predicted - targets, strict=True), start=1):
            rows.append([name, *pair, *scores])
            if checking.over(count, "residuals", 100):
                break
    return _chart("residuals_plot/v1", "dataset y_pred residuals train_score test_score", rows)

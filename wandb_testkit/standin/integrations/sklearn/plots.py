"""The functions of ``wandb.sklearn``: each logs a chart, or several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn import cluster, naive_bayes

from wandb_testkit.standin import place
from wandb_testkit.standin.integrations.sklearn import charts
from wandb_testkit.standin.integrations.sklearn.checking import complete, is_fitted, ready, typed

_SHARED = "wandb.integration.sklearn.plot.shared"
_CLASSIFIER = "wandb.integration.sklearn.plot.classifier"
_CLUSTERER = "wandb.integration.sklearn.plot.clusterer"
_REGRESSOR = "wandb.integration.sklearn.plot.regressor"


def _log(key: str, chart: Any) -> None:
    place.wandb("log")({key: chart})


def _say(text: str) -> None:
    place.wandb("termlog")(text)


@place.at(_SHARED)
def summary_metrics(model: Any = None, X: Any = None, y: Any = None, X_test: Any = None, y_test: Any = None) -> None:
    """Log a model's scores."""
    if ready(model, {"model": model, "X": X, "y": y, "X_test": X_test, "y_test": y_test}):
        _log("summary_metrics", charts.summary_metrics(model, X_test, y_test))


@place.at(_SHARED)
def learning_curve(
    model: Any = None,
    X: Any = None,
    y: Any = None,
    cv: Any = None,
    shuffle: bool = False,
    random_state: Any = None,
    train_sizes: Any = None,
    n_jobs: int = 1,
    scoring: Any = None,
) -> None:
    """Log how well a model does with more and more data."""
    present, right = complete(model=model, X=X, y=y), typed(model=model, X=X, y=y)
    if present and right:
        sizes = np.linspace(0.1, 1.0, 5) if train_sizes is None else train_sizes
        options = {"cv": cv, "n_jobs": n_jobs, "train_sizes": sizes, "scoring": scoring}
        chart = charts.learning_curve(model, X, np.asarray(y), shuffle=shuffle, random_state=random_state, **options)
        _log("learning_curve", chart)


@place.at(_CLASSIFIER)
def classifier(
    model: Any,
    X_train: Any,
    X_test: Any,
    y_train: Any,
    y_test: Any,
    y_pred: Any,
    y_probas: Any,
    labels: Any,
    is_binary: bool = False,
    model_name: str = "Classifier",
    feature_names: Any = None,
    log_learning_curve: bool = False,
) -> None:
    """Log all charts of a classifier."""
    several = not isinstance(model, naive_bayes.MultinomialNB)
    _say(f"\nPlotting {model_name}.")
    if several:
        feature_importances(model, feature_names)
        _say("Logged feature importances.")
    if log_learning_curve:
        learning_curve(model, X_train, y_train)
        _say("Logged learning curve.")
    confusion_matrix(y_test, y_pred, labels)
    _say("Logged confusion matrix.")
    summary_metrics(model, X=X_train, y=y_train, X_test=X_test, y_test=y_test)
    _say("Logged summary metrics.")
    class_proportions(y_train, y_test, labels)
    _say("Logged class proportions.")
    if several:
        calibration_curve(model, X_train, y_train, model_name)
        _say("Logged calibration curve.")
    roc(y_test, y_probas, labels)
    _say("Logged roc curve.")
    precision_recall(y_test, y_probas, labels)
    _say("Logged precision-recall curve.")


@place.at(_CLASSIFIER)
def roc(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Any = None,
    plot_micro: bool = True,
    plot_macro: bool = True,
    classes_to_plot: Any = None,
) -> None:
    """Log receiver operating characteristics."""
    _log("roc", place.wandb("plot").roc_curve(y_true, y_probas, labels, classes_to_plot))


@place.at(_CLASSIFIER)
def precision_recall(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Any = None,
    plot_micro: bool = True,
    classes_to_plot: Any = None,
) -> None:
    """Log precision and recall."""
    _log("precision_recall", place.wandb("plot").pr_curve(y_true, y_probas, labels, classes_to_plot))


@place.at(_CLASSIFIER)
def confusion_matrix(
    y_true: Any = None,
    y_pred: Any = None,
    labels: Any = None,
    true_labels: Any = None,
    pred_labels: Any = None,
    normalize: bool = False,
) -> None:
    """Log how often each class was taken for each."""
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    present, right = complete(y_true=y_true, y_pred=y_pred), typed(y_true=y_true, y_pred=y_pred)
    if present and right:
        if true_labels is not None or pred_labels is not None:
            # The client never got further with them than this.
            raise AssertionError
        _log("confusion_matrix", charts.confusion_matrix(y_true, y_pred, labels, normalize))


@place.at(_CLASSIFIER)
def feature_importances(
    model: Any = None, feature_names: Any = None, title: str = "Feature Importance", max_num_features: int = 50
) -> None:
    """Log how much each feature matters."""
    if ready(model, {"model": model}):
        _log("feature_importances", charts.feature_importances(model, feature_names))


@place.at(_CLASSIFIER)
def class_proportions(y_train: Any = None, y_test: Any = None, labels: Any = None) -> None:
    """Log how many there are of each class."""
    present, right = complete(y_train=y_train, y_test=y_test), typed(y_train=y_train, y_test=y_test)
    if present and right:
        _log("class_proportions", charts.class_proportions(np.array(y_train), np.array(y_test), labels))


@place.at(_CLASSIFIER)
def calibration_curve(clf: Any = None, X: Any = None, y: Any = None, clf_name: str = "Classifier") -> None:
    """Log how probable a class was thought to be, and how often it was that class."""
    if ready(clf, {"clf": clf, "X": X, "y": y}):
        y = np.asarray(y)
        if y.dtype.char == "U" or not ((y == 0) | (y == 1)).all():
            place.termwarn(
                "This function only supports binary classification at the moment and therefore expects labels to be "
                "binary. Skipping calibration curve."
            )
            return
        _log("calibration_curve", charts.calibration_curves(clf, X, y, clf_name))


@place.at(_CLUSTERER)
def clusterer(model: Any, X_train: Any, cluster_labels: Any, labels: Any = None, model_name: str = "Clusterer") -> None:
    """Log all charts of clusters."""
    _say(f"\nPlotting {model_name}.")
    kmeans = isinstance(model, cluster.KMeans)
    if kmeans:
        elbow_curve(model, X_train)
        _say("Logged elbow curve.")
        silhouette(model, X_train, cluster_labels, labels=labels, kmeans=True)
    else:
        silhouette(model, X_train, cluster_labels, kmeans=False)
    _say("Logged silhouette plot.")


@place.at(_CLUSTERER)
def elbow_curve(
    clusterer: Any = None, X: Any = None, cluster_ranges: Any = None, n_jobs: int = 1, show_cluster_time: bool = True
) -> None:
    """Log how well different numbers of clusters fit."""
    if not hasattr(clusterer, "n_clusters"):
        _say("n_clusters attribute not in classifier. Cannot plot elbow method.")
        return
    # Of what kind the model is, the client means to ask and does not.
    present, fitted = complete(clusterer=clusterer), is_fitted(clusterer)
    if present and fitted:
        _log("elbow_curve", charts.elbow_curve(clusterer, X, cluster_ranges, n_jobs))


@place.at(_CLUSTERER)
def silhouette(
    clusterer: Any = None,
    X: Any = None,
    cluster_labels: Any = None,
    labels: Any = None,
    metric: str = "euclidean",
    kmeans: bool = True,
) -> None:
    """Log how well each point fits its cluster."""
    if ready(clusterer, {"clusterer": clusterer}):
        features = X.values if isinstance(X, pd.DataFrame) else X
        _log("silhouette_plot", charts.silhouette(clusterer, features, cluster_labels, metric, kmeans))


@place.at(_REGRESSOR)
def regressor(model: Any, X_train: Any, X_test: Any, y_train: Any, y_test: Any, model_name: str = "Regressor") -> None:
    """Log all charts of a regression."""
    _say(f"\nPlotting {model_name}.")
    summary_metrics(model, X_train, y_train, X_test, y_test)
    _say("Logged summary metrics.")
    learning_curve(model, X_train, y_train)
    _say("Logged learning curve.")
    outlier_candidates(model, X_train, y_train)
    _say("Logged outlier candidates.")
    residuals(model, X_train, y_train)
    _say("Logged residuals.")


@place.at(_REGRESSOR)
def outlier_candidates(regressor: Any = None, X: Any = None, y: Any = None) -> None:
    """Log how much each point moves a regression."""
    if ready(regressor, {"regressor": regressor, "X": X, "y": y}):
        _log("outlier_candidates", charts.outlier_candidates(regressor, X, np.asarray(y)))


@place.at(_REGRESSOR)
def residuals(regressor: Any = None, X: Any = None, y: Any = None) -> None:
    """Log how far a regression is off."""
    if ready(regressor, {"regressor": regressor, "X": X, "y": y}):
        _log("residuals", charts.residuals(regressor, X, np.asarray(y)))

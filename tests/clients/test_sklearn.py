"""scikit-learn with the charts of `wandb.sklearn`."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "scikit-learn",
    imports=("sklearn", "wandb.sklearn"),
    basis=("numpy", "pandas", "sklearn.ensemble", "sklearn.cluster", "sklearn.linear_model"),
    distributions=("scikit-learn", "pandas", "numpy"),
)


def _classes(count: int = 2, rows: int = 120) -> Any:
    import numpy as np
    from sklearn.model_selection import train_test_split

    rng = np.random.default_rng(0)
    target = np.arange(rows) % count
    inputs = rng.normal(size=(rows, 4)) + target[:, None] * 1.5
    return train_test_split(inputs, target, random_state=0)


def _line(rows: int = 60) -> Any:
    import numpy as np
    from sklearn.model_selection import train_test_split

    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(rows, 4))
    targets = inputs @ [1.0, -2.0, 0.5, 0.0] + rng.normal(scale=0.5, size=rows)
    return train_test_split(inputs, np.round(targets * 4) / 4, random_state=0)


def _stepwise(**options: Any) -> Any:
    """Return a regression in quarters: how far it is off then adds up to the last bit, wherever in memory it lies."""
    import numpy as np
    from sklearn.linear_model import Ridge

    class Ridges(Ridge):  # type: ignore[misc]
        def predict(self, inputs: Any) -> Any:
            return np.round(super().predict(inputs) * 4) / 4

    return Ridges(**options)


def _forest(**options: Any) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=4, max_depth=3, random_state=0, **options)


@CLIENT.job
def all_charts_of_a_classifier(wandb: Any, obs: Observer) -> None:
    x_train, x_test, y_train, y_test = _classes()
    with wandb.init(project="sklearn", id="classifier", config={"trees": 4}) as run:
        model = _forest().fit(x_train, y_train)
        wandb.sklearn.plot_classifier(
            model,
            x_train,
            x_test,
            y_train,
            y_test,
            model.predict(x_test),
            model.predict_proba(x_test),
            ["no", "yes"],
            is_binary=True,
            model_name="Forest",
            feature_names=["wide", "long", "deep", "dark"],
            log_learning_curve=True,
        )
        run.log({"accuracy": model.score(x_test, y_test)})


@CLIENT.job
def charts_of_three_classes_one_by_one(wandb: Any, obs: Observer) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB

    x_train, x_test, y_train, y_test = _classes(3)
    with wandb.init(project="sklearn", id="three"):
        model = LogisticRegression().fit(x_train, y_train)
        predicted, likely = model.predict(x_test), model.predict_proba(x_test)
        names = ["low", "middle", "high"]
        wandb.sklearn.plot_confusion_matrix(y_test, predicted, names, normalize=True)
        wandb.sklearn.plot_confusion_matrix(list(y_test), list(predicted))
        wandb.sklearn.plot_roc(y_test, likely, names)
        wandb.sklearn.plot_precision_recall(y_test, likely, classes_to_plot=[0, 2])
        wandb.sklearn.plot_class_proportions(y_train, y_test, names)
        wandb.sklearn.plot_class_proportions(y_train, y_test)
        wandb.sklearn.plot_summary_metrics(model, x_train, y_train, x_test, y_test)
        # Not binary, and coefficients in more than one dimension: each is a warning.
        wandb.sklearn.plot_calibration_curve(model, x_train, y_train, "Regression")
        with obs.raises("importance"):
            wandb.sklearn.plot_feature_importances(model, list("abcd"))
        with obs.raises("no importance"):
            wandb.sklearn.plot_feature_importances(GaussianNB().fit(x_train, y_train))
        wandb.sklearn.plot_calibration_curve(GaussianNB().fit(x_train, y_train > 0), x_train, y_train > 0, "Bayes")


@CLIENT.job
def all_charts_of_a_regressor(wandb: Any, obs: Observer) -> None:
    import numpy as np

    x_train, x_test, y_train, y_test = _line()
    # One of the charts splits the data anew.
    np.random.seed(0)
    with wandb.init(project="sklearn", id="regressor"):
        model = _stepwise().fit(x_train, y_train)
        wandb.sklearn.plot_regressor(model, x_train, x_test, y_train, y_test, "Ridge")
        wandb.sklearn.plot_feature_importances(model)
        wandb.sklearn.plot_learning_curve(model, x_train, y_train, cv=3, train_sizes=[0.3, 0.9], scoring="r2")
        wandb.sklearn.plot_outlier_candidates(model, x_train, list(y_train))


@CLIENT.job
def more_points_than_a_chart_takes(wandb: Any, obs: Observer) -> None:
    import numpy as np

    x_train, _, y_train, _ = _line(rows=1500)
    np.random.seed(0)
    with wandb.init(project="sklearn", id="many"):
        model = _stepwise(alpha=0.5).fit(x_train, y_train)
        wandb.sklearn.plot_residuals(model, x_train, y_train)
        many = np.arange(40 * 40) % 40
        wandb.sklearn.plot_confusion_matrix(many, np.roll(many, 1))


@CLIENT.job
def charts_of_clusters(wandb: Any, obs: Observer) -> None:
    from sklearn.cluster import AgglomerativeClustering, KMeans

    inputs, _, _, _ = _classes(3, rows=60)
    with wandb.init(project="sklearn", id="kmeans") as run:
        model = KMeans(n_clusters=3, n_init=1, random_state=0)
        labels = model.fit_predict(inputs)
        # The chart of all has a column of times.
        with obs.raises("silhouette"):
            wandb.sklearn.plot_silhouette(model, inputs, labels, ["a", "b", "c"])
        other = AgglomerativeClustering(n_clusters=2)
        with obs.raises("other"):
            wandb.sklearn.plot_clusterer(other, inputs, other.fit_predict(inputs), model_name="Other")
        with obs.raises("no clusters"):
            wandb.sklearn.plot_elbow_curve(object(), inputs)
        run.log({"inertia": model.inertia_})


@CLIENT.job
def charts_of_models_that_say_they_are_clusterers(wandb: Any, obs: Observer) -> None:
    import time
    from unittest import mock

    import numpy as np
    import pandas as pd
    from sklearn.cluster import AgglomerativeClustering, KMeans

    class Means(KMeans):  # type: ignore[misc]
        # Until release 1.7 all of scikit-learn's said so.
        _estimator_type = "clusterer"

    class Heap(AgglomerativeClustering):  # type: ignore[misc]
        _estimator_type = "clusterer"

    # Whole numbers, whose distances are the same to the last bit wherever in memory they lie.
    points = np.array([[x + 40.0 * group, y, 0.0, 0.0] for group in (0, 1) for x in range(24) for y in range(24)])
    some = points[::48]
    with wandb.init(project="sklearn", id="saying"), mock.patch.object(time, "time", return_value=5.0):
        model = Means(n_clusters=2, n_init=1, random_state=0)
        labels = model.fit_predict(points)
        wandb.sklearn.plot_silhouette(model, points, labels, metric="manhattan")
        model = Means(n_clusters=2, n_init=1, random_state=0, init=np.array([[0.0] * 4, [40.0, 0.0, 0.0, 0.0]]))
        labels = model.fit_predict(some)
        wandb.sklearn.plot_silhouette(model, pd.DataFrame(some), labels, ["a", "b"], metric="manhattan")
        heap = Heap(n_clusters=2)
        wandb.sklearn.plot_silhouette(heap, some, heap.fit_predict(some), metric="manhattan", kmeans=False)
        plain = Means(n_clusters=2, n_init=1, random_state=0)
        with obs.raises("elbow"):
            wandb.sklearn.plot_elbow_curve(plain.fit(some), some, cluster_ranges=[2, 1])


@CLIENT.job
def what_is_no_model_or_no_data(wandb: Any, obs: Observer) -> None:
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LinearRegression

    x_train, x_test, y_train, y_test = _line()
    fitted = _stepwise().fit(x_train, y_train)
    narrow = LinearRegression().fit(x_train[:, :3], y_train)
    holes = np.array(x_train)
    holes[0, 0] = np.nan
    with wandb.init(project="sklearn"):
        for label, call in {
            # Asked with zeros in three columns whether it is fitted, such a model answers, which counts as a no.
            "three columns": lambda: wandb.sklearn.plot_residuals(narrow, x_train[:, :3], y_train),
            "not fitted": lambda: wandb.sklearn.plot_residuals(LinearRegression(), x_train, y_train),
            "missing values": lambda: wandb.sklearn.plot_residuals(fitted, holes, y_train),
            "no data": lambda: wandb.sklearn.plot_confusion_matrix(),
            "no targets": lambda: wandb.sklearn.plot_residuals(fitted, x_train),
            "no model": lambda: wandb.sklearn.plot_feature_importances(),
            "another kind": lambda: wandb.sklearn.plot_summary_metrics("model", x_train, y_train, x_test, y_test),
            "a number": lambda: wandb.sklearn.plot_summary_metrics(fitted, x_train, 3, x_test, y_test),
            "a regressor": lambda: wandb.sklearn.plot_calibration_curve(fitted, x_train, y_train),
            "words": lambda: wandb.sklearn.plot_residuals(fitted, pd.DataFrame({"a": ["x", "y"]}), [1, 2]),
            "a frame": lambda: wandb.sklearn.plot_outlier_candidates(
                fitted, pd.DataFrame(x_train, columns=list("abcd")), pd.Series(y_train)
            ),
            "a list": lambda: wandb.sklearn.plot_summary_metrics(
                fitted, x_train.tolist(), list(y_train), x_test.tolist(), list(y_test)
            ),
            "text labels": lambda: wandb.sklearn.plot_class_proportions(["a", "b", "a"], ["b", "b"], {"a": 1}),
        }.items():
            with obs.raises(label):
                call()


@CLIENT.job
def a_search_over_parameters(wandb: Any, obs: Observer) -> None:
    import pandas as pd
    from sklearn.model_selection import GridSearchCV

    x_train, x_test, y_train, y_test = _classes()
    search = GridSearchCV(_forest(), {"max_depth": [1, 3]}, cv=2).fit(x_train, y_train)
    for number, params in enumerate(search.cv_results_["params"]):
        with wandb.init(
            project="sklearn", group="grid", config={**search.best_estimator_.get_params(), **params}
        ) as run:
            run.log({"score": search.cv_results_["mean_test_score"][number], "splits": search.n_splits_})
            run.summary["best"] = search.best_index_ == number
    with wandb.init(project="sklearn", id="report") as run:
        report = pd.DataFrame(search.cv_results_)[["param_max_depth", "mean_test_score", "rank_test_score"]]
        run.log({"report": wandb.Table(dataframe=report)})
        likely = search.predict_proba(x_test)
        run.log({"confusion": wandb.plot.confusion_matrix(probs=likely, y_true=y_test, class_names=["no", "yes"])})
        run.log({"roc": wandb.plot.roc_curve(y_test, likely), "pr": wandb.plot.pr_curve(y_test, likely)})


test_equal = CLIENT.test()

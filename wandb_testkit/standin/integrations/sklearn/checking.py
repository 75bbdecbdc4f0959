"""What is looked at before a chart is made: nothing that is wrong raises, it is said, and there is no chart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
import sklearn.base
import sklearn.exceptions
import sklearn.utils.validation

from wandb_testkit.standin import place

#: How many points a chart takes.
LIMIT = 1000

_ARRAYS = ("X", "X_test", "y", "y_test", "y_true", "y_probas")
_FITTED = """
    coef_ estimator_ labels_ n_clusters_ children_ components_ n_components_ n_iter_ n_batch_iter_
    explained_variance_ singular_values_ mean_
""".split()  # noqa: SIM905 (names read better as words)


def over(count: float, chart: str, limit: float = LIMIT) -> bool:
    """Say whether there are too many points, and warn that only the first are taken.

    Args:
        count: how many there are.
        chart: what of.
        limit: how many it takes.
    """
    if count <= limit:
        return False
    place.termwarn(f"using only the first {limit} datapoints to create chart {chart}")
    return True


def ready(model: Any, given: dict[str, Any]) -> bool:
    """Say whether there is all that a chart of a model needs; whatever is not there is told.

    Args:
        model: what is to be fitted.
        given: what the chart is made of, by the names of its arguments.
    """
    present, right, fitted = complete(**given), typed(**given), is_fitted(model)
    return present and right and fitted


def complete(**given: Any) -> bool:
    """Say whether nothing is None, and the features are all numbers.

    Args:
        given: what a chart is made of, by the names of its arguments.
    """
    passed = True
    for name, value in given.items():
        if value is None:
            place.wandb("termerror")(f"{name} is None. Please try again.")
            passed = False
        if name in ("X", "X_test"):
            passed &= _all_numbers(name, value)
    return passed


def _all_numbers(name: str, value: Any) -> bool:
    if scipy.sparse.issparse(value) and value.format == "csr" and isinstance(value, scipy.sparse.csr_matrix):
        value = value.toarray()
    elif isinstance(value, (pd.DataFrame, pd.Series)):
        value = value.to_numpy()
    elif isinstance(value, list):
        value = np.asarray(value)
    passed = True
    missing = np.count_nonzero(pd.isnull(value))
    if missing:
        place.termwarn(f"{name} contains {missing} missing values. ")
        passed = False
    entries: Iterable[Any] = value if value.ndim == 1 else (entry for row in value for entry in row)
    if any(not isinstance(entry, (int, float, complex, np.number)) for entry in entries):
        place.wandb("termerror")(
            f"{name} contains values that are not numbers. Please vectorize, label encode or one hot encode {name} "
            "and call the plotting function again."
        )
        passed = False
    return passed


def typed(**given: Any) -> bool:
    """Say whether arrays are arrays and models are of the kind that the chart is about.

    Args:
        given: what a chart is made of, by the names of its arguments.
    """
    passed = True
    for name, value in given.items():
        # Data frames and numpy's own scalars of text are iterable as well.
        if name in _ARRAYS and not isinstance(value, (Iterable, np.generic)):
            place.wandb("termerror")(f"{name} is not an array. Please try again.")
            passed = False
        kind = _wrong_kind(name, value)
        if kind:
            place.wandb("termerror")(f"{name} is not a {kind}. Please try again.")
            passed = False
    return passed


def _wrong_kind(name: str, value: Any) -> str:
    """Return what kind of model it is not, or ""."""
    if name == "model":
        found = sklearn.base.is_classifier(value) or sklearn.base.is_regressor(value)
        return "" if found else "classifier or regressor"
    if name == "clf":
        return "" if sklearn.base.is_classifier(value) else "classifier"
    if name == "regressor":
        return "" if sklearn.base.is_regressor(value) else "regressor"
    if name == "clusterer":
        return "" if getattr(value, "_estimator_type", None) == "clusterer" else "clusterer"
    return ""


def is_fitted(model: Any) -> bool:
    """Say whether a model counts as fitted.

    The client has it predict rows of three zeros: one that can, having three features, does not count.

    Args:
        model: the model.
    """
    try:
        model.predict(np.zeros((7, 3)))
    except sklearn.exceptions.NotFittedError:
        pass
    except AttributeError:
        try:
            sklearn.utils.validation.check_is_fitted(model, _FITTED, all_or_any=any)
        except sklearn.exceptions.NotFittedError:
            pass
        else:
            return True
    except Exception:
        return True
    else:
        return False
    place.wandb("termerror")("Please fit the model before passing it in.")
    return False

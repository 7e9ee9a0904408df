"""Tell class A from class B by a few points only: by counting active ones, and by weighing them.

The difference to the network's own accuracy is what its dense layers add.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Strength of the L2 penalty in the logistic regression, relative to the likelihood.
RIDGE = 1.0


@dataclass(frozen=True)
class Reading:
    """Shares of correctly classified digits. `count`: by the number of active points; `weigh`: with a weight for each point."""

    count: float
    weigh: float


def read_by_points(
    train: NDArray[np.bool_],
    train_is_a: NDArray[np.bool_],
    test: NDArray[np.bool_],
    test_is_a: NDArray[np.bool_],
    points_of_a: int,
) -> Reading:
    """Return how well A and B can be told apart by points.

    Arguments:
        train: (digits, points) active points of the digits for learning the weights.
        train_is_a: (digits,) which of them are of class A.
        test: the same for other digits.
        test_is_a: the same for other digits.
        points_of_a: number of points unique to A, which come first; the others are unique to B.
    """

    def difference(active: NDArray[np.bool_]) -> NDArray[np.float64]:
        # As shares, because A and B may have different numbers of points.
        in_a = active[:, :points_of_a].mean(axis=1) if points_of_a else np.zeros(len(active))
        in_b = active[:, points_of_a:].mean(axis=1) if points_of_a < active.shape[1] else np.zeros(len(active))
        return np.asarray(in_a - in_b)

    # If only one class has points, the threshold is midway between the means of the training digits.
    learnt = difference(train)
    border = (learnt[train_is_a].mean() + learnt[~train_is_a].mean()) / 2
    counted = difference(test) > border
    weighed = _weighed(train, train_is_a, test)
    return Reading(float((counted == test_is_a).mean()), float((weighed == test_is_a).mean()))


def _weighed(active: NDArray[np.bool_], is_a: NDArray[np.bool_], test: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of `test` a logistic regression, trained on `active`, classifies as A."""
    # Takes a second to import, so only where it is used.
    from sklearn.linear_model import LogisticRegression

    # The constant is one more input and is penalised like the others: without any point the answer stays near one half.
    model = LogisticRegression(C=1 / RIDGE, fit_intercept=False, solver="newton-cholesky")
    model.fit(_with_one(active), is_a)
    return np.asarray(model.predict(_with_one(test)), bool)


def _with_one(active: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.column_stack([active.astype(np.float64), np.ones(len(active))])

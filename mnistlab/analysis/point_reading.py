"""Class A or class B, told by a few points only: by counting them, and by weighing them.

What is left to the network's own answer is what its dense layers add to the points.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Half the sum of the squared weights counts so much against the likelihood of a logistic regression.
RIDGE = 1.0


@dataclass(frozen=True)
class Reading:
    """Shares of digits told right. `count`: with more active points of A than of B; `weigh`: by a weight for each point."""

    count: float
    weigh: float


def read_by_points(
    train: NDArray[np.bool_],
    train_is_a: NDArray[np.bool_],
    test: NDArray[np.bool_],
    test_is_a: NDArray[np.bool_],
    points_of_a: int,
) -> Reading:
    """Return how well A and B are told apart by points.

    Arguments:
        train: (digits, points) which points are active for digits to learn the weights from.
        train_is_a: (digits,) which of them are of class A.
        test: likewise, for digits never learnt from.
        test_is_a: likewise.
        points_of_a: the first so many points are unique to A, the others to B.
    """

    def difference(active: NDArray[np.bool_]) -> NDArray[np.float64]:
        # As shares: A and B may have different numbers of points.
        in_a = active[:, :points_of_a].mean(axis=1) if points_of_a else np.zeros(len(active))
        in_b = active[:, points_of_a:].mean(axis=1) if points_of_a < active.shape[1] else np.zeros(len(active))
        return np.asarray(in_a - in_b)

    # Where only one class has points, the border lies between the two means of the digits learnt from.
    learnt = difference(train)
    border = (learnt[train_is_a].mean() + learnt[~train_is_a].mean()) / 2
    counted = difference(test) > border
    weighed = _weighed(train, train_is_a, test)
    return Reading(float((counted == test_is_a).mean()), float((weighed == test_is_a).mean()))


def _weighed(active: NDArray[np.bool_], is_a: NDArray[np.bool_], test: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of `test` a logistic regression, learnt from `active`, takes for A."""
    # A second to import, so only where it is used.
    from sklearn.linear_model import LogisticRegression

    # The constant is one more input, shrunk like the others: without any point the answer stays near one half.
    model = LogisticRegression(C=1 / RIDGE, fit_intercept=False, solver="newton-cholesky")
    model.fit(_with_one(active), is_a)
    return np.asarray(model.predict(_with_one(test)), bool)


def _with_one(active: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.column_stack([active.astype(np.float64), np.ones(len(active))])

"""The facts of parts about what the dense layers get: where the weights are, and which points tell two classes apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.class_points import Pattern, activity, pattern
from mnistlab.analysis.judgement import probabilities
from mnistlab.analysis.reading import layers_of
from mnistlab.data.sources import digits
from mnistlab.data.standardise import standardise
from mnistlab.lessons.case import Case, NotHereError
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.layers import shown_layer
from mnistlab.lessons.quick_parts import SizePart
from mnistlab.lessons.slow_parts import PointsPart
from mnistlab.recipes import layer_rows
from mnistlab.recipes.network import FLATTEN, IMAGE_SIZE
from mnistlab.recipes.views import ClassesView
from mnistlab.results.readings import PointCounts, Survey

# As on the page Classes.
ACTIVE, COMMON, UNIQUE = (float(ClassesView.model_fields[name].default) for name in ("active", "common", "unique"))


def size_facts(part: SizePart, case: Case) -> Facts:
    """Return where the parameters of the network are."""
    rows = layer_rows(case.network.recipe)
    values = case.layer(FLATTEN).shape[0]
    dense = [row.parameters for row in rows if row.kind == "dense"]
    total = sum(row.parameters for row in rows)
    return {
        "values": float(values),
        "more": yes(values > IMAGE_SIZE**2),
        "parameters": float(total),
        "convolutions": float(total - sum(dense)),
        "dense": float(sum(dense)),
        "first_dense": float(dense[0]),
        "share": 100 * sum(dense) / total,
    }


def classes_of(part: PointsPart, case: Case) -> tuple[int, int]:
    """Return the labels of classes A and B; of new ones two that differ.

    Raises:
        NotHereError: the network has no such class.
    """
    count = len(case.network.classes)
    first, second = (int(one) for one in np.random.default_rng(case.throw).permutation(count)[:2])
    a = first if isinstance(part.a, str) else part.a
    b = part.b if not isinstance(part.b, str) else second if second != a else first
    if max(a, b) >= count or a == b:
        raise NotHereError(f"This step compares classes {a} and {b}, which the network in use does not both have.")
    return a, b


@dataclass(frozen=True, eq=False)
class Points:
    """What was found about two classes.

    Attributes:
        found: the pattern of A against B.
        chance: (shuffles,) how many points are unique with shuffled labels.
        numbers: of the clearest and the most unclear test digit of A.
        sure: (2,) the shares of A in what is read in both.
        active: (2, points) bool, which points are active in both.
    """

    found: Pattern
    chance: NDArray[np.int64]
    numbers: tuple[int, int]
    sure: NDArray[np.float64]
    active: NDArray[np.bool_]


def points_found(part: PointsPart, case: Case, survey: Survey, counted: PointCounts) -> Points:
    """Return what the counts over the test set say about two classes."""
    a, _ = classes_of(part, case)
    layer = shown_layer(case, part.layer).name
    in_a, in_b = counted.shares
    found = pattern(in_a, in_b, COMMON, UNIQUE)
    by_chance = [pattern(one, other, COMMON, UNIQUE) for one, other in counted.shares_by_chance]
    chance = np.array([int(one.unique.sum()) for one in by_chance])
    shares = probabilities(survey.outputs)[:, a]
    # Both are read right, but one of them hardly.
    right = np.flatnonzero((survey.labels == a) & (survey.outputs.argmax(axis=1) == a))
    if not len(right):
        raise NotHereError(
            f"The network in use reads no {case.network.classes[a]} right, so that there is nothing to count."
        )
    clear, unclear = int(right[shares[right].argmax()]), int(right[shares[right].argmin()])
    images = digits(case.data, "test").images[[clear, unclear]]
    values = layers_of(case.network.recipe, case.network.weights, standardise(images))[layer]
    active = activity(values, survey.layers[layer].ceiling, ACTIVE)
    return Points(found, chance, (clear, unclear), shares[[clear, unclear]], active)


def points_facts(part: PointsPart, case: Case, points: Points) -> Facts:
    """Return the facts of the points that tell two classes apart."""
    a, b = classes_of(part, case)
    found, unique = points.found, points.found.unique
    best = int((found.in_a - found.in_b).argmax())
    clear, unclear = (int(one[unique].sum()) for one in points.active)
    return {
        "label_a": case.network.classes[a],
        "label_b": case.network.classes[b],
        "points": float(found.in_a.size),
        "unique": float(unique.sum()),
        "by_chance": float(points.chance.mean()),
        "most_by_chance": float(points.chance.max()),
        "more": yes(int(unique.sum()) > int(points.chance.max())),
        "best_a": 100 * float(found.in_a[best]),
        "best_b": 100 * float(found.in_b[best]),
        "clear": float(clear),
        "unclear": float(unclear),
        "sure_clear": 100 * float(points.sure[0]),
        "sure_unclear": 100 * float(points.sure[1]),
        "missing": yes(unclear < clear),
    }

"""The facts of the part about an explanation and its test: which pixels an answer rests on, and what is read without them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.judgement import probabilities
from mnistlab.analysis.reading import read
from mnistlab.analysis.why import ALONE, STRONGEST, Target, explain
from mnistlab.data.standardise import standardise
from mnistlab.explanations.curves import places_of
from mnistlab.lessons.case import Case
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.quick_parts import BlotPart
from mnistlab.recipes.network import dense_name

# Random orders beside that of the explanation: few enough to count, enough for a mean.
DRAWS = 10


@dataclass(frozen=True, eq=False)
class Blots:
    """What is found of one digit.

    Attributes:
        picture: (28, 28) float32, standardised.
        pixels: (28, 28) what each pixel adds to the answer.
        places: (1 + DRAWS, 28, 28) when the turn of each pixel is, as a share of the ink, 2 for ground: what adds most first, and random orders.
    """

    picture: NDArray[np.float32]
    pixels: NDArray[np.float64]
    places: NDArray[np.float32]

    def taken(self, share: float) -> NDArray[np.bool_]:
        """Return which pixels are gone once so much of the ink is, (1 + DRAWS, 28, 28)."""
        gone: NDArray[np.bool_] = self.places < share
        return gone

    def without(self, share: float) -> NDArray[np.float32]:
        """Return the picture without so much of its ink in each order, (1 + DRAWS, 28, 28)."""
        # (Not standardised anew: what stays keeps its values, as in the curves of the page Explain.)
        return np.where(self.taken(share), self.picture.min(), self.picture)


def blots(part: BlotPart, case: Case) -> Blots:
    """Return what the answer to a digit rests on, and orders in which its ink is taken away."""
    network, picture = case.network, standardise(case.digit(part.digit)[None])
    target = Target(dense_name(len(network.recipe.dense) + 1), STRONGEST, ALONE)
    pixels = explain(network.recipe, network.weights, picture[0], target).pixels
    lots = np.random.default_rng([case.throw, case.number(part.digit)]).random((DRAWS, *pixels.shape))
    ranks = np.concatenate([pixels[None], lots]).astype(np.float32)
    return Blots(picture[0], pixels, places_of(ranks, np.broadcast_to(picture, ranks.shape), 0))


def shares_without(found: Blots, share: float, case: Case) -> NDArray[np.float64]:
    """Return what is read without so much of the ink, (1 + DRAWS, classes)."""
    return probabilities(read(case.network.recipe, case.network.weights, found.without(share)))


def blot_facts(part: BlotPart, case: Case) -> Facts:
    """Return the facts of an explanation that is put to the test."""
    found, share = blots(part, case), part.share / 100
    before = case.read(found.picture[None])[0]
    after = shares_without(found, share, case)
    best = int(before.argmax())
    return {
        "label": case.label(part.digit),
        "read": case.class_name(before),
        "sure": 100 * float(before[best]),
        "share": float(part.share),
        "pixels": float(found.taken(share)[0].sum()),
        "read_marked": case.class_name(after[0]),
        "sure_marked": 100 * float(after[0, best]),
        "same_marked": yes(int(after[0].argmax()) == best),
        "tried": float(DRAWS),
        "sure_random": 100 * float(after[1:, best].mean()),
        "kept_random": float((after[1:].argmax(axis=1) == best).sum()),
    }

"""The facts of the part about two networks: which map of a second one, trained from another start, reacts most like a map of the first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import peaks_of
from mnistlab.data.sources import first_digits
from mnistlab.data.standardise import standardise
from mnistlab.lessons.case import CHOSEN_FROM, Case, NotHereError
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.slow_parts import PLACES, PartnerPart
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.networks import StoredNetwork

# As the first training of lesson 4: seconds on two cores.
LEARNT, EPOCHS = 2_000, 4
# Digits that excite a map most, shown for each.
STRIP = 6


@dataclass(frozen=True, eq=False)
class Partners:
    """What was found about one map of the network in use and all maps of the second.

    Attributes:
        index: the map.
        alike: (maps of the second,) how alike each reacts, as a correlation over the digits.
        chance: the highest such correlation with the digits of one network shuffled.
        candidates: numbers of four maps of the second network, the partner among them.
        mine: (STRIP,) numbers of the digits that excite the map most, the strongest first.
        theirs: (four, STRIP) the same of the candidates.
        accuracy: share of the digits that the second network reads right.
    """

    index: int
    alike: NDArray[np.float64]
    chance: float
    candidates: tuple[int, ...]
    mine: NDArray[np.int64]
    theirs: NDArray[np.int64]
    accuracy: float

    @property
    def partner(self) -> int:
        """The map of the second network that is most alike."""
        return int(self.alike.argmax())


def partner_recipe(part: PartnerPart, case: Case) -> TrainingRecipe:
    """Return the training of the second network; the same for all learners of a seed."""
    return TrainingRecipe(data=case.data, train_size=LEARNT, epochs=EPOCHS, seed=part.seed)


def partners(part: PartnerPart, case: Case, second: StoredNetwork) -> Partners:
    """Compare a map with all maps of a second network, by how strongly each reacts to the first test digits.

    Raises:
        NotHereError: a network has no such layer or map.
    """
    index = case.map_of(part.layer, part.map)
    if index >= Case(second, case.data).layer(part.layer).shape[-1]:
        raise NotHereError(f"This step is about map {index} of {part.layer}, which the second network has not.")
    found = first_digits(case.data, "test", CHOSEN_FROM)
    images = standardise(found.images)
    ours, _ = peaks_of(case.network.recipe, case.network.weights, images, part.layer)
    theirs, outputs = peaks_of(second.recipe, second.weights, images, part.layer)
    draw = np.random.default_rng([case.throw, index])
    alike = _correlations(ours[:, index], theirs)
    chance = float(_correlations(draw.permutation(ours[:, index]), theirs).max())
    candidates = _candidates(alike, draw)
    labels = found.labels[: len(outputs)]
    return Partners(
        index=index,
        alike=alike,
        chance=chance,
        candidates=candidates,
        mine=_strongest(ours[:, index]),
        theirs=np.stack([_strongest(theirs[:, one]) for one in candidates]),
        accuracy=float((outputs.argmax(axis=1) == labels).mean()),
    )


def partner_facts(found: Partners) -> Facts:
    """Return the facts of a map and its partner."""
    best = float(found.alike[found.partner])
    return {
        "map": float(found.index),
        "partner": float(found.partner),
        "alike": 100 * best,
        "same": 100 * float(found.alike[found.index]),
        "is_same": yes(found.partner == found.index),
        "chance": 100 * found.chance,
        "more": yes(best > found.chance),
        "digits": float(CHOSEN_FROM),
        "maps": float(len(found.alike)),
        "place": PLACES[found.candidates.index(found.partner)],
        "accuracy": 100 * found.accuracy,
    }


def _correlations(one: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the correlation of values (count,) with each of several (count, maps); 0 for what does not vary."""
    left, right = (values.astype(np.float64) - values.mean(axis=0, dtype=np.float64) for values in (one, others))
    norms = np.sqrt((left**2).sum() * (right**2).sum(axis=0))
    correlations: NDArray[np.float64] = np.divide(left @ right, norms, out=np.zeros(len(norms)), where=norms > 0)
    return correlations


def _candidates(alike: NDArray[np.float64], draw: np.random.Generator) -> tuple[int, ...]:
    """Return the map that is most alike among three others, in a random order.

    The others are drawn from the less alike half: a second map that is nearly as much alike would be no wrong answer.
    """
    others = draw.permutation(np.argsort(alike)[: len(alike) // 2])[: len(PLACES) - 1]
    return tuple(int(one) for one in draw.permutation([int(alike.argmax()), *others]))


def _strongest(peaks: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.argsort(-peaks, kind="stable")[:STRIP]

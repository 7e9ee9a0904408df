"""The facts of the part about an explanation: the pixels it marks are blotted out, beside as many at random."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.why import STRONGEST, Explanation, Target, explain
from mnistlab.data.standardise import standardise
from mnistlab.lessons.case import Case
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.quick_parts import ExplanationPart
from mnistlab.recipes import layer_rows

# Blots of pixels at random that stand beside the one of marked pixels.
DRAWS = 20


@dataclass(frozen=True, eq=False)
class Explained:
    """A digit, and its explanation. `number`: of the digit; `image`: (28, 28) uint8; `found`: why it is read so, and not as what comes next."""

    number: int
    image: NDArray[np.uint8]
    found: Explanation

    @property
    def ink(self) -> NDArray[np.int64]:
        """The places (ink,) of all pixels that are not black, of 784."""
        return np.flatnonzero(self.image)

    @property
    def most(self) -> int:
        """The most pixels that are blotted out: half of the ink, so that there is a choice at random."""
        return len(self.ink) // 2

    def marked(self, count: int) -> NDArray[np.int64]:
        """Return the places (count,) of those pixels of the ink that add most to the answer."""
        adds = self.found.sign * self.found.pixels.ravel()[self.ink]
        return self.ink[np.argsort(-adds, kind="stable")[:count]]

    def at_random(self, count: int) -> NDArray[np.int64]:
        """Return the places (DRAWS, count) of as many pixels of the ink at random, several times."""
        generator = np.random.default_rng([self.number, count])
        return np.stack([generator.choice(self.ink, count, replace=False) for _ in range(DRAWS)])

    def blotted(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the digit once for each row of places (blots, count), with these pixels black, (blots, 28, 28) uint8."""
        images = np.repeat(self.image.reshape(1, -1), len(places), axis=0)
        np.put_along_axis(images, places, 0, axis=1)
        return images.reshape(-1, *self.image.shape)


def explained(part: ExplanationPart, case: Case) -> Explained:
    """Return the part's digit and its explanation."""
    recipe, image = case.network.recipe, case.digit(part.digit)
    target = Target(layer_rows(recipe)[-1].name, STRONGEST, STRONGEST)
    found = explain(recipe, case.network.weights, standardise(image[None])[0], target)
    return Explained(case.number(part.digit), image, found)


def blot_facts(part: ExplanationPart, case: Case) -> Facts:
    """Return the facts of a digit whose marked pixels are blotted out."""
    digit = explained(part, case)
    count = min(part.pixels, digit.most)
    images = digit.blotted(np.stack([digit.marked(count), *digit.at_random(count)]))
    before, blotted, *at_random = case.read(standardise(np.concatenate([digit.image[None], images])))
    best, left = int(before.argmax()), np.array([shares[before.argmax()] for shares in at_random])
    return {
        "label": case.label(part.digit),
        "read": case.class_name(before),
        "sure": 100 * float(before[best]),
        "next": case.network.classes[int(np.argsort(-before, kind="stable")[1])],
        "ink": float(len(digit.ink)),
        "pixels": float(count),
        "read_blotted": case.class_name(blotted),
        "sure_blotted": 100 * float(blotted[best]),
        "same": yes(int(blotted.argmax()) == best),
        "draws": float(DRAWS),
        "as_much": float((left <= blotted[best]).sum()),
        "sure_random": 100 * float(left.mean()),
        "turned_random": float(sum(int(shares.argmax()) != best for shares in at_random)),
    }

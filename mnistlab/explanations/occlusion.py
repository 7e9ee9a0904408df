"""The method that needs no gradient: cover a part of the digit and look what the answer loses."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.baselines import baselines
from mnistlab.explanations.methods import PART, Found, Method, Task, without_sum
from mnistlab.recipes.network import IMAGE_SIZE


class Occlusion(Method):
    """A square moved over the digit."""

    title = "Occlusion"
    formula = "s(x) − s(x with a square covered), for each pixel the mean over the squares that cover it"
    source = "Zeiler and Fergus 2014, “Visualizing and understanding convolutional networks”, arXiv:1311.2901"
    does_not_show = (
        "Things that stand in for each other: if either of two strokes is enough, covering one costs nothing, and neither is marked. And "
        "the cover has edges of its own, which the network sees too."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        chosen, pictures, network = task.choices.occlusion, task.pictures, task.chain.network
        covers = squares(chosen.size, chosen.step)
        fill = baselines(chosen.fill, pictures, network.recipe.scaling, network.data)
        changed = (pictures != fill).reshape(len(pictures), -1) @ covers.reshape(len(covers), -1).T
        # A square that changes nothing costs nothing.
        which, place = np.nonzero(changed)
        drops = np.zeros(changed.shape, np.float32)
        whole = task.chain.scores(pictures, task.questions)
        for start in range(0, len(which), PART):
            digit, cover = which[start : start + PART], place[start : start + PART]
            covered = np.where(covers[cover], fill[digit], pictures[digit])
            scores = task.chain.scores(covered, [task.questions[index] for index in digit])
            drops[digit, cover] = whole[digit] - scores
        flat = covers.reshape(len(covers), -1).astype(np.float32)
        return without_sum((drops @ flat / flat.sum(axis=0)).reshape(pictures.shape))


def squares(size: int, step: int) -> NDArray[np.bool_]:
    """Return the places of a square, (places, 28, 28): from the upper left corner by `step`, cut off at the rim, until every pixel is covered."""
    starts = range(0, IMAGE_SIZE - size + step, step)
    found = np.zeros((len(starts) ** 2, IMAGE_SIZE, IMAGE_SIZE), bool)
    for number, (top, left) in enumerate((top, left) for top in starts for left in starts):
        found[number, top : top + size, left : left + size] = True
    return found

"""The facts of the part about dreams: what carving leaves of a photo, and what becomes of its quadrants."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.carving.dream_files import picture_of
from mnistlab.carving.photos import SAMPLES
from mnistlab.lessons.case import Case
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.slow_parts import CarvingPart
from mnistlab.recipes import DreamRecipe
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.results.dream import DreamResult

# The smallest there is: two of them are carved within a second.
SIZE = 280


def carving_recipe(part: CarvingPart, case: Case, model: str, *, restored: bool) -> DreamRecipe:
    """Return the part's dream, with or without restoring its quadrants.

    Raises:
        NotHereError: the network has no such map.
    """
    picture = list(SAMPLES)[case.pick(len(SAMPLES))] if part.picture == "new" else part.picture
    return DreamRecipe(
        model=model,
        picture=picture,
        size=SIZE,
        layer=part.layer,
        map_index=case.map_of(part.layer, part.map),
        iterations=part.iterations,
        levels=part.levels,
        restore_contrast=restored,
    )


def odd_is_left(case: Case) -> bool:
    """Return whether of the two dreams the one that was not restored stands at the left."""
    # (Not by the same numbers as the photo, or each photo would always stand on the same side.)
    return bool(np.random.default_rng([case.throw, 1]).integers(2))


def carving_facts(
    part: CarvingPart, case: Case, recipe: DreamRecipe, restored: DreamResult, lost: DreamResult
) -> Facts:
    """Return the facts of a dream, and of the same without restoring."""
    before, after = (float(score) for score in restored.area_scores[0])
    differ = _differ(picture_of(recipe, restored, restored.original))
    differ_lost = _differ(picture_of(recipe, lost))
    like = float(np.corrcoef(restored.picture.ravel(), restored.original.ravel())[0, 1])
    return {
        "map": float(case.map_of(part.layer, part.map)),
        "size": float(recipe.size),
        "shrunk": (recipe.size / IMAGE_SIZE) ** 2,
        "areas": float(len(restored.areas)),
        "score_before": before,
        "score_after": after,
        "like": 100 * like,
        "differ": differ,
        "differ_restored": _differ(picture_of(recipe, restored)),
        "differ_lost": differ_lost,
        "lost": yes(differ_lost < differ / 2),
        "odd": "left" if odd_is_left(case) else "right",
    }


def quadrant_greys(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the mean grey of each quadrant (2, 2) of a picture (size, size) uint8."""
    half = len(picture) // 2
    means: NDArray[np.float64] = picture.reshape(2, half, 2, half).mean(axis=(1, 3))
    return means


def _differ(picture: NDArray[np.uint8]) -> float:
    """Return by how many greys the brightest quadrant of a picture (size, size) uint8 is brighter than the darkest."""
    return float(np.ptp(quadrant_greys(picture)))

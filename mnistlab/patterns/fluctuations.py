"""A choice of length scales and a seed -> the random image an ascent starts from (algorithms.md §4)."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.standardise import standardise
from mnistlab.patterns.enlarge import enlarge
from mnistlab.patterns.smooth import smooth
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.recipes.start import FluctuationStart


def fluctuations(start: FluctuationStart, answer: int = 0) -> NDArray[np.float32]:
    """Return the start image (28, 28), standardised.

    Arguments:
        start: the choices; with the staged strategy only the coarsest scale is there from the start.
        answer: number of the throw, where several start from one seed.
    """
    scales = scale_images(start, answer)
    if start.strategy == "staged":
        scales = scales[_first_scale(start)][None]
    image: NDArray[np.float32] = standardise(smooth(scales.sum(axis=0), start.smoothing)[None])[0]
    return image


def later_scales(start: FluctuationStart, answer: int = 0) -> dict[int, NDArray[np.float32]]:
    """Return what joins the running image later, by the step after which it does: (28, 28) each; empty for a mixture."""
    joining: dict[int, NDArray[np.float32]] = {}
    if start.strategy == "staged":
        for place, image in enumerate(scale_images(start, answer)):
            if start.amplitudes[place] and place != _first_scale(start):
                stage = start.stages[place]
                joining[stage] = joining.get(stage, np.float32(0)) + smooth(image, start.smoothing)
    return joining


def scale_images(start: FluctuationStart, answer: int = 0) -> NDArray[np.float32]:
    """Return the fluctuations of each scale times its amplitude, (scales, 28, 28), around 0.

    A scale's throw follows from seed and grid alone: moving one slider leaves the patterns of the others as they are.
    """
    images = np.zeros((len(start.grids), IMAGE_SIZE, IMAGE_SIZE), np.float32)
    for place, (grid, amplitude) in enumerate(zip(start.grids, start.amplitudes, strict=True)):
        if amplitude:
            values = np.random.default_rng([start.seed, answer, place, grid]).uniform(-1, 1, (1, grid, grid))
            images[place] = amplitude * enlarge(values)[0]
    return images


def _first_scale(start: FluctuationStart) -> int:
    """Return the place of the coarsest scale that is not left out."""
    used = [place for place, amplitude in enumerate(start.amplitudes) if amplitude]
    return min(used, key=lambda place: start.grids[place])

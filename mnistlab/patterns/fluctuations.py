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
        start: the choices; with the staged strategy the image has only the coarsest scale.
        answer: number of the random image among several from one seed.
    """
    scales = scale_images(start, answer)
    if start.strategy == "staged":
        scales = scales[_first_scale(start)][None]
    image: NDArray[np.float32] = standardise(smooth(scales.sum(axis=0), start.smoothing)[None])[0]
    return image


def later_scales(start: FluctuationStart, answer: int = 0) -> dict[int, NDArray[np.float32]]:
    """Return the images (28, 28) to add to the running image later, by the step at which they join; empty for a mixture."""
    joining: dict[int, NDArray[np.float32]] = {}
    if start.strategy == "staged":
        for index, image in enumerate(scale_images(start, answer)):
            if start.amplitudes[index] and index != _first_scale(start):
                stage = start.stages[index]
                joining[stage] = joining.get(stage, np.float32(0)) + smooth(image, start.smoothing)
    return joining


def scale_images(start: FluctuationStart, answer: int = 0) -> NDArray[np.float32]:
    """Return the fluctuations of each scale times its amplitude, (scales, 28, 28), around 0.

    The random numbers of a scale depend on seed and grid only, so that moving one slider does not change the other scales.
    """
    images = np.zeros((len(start.grids), IMAGE_SIZE, IMAGE_SIZE), np.float32)
    for index, (grid, amplitude) in enumerate(zip(start.grids, start.amplitudes, strict=True)):
        if amplitude:
            values = np.random.default_rng([start.seed, answer, index, grid]).uniform(-1, 1, (1, grid, grid))
            images[index] = amplitude * enlarge(values)[0]
    return images


def _first_scale(start: FluctuationStart) -> int:
    """Return the index of the coarsest scale whose amplitude is not zero."""
    used = [index for index, amplitude in enumerate(start.amplitudes) if amplitude]
    return min(used, key=lambda index: start.grids[index])

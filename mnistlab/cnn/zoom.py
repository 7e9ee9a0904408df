"""A zoom recipe and a photo -> a film: dream, cut the middle out, enlarge it, dream again."""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.carving.dream_files import picture_of
from mnistlab.carving.shades import coloured, square
from mnistlab.cnn.dream import dream
from mnistlab.progress import Progress, Report, Reports, Request, Result
from mnistlab.recipes.dream import CropRecipe, ZoomRecipe
from mnistlab.results.dream import DreamResult, FilmResult
from mnistlab.store.networks import StoredNetwork


def film(recipe: ZoomRecipe, network: StoredNetwork, photo: NDArray[np.uint8]) -> Reports:
    """Make the film of `recipe` frame by frame, each from the enlarged middle of the one before.

    Arguments:
        recipe: the zoom recipe.
        network: the network that `recipe.model` names.
        photo: (rows, columns, 3) uint8.

    Yields:
        `Progress` with the latest `picture`; a `Result` at the end: frames (n, size, size) uint8, or (n, size, size, 3) in colours.

    Raises:
        RecipeError: as for a dream.
    """
    # Called here so that an impossible dream fails before the film begins.
    first = dream(recipe.dream, network, photo)
    return _reports(recipe, network, photo, first)


def _reports(recipe: ZoomRecipe, network: StoredNetwork, photo: NDArray[np.uint8], reports: Reports) -> Reports:
    size = recipe.dream.size
    frames: list[NDArray[np.uint8]] = []
    colours = square(photo, recipe.dream.crop, size)
    # After the first frame the picture is already cropped.
    later = recipe.dream.model_copy(update={"crop": CropRecipe()})
    for number in range(recipe.frames):
        result = yield from _result(reports, number, recipe.frames, frames)
        if result is None:
            break
        frames.append(picture_of(recipe.dream, result))
        # The hues come from the enlarged photo; taken from the dream they would fade.
        colours = _enlarged(colours, recipe.zoom)
        middle = _enlarged(frames[-1], recipe.zoom)
        photo = coloured(middle if middle.ndim == 2 else np.asarray(Image.fromarray(middle).convert("L")), colours)
        reports = dream(later, network, photo)
    yield Result(FilmResult(np.stack(frames)).arrays(), {"frames": len(frames)})


def _result(
    reports: Reports, number: int, count: int, frames: list[NDArray[np.uint8]]
) -> Generator[Report, Request | None, DreamResult | None]:
    """Return the dream of one frame; None if the visitor asked to stop and there is at least one frame."""
    answer: Request | None = None
    for report in reports:
        if isinstance(report, Result):
            return DreamResult.of(report.arrays)
        assert isinstance(report, Progress)
        share = report.done / max(report.total, 1)
        pictures = {"picture": frames[-1]} if frames else report.pictures
        answer = yield Progress("dreaming", round(100 * (number + share)), 100 * count, {"frame": number + 1}, pictures)
        if answer is Request.STOP and frames:
            return None
    raise AssertionError("a dream ends with a result")


def _enlarged(picture: NDArray[np.uint8], zoom: float) -> NDArray[np.uint8]:
    """Return the middle of a picture, enlarged to its original size."""
    size = len(picture)
    margin = size * (1 - 1 / zoom) / 2
    box = (margin, margin, size - margin, size - margin)
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BICUBIC, box))

"""A dream recipe and a photo -> a generator of reports, ending with the carved picture (algorithms.md §6).

- The picture is standardised; the detail it loses when reduced to the size of the network's input is kept.
- In each iteration the full picture climbs at 28×28 pixels, is enlarged, and gets its detail back.
- Then the tiles of each level climb, all in one batch, each towards its own map, and are put back into the picture.
- Without blending a tile is put back as published: enlarged, with its original detail and (if corrected) its original brightness and
  contrast. With blending only the *change* is added, weighted so that neighbours fade into each other: brightness and contrast
  then vary as smoothly as in the original, and the changes of coarser levels remain.
"""

from collections.abc import Generator
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.carving.resizing import down, up
from mnistlab.carving.shades import grey_of, shown, square
from mnistlab.carving.tiles import Tiles, tiles_of
from mnistlab.cnn.ascent.loop import batch_size
from mnistlab.cnn.ascent.program import MOST_STEPS, Extras, program_for
from mnistlab.cnn.carvers import CarvedArea, areas_of
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.progress import Progress, Report, Reports, Request, Result
from mnistlab.recipes.dream import AreaRecipe, DreamRecipe
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.results.dream import DreamResult
from mnistlab.store.networks import StoredNetwork

# Images times steps of one call of the compiled loop: about a tenth of a second, so that a Cancel takes effect.
MOST_IMAGE_STEPS = 1_500


def dream(recipe: DreamRecipe, network: StoredNetwork, photo: NDArray[np.uint8]) -> Reports:
    """Carve patterns into `photo`.

    Arguments:
        recipe: the dream recipe.
        network: the network that `recipe.model` names.
        photo: (rows, columns, 3) uint8.

    Yields:
        `Progress` with the `picture` (size, size) uint8 after each level of each iteration; a `Result` at the end, of a
        `DreamResult`.

    Raises:
        RecipeError: if a map does not exist (the message names the area), or the picture has only one shade.
    """
    colours = square(photo, recipe.crop, recipe.size)
    grey = grey_of(colours, recipe.gray)
    if np.ptp(grey) == 0:
        raise RecipeError("The picture has the same grey value everywhere. Choose one with something on it.")
    original = standardise(grey[None] / np.float32(255))[0]
    areas = areas_of(recipe, network, original)
    return _reports(recipe, network, original, areas, colours if recipe.colour else None)


def _reports(
    recipe: DreamRecipe,
    network: StoredNetwork,
    original: NDArray[np.float32],
    areas: list[CarvedArea],
    colours: NDArray[np.uint8] | None,
) -> Reports:
    carver = _Carver(recipe, network, original, areas)
    # Allocated at once and filled step by step: at 1120 pixels each image is five megabytes.
    steps, done = np.empty((recipe.iterations, *original.shape), np.float32), 0
    for iteration in range(recipe.iterations):
        for level in range(recipe.levels + 1):
            if not carver.has(level, iteration):
                continue
            yield from carver.carve(level, iteration)
            if carver.stopped:
                break
        carver.close_iteration()
        steps[done] = _mixed(carver.full, original, recipe.strength)
        done += 1
        if carver.stopped:
            break
    result = DreamResult(
        picture=steps[done - 1],
        original=original,
        steps=steps[:done],
        areas=np.array([area.position for area in areas], np.int64).reshape(-1, 3),
        area_maps=np.array([area.map_index for area in areas], np.int64),
        area_saw=np.array([area.saw for area in areas], np.float32).reshape(-1, 28, 28),
        area_made=np.array([area.made for area in areas], np.float32).reshape(-1, 28, 28),
        area_scores=np.array([area.scores for area in areas], np.float32).reshape(-1, 2),
        colours=colours,
    )
    change = float(np.abs(steps[done - 1] - original).mean())
    yield Result(result.arrays(), {"iterations": done, "areas": len(areas), "change": change})


def _mixed(picture: NDArray[np.float32], original: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    if strength == 1:
        return picture
    return standardise((np.float32(strength) * picture + np.float32(1 - strength) * original)[None])[0]


class _Carver:
    """The state of a dream in progress."""

    def __init__(
        self, recipe: DreamRecipe, network: StoredNetwork, original: NDArray[np.float32], areas: list[CarvedArea]
    ) -> None:
        self.full, self.stopped = original, False
        self._recipe, self._network, self._original = recipe, network, original
        self._levels = {level: list(group) for level, group in groupby(areas, key=lambda area: area.position[0])}
        self._size = len(original)
        # The full picture as the network sees it, and the detail it lacks.
        self._small = standardise(down(original[None]))
        self._detail = original - standardise(up(self._small, self._size))[0]
        self._tiles = {level: self._cut(level, group) for level, group in self._levels.items() if level > 0}
        self._total = sum(
            len(group) * self._ascent(level).steps
            for iteration in range(recipe.iterations)
            for level, group in self._levels.items()
            if self.has(level, iteration)
        )
        self._done = 0

    def has(self, level: int, iteration: int) -> bool:
        """Return whether any area of this level is carved in this iteration."""
        last = self._recipe.level(level).iterations
        return level in self._levels and (last is None or iteration >= self._recipe.iterations - last)

    def close_iteration(self) -> None:
        """Prepare the picture for the next iteration."""
        self.full = standardise(self.full[None])[0]
        self._small = down(self.full[None])

    def carve(self, level: int, iteration: int) -> Generator[Report, Request | None, None]:
        """Carve all areas of one level; afterwards `stopped` says whether the visitor asked to stop."""
        if level == 0:
            made = yield from self._climb(level, self._small, iteration)
            self.full = standardise(standardise(up(made, self._size)) + self._detail)[0]
        elif self._recipe.blend:
            yield from self._weave(level, iteration)
        else:
            yield from self._replace(level, iteration)
        yield from self._tell(level, iteration)

    def _cut(self, level: int, group: list[CarvedArea]) -> tuple[Tiles, NDArray[np.float32], NDArray[np.float32]]:
        """Return the tiles of a level, with the mean and spread (count, 1, 1) of each in the original."""
        tiles = tiles_of(
            [AreaRecipe(level=level, row=area.position[1], column=area.position[2]) for area in group],
            self._size,
            self._recipe.blend,
        )
        squares = tiles.cut(self._original)
        return tiles, squares.mean(axis=(1, 2), keepdims=True), squares.std(axis=(1, 2), keepdims=True)

    def _replace(self, level: int, iteration: int) -> Generator[Report, Request | None, None]:
        """Replace the old tiles by the carved ones, with the detail of the original."""
        tiles, mean, spread = self._tiles[level]
        squares, side = tiles.cut(self._original), tiles.side
        seen = down(tiles.cut(self.full))
        if self._recipe.restore_contrast:
            detail = squares - (spread * standardise(up(standardise(down(squares)), side)) + mean)
            made = yield from self._climb(level, standardise(seen), iteration)
            carved = spread * standardise(up(made, side)) + mean + detail
        else:
            detail = squares - standardise(up(down(squares), side))
            made = yield from self._climb(level, seen, iteration)
            carved = up(made, side) + detail
        self.full = self.full.copy()
        tiles.put(self.full, carved)

    def _weave(self, level: int, iteration: int) -> Generator[Report, Request | None, None]:
        """Add the change of the ascent, fading out towards the neighbours."""
        tiles, _, spread = self._tiles[level]
        seen = standardise(down(tiles.cut(self.full)))
        made = yield from self._climb(level, seen, iteration)
        change = standardise(up(made, tiles.side))
        change -= standardise(up(seen, tiles.side))
        if self._recipe.restore_contrast:
            change *= spread
        self.full = self.full.copy()
        tiles.add(self.full, change)

    def _climb(
        self, level: int, seen: NDArray[np.float32], iteration: int
    ) -> Generator[Report, Request | None, NDArray[np.float32]]:
        """Ascend all tiles of a level, (count, 28, 28), and return the results."""
        areas, made = self._levels[level], seen.copy()
        most = batch_size(self._network)
        # Single maps have a faster implementation than weighted sums, so a batch holds only one kind.
        for single in (True, False):
            indices = [index for index, area in enumerate(areas) if (area.goal.single is not None) == single]
            for start in range(0, len(indices), most):
                yield from self._climb_batch(level, iteration, indices[start : start + most], seen, made)
        return made

    def _climb_batch(
        self, level: int, iteration: int, indices: list[int], seen: NDArray[np.float32], made: NDArray[np.float32]
    ) -> Generator[Report, Request | None, None]:
        areas, ascent = [self._levels[level][index] for index in indices], self._ascent(level)
        if not ascent.steps:
            return
        goals = [area.goal for area in areas]
        program = program_for(self._network, self._recipe.layer, goals[0].single is not None)
        targets = program.targets(goals)
        images, active = seen[indices], np.ones(len(indices), bool)
        before, first = np.full(len(indices), np.nan, np.float32), None
        choices = AscentRecipe(steps=ascent.steps, step_size=ascent.step_size, rescue=ascent.rescue)
        left = ascent.steps
        while left:
            count = max(1, min(left, MOST_STEPS, MOST_IMAGE_STEPS // len(indices)))
            stretch = program.climb(images, targets, active, before, count, choices, Extras())
            images, before = stretch.images, stretch.scores[-1]
            first = stretch.scores[0] if first is None else first
            left -= count
            self._done += count * len(indices)
            if left:
                yield from self._tell(level, iteration)
        made[indices] = images
        last = iteration == self._recipe.iterations - 1
        scores = program.scores(images, targets) if last else before
        for index, area in enumerate(areas):
            assert first is not None
            area.saw, area.made = seen[indices[index]], images[index]
            area.scores = float(first[index]), float(scores[index])

    def _ascent(self, level: int) -> Any:
        own, main = self._recipe.level(level), self._recipe.ascent
        changes = {name: value for name in ("steps", "step_size") if (value := getattr(own, name)) is not None}
        return main.model_copy(update=changes)

    def _tell(self, level: int, iteration: int) -> Generator[Report, Request | None, None]:
        values = {"iteration": iteration + 1, "level": level}
        picture = shown(self.full, self._original, self._recipe.contrast)
        answer = yield Progress("carving", self._done, max(self._total, 1), values, {"picture": picture})
        self.stopped = self.stopped or answer is Request.STOP

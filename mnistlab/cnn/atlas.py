"""An atlas recipe -> the best pattern of every map of a layer, with live progress (algorithms.md §3-5).

- A quick look at some of the patterns gives every map a first tile within a second or two.
- The precursor run finds the start patterns of all maps.
- Three times as many of them as the recipe keeps, and as many images of plain noise, climb coarsely: a few large steps show
  which candidates are worth continuing. Patterns alone miss the highest maximum of one map in ten: it has no large scales.
- The best candidates continue with steps that shrink from four times the recipe's size to a fifth of it: large steps reach poor
  maxima, small steps converge.
- Then each map hops eight times: its best pattern so far, disturbed by fluctuations, climbs again. Most maxima have others
  near them that are a few per cent higher. `scripts/measure_atlas.py` compares the result with that of the published method.
- All maps climb together, rank by rank; each map keeps the best pattern so far.
- Maps that still do not respond get a last chance from plain noise.
- Digits of the test set show which real inputs excite each map.
"""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import checked_maps, layer_named, map_goal
from mnistlab.cnn.ascent.loop import NO_RESPONSE, Climbed, Moment, Moments, climb
from mnistlab.cnn.ascent.stretches import Climb, shrinking
from mnistlab.cnn.precursor import find_candidates
from mnistlab.cnn.responses import Observer, digit_responses, most_exciting, observer_of, read_classes
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.patterns.fluctuations import fluctuations
from mnistlab.patterns.screening import screening_patterns
from mnistlab.progress import Progress, Reports, Request, Result, relay
from mnistlab.recipes.atlas import (
    CLIMB_SHARE,
    COARSE_SHARE,
    HOP_SHARE,
    HOPS,
    AtlasRecipe,
    coarse_candidates,
    steps_of_a_map,
)
from mnistlab.recipes.network import LayerRow
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.recipes.precursor import PrecursorChoices
from mnistlab.recipes.start import FluctuationStart
from mnistlab.results.atlas import Atlas
from mnistlab.store.networks import StoredNetwork

# Patterns of the quick look, and the steps from them to the first tiles.
FIRST_LOOK, FIRST_STEPS, FIRST_STEP_SIZE = 1_024, 10, 0.1
EXAMPLES = 9
# Factor for the step size in a coarse climb.
COARSE_FACTOR = 5.0
# Factors for the step size in stretches of equal length, for the main climb and for a hop.
CLIMB_FACTORS = (4.0, 2.2, 1.2, 0.66, 0.36, 0.2)
HOP_FACTORS = (3.0, 1.2, 0.5, 0.2)
# Strength of the disturbance in a hop (1 is as strong as the pattern), and its scale.
DISTURBANCE, HOP_GRID = 0.5, 14
# Noise images for a map that no candidate could activate, and the first seed of all noise.
LAST_CHANCES, FIRST_SEED = 4, 1_000


def make_atlas(recipe: AtlasRecipe, network: StoredNetwork, test: Digits) -> Reports:
    """Find the OIP of every map of `recipe`.

    Arguments:
        recipe: the atlas recipe.
        network: the network that `recipe.model` names.
        test: the digits to search for examples.

    Yields:
        `Progress` with the tiles so far as pictures: `images` (m, 28, 28) and their `scores` (m,); a `Result` at
        the end, of an `Atlas`.

    Raises:
        RecipeError: if the network has no such layer or map.
    """
    row = layer_named(recipe.precursor.layer, network.recipe, with_maps=True)
    maps = checked_maps(recipe.precursor.maps, row)
    return _Atlas(recipe, network, row, maps).run(test)


class _Atlas:
    """The atlas in progress."""

    def __init__(self, recipe: AtlasRecipe, network: StoredNetwork, row: LayerRow, maps: NDArray[np.int64]) -> None:
        self._recipe, self._network, self._row, self._maps = recipe, network, row, maps
        count = len(maps)
        self._images = np.zeros((count, 28, 28), np.float32)
        self._scores = np.zeros(count, np.float32)
        self._status = np.full(count, NO_RESPONSE, "U11")
        # Maps that reacted only after a rescue, because no pattern activates them by itself.
        self._woken = np.zeros(count, bool)
        self._keep = recipe.precursor.keep
        self._tried = coarse_candidates(recipe)
        self._coarse = shrinking(recipe.ascent, COARSE_SHARE, (COARSE_FACTOR,))
        self._rest = shrinking(recipe.ascent, CLIMB_SHARE, CLIMB_FACTORS)
        self._hop = shrinking(recipe.ascent, HOP_SHARE, HOP_FACTORS)
        # In image steps; the precursor run and the digits take little time beside them.
        self._total = count * steps_of_a_map(recipe)
        self._done = 0

    def run(self, test: Digits) -> Reports:
        """See `make_atlas`."""
        recipe, count = self._recipe, len(self._maps)
        observer = observer_of(self._network, self._row.name)
        yield from self._look_first(observer)
        screening = find_candidates(self._screening(), self._network, self._row, self._maps)
        candidates = yield from relay(screening, lambda report: self._progress(report.stage, 0))
        everywhere = np.arange(count)
        throws = [self._noise(FluctuationStart(seed=FIRST_SEED + throw), everywhere) for throw in range(self._tried)]
        images = np.concatenate([candidates.patterns, np.stack(throws, axis=1)], axis=1)
        scores = np.empty(images.shape[:2], np.float32)
        for rank in range(images.shape[1]):
            climbed = yield from self._climb(everywhere, images[:, rank], self._coarse)
            images[:, rank], scores[:, rank] = climbed.images, climbed.final
        best = most_exciting(scores.T, self._keep)
        finals = np.zeros((count, self._keep), np.float32)
        for rank in range(self._keep):
            climbed = yield from self._climb(everywhere, images[everywhere, best[:, rank]], self._rest)
            finals[:, rank] = climbed.final
        for hop in range(HOPS):
            awake = np.flatnonzero(self._status != NO_RESPONSE)
            if len(awake):
                yield from self._climb(awake, self._disturbed(awake, hop), self._hop)
        for chance in range(LAST_CHANCES):
            silent = np.flatnonzero(self._status == NO_RESPONSE)
            if len(silent):
                yield from self._climb(silent, self._noise(FluctuationStart(seed=chance), silent), (recipe.ascent, {}))
        examples, example_scores = yield from self._examples(observer, test)
        rescued = self._woken & (candidates.responding == 0)
        classes, _ = read_classes(self._network, self._images)
        atlas = Atlas(
            map_index=self._maps,
            images=self._images,
            scores=self._scores,
            status=self._status,
            rescued=rescued,
            responding=candidates.responding,
            candidates=finals,
            classes=classes,
            relative=_relative(self._scores, example_scores[:, 0]),
            examples=examples,
            example_scores=example_scores,
            example_labels=test.labels[examples],
        )
        summary = {
            "layer": self._row.name,
            "maps": count,
            "silent_maps": int((self._status == NO_RESPONSE).sum()),
            "rescued_maps": int(rescued.sum()),
            "median_score": float(np.median(self._scores)),
        }
        yield Result(atlas.arrays(), summary)

    def _look_first(self, observer: Observer) -> Generator[Progress, Request | None, None]:
        """Make a first tile for every map."""
        patterns = screening_patterns(self._recipe.precursor.grid, self._recipe.precursor.levels)
        chosen = np.random.default_rng(0).permutation(len(patterns))[:FIRST_LOOK]
        best = most_exciting(observer.all(patterns[chosen]).order[:, self._maps], 1)[:, 0]
        self._images = patterns[chosen[best]].copy()
        yield self._progress("first look", 0)
        ascent = AscentRecipe(steps=FIRST_STEPS, step_size=FIRST_STEP_SIZE, rescue=self._recipe.ascent.rescue)
        yield from self._follow(
            self._ascent(np.arange(len(self._maps)), self._images, (ascent, {})), "first look", None
        )

    def _screening(self) -> PrecursorChoices:
        """Return the choices of the precursor run; the coarse climb replaces the trial steps of the fast method."""
        choices = self._recipe.precursor
        trial_steps = 0 if choices.method == "fast" else choices.trial_steps
        return choices.model_copy(update={"keep": self._tried, "trial_steps": trial_steps})

    def _climb(
        self, indices: NDArray[np.int64], starts: NDArray[np.float32], how: Climb
    ) -> Generator[Progress, Request | None, Climbed]:
        """Ascend one start for each map at `indices`; keep the better of the old and new patterns."""
        climbed = yield from self._follow(self._ascent(indices, starts, how), "ascending", indices)
        self._done = min(self._done + how[0].steps * len(indices), self._total)
        self._woken[indices] |= (climbed.rescued > 0) & (climbed.final > 0)
        better = (climbed.final > self._scores[indices]) | (self._status[indices] == NO_RESPONSE)
        where = indices[better]
        self._images[where], self._scores[where] = climbed.images[better], climbed.final[better]
        self._status[where] = climbed.status[better]
        return climbed

    def _disturbed(self, indices: NDArray[np.int64], hop: int) -> NDArray[np.float32]:
        """Return the best patterns of the maps at `indices`, each plus noise of its own."""
        start = FluctuationStart(grids=(HOP_GRID,), amplitudes=(1.0,), stages=(0,), seed=hop)
        return standardise(self._images[indices] + DISTURBANCE * self._noise(start, indices))

    def _noise(self, start: FluctuationStart, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        # Seeded by the map's number, so that its pattern does not depend on the other maps of the atlas.
        return np.stack([fluctuations(start, int(self._maps[index])) for index in indices])

    def _ascent(self, indices: NDArray[np.int64], starts: NDArray[np.float32], how: Climb) -> Moments:
        ascent, sizes = how
        goals = [map_goal(self._row, int(index)) for index in self._maps[indices]]
        return climb(self._network, goals, starts, ascent, sizes=sizes)

    def _follow(
        self, moments: Moments, stage: str, indices: NDArray[np.int64] | None
    ) -> Generator[Progress, Request | None, Climbed]:
        """Relay an ascent as progress, showing its images for maps without a final pattern. `indices` None: all maps."""

        def told(moment: Moment) -> Progress:
            batch = slice(moment.first, moment.first + len(moment.images))
            where = np.arange(len(self._maps))[batch] if indices is None else indices[batch]
            # Images in progress do not replace final ones.
            fresh = self._scores[where] == 0
            self._images[where[fresh]] = moment.images[fresh]
            return self._progress(stage, 0 if indices is None else min(self._done + moment.done, self._total))

        return relay(moments, told)

    def _examples(
        self, observer: Observer, test: Digits
    ) -> Generator[Progress, Request | None, tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return the digits that excite each map most, (m, 9) numbers, and their scores."""
        looking = digit_responses(observer, test)
        responses = yield from relay(looking, lambda _: self._progress("looking at digits", self._total))
        scores = responses.scores[:, self._maps]
        best = most_exciting(scores, EXAMPLES)
        return best, np.take_along_axis(scores.T, best, axis=1)

    def _progress(self, stage: str, done: int) -> Progress:
        values = {"maps_done": int((self._scores > 0).sum()), "maps": len(self._maps)}
        return Progress(
            stage, done, self._total, values, {"images": self._images.copy(), "scores": self._scores.copy()}
        )


def _relative(scores: NDArray[np.float32], best_digits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores relative to the best that any digit reaches; NaN for a map that no digit excites."""
    return np.divide(scores, best_digits, out=np.full_like(scores, np.nan), where=best_digits > 0)

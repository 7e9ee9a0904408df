"""An atlas recipe -> the best pattern of every map of a layer, filling in live (algorithms.md §3-5).

- A quick look at some of the patterns gives every map a first tile within a second or two.
- The precursor run finds the start patterns of all maps.
- Three times as many of them as the recipe keeps, and as many throws of plain noise, climb coarsely: after a few large steps it shows
  which candidates are worth going on with. Patterns alone miss the best summit of one map in ten: it has no large scales.
- The best climb on with steps that shrink from four times the recipe's size to a fifth of it: large ones leave poor summits, small
  ones settle.
- Then each map hops: its best pattern, disturbed by fluctuations, climbs again, eight times, from the best so far. A few per cent
  more lie in the neighbourhood of most summits. `scripts/measure_atlas.py` compares the outcome with that of the published way.
- All maps climb together, rank by rank; a map keeps the best it has seen.
- Maps that still do not respond get a last chance from plain noise.
- Digits of the test set show what excites each map in reality.
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

# Patterns of the quick look, and the steps that make first tiles of them.
FIRST_LOOK, FIRST_STEPS, FIRST_STEP_SIZE = 1_024, 10, 0.1
EXAMPLES = 9
# How much larger the steps of a coarse climb are.
COARSE_FACTOR = 5.0
# How much larger the steps are in stretches of equal length, for those that go on and for a hop.
CLIMB_FACTORS = (4.0, 2.2, 1.2, 0.66, 0.36, 0.2)
HOP_FACTORS = (3.0, 1.2, 0.5, 0.2)
# How strongly the pattern of a map that hops is disturbed (1 is as strong as the pattern), and at which scale.
DISTURBANCE, HOP_GRID = 0.5, 14
# Throws of plain noise for a map that no candidate could wake, and the seeds from which all noise is thrown.
LAST_CHANCES, FIRST_SEED = 4, 1_000


def make_atlas(recipe: AtlasRecipe, network: StoredNetwork, test: Digits) -> Reports:
    """Find the OIP of all maps `recipe` asks for.

    Arguments:
        recipe: what to do.
        network: the network `recipe.model` names.
        test: digits among which the examples are looked for.

    Yields:
        `Progress` with the tiles so far as pictures: `images` (m, 28, 28) and their `scores` (m,); a `Result` at
        the end, of an `Atlas`.

    Raises:
        RecipeError: the network has no such layer or map.
    """
    row = layer_named(recipe.precursor.layer, network.recipe, with_maps=True)
    maps = checked_maps(recipe.precursor.maps, row)
    return _Atlas(recipe, network, row, maps).run(test)


class _Atlas:
    """The atlas as far as it is known."""

    def __init__(self, recipe: AtlasRecipe, network: StoredNetwork, row: LayerRow, maps: NDArray[np.int64]) -> None:
        self._recipe, self._network, self._row, self._maps = recipe, network, row, maps
        count = len(maps)
        self._images = np.zeros((count, 28, 28), np.float32)
        self._scores = np.zeros(count, np.float32)
        self._status = np.full(count, NO_RESPONSE, "U11")
        # Maps that reacted only after a rescue, where no pattern wakes them by itself.
        self._woken = np.zeros(count, bool)
        self._keep = recipe.precursor.keep
        self._tried = coarse_candidates(recipe)
        self._coarse = shrinking(recipe.ascent, COARSE_SHARE, (COARSE_FACTOR,))
        self._rest = shrinking(recipe.ascent, CLIMB_SHARE, CLIMB_FACTORS)
        self._hop = shrinking(recipe.ascent, HOP_SHARE, HOP_FACTORS)
        # One unit is one image step; the precursor run and the digits are small beside them.
        self._total = count * steps_of_a_map(recipe)
        self._done = 0

    def run(self, test: Digits) -> Reports:
        """See `make_atlas`."""
        recipe, count = self._recipe, len(self._maps)
        observer = observer_of(self._network, self._row.name)
        yield from self._look_first(observer)
        screening = find_candidates(self._screening(), self._network, self._row, self._maps)
        found = yield from relay(screening, lambda report: self._progress(report.stage, 0))
        everywhere = np.arange(count)
        throws = [self._noise(FluctuationStart(seed=FIRST_SEED + throw), everywhere) for throw in range(self._tried)]
        images = np.concatenate([found.patterns, np.stack(throws, axis=1)], axis=1)
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
        rescued = self._woken & (found.responding == 0)
        classes, _ = read_classes(self._network, self._images)
        atlas = Atlas(
            map_index=self._maps,
            images=self._images,
            scores=self._scores,
            status=self._status,
            rescued=rescued,
            responding=found.responding,
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
        """Give every map a first tile."""
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
        """Return the precursor run to make: the coarse climb takes the place of the trial steps of the fast method."""
        choices = self._recipe.precursor
        trial_steps = 0 if choices.method == "fast" else choices.trial_steps
        return choices.model_copy(update={"keep": self._tried, "trial_steps": trial_steps})

    def _climb(
        self, places: NDArray[np.int64], starts: NDArray[np.float32], how: Climb
    ) -> Generator[Progress, Request | None, Climbed]:
        """Ascend one start for each map at `places`; the better of old and new is kept."""
        climbed = yield from self._follow(self._ascent(places, starts, how), "ascending", places)
        self._done = min(self._done + how[0].steps * len(places), self._total)
        self._woken[places] |= (climbed.rescued > 0) & (climbed.final > 0)
        better = (climbed.final > self._scores[places]) | (self._status[places] == NO_RESPONSE)
        where = places[better]
        self._images[where], self._scores[where] = climbed.images[better], climbed.final[better]
        self._status[where] = climbed.status[better]
        return climbed

    def _disturbed(self, places: NDArray[np.int64], hop: int) -> NDArray[np.float32]:
        """Return the best patterns of the maps at `places`, each with a throw of its own added."""
        start = FluctuationStart(grids=(HOP_GRID,), amplitudes=(1.0,), stages=(0,), seed=hop)
        return standardise(self._images[places] + DISTURBANCE * self._noise(start, places))

    def _noise(self, start: FluctuationStart, places: NDArray[np.int64]) -> NDArray[np.float32]:
        # By the map's number, so that a map's pattern does not depend on which others are asked for.
        return np.stack([fluctuations(start, int(self._maps[place])) for place in places])

    def _ascent(self, places: NDArray[np.int64], starts: NDArray[np.float32], how: Climb) -> Moments:
        ascent, sizes = how
        goals = [map_goal(self._row, int(index)) for index in self._maps[places]]
        return climb(self._network, goals, starts, ascent, sizes=sizes)

    def _follow(
        self, moments: Moments, stage: str, places: NDArray[np.int64] | None
    ) -> Generator[Progress, Request | None, Climbed]:
        """Pass an ascent on as progress; its images show where nothing better is known. `places` None: everywhere."""

        def told(moment: Moment) -> Progress:
            batch = slice(moment.first, moment.first + len(moment.images))
            where = np.arange(len(self._maps))[batch] if places is None else places[batch]
            # What is final is not replaced by something that still grows.
            fresh = self._scores[where] == 0
            self._images[where[fresh]] = moment.images[fresh]
            return self._progress(stage, 0 if places is None else min(self._done + moment.done, self._total))

        return relay(moments, told)

    def _examples(
        self, observer: Observer, test: Digits
    ) -> Generator[Progress, Request | None, tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return which digits excite each map most, (m, 9) numbers, and how much."""
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
    """Return scores over the best that any digit reaches; NaN for a map that no digit excites."""
    return np.divide(scores, best_digits, out=np.full_like(scores, np.nan), where=best_digits > 0)

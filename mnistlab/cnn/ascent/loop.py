"""Many images, each with its own goal -> their patterns, as a generator that reports progress and can be stopped."""

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import Goal
from mnistlab.cnn.ascent.heads import Targets
from mnistlab.cnn.ascent.program import MOST_STEPS, TINY_GRADIENT, Extras, Program, program_for
from mnistlab.data.standardise import standardise
from mnistlab.progress import Request
from mnistlab.recipes.network import layer_rows
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.store.networks import StoredNetwork

# Seconds between two reports: a Cancel must take effect within a quarter of a second, and live pictures must be fluent.
MOMENT_SECONDS = 0.1
# Images in one call: enough to keep two cores busy, few enough to leave the cache to the maps.
MOST_BATCH = 256
# Values a batch may hold in the largest layer: bounds the memory for any network to about ten arrays of 4 bytes per value.
MOST_VALUES = 8_000_000
# Final status of an image.
NO_RESPONSE, STALLED, CONVERGED, CLIMBING = "no_response", "stalled", "converged", "climbing"


@dataclass(frozen=True)
class Moment:
    """The state of an ascent between two steps.

    Attributes:
        first: number of the first image of the current batch.
        step: number of steps of these images.
        images: (batch, 28, 28) float32.
        scores: (batch,) float32, before their last step.
        done: image steps done in the whole call, of `total`.
    """

    first: int
    step: int
    images: NDArray[np.float32]
    scores: NDArray[np.float32]
    done: int
    total: int


@dataclass(frozen=True)
class Climbed:
    """The result of an ascent of n images.

    Attributes:
        images: (n, 28, 28) float32, standardised.
        scores: (steps, n) float32, before each step.
        final: (n,) float32, the scores of `images`.
        status: (n,) str: "no_response" (the target still does not react), "stalled" (the gradient is zero), "converged", or
            "climbing" (all steps done, and the score still changes).
        rescued: (n,) int64, number of steps whose gradient passed the target's relu.
        kept: images by step, (n, 28, 28) each.
    """

    images: NDArray[np.float32]
    scores: NDArray[np.float32]
    final: NDArray[np.float32]
    status: NDArray[np.str_]
    rescued: NDArray[np.int64]
    kept: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)


Moments = Generator[Moment, Request | None, Climbed]


def climb(
    network: StoredNetwork,
    goals: Sequence[Goal],
    starts: NDArray[np.float32],
    ascent: AscentRecipe,
    *,
    extras: Extras | None = None,
    keep: Sequence[int] = (),
    joining: Mapping[int, NDArray[np.float32]] | None = None,
    sizes: Mapping[int, float] | None = None,
    fused: bool = False,
) -> Moments:
    """Ascend images, each towards its own goal; without diversity, the result of an image does not depend on the others.

    Arguments:
        network: the network.
        goals: one per image, all of one layer, and either all single maps or none.
        starts: (n, 28, 28) float32, standardised.
        ascent: steps, step size and so on.
        extras: jitter, smoothing, diversity.
        keep: steps after which the images are kept.
        joining: images to add after a number of steps, (n, 28, 28) each; the sum is standardised.
        sizes: step sizes that replace the recipe's, by their first step.
        fused: for a single image, whether to use the faster loop, which rounds differently: over hundreds of steps past the
            kinks of relu and pools this leads to another picture of the same kind.

    Yields:
        A `Moment` several times a second; if answered with STOP, the ascent ends.

    Returns:
        The result of the ascent.
    """
    extras, joining = extras or Extras(), joining or {}
    program = program_for(
        network, goals[0].layer, goals[0].single is not None, extras.any or ascent.stop_at_convergence
    )
    size = batch_size(network) if not extras.diversity else len(goals)
    parts, done = [], 0
    for first in range(0, len(goals), size):
        chosen = slice(first, first + size)
        batch = _Batch(
            program, goals[chosen], starts[chosen], ascent, extras, set(keep), sizes or {}, fused and len(goals) == 1
        )
        added = {step: images[chosen] for step, images in joining.items()}
        stopped = False
        for step in batch.run(added):
            moment = Moment(
                first, step, batch.images, batch.last_scores, done + step * batch.count, ascent.steps * len(goals)
            )
            if (yield moment) is Request.STOP:
                stopped = True
                break
        parts.append(batch.end())
        done += ascent.steps * batch.count
        if stopped:
            break
    return _joined(parts)


def batch_size(network: StoredNetwork) -> int:
    """Return how many images of this network fit into one call."""
    largest = max(int(np.prod(row.shape)) for row in layer_rows(network.recipe))
    return max(8, min(MOST_BATCH, MOST_VALUES // largest))


class _Batch:
    """A batch of images during an ascent, with its history."""

    def __init__(
        self,
        program: Program,
        goals: Sequence[Goal],
        starts: NDArray[np.float32],
        ascent: AscentRecipe,
        extras: Extras,
        keep: set[int],
        sizes: Mapping[int, float],
        fused: bool,
    ) -> None:
        self.count = len(goals)
        self._sizes = {0: ascent.step_size, **sizes}
        self._program, self._ascent, self._extras, self._keep, self._fused = program, ascent, extras, keep, fused
        self._targets: Targets = program.targets(goals)
        self.images = starts.astype(np.float32)
        self._active = np.ones(self.count, bool)
        self._slope = np.full(self.count, np.inf, np.float32)
        self._scores: list[NDArray[np.float32]] = []
        self._kept: dict[int, NDArray[np.float32]] = {}

    @property
    def last_scores(self) -> NDArray[np.float32]:
        """The scores (batch,) before the last step; NaN before the first."""
        return self._scores[-1][-1] if self._scores else np.full(self.count, np.nan, np.float32)

    def run(self, joining: Mapping[int, NDArray[np.float32]]) -> Generator[int]:
        """Take all steps; yield the number of steps done, several times a second."""
        step, steps = 0, self._ascent.steps
        borders = sorted({border for border in (*self._keep, *joining, *self._sizes, steps) if 0 < border <= steps})
        # Steps per call, as measured by the previous batch of this kind.
        pace = self._program.pace
        kind = self.count, self._fused
        if 0 in joining:
            self._join(joining[0])
        while step < steps and self._active.any():
            until = next(border for border in borders if border > step)
            clock = time.perf_counter()
            taken = min(pace.get(kind, 1), until - step, MOST_STEPS)
            self._take(step, taken)
            step += taken
            # At most doubled, because the first stretch includes the compilation and says nothing about the next.
            possible = int(taken * MOMENT_SECONDS / max(time.perf_counter() - clock, 1e-6))
            pace[kind] = max(1, min(2 * pace.get(kind, 1), possible))
            if step in joining:
                self._join(joining[step])
            if step in self._keep:
                self._kept[step] = self.images
            yield step
        for border in self._keep:
            self._kept.setdefault(border, self.images)

    def end(self) -> Climbed:
        """Return the result of the batch."""
        final = self._program.scores(self.images, self._targets)
        scores = np.concatenate(self._scores)
        before = scores[-1]
        status = np.full(self.count, CLIMBING, "U11")
        status[(np.abs(final - before) <= self._ascent.convergence * np.abs(final)) | ~self._active] = CONVERGED
        status[self._slope <= TINY_GRADIENT] = STALLED
        status[final == 0] = NO_RESPONSE
        rescued = (scores == 0).sum(axis=0) if self._ascent.rescue else np.zeros(self.count, np.int64)
        return Climbed(self.images, scores, final, status, rescued, self._kept)

    def _take(self, step: int, count: int) -> None:
        size = self._sizes[max(since for since in self._sizes if since <= step)]
        done = self._program.climb(
            self.images,
            self._targets,
            self._active,
            self.last_scores,
            count,
            self._ascent.model_copy(update={"step_size": size}),
            replace(self._extras, first_step=step),
            self._fused,
        )
        self.images, self._active, self._slope = done.images, done.active, done.slope
        self._scores.append(done.scores)

    def _join(self, added: NDArray[np.float32]) -> None:
        self.images = standardise(self.images + added)


def _joined(parts: Sequence[Climbed]) -> Climbed:
    """Concatenate batches; the last scores of a batch that converged earlier fill the steps it did not need."""
    steps = max(len(part.scores) for part in parts)
    scores = [np.pad(part.scores, ((0, steps - len(part.scores)), (0, 0)), mode="edge") for part in parts]
    kept = {step: np.concatenate([part.kept[step] for part in parts if step in part.kept]) for step in parts[0].kept}
    return Climbed(
        np.concatenate([part.images for part in parts]),
        np.concatenate(scores, axis=1),
        np.concatenate([part.final for part in parts]),
        np.concatenate([part.status for part in parts]),
        np.concatenate([part.rescued for part in parts]),
        kept,
    )

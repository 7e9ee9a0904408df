"""Values of many digits -> positions in a plane that keep neighbours together: t-SNE, step by step.

`sklearn.manifold.TSNE` runs to its end without reports, so neither progress nor Cancel would be possible. Here its own two functions,
joint probabilities and the Barnes-Hut gradient, are called from a generator; the schedule is that of scikit-learn
(docs/decisions/0011). After van der Maaten, "Accelerating t-SNE using tree-based algorithms", 2014.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import _t_sne
from sklearn.neighbors import NearestNeighbors

# scikit-learn's values: factor and number of steps of the early exaggeration.
EXAGGERATION, EXAGGERATED_STEPS = 12.0, 250
NEIGHBOURS_PER_PERPLEXITY = 3
EARLY_MOMENTUM, MOMENTUM = 0.5, 0.8
LEAST_GAIN, GROWTH, DECAY = 0.01, 0.2, 0.8
LEAST_RATE = 50.0
# Standard deviation of the initial positions, small enough for the forces to decide, not the start.
START_SPREAD = 1e-4
# Degrees of freedom of Student's t: the dimensions of the plane less one.
FREEDOM = 1
# Steps between two measurements of the divergence, which costs a third of a step.
MEASURED = 10
# A fixed number, because the order of the threads' sums, and with it the picture, depends on it.
THREADS = 2


@dataclass(frozen=True)
class Layout:
    """The plane after some steps: `positions` (digits, 2) float32; `divergence`: the Kullback-Leibler divergence in nats, as last measured."""

    step: int
    positions: NDArray[np.float32]
    divergence: float


def lay_out(
    values: NDArray[np.float32], start: NDArray[np.float32], perplexity: float, steps: int
) -> Generator[Layout]:
    """Move the digits step by step; yield the plane after each.

    Arguments:
        values: (digits, nodes) float32.
        start: (digits, 2) float32, initial positions, such as the principal components.
        perplexity: effective number of neighbours of each digit.
        steps: number of steps.
    """
    count = len(values)
    likely = _neighbourhoods(values, min(perplexity, (count - 1) / NEIGHBOURS_PER_PERPLEXITY))
    positions = (start * (START_SPREAD / max(float(np.std(start[:, 0])), 1e-12))).astype(np.float32).ravel()
    rate = max(count / EXAGGERATION / 4, LEAST_RATE)
    early = min(EXAGGERATED_STEPS, steps // 3)
    likely *= EXAGGERATION
    update, gains, divergence = np.zeros_like(positions), np.ones_like(positions), float("inf")
    for step in range(1, steps + 1):
        if step == early + 1:
            likely /= EXAGGERATION
            update, gains = np.zeros_like(positions), np.ones_like(positions)
        measured = step % MEASURED == 0 or step == steps
        error, gradient = _t_sne._kl_divergence_bh(
            positions, likely, FREEDOM, count, 2, compute_error=measured, num_threads=THREADS
        )
        divergence = float(error) if measured else divergence
        # A coordinate that keeps its direction gets faster, one that oscillates gets slower.
        gains = np.maximum(np.where(update * gradient < 0, gains + GROWTH, gains * DECAY), LEAST_GAIN)
        update = (EARLY_MOMENTUM if step <= early else MOMENTUM) * update - rate * gains * gradient
        positions = (positions + update).astype(np.float32)
        yield Layout(step, positions.reshape(-1, 2), divergence)


def _neighbourhoods(values: NDArray[np.float32], perplexity: float) -> NDArray[np.float32]:
    """Return the probability of each pair of digits to be neighbours, as a sparse matrix (digits, digits) that adds up to 1."""
    count = min(len(values) - 1, int(NEIGHBOURS_PER_PERPLEXITY * perplexity + 1))
    distances = NearestNeighbors(n_neighbors=count).fit(values).kneighbors_graph(mode="distance")
    distances.data **= 2
    likely: NDArray[np.float32] = _t_sne._joint_probabilities_nn(distances, perplexity, 0)
    return likely

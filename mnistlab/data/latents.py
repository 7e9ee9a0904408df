"""A picture -> the latents with which the generator of the embedded digits writes it most alike, as each class.

For each class the search begins at the means of the mixture whose pictures come nearest, and goes on by damped least squares (Levenberg 1944, Marquardt
1963): on the squares of the pixels' differences and of the latents' distance from the mean, measured by the spread of that part of the mixture, so that
what is found is a digit as it is written.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.embedded import CLASSES, Generator, class_shares, decode, generator

Floats = NDArray[np.float32]
WHITE = 255
# Starts for each class; steps of the search; standard deviation that a pixel, from 0 to 1, is allowed beside the written digit.
STARTS, STEPS, ALLOWED = 3, 15, 0.2
# In standard deviations of a part of the mixture: of normally distributed latents in 16 dimensions, 99 % lie nearer to the mean.
FARTHEST = 5.66
# Of the damping: at first, and how it changes with a step that has helped and one that has not.
DAMPING, EASIER, HARDER = 1.0, 0.4, 4.0


@dataclass(frozen=True, eq=False)
class Written:
    """Written digits like a picture.

    Attributes:
        latents: (classes, STARTS, latents) float32, for each class the most alike first.
        pictures: (classes, STARTS, 28, 28) uint8.
        distance: (classes, STARTS) float32, root of the mean squared difference from the picture, from 0 to 1.
    """

    latents: Floats
    pictures: NDArray[np.uint8]
    distance: Floats


def written_like(image: NDArray[np.uint8]) -> Written:
    """Return the written digits of each class that are most like a picture (28, 28) uint8.

    Raises:
        DataError: the generator's file cannot be used.
    """
    source, wanted = generator(), image.reshape(-1).astype(np.float32) / np.float32(WHITE)
    labels, parts = _starts(source, wanted)
    latents = _search(source, wanted, labels, parts)
    pictures = decode(latents, labels)
    distance = np.sqrt(np.mean((pictures.reshape(len(labels), -1) / np.float32(WHITE) - wanted) ** 2, axis=1))
    order = np.argsort(distance.reshape(CLASSES, STARTS), axis=1, kind="stable")
    order += STARTS * np.arange(CLASSES)[:, None]
    return Written(latents[order], pictures[order], distance[order].astype(np.float32))


def _starts(source: Generator, wanted: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return class and part of the mixture of each start, (classes · STARTS,) each: those whose means are written most alike."""
    components = source.means.shape[1]
    labels = np.repeat(np.arange(CLASSES), components)
    pictures, _ = _pictures(source, source.means.reshape(-1, source.latents), class_shares(labels), slopes=False)
    distance = ((pictures - wanted) ** 2).sum(axis=1).reshape(CLASSES, components)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :STARTS]
    return np.repeat(np.arange(CLASSES), STARTS), nearest.reshape(-1)


def _search(source: Generator, wanted: Floats, labels: NDArray[np.int64], parts: NDArray[np.int64]) -> Floats:
    """Return the latents (count, latents) at which the search ends."""
    means, factors = source.means[labels, parts], source.factors[labels, parts]
    shares, identity = class_shares(labels), np.eye(source.latents, dtype=np.float32)
    # Latents as standard deviations from the mean.
    places = np.zeros_like(means)
    damping = np.full(len(labels), DAMPING, np.float32)

    def look(places: Floats, slopes: bool) -> tuple[Floats, Floats, Floats]:
        pictures, found = _pictures(source, means + np.einsum("nij,nj->ni", factors, places), shares, slopes)
        rest = (pictures - wanted) / np.float32(ALLOWED)
        return rest, found, (rest**2).sum(axis=1) + (places**2).sum(axis=1)

    rest, slopes, cost = look(places, True)
    for _ in range(STEPS):
        slope = np.einsum("npi,nij->npj", slopes, factors) / np.float32(ALLOWED)
        square = np.einsum("npi,npj->nij", slope, slope) + identity
        downhill = np.einsum("npi,np->ni", slope, rest) + places
        step = np.linalg.solve(square + damping[:, None, None] * identity, downhill[..., None])[..., 0]
        tried = places - step
        tried *= np.minimum(1, FARTHEST / np.maximum(np.linalg.norm(tried, axis=1, keepdims=True), 1e-6))
        its_rest, its_slopes, its_cost = look(tried, True)
        helps = its_cost < cost
        damping = np.where(helps, EASIER * damping, HARDER * damping).astype(np.float32)
        places, cost = np.where(helps[:, None], tried, places), np.where(helps, its_cost, cost)
        rest = np.where(helps[:, None], its_rest, rest)
        slopes = np.where(helps[:, None, None], its_slopes, slopes)
    found: Floats = (means + np.einsum("nij,nj->ni", factors, places)).astype(np.float32)
    return found


def _pictures(source: Generator, latents: Floats, shares: Floats, slopes: bool) -> tuple[Floats, Floats]:
    """Return pictures (count, pixels) from 0 to 1, and if asked for their slopes by the latents (count, pixels, latents)."""
    values = np.concatenate([latents, shares], axis=1)
    found: Floats = np.zeros((0,), np.float32)
    if slopes:
        found = np.repeat(np.eye(values.shape[1], dtype=np.float32)[None, : source.latents], len(values), axis=0)
    for number, (kernel, bias) in enumerate(source.layers):
        values = values @ kernel + bias
        last = number == len(source.layers) - 1
        is_up = values > 0
        values = 1 / (1 + np.exp(-values.clip(-80, 80))) if last else values * is_up
        if slopes:
            slope = values * (1 - values) if last else is_up
            # One large product is faster than one for each picture.
            found = (found.reshape(-1, found.shape[-1]) @ kernel).reshape(len(values), source.latents, -1) * slope[
                :, None
            ]
    return values.astype(np.float32), found.transpose(0, 2, 1) if slopes else found

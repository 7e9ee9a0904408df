"""A digit and a network -> for each other class the smallest change among all pictures that makes the network read it.

The search is FAB (Croce and Hein 2020, “Minimally distorted adversarial examples with a fast adaptive boundary attack”, arXiv:1907.02044), in the
sum of squares, for all classes at once: where the picture stands, the border between the class and its strongest rival is taken to be straight; the
picture goes to the border, and some of the way to the point of the border that is nearest to the digit; once across, it goes back towards the digit.
For classes that are not found so, it begins once more on the straight way to a picture that the network reads as the class, where the class begins.
What is found is an upper bound: a smaller change may exist.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.explanations.chain import NetworkChain
from mnistlab.cnn.explanations.ends import Ends
from mnistlab.data.scaling import for_ascent
from mnistlab.explanations.greys import WHITE, as_bytes, as_pictures, to_greys
from mnistlab.explanations.nearest import nearest
from mnistlab.progress import Progress, Work
from mnistlab.recipes.network import IMAGE_SIZE

Floats = NDArray[np.float32]
STEPS = 60
# As in the article: most weight of the point nearest to the digit, how far beyond the border a step goes, and what is left of a change once it is across.
TOWARDS_DIGIT, BEYOND, BACK = 0.1, 1.05, 0.9
# Along the way from the digit to what was found, how much of it is looked at: first evenly, up to a bit more than all; then further, because rounding
# to whole grey values takes away most of a very small change.
AMOUNTS = np.concatenate([np.arange(1, 121) / 100, np.geomspace(1.25, 40, 80)]).astype(np.float32)
# Pictures of a way read at once: most ways come to the class long before they end.
READ_AT_ONCE = 25
SEARCHING, AGAIN, SHORTENING = "looking for the smallest change", "once more from farther away", "making it smaller"


@dataclass(frozen=True, eq=False)
class Changed:
    """The smallest changes found. `pictures`: (classes, 28, 28) uint8, the digit itself where none was found; `found`: (classes,) bool."""

    pictures: NDArray[np.uint8]
    found: NDArray[np.bool_]


def smallest_changes(chain: NetworkChain, image: NDArray[np.uint8], ends: Ends | None = None) -> Work[Changed]:
    """Return the smallest change of a digit that makes it each class, of those that were found.

    Each picture is read as its class as it is, in whole grey values from 0 to 255; of the same change in smaller steps along a straight line none is.

    Arguments:
        chain: the network.
        image: the digit, (28, 28) uint8.
        ends: pictures; into every class that one of them is read as a change is found.
    """
    network = chain.network
    start: Floats = image.reshape(1, -1).astype(np.float32) / np.float32(WHITE)
    read = int(chain.outputs(for_ascent(image[None], network.recipe.scaling))[0].argmax())
    targets = np.array([label for label in range(network.recipe.classes) if label != read])
    points = yield from _search(chain, start, targets, np.repeat(start, len(targets), axis=0), 0)
    pictures = np.repeat(image[None], network.recipe.classes, axis=0)
    found = np.zeros(len(pictures), np.bool_)
    for label, point in zip(targets.tolist(), points, strict=True):
        shortest = None if point is None else first_on_line(chain, image, point.reshape(image.shape), label)
        if shortest is not None:
            pictures[label], found[label] = shortest, True
    begun: dict[int, NDArray[np.uint8]] = {}
    for label in np.flatnonzero(~found).tolist():
        end = None if ends is None or label == read else ends.picture(label)
        if end is not None:
            crossing = first_on_line(chain, image, end.astype(np.float32) / np.float32(WHITE), label)
            # The way comes to its end, which is read as the class.
            begun[label] = end if crossing is None else crossing
    if begun:
        places = np.stack(list(begun.values())).reshape(len(begun), -1).astype(np.float32) / np.float32(WHITE)
        points = yield from _search(chain, start, np.array(list(begun)), places, STEPS)
        for (label, picture), point in zip(begun.items(), points, strict=True):
            shortest = None if point is None else first_on_line(chain, image, point.reshape(image.shape), label)
            pictures[label], found[label] = picture if shortest is None else shortest, True
    yield Progress(SHORTENING, 2 * STEPS, 2 * STEPS)
    return Changed(pictures, found)


def _search(
    chain: NetworkChain, start: Floats, targets: NDArray[np.int64], points: Floats, done: int
) -> Work[list[Floats | None]]:
    """Return for each target the point (pixels,) nearest to the start at which its output is the largest; None where none was found.

    Arguments:
        chain: the network.
        start: the digit, (1, pixels) from 0 to 1.
        targets: (count,), the classes.
        points: (count, pixels), where the search begins.
        done: steps that were taken before, for the progress.
    """
    best, least = points.copy(), np.full(len(targets), np.inf)
    for step in range(STEPS):
        yield Progress(SEARCHING if not done else AGAIN, done + step, 2 * STEPS)
        margins, slopes = _border(chain, points, targets)
        sizes = np.linalg.norm(points - start, axis=1)
        is_across = margins > 0
        is_better = is_across & (sizes < least)
        best[is_better], least[is_better] = points[is_better], sizes[is_better]
        back = np.where(is_across[:, None], start + BACK * (points - start), points)
        # The border is the same straight one, seen from where the picture went back to.
        points = _step(back, start, slopes, margins + (slopes * (back - points)).sum(axis=1))
    return [point if np.isfinite(size) else None for point, size in zip(best, least, strict=True)]


def on_line(image: NDArray[np.uint8], towards: Floats) -> NDArray[np.uint8]:
    """Return pictures (AMOUNTS, 28, 28) uint8 on the way from a digit through `towards` (28, 28) from 0 to 1, the least changed first."""
    start = image.astype(np.float32) / np.float32(WHITE)
    return as_bytes(start + AMOUNTS[:, None, None] * (towards - start))


def first_on_line(
    chain: NetworkChain, image: NDArray[np.uint8], towards: Floats, label: int
) -> NDArray[np.uint8] | None:
    """Return the first picture of `on_line` that is read as a class, and again of the way to that one, until it is the first itself; None if there is none."""
    found: NDArray[np.uint8] | None = None
    while True:
        pictures = on_line(image, towards)
        if found is not None:
            # Of a way to a picture that is read so, only the parts up to it count: it is no longer than the one before.
            pictures = pictures[AMOUNTS < 1]
        hit = _first_read_as(chain, pictures, label)
        if hit is None or (found is not None and np.array_equal(pictures[hit], found)):
            return found
        # Rounding to whole grey values bends the way, so a smaller step on the way to what was found may be read so too.
        found = pictures[hit]
        towards = found.astype(np.float32) / np.float32(WHITE)


def _first_read_as(chain: NetworkChain, pictures: NDArray[np.uint8], label: int) -> int | None:
    """Return the place of the first of pictures (count, 28, 28) that is read as a class; None if there is none."""
    for start in range(0, len(pictures), READ_AT_ONCE):
        part = pictures[start : start + READ_AT_ONCE]
        hits = np.flatnonzero(chain.outputs(for_ascent(part, chain.network.recipe.scaling)).argmax(axis=1) == label)
        if len(hits):
            return start + int(hits[0])
    return None


def _border(chain: NetworkChain, points: Floats, targets: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return by how much each target's output is above its strongest rival's (count,), and the gradient of that with respect to grey values (count, pixels)."""
    scaling = chain.network.recipe.scaling
    greys = points.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    margins, gradients = chain.above_rivals(as_pictures(greys, scaling), targets.tolist())
    return margins, to_greys(gradients, greys, scaling).reshape(points.shape)


def _step(points: Floats, start: Floats, slopes: Floats, margins: Floats) -> Floats:
    """Return points a bit beyond the straight border, somewhat towards what of it is nearest to the digit."""
    starts = np.repeat(start, len(points), axis=0)
    from_here = nearest(points, slopes, -margins)
    from_start = nearest(starts, slopes, -margins - (slopes * (starts - points)).sum(axis=1))
    here, there = (
        np.linalg.norm(found - begun, axis=1) for found, begun in ((from_here, points), (from_start, starts))
    )
    weight = np.minimum(here / np.maximum(here + there, 1e-9), TOWARDS_DIGIT)[:, None]
    moved: Floats = (1 - weight) * (points + BEYOND * (from_here - points)) + weight * (
        starts + BEYOND * (from_start - starts)
    )
    return moved.clip(0, 1).astype(np.float32)

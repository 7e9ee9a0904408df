"""A digit and a network -> for each class a walk among written digits, from the digit to one of that class, and where the answer changes.

A walk goes straight through the generator's latents, and its class from one to the other, as a blend does (`data/embedded.py`). Of the walks that were
tried for a class, the one is kept on which the picture has changed least when the network reads the class.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.explanations.chain import NetworkChain
from mnistlab.cnn.explanations.ends import Ends
from mnistlab.data import embedded
from mnistlab.data.latents import STARTS, Written, written_like
from mnistlab.data.scaling import for_ascent
from mnistlab.progress import Progress, Work

# Equal steps of a walk, of which the first is where it begins.
STEPS = 51
AMOUNTS = np.linspace(0, 1, STEPS, dtype=np.float32)
WRITING, WALKING = "writing the digit anew", "walking among written digits"


@dataclass(frozen=True, eq=False)
class Walks:
    """Walks among written digits.

    Attributes:
        rebuilt: (28, 28) uint8, the digit as the generator writes it, where all walks begin.
        pictures: (classes, STEPS, 28, 28) uint8.
        first: (classes,) int32, the first step that is read as the class; −1 where none is.
    """

    rebuilt: NDArray[np.uint8]
    pictures: NDArray[np.uint8]
    first: NDArray[np.int32]


def walk_to_each_class(chain: NetworkChain, image: NDArray[np.uint8], read: int, ends: Ends) -> Work[Walks | None]:
    """Return walks from a digit (28, 28) uint8 that is read as class `read`; None if the generator writes none like it that is read so.

    Of `ends` each class's digit most like this one that is read so is an end too, so its class is reached for certain.
    """
    yield Progress(WRITING, 0, 2 + embedded.CLASSES)
    written = written_like(image)
    start = _beginning(chain, written, read)
    if start is None:
        return None
    label, place = start
    rebuilt = written.pictures[label, place]
    walks = np.empty((embedded.CLASSES, STEPS, *image.shape), np.uint8)
    first = np.full(embedded.CLASSES, -1, np.int32)
    for target in range(embedded.CLASSES):
        yield Progress(WALKING, 2 + target, 2 + embedded.CLASSES)
        tried = _tried(written, label, place, target, ends.written(target))
        which, first[target] = _shortest(chain, tried, rebuilt, target)
        walks[target] = tried[which]
    return Walks(rebuilt, walks, first)


def _beginning(chain: NetworkChain, written: Written, read: int) -> tuple[int, int] | None:
    """Return class and place of the written digit that is most like the picture, of those that are read as the picture is."""
    pictures = written.pictures.reshape(-1, embedded.SIDE, embedded.SIDE)
    is_read_so = _read(chain, pictures) == read
    distance = np.where(is_read_so, written.distance.reshape(-1), np.inf)
    place = int(distance.argmin())
    return divmod(place, STARTS) if np.isfinite(distance[place]) else None


def _tried(
    written: Written, label: int, place: int, target: int, further: NDArray[np.float32] | None
) -> NDArray[np.uint8]:
    """Return the walks to the written digits of a class that are most like the picture, and to a further one, (walks, STEPS, 28, 28) uint8."""
    ends = written.latents[target] if further is None else np.concatenate([written.latents[target], further[None]])
    count = len(ends) * STEPS
    begin = np.repeat(written.latents[label, place][None], count, axis=0)
    amounts = np.tile(AMOUNTS, len(ends))[:, None]
    pictures = embedded.blend(
        begin, np.full(count, label), np.repeat(ends, STEPS, axis=0), np.full(count, target), amounts
    )
    return pictures.reshape(len(ends), STEPS, embedded.SIDE, embedded.SIDE)


def _shortest(
    chain: NetworkChain, tried: NDArray[np.uint8], rebuilt: NDArray[np.uint8], target: int
) -> tuple[int, int]:
    """Return which walk reaches its class with the smallest change, and at which step; 0 and −1 if none does."""
    hits = (_read(chain, tried.reshape(-1, *rebuilt.shape)) == target).reshape(tried.shape[:2])
    steps = hits.argmax(axis=1)
    changes = tried[np.arange(len(tried)), steps].astype(np.float32) - rebuilt
    sizes = np.where(hits.any(axis=1), (changes**2).sum(axis=(1, 2)), np.inf)
    which = int(sizes.argmin())
    return (which, int(steps[which])) if np.isfinite(sizes[which]) else (0, -1)


def _read(chain: NetworkChain, pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = chain.outputs(for_ascent(pictures, chain.network.recipe.scaling)).argmax(axis=1)
    return found

"""Methods -> how alike their maps stay when the network is made random, and when the digit moves by a pixel; beside a control that asks no network.

A method that explains the network must change with its weights, and a digit that is read the same a pixel further should be explained the same there. The
first is Adebayo and others' test (`random_weights`); the second alone proves little: the control passes it.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.chain import Chain, Pictures
from mnistlab.explanations.edges import Edges
from mnistlab.explanations.methods import Method, Task
from mnistlab.explanations.random_weights import layers_with_weights, likeness, randomised
from mnistlab.progress import Progress, Work
from mnistlab.results.explanation import Trials
from mnistlab.store.networks import StoredNetwork

# One pixel: (down, right), by its name.
MOVES = {"right": (0, 1), "left": (0, -1), "up": (-1, 0), "down": (1, 0)}


def tried(
    methods: Sequence[Method], task: Task, chain_of: Callable[[StoredNetwork], Chain], seed: int = 0
) -> Work[Trials]:
    """Try methods, and the control, on the one picture of a task.

    Arguments:
        methods: the methods.
        task: one picture, and the network as it is.
        chain_of: makes a chain of a network.
        seed: of the random places of weights.

    Yields:
        `Progress` with what is tried.
    """
    network, every = task.chain.network, [*methods, Edges()]
    layers = layers_with_weights(network)
    total = 1 + len(layers) + len(MOVES)
    yield Progress("explaining", 0, total)
    before = _maps(every, task)
    maps, alike, moved = [before], [], []
    for count, layer in enumerate(layers, start=1):
        yield Progress(f"making {layer} random", count, total)
        other = Task(chain_of(randomised(network, count, seed)), task.pictures, task.questions, task.choices)
        maps.append(_maps(every, other))
        alike.append(_alike(every, before, maps[-1], task.pictures))
    certainty = [task.chain.certainty(task.pictures, task.questions)[0]]
    for place, (name, (down, right)) in enumerate(MOVES.items()):
        yield Progress(f"moving the digit {name}", 1 + len(layers) + place, total)
        there = Task(task.chain, shifted(task.pictures, down, right), task.questions, task.choices)
        # (What leaves the picture has no ink, or nothing to be compared with.)
        back = shifted(_maps(every, there), -down, -right)
        moved.append(_alike(every, before, back, task.pictures))
        certainty.append(task.chain.certainty(there.pictures, task.questions)[0])
    return Trials(
        layers=np.array(layers),
        maps=np.stack(maps, axis=1)[:-1],
        alike=np.stack(alike, axis=1),
        moved=np.stack(moved, axis=1),
        certainty=np.array(certainty, np.float32),
    )


def stability(methods: Sequence[Method], task: Task) -> NDArray[np.float32]:
    """Return how alike maps of moved pictures are to those of the pictures, moved back, (methods, moves, count): the correlation of ranks over the ink."""
    before = [method.order(method.find(task).maps) for method in methods]
    found = np.empty((len(methods), len(MOVES), len(task.pictures)), np.float32)
    for place, (down, right) in enumerate(MOVES.values()):
        there = Task(task.chain, shifted(task.pictures, down, right), task.questions, task.choices)
        for number, method in enumerate(methods):
            back = shifted(method.order(method.find(there).maps), -down, -right)
            found[number, place] = likeness(before[number], back, task.pictures)
    return found


def shifted(pictures: Pictures, down: int, right: int) -> NDArray[np.float32]:
    """Return pictures (count, 28, 28) moved by some pixels; their darkest value follows from the rim."""
    rows, columns = pictures.shape[1:]
    moved = np.broadcast_to(pictures.min(axis=(1, 2), keepdims=True), pictures.shape).copy()
    to, of = zip(*(_along(size, by) for size, by in ((rows, down), (columns, right))), strict=True)
    moved[:, *to] = pictures[:, *of]
    return moved


def _along(size: int, by: int) -> tuple[slice, slice]:
    """Return where what is moved by some places lies afterwards, and where it lay."""
    return slice(max(by, 0), size + min(by, 0)), slice(max(-by, 0), size + min(-by, 0))


def _maps(methods: Sequence[Method], task: Task) -> NDArray[np.float32]:
    return np.stack([method.find(task).maps[0] for method in methods])


def _alike(
    methods: Sequence[Method], before: NDArray[np.float32], after: NDArray[np.float32], pictures: Pictures
) -> NDArray[np.float32]:
    """Return how alike maps (methods, 28, 28) of one picture are, (methods,)."""
    return np.array(list(_each_alike(methods, before, after, pictures)), np.float32)


def _each_alike(
    methods: Sequence[Method], before: NDArray[np.float32], after: NDArray[np.float32], pictures: Pictures
) -> Iterator[float]:
    for method, one, two in zip(methods, before, after, strict=True):
        yield likeness(method.order(one[None]), method.order(two[None]), pictures)[0]

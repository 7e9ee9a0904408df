"""Training and test digits -> what may have gone wrong with them, a sentence each: usual accidents that no file says (docs/decisions/0037).

Ten classes may be digits: then the reference network reads some, as they are and as they would be without the accident. Of any set, the test digits
are compared with the means of the training digits of each class.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import read
from mnistlab.data.digits import Digits
from mnistlab.data.scaling import scaled
from mnistlab.data.standardise import standardise
from mnistlab.recipes.data_sets import DIGITS
from mnistlab.store.models import reference_network

# Digits that the reference network reads in each way, and those that are compared with the means.
READ, COMPARED, FOR_MEANS = 150, 2_000, 10_000
# An accident is told where so many are read right without it, and less than half as many with it.
CLEAR, HALF = 0.6, 0.5
# Labels belong to no pictures if the nearest mean is right no more often than chance, within so many standard deviations.
DEVIATIONS = 3
LEAST_COMPARED = 60
# A rim brighter than this is paper, not black.
BRIGHT = 127
# A class with so many times fewer training digits than the largest.
FEW = 10
Images = NDArray[np.uint8]

WAYS: dict[str, Callable[[Images], Images]] = {
    "transposed": lambda images: images.transpose(0, 2, 1),
    "inverted": lambda images: 255 - images,
    "both": lambda images: 255 - images.transpose(0, 2, 1),
    "turned upside down": lambda images: images[:, ::-1],
    "mirrored": lambda images: images[:, :, ::-1],
}
TRANSPOSED = (
    "The digits look transposed, rows as columns, as EMNIST's are in some files; bring them again with “transpose”."
)
INVERTED = "The digits are dark on a bright ground; bring them again with “invert”, since MNIST's are bright on black."


def oddities(train: Digits, test: Digits, classes: tuple[str, ...]) -> list[str]:
    """Return what is odd in a set."""
    found = [*_shares(train, test, classes), *_twice(train, test)]
    ground = _is_bright(train.images)
    if ground:
        found.append(INVERTED)
    if _is_bright(test.images) != ground:
        found.append(
            "Training and test digits differ in their ground: one is bright on black, the other dark on a bright ground."
        )
    read_as = odd_as_digits(test) if len(classes) == len(DIGITS) else []
    return found + [sentence for sentence in read_as or _compared(train, test, len(classes)) if sentence not in found]


def _shares(train: Digits, test: Digits, classes: tuple[str, ...]) -> list[str]:
    counts = np.bincount(train.labels, minlength=len(classes))
    tested = np.bincount(test.labels, minlength=len(classes))
    sentences = []
    if missing := [classes[label] for label in np.flatnonzero((counts == 0) & (tested > 0))]:
        sentences.append(f"Of {_some(missing)} there are test digits and none to learn from.")
    if untested := [classes[label] for label in np.flatnonzero((tested == 0) & (counts > 0))]:
        sentences.append(f"Of {_some(untested)} there are no test digits.")
    if rare := [classes[label] for label in np.flatnonzero((counts > 0) & (counts * FEW < counts.max()))]:
        sentences.append(
            f"The classes are uneven: of {_some(rare)} there are less than a tenth of the digits of the largest class."
        )
    return sentences


def _some(names: list[str]) -> str:
    named = ", ".join(f"“{name}”" for name in names[:5])
    return f"{named} and {len(names) - 5} more" if len(names) > 5 else named


def _twice(train: Digits, test: Digits) -> list[str]:
    known = {image.tobytes() for image in train.images}
    count = sum(image.tobytes() in known for image in test.images)
    if not count:
        return []
    verb = (
        "is one of the training digits as well, so that it is"
        if count == 1
        else "are training digits as well, so that they are"
    )
    return [f"{count:,} of the {len(test):,} test digits {verb} no test."]


def _is_bright(images: Images) -> bool:
    """Return whether most pictures are bright along their rim."""
    some = images[:: max(1, len(images) // 500)]
    rim = np.concatenate([some[:, 0], some[:, -1], some[:, :, 0], some[:, :, -1]], axis=1)
    return float(np.median(rim.astype(np.float32).mean(axis=1))) > BRIGHT


def odd_as_digits(test: Digits) -> list[str]:
    """Return what is odd about a set if the reference network reads its digits, but not as they are. Ten classes may be digits."""
    images, labels = np.asarray(test.images[:READ]), np.asarray(test.labels[:READ]).astype(np.int64)

    def seen(shown: Images) -> NDArray[np.int64]:
        network = reference_network()
        return np.asarray(read(network.recipe, network.weights, scaled(shown, network.recipe.scaling)).argmax(axis=1))

    as_it_is = seen(images)
    share = float((as_it_is == labels).mean())
    if share >= CLEAR:
        return []
    shifts = {shift: float((as_it_is == (labels + shift) % len(DIGITS)).mean()) for shift in (-1, 1)}
    for shift, right in shifts.items():
        if right >= CLEAR and share < HALF * right:
            example = (3 - shift) % len(DIGITS)
            return [f"The labels look off by one: what is called {example} is a 3; mend them in the file."]
    if len(labels) > LEAST_COMPARED:
        for step, order in ((1, "the one before"), (-1, "the next")):
            if float((as_it_is == np.roll(labels, -step))[1:-1].mean()) >= CLEAR:
                return [f"The labels look off by one place: each digit seems to have the label of {order}."]
    shares = {way: float((seen(change(images)) == labels).mean()) for way, change in WAYS.items()}
    best = max(shares, key=shares.__getitem__)
    if shares[best] < CLEAR or share >= HALF * shares[best]:
        return []
    return _sentences(best)


def _sentences(way: str) -> list[str]:
    named = {"transposed": [TRANSPOSED], "inverted": [INVERTED], "both": [TRANSPOSED, INVERTED]}
    return named.get(way) or [f"The digits look {way}; turn them before you bring them again."]


def _compared(train: Digits, test: Digits, classes: int) -> list[str]:
    """Return whether test digits fit the training digits only when they are changed, or labels no pictures at all."""
    some = slice(None, FOR_MEANS)
    flat = standardise(np.asarray(train.images[some])).reshape(-1, 784)
    labels = np.asarray(train.labels[some])
    present = [label for label in range(classes) if (labels == label).any()]
    means = np.stack([flat[labels == label].mean(axis=0) for label in present])

    def share(images: Images, wanted: NDArray[np.int64]) -> float:
        nearest = (standardise(images).reshape(len(images), -1) @ means.T - (means**2).sum(axis=1) / 2).argmax(axis=1)
        return float((np.array(present)[nearest] == wanted).mean())

    images, wanted = np.asarray(test.images[:COMPARED]), np.asarray(test.labels[:COMPARED]).astype(np.int64)
    if len(wanted) < LEAST_COMPARED or len(present) < 2:
        return []
    as_it_is = share(images, wanted)
    for way, change in WAYS.items():
        right = share(change(images), wanted)
        if right >= CLEAR and as_it_is < HALF * right:
            word = "transposed and inverted" if way == "both" else way
            return [f"The test digits look {word} beside the training digits; mend one of the files."]
    for shift in (-1, 1):
        if (right := share(images, wanted + shift)) >= CLEAR and as_it_is < HALF * right:
            return [
                "The labels of the test digits look off by one beside those of the training digits; mend one of the files."
            ]
    chance = max(np.bincount(wanted, minlength=classes)) / len(wanted)
    if as_it_is < chance + DEVIATIONS * np.sqrt(chance * (1 - chance) / len(wanted)):
        return [
            "The labels do not seem to belong to the pictures: digits of one class are no more alike than others; look whether their order was changed."
        ]
    return []

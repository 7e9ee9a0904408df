"""The sets of digits a network can learn from, each one value: its classes, its sizes, and where its files come from.

The first that is at hand is the one that pages show. Images are 28×28 grey; a set has 2 to 62 classes.

    >>> from mnistlab.recipes.data_sets import data_set
    >>> data_set("mnist").title, data_set("mnist").classes[4], data_set("embedded").draws
    ('MNIST', '4', True)
"""

from dataclasses import dataclass
from typing import Literal

DataName = Literal["mnist", "embedded"]
Split = Literal["train", "test"]
DIGITS = tuple("0123456789")
MOST_CLASSES = 62


@dataclass(frozen=True)
class SetFile:
    """The one file of a set: an .npz with x_train, y_train, x_test and y_test.

    Attributes:
        name: of the file, in the Keras cache and where a download is kept.
        test_counts: how often each class stands in the test set: tells this set from others of its shape.
        from_settings: whether MNISTLAB_DATA may name it, and MNISTLAB_DOWNLOAD its address and sum.
    """

    name: str
    test_counts: tuple[int, ...]
    from_settings: bool = False


@dataclass(frozen=True)
class DataSet:
    """A set of digits.

    Attributes:
        name: in recipes and links.
        title: on screen.
        classes: what each class is called, by its label.
        train, test: how many there are.
        file: where it is read from; None for one that a generator draws.
    """

    name: DataName
    title: str
    classes: tuple[str, ...]
    train: int
    test: int
    file: SetFile | None = None

    @property
    def draws(self) -> bool:
        """Whether a generator draws its digits, as many as are wanted."""
        return self.file is None

    def size(self, split: Split) -> int:
        """Return how many digits a split has."""
        return self.train if split == "train" else self.test


MNIST = DataSet(
    "mnist",
    "MNIST",
    DIGITS,
    60_000,
    10_000,
    SetFile("mnist.npz", (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009), from_settings=True),
)
EMBEDDED = DataSet("embedded", "Embedded digits (drawn by a small generator network)", DIGITS, 60_000, 10_000)
# In the order in which they are preferred. The last needs nothing that is not here.
DATA_SETS: tuple[DataSet, ...] = (MNIST, EMBEDDED)


def data_set(name: DataName) -> DataSet:
    """Return the set of that name."""
    return next(found for found in DATA_SETS if found.name == name)

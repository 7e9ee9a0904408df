"""The data sets a network can learn from: classes, sizes, and the source of the files.

Pages show the first set that is available. Images are 28×28 grey; a set has 2 to 62 classes.

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
    """The file of a data set: an .npz with x_train, y_train, x_test and y_test.

    Attributes:
        name: file name in the Keras cache and in the download folder.
        test_counts: number of test digits of each class; tells this set from others of the same shape.
        from_settings: whether MNISTLAB_DATA may give its path, and MNISTLAB_DOWNLOAD its address and checksum.
    """

    name: str
    test_counts: tuple[int, ...]
    from_settings: bool = False


@dataclass(frozen=True)
class DataSet:
    """A set of digits.

    Attributes:
        name: its name in recipes and links.
        title: its name on screen.
        classes: name of each class, by its label.
        train, test: number of digits in each split.
        file: the file it is read from; None for a set that a generator draws.
    """

    name: DataName
    title: str
    classes: tuple[str, ...]
    train: int
    test: int
    file: SetFile | None = None

    @property
    def draws(self) -> bool:
        """Whether a generator draws its digits, in any number."""
        return self.file is None

    def size(self, split: Split) -> int:
        """Return the number of digits in a split."""
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
# In order of preference. The last needs no file.
DATA_SETS: tuple[DataSet, ...] = (MNIST, EMBEDDED)


def data_set(name: DataName) -> DataSet:
    """Return the data set `name`."""
    return next(candidate for candidate in DATA_SETS if candidate.name == name)

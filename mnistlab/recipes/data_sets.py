"""The data sets a network can learn from: classes, sizes, and the source of the files.

Pages show the first set that is available, or another that the visitor chooses. Images are 28×28 grey; a set has 2 to 62 classes.

A set that somebody brought is known by a name made of its content, `set-9f86d081884c7d65-13-6000-1000`: the beginning of its digest, its classes,
training and test digits. So a recipe can be checked without the store, as every other recipe (docs/decisions/0037).

    >>> from mnistlab.recipes.data_sets import data_set
    >>> data_set("mnist").title, data_set("mnist").classes[4], data_set("embedded").draws
    ('MNIST', '4', True)
    >>> data_set("set-9f86d081884c7d65-13-6000-1000").train
    6000
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# "mnist", "embedded", or the name of a set that somebody brought.
DataName = str
Split = Literal["train", "test"]
DIGITS = tuple("0123456789")
LEAST_CLASSES, MOST_CLASSES = 2, 62
LAST_CLASS = MOST_CLASSES - 1
# As many as MNIST has: recipes and views count digits up to here.
MOST_DIGITS: dict[Split, int] = {"train": 60_000, "test": 10_000}
# Fewer than these are no training (`TrainingRecipe.train_size`).
LEAST_TRAINING = 100
BROUGHT = re.compile(r"set-([0-9a-f]{16})-([0-9]{1,2})-([0-9]{1,5})-([0-9]{1,5})")
# As a Pydantic pattern, and in words.
DATA_NAME = (rf"^(mnist|embedded|{BROUGHT.pattern})$", "“mnist”, “embedded” or the name of a set that was brought")


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
        file: the file it is read from; None for a set that a generator draws, or that somebody brought.
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
        return self.file is None and not self.is_brought

    @property
    def is_brought(self) -> bool:
        """Whether somebody brought it, so that it lies in the store."""
        return is_brought(self.name)

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
    """Return the data set `name`; of one that was brought what its name says: `data.brought.known_set` knows the rest.

    Raises:
        KeyError: no set can have this name.
    """
    for candidate in DATA_SETS:
        if candidate.name == name:
            return candidate
    return _named(name)


def is_brought(name: DataName) -> bool:
    """Return whether this is the name of a set that somebody brought."""
    return BROUGHT.fullmatch(name) is not None


def brought_name(digest: str, classes: int, train: int, test: int) -> DataName:
    """Return the name of a set that somebody brought, by the digest of its content."""
    return f"set-{digest[:16]}-{classes}-{train}-{test}"


@lru_cache(maxsize=256)
def _named(name: DataName) -> DataSet:
    match = BROUGHT.fullmatch(name)
    if match is None:
        raise KeyError(name)
    classes, train, test = (int(number) for number in match.groups()[1:])
    return DataSet(name, f"Set {match[1][:8]}", tuple(str(label) for label in range(classes)), train, test)

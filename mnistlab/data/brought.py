"""The digits of sets that somebody brought: checked when they were kept (`store.sets`), mapped from their files here."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.brought_sets import file_name, folder_of, is_here
from mnistlab.data.digits import Digits
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import DataName, DataSet, Split, data_set


def brought_digits(name: DataName, split: Split) -> Digits:
    """Return one split of a set that was brought.

    Raises:
        DataError: it is gone, or its files are damaged.
    """
    if not is_here(name):
        raise DataError(
            "This set of digits is not here any more; it may have been deleted. Choose another, or bring it again."
        )
    return _mapped(folder_of(name), data_set(name), split)


# Their name is the digest of their content, so they never change.
@lru_cache(maxsize=16)
def _mapped(folder: Path, wanted: DataSet, split: Split) -> Digits:
    count = wanted.size(split)
    try:
        images = np.load(folder / file_name("x", split), mmap_mode="r", allow_pickle=False)
        labels = np.load(folder / file_name("y", split), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        raise DataError(f"The files of the set {wanted.title} are damaged; delete it and bring it again.") from None
    if not (_fits(images, (count, 28, 28)) and _fits(labels, (count,)) and int(labels.max()) < len(wanted.classes)):
        raise DataError(f"The files of the set {wanted.title} are damaged; delete it and bring it again.")
    return Digits(images, labels)


def _fits(array: NDArray[Any], shape: tuple[int, ...]) -> bool:
    return array.shape == shape and array.dtype == np.uint8

"""A file mnist.npz -> checked, labelled digits."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnistlab.errors import DataError

# MNIST unpacked is 55 MB; a file that claims far more is not MNIST.
MOST_BYTES = 100_000_000
SHAPES = {"x_train": (60_000, 28, 28), "y_train": (60_000,), "x_test": (10_000, 28, 28), "y_test": (10_000,)}
# How often each digit stands in MNIST's test set: tells MNIST from other sets of that shape (such as Fashion-MNIST).
TEST_COUNTS = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)


@dataclass(frozen=True)
class Digits:
    """Labelled digits: images (count, 28, 28) uint8, 0 is the background; labels (count,) uint8."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)


def read_split(path: Path, split: str) -> Digits:
    """Read one split, "train" or "test", of an `mnist.npz`.

    Raises:
        DataError: the file is missing, damaged, or holds something else than MNIST.
    """
    arrays = []
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise DataError(f"{path.name} is not MNIST: it would unpack to more than {MOST_BYTES // 1_000_000} MB.")
        with np.load(path, allow_pickle=False) as file:
            for name in (f"x_{split}", f"y_{split}"):
                if name not in file.files:
                    raise DataError(f"{path.name} is not MNIST: it has no array “{name}”.")
                array = file[name]
                if array.shape != SHAPES[name] or array.dtype != np.uint8:
                    raise DataError(
                        f"{path.name} is not MNIST: “{name}” should be {SHAPES[name]} of uint8. "
                        f"Received: {array.shape} of {array.dtype}."
                    )
                arrays.append(array)
    except FileNotFoundError:
        raise DataError(f"There is no file {path.name} where MNISTLAB_DATA or the cache says MNIST is.") from None
    except DataError:
        raise
    except Exception as error:  # NumPy, zipfile and zlib raise a dozen kinds for damaged files.
        raise DataError(
            f"{path.name} cannot be read as an .npz file; it may be cut short or damaged ({type(error).__name__})."
        ) from None
    counts = np.bincount(arrays[1], minlength=10)
    if len(counts) != 10 or (split == "test" and tuple(int(count) for count in counts) != TEST_COUNTS):
        raise DataError(f"{path.name} is not MNIST: its labels are not those of MNIST.")
    return Digits(*arrays)

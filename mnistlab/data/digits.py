"""A file mnist.npz -> checked, labelled digits."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnistlab.errors import DataError, RecipeError
from mnistlab.recipes.data_sets import DataSet, Split

# MNIST unpacked is 55 MB; a file that claims far more is not MNIST.
MOST_BYTES = 100_000_000


@dataclass(frozen=True)
class Digits:
    """Labelled digits: images (count, 28, 28) uint8, 0 is the background; labels (count,) uint8."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    def must_fit(self, outputs: int) -> None:
        """Check that a network of so many outputs can tell the classes of these digits apart.

        Raises:
            RecipeError: if there is a digit whose class has no output.
        """
        classes = int(self.labels.max(initial=0)) + 1
        if classes > outputs:
            raise RecipeError(
                f"This network tells {outputs} classes apart, and these digits have at least {classes}: they do not belong together."
            )


def read_split(path: Path, wanted: DataSet, split: Split) -> Digits:
    """Read one split of the file of a set.

    Raises:
        DataError: the file is missing, damaged, or holds something else than this set.
    """
    arrays, title = [], wanted.title
    shapes = {"x": (wanted.size(split), 28, 28), "y": (wanted.size(split),)}
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise DataError(
                    f"{path.name} is not {title}: it would unpack to more than {MOST_BYTES // 1_000_000} MB."
                )
        with np.load(path, allow_pickle=False) as file:
            for name in (f"x_{split}", f"y_{split}"):
                if name not in file.files:
                    raise DataError(f"{path.name} is not {title}: it has no array “{name}”.")
                array = file[name]
                if array.shape != shapes[name[0]] or array.dtype != np.uint8:
                    raise DataError(
                        f"{path.name} is not {title}: “{name}” should be {shapes[name[0]]} of uint8. "
                        f"Received: {array.shape} of {array.dtype}."
                    )
                arrays.append(array)
    except FileNotFoundError:
        raise DataError(f"There is no file {path.name} where MNISTLAB_DATA or the cache says {title} is.") from None
    except DataError:
        raise
    except Exception as error:  # NumPy, zipfile and zlib raise a dozen kinds for damaged files.
        raise DataError(
            f"{path.name} cannot be read as an .npz file; it may be cut short or damaged ({type(error).__name__})."
        ) from None
    counts = tuple(int(count) for count in np.bincount(arrays[1], minlength=len(wanted.classes)))
    expected = None if wanted.file is None else wanted.file.test_counts
    if len(counts) != len(wanted.classes) or (split == "test" and counts != expected):
        raise DataError(f"{path.name} is not {title}: its labels are not those of {title}.")
    return Digits(*arrays)

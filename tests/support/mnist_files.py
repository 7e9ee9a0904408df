"""Files that have MNIST's shapes and none of its images, and files that only look like it."""

from pathlib import Path
from typing import Any

import numpy as np

from mnistlab.recipes.data_sets import MNIST

SHAPES = {"x_train": (60_000, 28, 28), "y_train": (60_000,), "x_test": (10_000, 28, 28), "y_test": (10_000,)}


def mnist_arrays() -> dict[str, Any]:
    """Return arrays as MNIST has them: black images, labels as often as MNIST's."""
    arrays = {name: np.zeros(shape, np.uint8) for name, shape in SHAPES.items()}
    arrays["y_train"][:] = np.arange(60_000) % 10
    arrays["y_test"][:] = np.repeat(np.arange(10), MNIST.file.test_counts)
    # The first pixel tells the digits apart.
    for split in ("train", "test"):
        arrays[f"x_{split}"][:, 0, 0] = 10 * arrays[f"y_{split}"]
    return arrays


def write_mnist(path: Path, **changes: Any) -> Path:
    """Write a file like MNIST's to `path`, with arrays changed, or left out where None."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {name: array for name, array in (mnist_arrays() | changes).items() if array is not None}
    np.savez_compressed(path, **arrays)
    return path

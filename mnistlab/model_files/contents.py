"""The bytes of a file of Keras -> what it says of its layers and their arrays, by a process that may do nothing else."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.confined import run_confined
from mnistlab.errors import NetworkError, RecipeError
from mnistlab.model_files import extract
from mnistlab.model_files.extract import MOST_FILE_BYTES as MOST_FILE_BYTES
from mnistlab.recipes.base import parse_json

# One file at a time: a class that brings its networks at once must not take the memory of thirty.
_reading = Lock()


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file holds.

    Attributes:
        numbered: whether arrays stand under a layer's kind and number, as in a .keras file, rather than under its name.
        config: the description of the layers, as parsed JSON.
        layers: the arrays of each layer, float32, in Keras' order.
    """

    numbered: bool
    config: Any
    layers: dict[str, list[NDArray[np.float32]]]


def contents_of(content: bytes) -> Contents:
    """Return what the bytes of a `.keras` or `.h5` file hold.

    Raises:
        NetworkError: they are no such file, or it is damaged or too large.
    """
    if len(content) > extract.MOST_FILE_BYTES:
        raise NetworkError(f"This file is too large: at most {extract.MOST_FILE_BYTES // 1_000_000} MB are read.")
    if not content:
        raise NetworkError("There is nothing in this file; it is empty.")
    with _reading:
        header, numbers = run_confined(extract.__name__, content, NetworkError)
    try:
        config = parse_json(header["config"])
    except RecipeError:
        raise NetworkError("What this file says of its layers is no JSON that can be read.") from None
    return Contents(header["format"] == "keras", config, _arrays(header["layers"], numbers))


def _arrays(shapes: dict[str, list[list[int]]], numbers: bytes) -> dict[str, list[NDArray[np.float32]]]:
    found: dict[str, list[NDArray[np.float32]]] = {}
    values, start = np.frombuffer(numbers, "<f4"), 0
    for name, parts in shapes.items():
        found[name] = []
        for shape in parts:
            size = int(np.prod(shape))
            found[name].append(values[start : start + size].reshape(shape))
            start += size
    return found

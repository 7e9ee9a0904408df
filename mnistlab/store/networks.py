"""A folder with network.json + weights.safetensors <-> checked recipe and NumPy weights; without TensorFlow.

The content of such a folder is untrusted: sizes are limited before reading, and names, shapes, types and finiteness are
checked against the network.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from mnistlab.brought_sets import is_here, known_set
from mnistlab.errors import NetworkError, RecipeError, StoreError
from mnistlab.recipes.base import LONGEST_JSON, parse_json
from mnistlab.recipes.data_sets import DATA_SETS, DataName, data_set, is_brought
from mnistlab.recipes.network import MOST_PARAMETERS, NetworkRecipe, weight_shapes
from mnistlab.store.files import make_folder, read_json, write_bytes, write_json
from mnistlab.store.run_info import clean_name

Weights = dict[str, NDArray[np.float32]]
NETWORK_FILE, WEIGHTS_FILE = "network.json", "weights.safetensors"
# The data set the network was trained on, and the names of its classes.
ABOUT_FILE = "about.json"
# Four bytes per parameter, plus the header with names and shapes.
MOST_HEADER_BYTES = 100_000
MOST_BYTES = 4 * MOST_PARAMETERS + MOST_HEADER_BYTES


@dataclass(frozen=True)
class StoredNetwork:
    """A network with its weights, independent of any library.

    Attributes:
        recipe: its layers.
        weights: by name.
        data: the data set it was trained on, if known.
        named: what the classes of that set were called, should it be gone.
    """

    recipe: NetworkRecipe
    weights: Weights
    data: DataName | None = None
    named: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the outputs: the classes of the data set; if that is unknown, their numbers."""
        if self.data is not None and len(data_set(self.data).classes) == self.recipe.classes:
            is_gone = is_brought(self.data) and not is_here(self.data)
            return self.named if is_gone and len(self.named) == self.recipe.classes else known_set(self.data).classes
        return tuple(str(label) for label in range(self.recipe.classes))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over recipe and weights: equal digests compute equal results."""
        total = hashlib.sha256(self.recipe.digest.encode())
        for name in sorted(self.weights):
            total.update(name.encode() + np.ascontiguousarray(self.weights[name]).tobytes())
        return total.hexdigest()

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(array.size for array in self.weights.values())


def write_weights(path: Path, weights: Mapping[str, NDArray[Any]]) -> None:
    """Write named weights as safetensors, atomically."""
    write_bytes(path, save({name: np.ascontiguousarray(array) for name, array in weights.items()}))


def write_network(folder: Path, network: StoredNetwork) -> None:
    """Write `network` into `folder`, weights last: a folder with weights is complete."""
    make_folder(folder)
    write_bytes(folder / NETWORK_FILE, network.recipe.to_json().encode())
    if network.data is not None:
        about = {"data": network.data, "classes": list(network.classes)}
        write_json(folder / ABOUT_FILE, about)
    write_weights(folder / WEIGHTS_FILE, network.weights)


def read_network(folder: Path) -> StoredNetwork:
    """Read a network from a folder.

    Raises:
        NetworkError: if something is missing, damaged, or does not fit together.
    """
    try:
        with (folder / NETWORK_FILE).open("rb") as file:
            text = file.read(LONGEST_JSON + 1)
        recipe = NetworkRecipe.read(parse_json(text))
    except OSError:
        raise NetworkError(f"{NETWORK_FILE} is missing or cannot be read.") from None
    except RecipeError as error:
        raise NetworkError(f"{NETWORK_FILE} is damaged: {error}") from None
    return StoredNetwork(recipe, read_weights(folder / WEIGHTS_FILE, recipe), *_learned_from(folder))


def _learned_from(folder: Path) -> tuple[DataName | None, tuple[str, ...]]:
    """Return the set a network learned from, and what its classes were called."""
    # Older networks do not record it; an unknown name counts as none.
    try:
        about = read_json(folder / ABOUT_FILE)
    except StoreError:
        return None, ()
    about = about if isinstance(about, dict) else {}
    name, named = about.get("data"), about.get("classes")
    if isinstance(name, str) and is_brought(name):
        return name, tuple(clean_name(str(one)) for one in named) if isinstance(named, list) else ()
    return next((candidate.name for candidate in DATA_SETS if candidate.name == name), None), ()


def read_weights(path: Path, recipe: NetworkRecipe) -> Weights:
    """Read the weights of `recipe` from a safetensors file, as float32.

    Raises:
        NetworkError: if the file is missing, damaged, or holds weights of another network.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        raise NetworkError(f"{path.name} is missing or cannot be read.") from None
    return parse_weights(content, recipe, path.name)


def parse_weights(content: bytes, recipe: NetworkRecipe, origin: str) -> Weights:
    """Return the weights of `recipe` from the bytes of a safetensors file, as float32.

    Raises:
        NetworkError: if they are too many, damaged, or the weights of another network.
    """
    if len(content) > MOST_BYTES:
        raise NetworkError(f"{origin} is too large for a network of at most {MOST_PARAMETERS:,} parameters.")
    if int.from_bytes(content[:8], "little") > MOST_HEADER_BYTES:
        raise NetworkError(f"{origin} is damaged and cannot be read (its header is too long).")
    try:
        arrays = load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        raise NetworkError(f"{origin} is damaged and cannot be read ({type(error).__name__}).") from None
    return checked_weights(arrays, recipe, origin)


def checked_weights(arrays: Mapping[str, NDArray[Any]], recipe: NetworkRecipe, origin: str) -> Weights:
    """Return `arrays` as the float32 weights of `recipe`, in order.

    Raises:
        NetworkError: if names, shapes or types differ from those of `recipe`, or a number is not finite.
    """
    shapes = weight_shapes(recipe)
    if odd := sorted(set(arrays) ^ set(shapes)):
        verb = "has no" if odd[0] in shapes else "has an unexpected"
        raise NetworkError(f"{origin} does not belong to this network: it {verb} tensor “{odd[0][:60]}”.")
    weights: Weights = {}
    for name, shape in shapes.items():
        array = arrays[name]
        if array.shape != shape or array.dtype not in (np.float32, np.float16):
            raise NetworkError(
                f"{origin} does not belong to this network: “{name}” should be {shape} of float32. "
                f"Received: {array.shape} of {array.dtype}."
            )
        weights[name] = array.astype(np.float32)
        if not np.isfinite(weights[name]).all():
            raise NetworkError(f"{origin} is damaged: “{name}” holds a number that is not finite.")
    return weights

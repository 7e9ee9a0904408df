"""The choices of one of Keras' layers, as its file has them -> checked values, or a sentence about what is not known here."""

import math
from typing import Any

from mnistlab.errors import NetworkError
from mnistlab.model_files.chain import KerasLayer
from mnistlab.recipes.network import IMAGE_SIZE

IMAGE_SHAPES = ([IMAGE_SIZE, IMAGE_SIZE, 1], [IMAGE_SIZE, IMAGE_SIZE], [IMAGE_SIZE**2])


def check_shape(layer: KerasLayer) -> None:
    """Check that a layer takes in our pictures, if it says what it takes in."""
    shape = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
    if shape is not None and (not isinstance(shape, list) or shape[1:] not in IMAGE_SHAPES):
        raise NetworkError(f"This network does not read pictures of 28×28 grey values. Received: {str(shape)[:60]}.")


def is_near(value: Any, wanted: float) -> bool:
    """Return whether a value is this number."""
    return isinstance(value, int | float) and math.isclose(value, wanted, rel_tol=1e-6)


def demand(layer: KerasLayer, **allowed: tuple[Any, ...]) -> None:
    """Check that choices of a layer have one of the values that are known here."""
    for name, values in allowed.items():
        found = layer.config.get(name, values[0])
        if found not in values:
            raise NetworkError(f"{layer} has {name.replace('_', ' ')} {str(found)[:40]}, which is not known here.")


def side_of(layer: KerasLayer, name: str) -> int:
    """Return the side of a square kernel or window."""
    match layer.config.get(name):
        case int() as side:
            return side
        case [int() as side, int() as other] if side == other:
            return side
        case found:
            raise NetworkError(f"{layer} has no square {name.replace('_', ' ')}. Received: {str(found)[:40]}.")


def activation_of(layer: KerasLayer) -> str:
    """Return the activation by its Keras name, “linear” for none."""
    found = layer.config.get("activation")
    if found is None:
        return "linear"
    if not isinstance(found, str):
        raise NetworkError(f"{layer} has an activation of its own, which is not known here.")
    return found

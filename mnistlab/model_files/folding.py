"""Batch normalisation of a trained network is a factor and a shift for each map; both are taken into the weights before or behind it.

Reading is the same to the last digits that float32 holds, and the network stays a chain of layers that every page knows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.errors import NetworkError
from mnistlab.model_files.chain import KerasLayer

Floats = NDArray[np.float64]
Arrays = list[NDArray[np.float32]]
# What Keras adds to a variance, where a file does not say.
EPSILON = 0.001


@dataclass(frozen=True, eq=False)
class Affine:
    """What a layer does to each map: `factor` and `shift` (maps,) float64. `layer`: which, for what is said about it."""

    factor: Floats
    shift: Floats
    layer: str

    def then(self, after: "Affine") -> "Affine":
        """Return this and then another as one."""
        if self.factor.shape != after.factor.shape:
            raise NetworkError(f"This file does not hold the weights of {after.layer}.")
        return Affine(self.factor * after.factor, self.shift * after.factor + after.shift, after.layer)

    def behind(self, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> Arrays:
        """Return the weights of a layer that does this as well after its own sums."""
        if self.factor.shape != bias.shape:
            raise NetworkError(f"This file does not hold the weights of {self.layer}.")
        return _single(kernel * self.factor, bias * self.factor + self.shift)

    def before(self, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> Arrays:
        """Return the weights of a layer that does this as well before its own sums: a convolution without padding, or a dense layer behind maps or nodes."""
        inputs = kernel.shape[-2]
        repeats, rest = divmod(inputs, max(len(self.factor), 1))
        if rest or (kernel.ndim == 4 and repeats != 1):
            raise NetworkError(f"This file does not hold the weights of {self.layer}.")
        # Flattened maps lie beside each other at every place.
        factor, shift = (np.tile(part, repeats)[:, None] for part in (self.factor, self.shift))
        added = (kernel * shift).reshape(-1, kernel.shape[-1]).sum(axis=0)
        return _single(kernel * factor, bias + added)


def normalisation(layer: KerasLayer, arrays: Arrays, is_flat: bool) -> Affine:
    """Return what a layer BatchNormalization does once it is trained; `is_flat`: to nodes, not to maps."""
    scales, centres = (layer.config.get(name, True) is not False for name in ("scale", "center"))
    if len(arrays) != 2 + scales + centres or len({array.shape for array in arrays}) != 1 or arrays[0].ndim != 1:
        raise NetworkError(f"This file does not hold the weights of {layer}.")
    axis, epsilon = layer.config.get("axis", -1), layer.config.get("epsilon", EPSILON)
    last = 1 if is_flat else 3
    if axis not in (-1, last, [-1], [last]) or not isinstance(epsilon, int | float):
        raise NetworkError(f"{layer} does not normalise maps or nodes, so it is not known here.")
    parts = iter(array.astype(np.float64) for array in arrays)
    gamma = next(parts) if scales else 1.0
    beta = next(parts) if centres else 0.0
    mean, variance = parts
    with np.errstate(all="ignore"):
        # What is not finite is refused with the weights.
        factor = gamma / np.sqrt(variance + float(epsilon))
        return Affine(factor, beta - mean * factor, str(layer))


def _single(kernel: Floats, bias: Floats) -> Arrays:
    with np.errstate(all="ignore"):
        return [kernel.astype(np.float32), bias.astype(np.float32)]

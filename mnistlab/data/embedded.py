"""Labels and a seed -> digits drawn by a small generator network, (count, 28, 28) uint8 on black.

They replace MNIST where it is not at hand. The generator turns 16 *latents* (slant, width, stroke and style of a
digit, all mixed) and a class into an image; for each class a mixture of Gaussians says which latents its
digits have. `scripts/train_generator.py` trained both, `assets/digits/` holds them.

Wherever an image is decoded, a label may be a digit, (count,) integers 0 to 9, or a row of shares of the ten
classes, (count, 10) floats: between two digits the label, too, lies between two classes.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnistlab.checkout import ASSETS
from mnistlab.errors import DataError

Floats = NDArray[np.float32]

ASSET = ASSETS / "digits" / "generator.npz"
CLASSES = 10
SIDE = 28
# Images drawn at once. Each chunk is filled up to it: a matrix product may round differently for another number of
# rows, and then an image would depend on how many others were asked for. 1,000 keep a chunk within 10 MB.
CHUNK = 1_000
# Grey values below become 0, the black of MNIST's background, which a sigmoid never reaches.
LEAST_GREY = 12


@dataclass(frozen=True, eq=False)
class Generator:
    """The weights of the generator.

    Attributes:
        layers: kernel (inputs, outputs) and bias (outputs,) of each dense layer, from latents and class shares to
            pixels; relu between them, a sigmoid at the end.
        weights: (10, components), the share of each component in the mixture of a class.
        means: (10, components, latents).
        factors: (10, components, latents, latents), Cholesky factors of the covariances.
    """

    layers: tuple[tuple[Floats, Floats], ...]
    weights: Floats
    means: Floats
    factors: Floats

    @property
    def latents(self) -> int:
        """Number of latents of an image."""
        return int(self.means.shape[2])


def sample_digits(labels: ArrayLike, seed: int) -> NDArray[np.uint8]:
    """Draw random digits.

    Arguments:
        labels: (count,) integers 0 to 9.
        seed: an image depends on the seed, its position and its own label only; the first images of a longer
            sequence are those of a shorter one.

    Returns:
        (count, 28, 28) uint8; 0 is the background.

    Raises:
        DataError: a label is no digit, or the generator's file cannot be used.
    """
    return decode(sample_latents(labels, seed), labels)


def sample_latents(labels: ArrayLike, seed: int) -> Floats:
    """Draw the latents of random digits, (count, latents); arguments and errors as for `sample_digits`."""
    digits = _digits(labels)
    source = generator()
    thresholds = np.cumsum(source.weights, axis=1)[:, :-1]
    # Separate sequences, so that both go on alike however the positions are cut into chunks.
    choice, noise = (np.random.default_rng([seed, number]) for number in range(2))
    latents = np.empty((len(digits), source.latents), np.float32)
    for rows in _chunks(len(digits)):
        part = digits[rows]
        component = (choice.random((len(part), 1), np.float32) > thresholds[part]).sum(axis=1)
        normal = noise.standard_normal((len(part), source.latents), np.float32)
        spread = np.einsum("nij,nj->ni", source.factors[part, component], normal)
        latents[rows] = source.means[part, component] + spread
    return latents


def decode(latents: ArrayLike, labels: ArrayLike) -> NDArray[np.uint8]:
    """Draw the digits that have the given latents.

    Arguments:
        latents: (count, latents) floats.
        labels: (count,) integers 0 to 9 or (count, 10) shares.

    Returns:
        (count, 28, 28) uint8.

    Raises:
        DataError: shapes do not fit, or the generator's file cannot be used.
    """
    shares = class_shares(labels)
    source = generator()
    values = np.asarray(latents, np.float32)
    if values.shape != (len(shares), source.latents):
        raise DataError(f"Latents should have the shape ({len(shares)}, {source.latents}). Received: {values.shape}.")
    images = np.empty((len(shares), SIDE * SIDE), np.uint8)
    inputs = np.zeros((CHUNK, source.latents + CLASSES), np.float32)
    for rows in _chunks(len(shares)):
        count = len(shares[rows])
        inputs[:count, : source.latents] = values[rows]
        inputs[:count, source.latents :] = shares[rows]
        images[rows] = _draw(source, inputs)[:count]
    return images.reshape(-1, SIDE, SIDE)


def blend(
    latents_a: ArrayLike, labels_a: ArrayLike, latents_b: ArrayLike, labels_b: ArrayLike, amount: float | Floats
) -> NDArray[np.uint8]:
    """Draw what lies between digits a and b, (count, 28, 28) uint8: latents and class shares move in a straight line.

    Arguments:
        latents_a: (count, latents) floats, of the digits a.
        labels_a: (count,) integers 0 to 9 or (count, 10) shares, of the digits a.
        latents_b: as latents_a, of the digits b.
        labels_b: as labels_a, of the digits b.
        amount: 0 gives a, 1 gives b; one for all, or (count, 1) float32, one for each.
    """
    start, end = np.asarray(latents_a, np.float32), np.asarray(latents_b, np.float32)
    shares = (1 - amount) * class_shares(labels_a) + amount * class_shares(labels_b)
    return decode((1 - amount) * start + amount * end, shares)


def class_shares(labels: ArrayLike) -> Floats:
    """Return digits (count,) as rows (count, 10) with a one; rows (count, 10) as they are."""
    given = np.asarray(labels)
    if given.ndim == 2 and given.shape[1] == CLASSES and given.dtype.kind in "fiu":
        return given.astype(np.float32)
    return np.eye(CLASSES, dtype=np.float32)[_digits(given)]


@cache
def generator() -> Generator:
    """Return the generator of `assets/digits/`, read once."""
    return load_generator(ASSET)


def load_generator(path: Path) -> Generator:
    """Read a generator.

    Raises:
        DataError: the file is missing or damaged.
    """
    remedy = "Restore the file, or train the generator anew with scripts/train_generator.py."
    try:
        # Opened here: np.load leaves a file open that turns out to be no archive.
        with path.open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise TypeError("a single array")
            arrays: dict[str, NDArray[Any]] = {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise DataError(f"The embedded digits lack their generator, {path.name}. {remedy}") from None
    except (OSError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"The generator {path.name} cannot be read ({type(error).__name__}). {remedy}") from None
    try:
        return _assemble(arrays)
    except (KeyError, ValueError) as error:
        raise DataError(f"The generator {path.name} is damaged: {error}. {remedy}") from None


def _assemble(arrays: dict[str, NDArray[Any]]) -> Generator:
    """Undo the quantisation (a kernel is 8-bit integers times one scale per output) and check shapes and values."""
    depth = sum(name.startswith("kernel_") for name in arrays)
    floats = {name: array.astype(np.float32) for name, array in arrays.items()}
    layers = tuple(
        (floats[f"kernel_{number}"] * floats[f"scale_{number}"], floats[f"bias_{number}"])
        for number in range(1, depth + 1)
    )
    weights, means, factors = floats["weights"], floats["means"], floats["factors"]
    if means.ndim != 3 or len(means) != CLASSES or weights.shape != means.shape[:2]:
        raise ValueError(f"mixtures of {CLASSES} classes expected. Received: {weights.shape}, {means.shape}")
    latents = means.shape[2]
    if factors.shape != (*means.shape, latents):
        raise ValueError(f"factors {(*means.shape, latents)} expected. Received: {factors.shape}")
    width = latents + CLASSES
    for kernel, bias in layers:
        if kernel.ndim != 2 or kernel.shape[0] != width or bias.shape != kernel.shape[1:]:
            raise ValueError(f"a layer with {width} inputs expected. Received: {kernel.shape}, {bias.shape}")
        width = kernel.shape[1]
    if width != SIDE * SIDE:
        raise ValueError(f"{SIDE * SIDE} pixels expected. Received: {width}")
    if not all(np.isfinite(array).all() for array in floats.values()):
        raise ValueError("some values are not finite")
    return Generator(layers, weights, means, factors)


def _digits(labels: ArrayLike) -> NDArray[np.int64]:
    digits = np.asarray(labels)
    # An empty list arrives as floats.
    fits = digits.ndim == 1 and (digits.dtype.kind in "iu" or not digits.size)
    if not fits or ((digits < 0) | (digits >= CLASSES)).any():
        raise DataError(
            f"Labels should be a row of whole numbers from 0 to {CLASSES - 1}. "
            f"Received: shape {digits.shape}, type {digits.dtype}, {digits.ravel()[:5].tolist()}."
        )
    return digits.astype(np.int64)


def _draw(source: Generator, values: Floats) -> NDArray[np.uint8]:
    """Latents and class shares (rows, latents + 10) -> grey values (rows, 784)."""
    *hidden, (kernel, bias) = source.layers
    # In double precision: a matrix product rounds differently with another number of threads (Dask's workers have one),
    # and after rounding to bytes that would show in a few pixels.
    values = values.astype(np.float64)
    for hidden_kernel, hidden_bias in hidden:
        values = values @ hidden_kernel.astype(np.float64)
        values += hidden_bias
        np.maximum(values, 0, out=values)
    # 255 / (1 + exp(-logit)) in place; exp(-logit) stays within float32.
    grey = (values @ -kernel.astype(np.float64) - bias).astype(np.float32)
    np.exp(np.minimum(grey, 80, out=grey), out=grey)
    grey += 1
    np.divide(255, grey, out=grey)
    grey[grey < LEAST_GREY] = 0
    images: NDArray[np.uint8] = np.rint(grey, out=grey).astype(np.uint8)
    return images


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))

"""The memory-bound parts of a gradient as compiled loops over images.

TensorFlow makes several passes over arrays larger than the processor's caches for each of them, and does not exploit the
sparsity of a max-pool's gradient: all positions of a window but one get zero, and behind a relu so does half of the rest. Here each
image takes one pass, and zeros cost nothing. The result of an image does not depend on its neighbours.
The source of a window's largest value is stored as one byte, its *winner*: the position in the window, row by row, plus ASLEEP if
the largest value is not above the `floor` (that of a relu), so that the output is the floor itself.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

ASLEEP = 128
# With fewer images than this per thread, starting the thread does not pay.
LEAST_SHARE = 8
# Arrays aligned to this address need not be copied to become tensors.
ALIGNMENT = 64
# Entries of the sparse product that are taken at once; the loop below is unrolled for this number.
TOGETHER = 4
# Products per value of a pooled map up to which the loop is unrolled, with the image in registers.
MOST_PRODUCTS = 100

Kernel = Callable[..., None]
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_helpers = ThreadPoolExecutor(max(1, CORES - 1), thread_name_prefix="ascent")


def convolve_and_pool(
    images: NDArray[np.float32], kernel: NDArray[np.float32], bias: NDArray[np.float32], pool: int, floor: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return the pooled convolution (count, size, size, maps) of images (count, rows, columns), and its winners.

    Arguments:
        images: float32; rows and columns that fill no window are ignored.
        kernel: (side, side, maps).
        bias: (maps,).
        pool: side of a window; 1 for no pool.
        floor: smallest output.
    """
    side, maps = kernel.shape[0], kernel.shape[2]
    size = (images.shape[1] - side + 1) // pool
    best, winners = _pair((len(images), size, size, maps))
    _share_out(
        convolve_and_pool_loop(side, pool, maps), len(images), images, kernel, bias, np.float32(floor), best, winners
    )
    return best, winners


def convolve_and_pool_back(
    gradient: NDArray[np.float32], winners: NDArray[np.uint8], kernel: NDArray[np.float32], pool: int
) -> NDArray[np.float32]:
    """Return the gradient (count, rows, columns) with respect to the images; arguments as above."""
    side = kernel.shape[0]
    rows = gradient.shape[1] * pool + side - 1
    result = _empty((len(gradient), rows, rows), np.float32)
    _share_out(convolve_and_pool_back_loop(side, pool), len(gradient), gradient, winners, kernel, result)
    return result


def pool_values(
    values: NDArray[np.float32], bias: NDArray[np.float32], pool: int, floor: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return the maximum of each window of values (count, rows, columns, maps) plus the bias (maps,), and the winners."""
    count, rows, _, maps = values.shape
    best, winners = _pair((count, rows // pool, rows // pool, maps))
    _share_out(pool_values_loop(pool), count, values, bias, np.float32(floor), best, winners)
    return best, winners


def pool_and_convolve_back(
    gradient: NDArray[np.float32], winners: NDArray[np.uint8], kernel: NDArray[np.float32], pool: int, channels: int
) -> NDArray[np.float32]:
    """Return the gradient (count, rows, columns, channels) with respect to the input of a convolution with a pool.

    Arguments:
        gradient: (count, size, size, maps), with respect to the output of the pool.
        winners: winners of the pool, same shape.
        kernel: (maps, side, side · channels), that of the convolution with the maps first.
        pool: side of a window.
        channels: number of input channels.
    """
    side = kernel.shape[1]
    rows = gradient.shape[1] * pool + side - 1
    result = _empty((len(gradient), rows, rows * channels), np.float32)
    _share_out(pool_and_convolve_back_loop(pool), len(gradient), gradient, winners, kernel, result)
    return result.reshape(-1, rows, rows, channels)


def _share_out(kernel: Kernel, count: int, *arguments: Any) -> None:
    """Call `kernel(*arguments, first, last)` for all images, split among threads."""
    parts = max(1, min(CORES, count // LEAST_SHARE))
    ends = [count * part // parts for part in range(parts + 1)]
    helping = [_helpers.submit(kernel, *arguments, first, last) for first, last in pairwise(ends[1:])]
    kernel(*arguments, 0, ends[1])
    for helper in helping:
        helper.result()


def _pair(shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    return _empty(shape, np.float32), _empty(shape, np.uint8)


def _empty(shape: tuple[int, ...], kind: Any) -> NDArray[Any]:
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    raw = np.empty(size + ALIGNMENT, np.uint8)
    first = -raw.ctypes.data % ALIGNMENT
    return raw[first : first + size].view(kind).reshape(shape)


def compiled(function: Kernel, *fast: str) -> Kernel:
    """Compile a function that releases the GIL; `fast`: allowed fast-math flags."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", *fast}}
    try:
        # Compiled once per machine, which takes half a second, and cached beside this file or in the user's cache folder.
        kernel = njit(cache=True, **options)(function)
    except RuntimeError:
        # There is no writable folder for the cache.
        return njit(**options)(function)

    def call(*arguments: Any) -> None:
        try:
            kernel(*arguments)
        except OSError:
            # It was compiled but could not be cached: the disk is full.
            kernel(*arguments)

    return call


# One function per side and pool, so that loops of known length are unrolled and the sums over maps become vectors.
# The Python code treats each map by itself; the compiler takes sixteen of them at once.


@cache
def convolve_and_pool_loop(side: int, pool: int, maps: int) -> Kernel:
    """Return the loop of `convolve_and_pool`."""

    def kernel(images, weights, bias, floor, best, winners, first, last):  # type: ignore[no-untyped-def]
        reach = side + pool - 1
        for image in range(first, last):
            for row in range(best.shape[1]):
                for column in range(best.shape[2]):
                    seen = images[image, row * pool : row * pool + reach, column * pool : column * pool + reach]
                    values, positions = best[image, row, column], winners[image, row, column]
                    for m in range(maps):
                        largest, winner = np.float32(-np.inf), np.uint8(0)
                        for down in range(pool):
                            for right in range(pool):
                                value = bias[m]
                                for i in range(side):
                                    for j in range(side):
                                        value += seen[down + i, right + j] * weights[i, j, m]
                                if value > largest:
                                    largest, winner = value, np.uint8(down * pool + right)
                        if largest <= floor:
                            largest, winner = floor, np.uint8(winner + ASLEEP)
                        values[m], positions[m] = largest, winner

    return compiled(kernel)


@cache
def convolve_and_pool_back_loop(side: int, pool: int) -> Kernel:
    """Return the loop of `convolve_and_pool_back`."""

    def kernel(gradient, winners, weights, result, first, last):  # type: ignore[no-untyped-def]
        maps = weights.shape[2]
        part = np.empty(maps, np.float32)
        for image in range(first, last):
            result[image] = 0
            for row in range(gradient.shape[1]):
                for column in range(gradient.shape[2]):
                    slopes, positions = gradient[image, row, column], winners[image, row, column]
                    for down in range(pool):
                        for right in range(pool):
                            # A byte, like the values it is compared with: a wider type would need more registers.
                            position = np.uint8(down * pool + right)
                            for m in range(maps):
                                part[m] = slopes[m] if positions[m] == position else np.float32(0)
                            for i in range(side):
                                for j in range(side):
                                    total = np.float32(0)
                                    for m in range(maps):
                                        total += part[m] * weights[i, j, m]
                                    result[image, row * pool + down + i, column * pool + right + j] += total

    return compiled(kernel, "reassoc")


@cache
def pool_values_loop(pool: int) -> Kernel:
    """Return the loop of `pool_values`."""

    def kernel(values, bias, floor, best, winners, first, last):  # type: ignore[no-untyped-def]
        maps = best.shape[3]
        for image in range(first, last):
            for row in range(best.shape[1]):
                for column in range(best.shape[2]):
                    largest, positions = best[image, row, column], winners[image, row, column]
                    entry = values[image, row * pool, column * pool]
                    for m in range(maps):
                        largest[m], positions[m] = entry[m], 0
                    for position in range(1, pool * pool):
                        entry = values[image, row * pool + position // pool, column * pool + position % pool]
                        for m in range(maps):
                            if entry[m] > largest[m]:
                                largest[m], positions[m] = entry[m], position
                    for m in range(maps):
                        value = largest[m] + bias[m]
                        if value <= floor:
                            value, positions[m] = floor, positions[m] + ASLEEP
                        largest[m] = value

    return compiled(kernel)


@cache
def pool_and_convolve_back_loop(pool: int) -> Kernel:
    """Return the loop of `pool_and_convolve_back`."""
    windows = pool * pool

    def kernel(gradient, winners, weights, result, first, last):  # type: ignore[no-untyped-def]
        maps, side, width = weights.shape
        channels = width // side
        # For each position of a window: the maps it won, their gradients, and their number.
        whose = np.empty((windows, maps + TOGETHER), np.int64)
        slope = np.empty((windows, maps + TOGETHER), np.float32)
        count = np.empty(windows, np.int64)
        for image in range(first, last):
            result[image] = 0
            for row in range(gradient.shape[1]):
                for column in range(gradient.shape[2]):
                    slopes, positions = gradient[image, row, column], winners[image, row, column]
                    for position in range(windows):
                        count[position] = 0
                    for m in range(maps):
                        winner = np.int64(positions[m] & np.uint8(ASLEEP - 1))
                        end = count[winner]
                        whose[winner, end], slope[winner, end] = m, slopes[m]
                        count[winner] = end + np.int64(positions[m] < ASLEEP and slopes[m] != 0)
                    for position in range(windows):
                        end = count[position]
                        for entry in range(end, end + TOGETHER - 1):
                            whose[position, entry], slope[position, entry] = 0, 0
                        top, left = row * pool + position // pool, (column * pool + position % pool) * channels
                        # Four at once, so that a line of the result is loaded and stored once for all four.
                        for entry in range(0, end, TOGETHER):
                            a, b = slope[position, entry], slope[position, entry + 1]
                            c, d = slope[position, entry + 2], slope[position, entry + 3]
                            of_a, of_b = weights[whose[position, entry]], weights[whose[position, entry + 1]]
                            of_c, of_d = weights[whose[position, entry + 2]], weights[whose[position, entry + 3]]
                            for i in range(side):
                                line = result[image, top + i, left : left + width]
                                line_a, line_b, line_c, line_d = of_a[i], of_b[i], of_c[i], of_d[i]
                                for x in range(width):
                                    line[x] += a * line_a[x] + b * line_b[x] + c * line_c[x] + d * line_d[x]

    return compiled(kernel)

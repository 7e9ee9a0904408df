"""The parts of a gradient that move more memory than they compute, as compiled loops over images.

TensorFlow makes several passes over arrays larger than the processor's caches for each of them, and knows nothing of what a max-pool
means backwards: all but one place of each window get nothing, and behind a relu half of the rest gets nothing either. Here an image goes
through in one pass, and what is zero costs nothing. No image's result depends on its neighbours.

Where the largest value of a window came from is one byte, its *winner*: its place in the window, row by row, and besides ASLEEP where
the largest value is not above the `floor`, that of a relu, so that the output is the floor itself.
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
# Fewer images than this a thread do not pay for waking it.
LEAST_SHARE = 8
# Arrays that begin at such an address need not be copied to become tensors.
ALIGNMENT = 64
# Entries of the sparse product that are taken at once; its loop is written for so many.
TOGETHER = 4

Kernel = Callable[..., None]
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_helpers = ThreadPoolExecutor(max(1, _CORES - 1), thread_name_prefix="ascent")


def convolve_and_pool(
    images: NDArray[np.float32], kernel: NDArray[np.float32], bias: NDArray[np.float32], pool: int, floor: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return the pooled convolution (count, size, size, maps) of images (count, rows, columns), and its winners.

    Arguments:
        images: float32; what fills no window is left out.
        kernel: (side, side, maps).
        bias: (maps,).
        pool: side of a window, 1 for none.
        floor: the least output.
    """
    side, maps = kernel.shape[0], kernel.shape[2]
    size = (images.shape[1] - side + 1) // pool
    best, winners = _pair((len(images), size, size, maps))
    _share_out(
        _convolve_and_pool(side, pool, maps), len(images), images, kernel, bias, np.float32(floor), best, winners
    )
    return best, winners


def convolve_and_pool_back(
    gradient: NDArray[np.float32], winners: NDArray[np.uint8], kernel: NDArray[np.float32], pool: int
) -> NDArray[np.float32]:
    """Return the gradient (count, rows, columns) in the images, given that in the output; arguments as above."""
    side = kernel.shape[0]
    rows = gradient.shape[1] * pool + side - 1
    result = _empty((len(gradient), rows, rows), np.float32)
    _share_out(_convolve_and_pool_back(side, pool), len(gradient), gradient, winners, kernel, result)
    return result


def pool_values(
    values: NDArray[np.float32], bias: NDArray[np.float32], pool: int, floor: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return the largest of each window of values (count, rows, columns, maps) plus the bias (maps,), and the winners."""
    count, rows, _, maps = values.shape
    best, winners = _pair((count, rows // pool, rows // pool, maps))
    _share_out(_pool_values(pool), count, values, bias, np.float32(floor), best, winners)
    return best, winners


def pool_and_convolve_back(
    gradient: NDArray[np.float32], winners: NDArray[np.uint8], kernel: NDArray[np.float32], pool: int, channels: int
) -> NDArray[np.float32]:
    """Return the gradient (count, rows, columns, channels) in what came into a convolution with a pool.

    Arguments:
        gradient: (count, size, size, maps), in the output of the pool.
        winners: of the pool, same shape.
        kernel: (maps, side, side · channels), the convolution's, with the maps in front.
        pool: side of a window.
        channels: that came in.
    """
    side = kernel.shape[1]
    rows = gradient.shape[1] * pool + side - 1
    result = _empty((len(gradient), rows, rows * channels), np.float32)
    _share_out(_pool_and_convolve_back(pool), len(gradient), gradient, winners, kernel, result)
    return result.reshape(-1, rows, rows, channels)


def _share_out(kernel: Kernel, count: int, *arguments: Any) -> None:
    """Call `kernel(*arguments, first, last)` for all images, some of them in each thread."""
    parts = max(1, min(_CORES, count // LEAST_SHARE))
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


def _compiled(function: Kernel, *fast: str) -> Kernel:
    """Compile a function that holds no lock while it runs; `fast`: liberties taken with the order of sums."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", *fast}}
    try:
        # Compiled once on this machine, which takes half a second, and kept beside this file or in the user's cache.
        kernel = njit(cache=True, **options)(function)
    except RuntimeError:
        # There is no folder to keep it in.
        return njit(**options)(function)

    def call(*arguments: Any) -> None:
        try:
            kernel(*arguments)
        except OSError:
            # It is compiled and could not be kept: the disk is full.
            kernel(*arguments)

    return call


# One function for each side and pool: loops of known length are unrolled, and the sums over maps become vectors.
# In Python's words each map is by itself; the compiler takes sixteen of them at once.


@cache
def _convolve_and_pool(side: int, pool: int, maps: int) -> Kernel:
    def kernel(images, weights, bias, floor, best, winners, first, last):  # type: ignore[no-untyped-def]
        reach = side + pool - 1
        for image in range(first, last):
            for row in range(best.shape[1]):
                for column in range(best.shape[2]):
                    seen = images[image, row * pool : row * pool + reach, column * pool : column * pool + reach]
                    values, places = best[image, row, column], winners[image, row, column]
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
                        values[m], places[m] = largest, winner

    return _compiled(kernel)


@cache
def _convolve_and_pool_back(side: int, pool: int) -> Kernel:
    def kernel(gradient, winners, weights, result, first, last):  # type: ignore[no-untyped-def]
        maps = weights.shape[2]
        part = np.empty(maps, np.float32)
        for image in range(first, last):
            result[image] = 0
            for row in range(gradient.shape[1]):
                for column in range(gradient.shape[2]):
                    slopes, places = gradient[image, row, column], winners[image, row, column]
                    for down in range(pool):
                        for right in range(pool):
                            # A byte, as what it is compared with: a wider number would spread the loop over more registers.
                            place = np.uint8(down * pool + right)
                            for m in range(maps):
                                part[m] = slopes[m] if places[m] == place else np.float32(0)
                            for i in range(side):
                                for j in range(side):
                                    total = np.float32(0)
                                    for m in range(maps):
                                        total += part[m] * weights[i, j, m]
                                    result[image, row * pool + down + i, column * pool + right + j] += total

    return _compiled(kernel, "reassoc")


@cache
def _pool_values(pool: int) -> Kernel:
    def kernel(values, bias, floor, best, winners, first, last):  # type: ignore[no-untyped-def]
        maps = best.shape[3]
        for image in range(first, last):
            for row in range(best.shape[1]):
                for column in range(best.shape[2]):
                    largest, places = best[image, row, column], winners[image, row, column]
                    entry = values[image, row * pool, column * pool]
                    for m in range(maps):
                        largest[m], places[m] = entry[m], 0
                    for place in range(1, pool * pool):
                        entry = values[image, row * pool + place // pool, column * pool + place % pool]
                        for m in range(maps):
                            if entry[m] > largest[m]:
                                largest[m], places[m] = entry[m], place
                    for m in range(maps):
                        value = largest[m] + bias[m]
                        if value <= floor:
                            value, places[m] = floor, places[m] + ASLEEP
                        largest[m] = value

    return _compiled(kernel)


@cache
def _pool_and_convolve_back(pool: int) -> Kernel:
    windows = pool * pool

    def kernel(gradient, winners, weights, result, first, last):  # type: ignore[no-untyped-def]
        maps, side, width = weights.shape
        channels = width // side
        # Of a window, what each of its places is to pass on: to which maps, how much, and how many there are.
        whose = np.empty((windows, maps + TOGETHER), np.int64)
        slope = np.empty((windows, maps + TOGETHER), np.float32)
        count = np.empty(windows, np.int64)
        for image in range(first, last):
            result[image] = 0
            for row in range(gradient.shape[1]):
                for column in range(gradient.shape[2]):
                    slopes, places = gradient[image, row, column], winners[image, row, column]
                    for place in range(windows):
                        count[place] = 0
                    for m in range(maps):
                        winner = np.int64(places[m] & np.uint8(ASLEEP - 1))
                        end = count[winner]
                        whose[winner, end], slope[winner, end] = m, slopes[m]
                        count[winner] = end + np.int64(places[m] < ASLEEP and slopes[m] != 0)
                    for place in range(windows):
                        end = count[place]
                        for entry in range(end, end + TOGETHER - 1):
                            whose[place, entry], slope[place, entry] = 0, 0
                        top, left = row * pool + place // pool, (column * pool + place % pool) * channels
                        # Four at once: a line of the result is fetched and put back once for all of them.
                        for entry in range(0, end, TOGETHER):
                            a, b = slope[place, entry], slope[place, entry + 1]
                            c, d = slope[place, entry + 2], slope[place, entry + 3]
                            of_a, of_b = weights[whose[place, entry]], weights[whose[place, entry + 1]]
                            of_c, of_d = weights[whose[place, entry + 2]], weights[whose[place, entry + 3]]
                            for i in range(side):
                                line = result[image, top + i, left : left + width]
                                line_a, line_b, line_c, line_d = of_a[i], of_b[i], of_c[i], of_d[i]
                                for x in range(width):
                                    line[x] += a * line_a[x] + b * line_b[x] + c * line_c[x] + d * line_d[x]

    return _compiled(kernel)

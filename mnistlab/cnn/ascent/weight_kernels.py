"""The loops that only a training needs, beside those of `kernels.py`: gradients with respect to the weights, and convolutions as matrix products.

All add to what is in their last arrays, for the images `first` to `last`, so that each part of a batch has its own sums.
"""

from functools import cache

import numpy as np

from mnistlab.cnn.ascent.kernels import ASLEEP, TOGETHER, Kernel, compiled

# Masked values of a line of maps that are multiplied at once; the line of the kernel's gradient is loaded and stored once for all.
LINES = 8


@cache
def convolve_and_pool_weights_loop(side: int, pool: int, maps: int) -> Kernel:
    """Return the loop for a convolution of the image with its pool.

    Its arguments: images (count, rows, columns), gradient and winners (count, size, size, maps) as in `convolve_and_pool_back`, the sums for
    the kernel (side, side, maps) and the bias (maps,), first, last.
    """
    windows = pool * pool
    group = max(1, LINES // windows)
    lines = group * windows

    def kernel(images, gradient, winners, of_kernel, of_bias, first, last):  # type: ignore[no-untyped-def]
        size = gradient.shape[1]
        part = np.empty((lines, maps), np.float32)
        seen = np.empty(lines, np.float32)
        for image in range(first, last):
            for row in range(size):
                for start in range(0, size, group):
                    for member in range(group):
                        # A window past the end has no gradient.
                        column = min(start + member, size - 1)
                        there = np.float32(start + member < size)
                        slopes, positions = gradient[image, row, column], winners[image, row, column]
                        for m in range(maps):
                            of_bias[m] += slopes[m] * there if positions[m] < np.uint8(ASLEEP) else np.float32(0)
                        for position in range(windows):
                            wanted, line = np.uint8(position), part[member * windows + position]
                            for m in range(maps):
                                line[m] = slopes[m] * there if positions[m] == wanted else np.float32(0)
                    for i in range(side):
                        for j in range(side):
                            for member in range(group):
                                left = min(start + member, size - 1) * pool + j
                                for position in range(windows):
                                    seen[member * windows + position] = images[
                                        image, row * pool + position // pool + i, left + position % pool
                                    ]
                            sums = of_kernel[i, j]
                            for m in range(maps):
                                total = np.float32(0)
                                for line in range(lines):
                                    total += seen[line] * part[line, m]
                                sums[m] += total

    return compiled(kernel, "reassoc")


@cache
def pool_and_convolve_weights_loop(pool: int) -> Kernel:
    """Return the loop for a convolution of maps with its pool.

    Its arguments: values (count, rows, rows · channels), gradient and winners (count, size, size, maps) as in `pool_and_convolve_back`, the sums
    for the kernel (maps, side, side · channels) and the bias (maps,), channels, first, last.
    """

    def kernel(values, gradient, winners, of_kernel, of_bias, channels, first, last):  # type: ignore[no-untyped-def]
        maps, side, width = of_kernel.shape
        size, stride = gradient.shape[1], values.shape[2]
        # The places that a map's gradient comes from, as offsets in an image, and the gradients.
        where = np.empty(size * size + TOGETHER, np.int64)
        slope = np.empty(size * size + TOGETHER, np.float32)
        for image in range(first, last):
            seen = values[image].reshape(-1)
            for m in range(maps):
                end, total = np.int64(0), np.float32(0)
                for row in range(size):
                    for column in range(size):
                        winner, value = winners[image, row, column, m], gradient[image, row, column, m]
                        position = np.int64(winner & np.uint8(ASLEEP - 1))
                        awake = np.int64(winner < ASLEEP and value != 0)
                        top, left = row * pool + position // pool, column * pool + position % pool
                        where[end], slope[end] = top * stride + left * channels, value
                        end += awake
                        total += value * np.float32(awake)
                of_bias[m] += total
                for entry in range(end, end + TOGETHER - 1):
                    where[entry], slope[entry] = 0, 0
                # Four at once, so that a line of the sums is loaded and stored once for all four.
                for entry in range(0, end, TOGETHER):
                    a, b, c, d = slope[entry], slope[entry + 1], slope[entry + 2], slope[entry + 3]
                    at_a, at_b, at_c, at_d = where[entry], where[entry + 1], where[entry + 2], where[entry + 3]
                    for i in range(side):
                        down = i * stride
                        line = of_kernel[m, i]
                        line_a, line_b = (
                            seen[at_a + down : at_a + down + width],
                            seen[at_b + down : at_b + down + width],
                        )
                        line_c, line_d = (
                            seen[at_c + down : at_c + down + width],
                            seen[at_d + down : at_d + down + width],
                        )
                        for x in range(width):
                            line[x] += a * line_a[x] + b * line_b[x] + c * line_c[x] + d * line_d[x]

    return compiled(kernel)


@cache
def windows_loop() -> Kernel:
    """Return the loop that writes what a kernel sees at each place as a row of a matrix.

    Its arguments: values (count, rows, rows · channels), rows (count, size, size, side, side · channels), channels, first, last.
    """

    def kernel(values, rows, channels, first, last):  # type: ignore[no-untyped-def]
        size, side, width = rows.shape[1], rows.shape[3], rows.shape[4]
        for image in range(first, last):
            for row in range(size):
                for column in range(size):
                    left = column * channels
                    for i in range(side):
                        line, seen = rows[image - first, row, column, i], values[image, row + i, left : left + width]
                        for x in range(width):
                            line[x] = seen[x]

    return compiled(kernel)


@cache
def windows_back_loop() -> Kernel:
    """Return the loop that adds the gradients of such rows to those of the values they come from, which it sets to zero first; arguments as above."""

    def kernel(values, rows, channels, first, last):  # type: ignore[no-untyped-def]
        size, side, width = rows.shape[1], rows.shape[3], rows.shape[4]
        for image in range(first, last):
            values[image] = 0
            for row in range(size):
                for column in range(size):
                    left = column * channels
                    for i in range(side):
                        line, sums = rows[image - first, row, column, i], values[image, row + i, left : left + width]
                        for x in range(width):
                            sums[x] += line[x]

    return compiled(kernel)


@cache
def rmsprop_loop(parts: int) -> Kernel:
    """Return the loop of a step of RMSprop with momentum (Keras' RMSprop, not centred), for the weights `first` to `last`.

    Its arguments: weights, mean squares and momenta (count,), all changed; gradients (parts, count), which are added in their order; strengths of
    L1 and L2 regularisation; learning rate, rho, epsilon, momentum; first, last. Numbers are float32.
    """

    def kernel(weights, squares, momenta, gradients, l1, l2, rate, rho, epsilon, momentum, first, last):  # type: ignore[no-untyped-def]
        rest = np.float32(1) - rho
        for index in range(first, last):
            weight = weights[index]
            slope = np.float32(2) * l2 * weight + l1 * np.sign(weight)
            for part in range(parts):
                slope += gradients[part, index]
            square = rho * squares[index] + rest * slope * slope
            squares[index] = square
            change = momentum * momenta[index] + rate * slope / np.sqrt(square + epsilon)
            momenta[index] = change
            weights[index] = weight - change

    return compiled(kernel)

"""A text -> its QR code, for a camera that reads an address off a screen (ISO/IEC 18004: bytes, correction level M, versions 1 to 9).

1. The text as bits, padded to the data codewords of the smallest version that holds it.
2. Correction codewords (Reed and Solomon) for each block; the blocks interleaved.
3. Finders, timing and alignment patterns; the bits in columns of two from the lower right corner, upwards and downwards in turn.
4. Of eight masks the one that leaves the fewest patterns a reader could mistake.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
# By version: correction codewords of each block, data codewords of each block, and centres of the alignment patterns.
VERSIONS = {
    1: (10, (16,), ()),
    2: (16, (28,), (6, 18)),
    3: (26, (44,), (6, 22)),
    4: (18, (32,) * 2, (6, 26)),
    5: (24, (43,) * 2, (6, 30)),
    6: (16, (27,) * 4, (6, 34)),
    7: (18, (31,) * 4, (6, 22, 38)),
    8: (22, (38, 38, 39, 39), (6, 24, 42)),
    9: (22, (36, 36, 36, 37, 37), (6, 26, 46)),
}
# Bits before the text: how it is written (bytes), and its length.
HEAD, MODE_BYTES = 12, 0b0100
LONGEST = sum(VERSIONS[9][1]) - 2
PADDING = (0b11101100, 0b00010001)
MASKS: tuple[Callable[[NDArray[np.int_], NDArray[np.int_]], Bits], ...] = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
# Generators of the codes that protect format and version, and what is added to the format so that it is never all light.
FORMAT_CODE, VERSION_CODE, FORMAT_MASK = 0b10100110111, 0b1111100100101, 0b101010000010010
# Level M in the format.
LEVEL_BITS = 0b00
# The field GF(256) of the correction: x^8 + x^4 + x^3 + x^2 + 1.
FIELD = 0b100011101
# Light modules around a code.
QUIET = 4
# Points against a mask (ISO/IEC 18004, 7.8.3): a run of five, a square of two by two, what looks like a finder, and each step of 5 % away from half dark.
RUN, SQUARE, FINDER, SHARE = 3, 3, 40, 10


@lru_cache(maxsize=64)
def qr_code(text: str) -> NDArray[np.uint8]:
    """Return the code as an image (side, side) uint8, one pixel a module, dark 0 on light 255, with its quiet border. Do not change it.

    Raises:
        ValueError: the text has more than `LONGEST` bytes.
    """
    content = text.encode()
    if len(content) > LONGEST:
        raise ValueError(f"A QR code holds at most {LONGEST} bytes here. Received: {len(content)}.")
    version = next(number for number, (_, blocks, _) in VERSIONS.items() if len(content) <= sum(blocks) - 2)
    bits = _as_bits(_interleaved(version, _data_codewords(version, content)))
    drawn, fixed = _patterns(version)
    modules = min((_masked(drawn, fixed, bits, mask, version) for mask in range(8)), key=_penalty)
    return np.pad(np.where(modules, 0, 255).astype(np.uint8), QUIET, constant_values=255)


def _data_codewords(version: int, content: bytes) -> list[int]:
    """Return the text with its head, its end and padding."""
    room = sum(VERSIONS[version][1])
    bits = f"{MODE_BYTES:04b}{len(content):08b}" + "".join(f"{byte:08b}" for byte in content)
    bits += "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)]
    return words + [PADDING[number % 2] for number in range(room - len(words))]


def _interleaved(version: int, words: list[int]) -> list[int]:
    """Return the first word of each block, the second of each, and so on; then those of the correction."""
    corrections, sizes, _ = VERSIONS[version]
    starts = np.cumsum([0, *sizes])
    blocks = [words[start : start + size] for start, size in zip(starts, sizes, strict=False)]
    repaired = [_correction(block, corrections) for block in blocks]
    turns = [*zip_longest(*blocks), *zip(*repaired, strict=True)]
    return [word for turn in turns for word in turn if word is not None]


def _correction(words: list[int], count: int) -> list[int]:
    """Return the remainder of the words, as a polynomial, by the generator of that degree."""
    generator = [1]
    for power in range(count):
        root = _power(power)
        shifted = [*generator, 0]
        generator = [shifted[place] ^ _times(root, one) for place, one in enumerate([0, *generator])]
    rest = [*words, *[0] * count]
    for place in range(len(words)):
        factor = rest[place]
        for offset, one in enumerate(generator):
            rest[place + offset] ^= _times(factor, one)
    return rest[len(words) :]


def _times(one: int, other: int) -> int:
    """Return a product in the field."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= FIELD
        other >>= 1
    return product


def _power(exponent: int) -> int:
    """Return that power of 2 in the field."""
    result = 1
    for _ in range(exponent):
        result = _times(result, 2)
    return result


def _as_bits(words: list[int]) -> Bits:
    return np.unpackbits(np.array(words, np.uint8)).astype(bool)


def _patterns(version: int) -> tuple[Bits, Bits]:
    """Return what stands in every code of a version, and where no bit of the text may stand (side, side)."""
    side = 17 + 4 * version
    drawn, fixed = np.zeros((side, side), bool), np.zeros((side, side), bool)
    # Timing between the finders.
    drawn[6, ::2] = drawn[::2, 6] = True
    fixed[6] = fixed[:, 6] = True
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        # With a light border, and in it the format.
        fixed[max(0, top - 1) : top + 8, max(0, left - 1) : left + 8] = True
        drawn[max(0, top - 1) : top + 8, max(0, left - 1) : left + 8] = False
        drawn[top : top + 7, left : left + 7] = _rings(7, light=1)
    fixed[8, :9] = fixed[8, side - 8 :] = fixed[:9, 8] = fixed[side - 8 :, 8] = True
    centres = VERSIONS[version][2]
    for row in centres:
        for column in centres:
            if (row, column) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                area = slice(row - 2, row + 3), slice(column - 2, column + 3)
                drawn[area], fixed[area] = _rings(5, light=1), True
    if version >= 7:
        fixed[:6, side - 11 : side - 8] = fixed[side - 11 : side - 8, :6] = True
    return drawn, fixed


def _rings(side: int, light: int) -> Bits:
    """Return a dark square (side, side) with a light ring so many modules inside its border."""
    distance = np.minimum.reduce([*np.indices((side, side)), *(side - 1 - np.indices((side, side)))])
    return np.asarray(distance != light)


def _way(side: int) -> Iterator[tuple[int, int]]:
    """Yield the places in the order in which bits are laid."""
    upwards = True
    for right in range(side - 1, 0, -2):
        # The column of the timing pattern is left out.
        column = right if right > 6 else right - 1
        for row in range(side - 1, -1, -1) if upwards else range(side):
            yield row, column
            yield row, column - 1
        upwards = not upwards


def _masked(drawn: Bits, fixed: Bits, bits: Bits, mask: int, version: int) -> Bits:
    """Return the whole code with one of the masks."""
    modules, side = drawn.copy(), len(drawn)
    places = [place for place in _way(side) if not fixed[place]]
    rows, columns = np.array(places).T
    # What is left over at the end stays light, before the mask.
    laid = np.zeros(len(places), bool)
    laid[: len(bits)] = bits
    modules[rows, columns] = laid ^ MASKS[mask](rows, columns)
    _write_format(modules, mask)
    if version >= 7:
        code = version << 12 | _remainder(version << 12, VERSION_CODE)
        for number in range(18):
            row, column = number // 3, side - 11 + number % 3
            modules[row, column] = modules[column, row] = bool(code >> number & 1)
    return modules


def _write_format(modules: Bits, mask: int) -> None:
    """Write level and mask beside the finders, twice."""
    side, content = len(modules), LEVEL_BITS << 3 | mask
    code = (content << 10 | _remainder(content << 10, FORMAT_CODE)) ^ FORMAT_MASK
    bits = [bool(code >> number & 1) for number in range(15)]
    around = [0, 1, 2, 3, 4, 5, 7, 8]
    for number in range(8):
        modules[around[number], 8] = modules[8, side - 1 - number] = bits[number]
    for number in range(7):
        modules[8, around[6 - number]] = modules[side - 7 + number, 8] = bits[8 + number]
    modules[side - 8, 8] = True


def _remainder(value: int, code: int) -> int:
    """Return the remainder of a polynomial over two elements."""
    while value.bit_length() >= code.bit_length():
        value ^= code << (value.bit_length() - code.bit_length())
    return value


def _penalty(modules: Bits) -> int:
    """Return how many points are against a code."""
    points = 0
    for line in (*modules, *modules.T):
        edges = np.flatnonzero(np.diff(line)) + 1
        runs = np.diff([0, *edges, len(line)])
        points += int(sum(RUN + run - 5 for run in runs if run >= 5))
        # The light border counts as well.
        text = "0" * QUIET + "".join("1" if dark else "0" for dark in line) + "0" * QUIET
        for pattern in ("10111010000", "00001011101"):
            points += FINDER * sum(text.startswith(pattern, start) for start in range(len(text)))
    equal = (modules[:-1, :-1] == modules[1:, :-1]) & (modules[:, 1:] == modules[:, :-1])[:-1]
    points += SQUARE * int((equal & (modules[:-1, 1:] == modules[1:, 1:])).sum())
    return points + SHARE * int(abs(100 * modules.mean() - 50) // 5)

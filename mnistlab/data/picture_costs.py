"""The memory of pictures: bytes that decoding one will take, a budget shared by all decodings, and how memory is given back."""

import ctypes
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Literal

from PIL import Image, ImageFile, JpegImagePlugin, TiffImagePlugin

from mnistlab.errors import DataError
from mnistlab.refusals import refused, seldom_refused

# Pillow stores two, three and four bands in four bytes a pixel.
BYTES_A_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2}
DEFAULT_BYTES = 4
# Bytes a pixel of decoders that hold more than the picture: WEBP two canvases, its own pixels and a copy; AVIF its pixels in up to twelve bits,
# their colours and a copy; TIFF a strip, which may be the whole picture; GIF its canvas.
WHOLE_BYTES = {"WEBP": 17, "AVIF": 22, "TIFF": 14, "GIF": 10}
# Bytes of a coefficient of a JPEG; all are kept if the picture has more than one scan.
COEFFICIENT_BYTES = 2
# A camera's picture has one scan, a progressive one about ten; each costs a pass over the whole picture, however little data it has.
MOST_SCANS = 64
# More than the tables, notes and scans of any camera.
MOST_MARKERS = 5_000
# The next marker within the data of a scan: not a stuffed byte, not a restart, not a filler.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
# Markers without a length.
BARE = {0x01, 0xD8}
# Tags of a TIFF for the size of its tiles. A tile is decoded whole, even if little of it lies within the picture.
TILE_TAGS = {322, 323}
BIG_TIFF = 43
# A run-length coded BMP is decoded in Python: 0.3 seconds a million pixels.
MOST_RUN_LENGTH_PIXELS = 1_000_000
# Only in the C library of most Linux systems; others do not need it.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
_crowded = seldom_refused()


def check_storage(picture: ImageFile.ImageFile, content: bytes) -> None:
    """Check that a picture is stored in a way whose cost can be predicted.

    Raises:
        DataError: if it is a tiled TIFF or a large run-length coded BMP.
    """
    if isinstance(picture, TiffImagePlugin.TiffImageFile) and _is_tiled(picture, content):
        raise DataError("This TIFF is stored in tiles, which is not read here; bring it as a PNG or JPEG.")
    if picture.tile and picture.tile[0][0] == "bmp_rle" and picture.width * picture.height > MOST_RUN_LENGTH_PIXELS:
        raise DataError(
            f"This BMP is run-length coded, of which at most {MOST_RUN_LENGTH_PIXELS:,} pixels are read; bring it as a PNG or JPEG."
        )


def _is_tiled(picture: TiffImagePlugin.TiffImageFile, content: bytes) -> bool:
    """Return whether there is a tag for tiles, whatever its value.

    Pillow ignores tags of unknown types but its decoder reads them, so the bytes of the file are searched as well.
    """
    order: Literal["little", "big"] = "little" if content.startswith(b"II") else "big"

    def number(place: int, size: int) -> int:
        return int.from_bytes(content[place : place + size], order)

    size, step = (8, 20) if number(2, 2) == BIG_TIFF else (2, 12)
    start = picture.tag_v2.offset or 0
    end = min(len(content), start + size + step * number(start, size))
    return any(tag in picture.tag_v2 for tag in TILE_TAGS) or any(
        number(place, 2) in TILE_TAGS for place in range(start + size, end, step)
    )


def unpacked_bytes(picture: Image.Image, content: bytes, width: int, height: int) -> int:
    """Return how many bytes decoding a picture will take at its peak.

    Arguments:
        picture: opened, after its `draft`, if any.
        content: bytes of its file.
        width: pixels of the picture in the file, before `draft`.
        height: likewise.

    Raises:
        DataError: if it is a JPEG with too many scans.
    """
    if picture.format in WHOLE_BYTES:
        return WHOLE_BYTES[picture.format] * width * height
    pixels = picture.width * picture.height * BYTES_A_PIXEL.get(picture.mode, DEFAULT_BYTES)
    if not isinstance(picture, JpegImagePlugin.JpegImageFile):
        return pixels
    scans = scans_of(content)
    if scans > MOST_SCANS:
        raise DataError(
            f"This JPEG comes in {scans:,} layers, at most {MOST_SCANS} are read; save it anew without “progressive”."
        )
    return pixels + (_coefficients(picture, width * height) * COEFFICIENT_BYTES if scans > 1 else 0)


def scans_of(content: bytes) -> int:
    """Return the number of scans of the first picture in a JPEG's bytes, at most `MOST_SCANS` + 1."""
    scans = 0
    for marker in _markers(content):
        scans += marker == START_OF_SCAN
        if marker == END_OF_IMAGE or scans > MOST_SCANS:
            break
    return scans


def has_end(content: bytes) -> bool:
    """Return whether the first picture in a JPEG's bytes has an end within its first `MOST_MARKERS` markers."""
    return END_OF_IMAGE in islice(_markers(content), MOST_MARKERS)


def _markers(content: bytes) -> Iterator[int]:
    place = 0
    while found := MARKER.search(content, place):
        marker, place = content[found.end() - 1], found.end()
        yield marker
        if marker not in BARE:
            place += int.from_bytes(content[place : place + 2], "big")


def _coefficients(picture: JpegImagePlugin.JpegImageFile, pixels: int) -> int:
    """Return the number of coefficients of a JPEG in all its bands, some of which are subsampled."""
    shares = [across * down for _, across, down, _ in picture.layer]
    return sum(pixels * share // max(*shares, 1) for share in shares)


def forget(picture: Image.Image) -> None:
    """Return the memory of a decoded picture to the system even if something still refers to it; it cannot be used afterwards."""
    picture.close()
    # The decoder of a WEBP holds its own memory.
    picture.__dict__.pop("_decoder", None)
    if _trim is not None:
        # The C library keeps freed memory for the thread that freed it, so the memory of eight visitors' pictures would add up.
        _trim(0)


class Budget:
    """A number of bytes shared by all threads."""

    def __init__(self, size: int, patience: float) -> None:
        """Make a budget with everything free.

        Arguments:
            size: bytes.
            patience: seconds to wait for room before giving up.
        """
        self.size, self._patience, self._taken, self._changed = size, patience, 0, threading.Condition()

    @contextmanager
    def take(self, wanted: int) -> Iterator[None]:
        """Hold `wanted` bytes, waiting until there is room; more than the whole budget waits until nothing else is held.

        Raises:
            DataError: if there was no room for too long.
        """
        wanted = min(wanted, self.size)
        with self._changed:
            if not self._changed.wait_for(lambda: self._taken + wanted <= self.size, self._patience):
                sentence = "Many large pictures are being read just now; bring this one again in a minute."
                # Whose it is stands nowhere here.
                raise refused(DataError(sentence), "", seldom=_crowded)
            self._taken += wanted
        try:
            yield
        finally:
            with self._changed:
                self._taken -= wanted
                self._changed.notify_all()

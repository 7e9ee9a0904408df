"""The bytes of a picture as people bring it -> the same picture without what its decoder stumbles over and no picture needs.

Browsers and telephones show a picture whose notes are broken: a text, an animation, an end that got lost. What is left out here costs
that note, never the picture; pixels are left as they are, so a file that lacks some stays one that is cut off.
"""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
END_OF_JPEG = b"\xff\xd9"
LENGTH, NAME, SUM = 4, 4, 4
# What a PNG may say besides its pixels and is of use here: what is transparent, what colours mean, which way is up; and texts.
WANTED = {b"tRNS", b"iCCP", b"eXIf"}
TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
# A text that is larger, unpacked, is left out; Pillow itself refuses a picture with one.
MOST_TEXT = 1_000_000
# All texts and the profile of one picture together, unpacked; what comes after is left out without unpacking it. Pillow refuses a picture
# with more than its MAX_TEXT_MEMORY.
MOST_TEXTS = 2_000_000
# A JPEG ends in rows of even grey where its pixels are missing: more than this part of them, and it is cut off.
MOST_MISSING = 0.05
MIDDLE_GREYS = range(126, 131)
# Of pictures of Apple's telephones, which need a decoder that is not at hand.
HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


def mended(content: bytes) -> bytes:
    """Return the bytes of a PNG without broken, animated and overlong parts, of a JPEG with an end; all else as it is."""
    if content.startswith(PNG):
        return b"".join([PNG, *_mended_chunks(content), _chunk(b"IEND", b"")])
    # One more behind the true end is not looked at.
    return content + END_OF_JPEG if content.startswith(JPEG) else content


def is_heic(content: bytes) -> bool:
    """Return whether a file says that it is a HEIC."""
    return content[4:8] == b"ftyp" and content[8:12] in HEIC


def lacks_pixels(picture: Image.Image) -> bool:
    """Return whether a decoded JPEG ends in even grey, as one does whose last part is missing."""
    rows = max(1, round(MOST_MISSING * picture.height))
    end = np.asarray(picture.crop((0, picture.height - rows, picture.width, picture.height)))
    return bool(((end >= MIDDLE_GREYS[0]) & (end <= MIDDLE_GREYS[-1])).all())


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _mended_chunks(content: bytes) -> Iterator[bytes]:
    """Yield the chunks of a PNG that are of use, up to its end."""
    place, room = len(PNG), _Room()
    while place + LENGTH + NAME <= len(content):
        length = int.from_bytes(content[place : place + LENGTH], "big")
        start = place + LENGTH + NAME
        name, data = content[place + LENGTH : start], content[start : start + length]
        place = start + length + SUM
        if name == b"IEND":
            return
        if place > len(content) and name == b"IDAT":
            # Where only sums are missing, all pixels are there; else the decoder says that they are not.
            yield _chunk(name, data)
            return
        whole = content[start - LENGTH - NAME : place]
        is_ancillary = name[:1].islower()
        if not is_ancillary or (whole == _chunk(name, data) and _is_wanted(name, data, room)):
            yield whole


class _Room:
    """Room for the texts of one picture: `left` bytes, unpacked."""

    def __init__(self) -> None:
        self.left = MOST_TEXTS

    def take(self, size: int) -> bool:
        """Take room for a text; return whether there was enough. A larger one than is left takes all of it: to learn that was work, too."""
        fits = size <= self.left
        self.left = max(0, self.left - size)
        return fits


def _is_wanted(name: bytes, data: bytes, room: _Room) -> bool:
    """Return whether a chunk that a picture could do without is of use and can be read."""
    if name in TEXTS or name == b"iCCP":
        return _fits(name, data, room)
    return name in WANTED


def _fits(name: bytes, data: bytes, room: _Room) -> bool:
    most = min(MOST_TEXT, room.left)
    if len(data) > most:
        return False
    _, _, rest = data.partition(b"\0")
    if name == b"tEXt":
        return room.take(len(data))
    if name == b"iTXt":
        if rest[:1] in (b"", b"\0"):
            return room.take(len(data))
        packed = rest[2:].split(b"\0", 2)[-1]
    else:
        # Its first byte names the only way of packing there is.
        if rest[:1] not in (b"", b"\0"):
            return False
        packed = rest[1:]
    unpacker = zlib.decompressobj()
    try:
        size = len(unpacker.decompress(packed, most))
    except zlib.error:
        # How much was unpacked before the fault is not told.
        room.take(MOST_TEXT)
        return name != b"iCCP"
    return room.take(size) and not unpacker.unconsumed_tail

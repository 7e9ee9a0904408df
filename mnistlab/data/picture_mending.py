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
    place = len(PNG)
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
        if not is_ancillary or (_is_wanted(name, data) and whole == _chunk(name, data)):
            yield whole


def _is_wanted(name: bytes, data: bytes) -> bool:
    """Return whether a chunk that a picture could do without is of use and can be read."""
    if name in TEXTS or name == b"iCCP":
        return _fits(name, data)
    return name in WANTED


def _fits(name: bytes, data: bytes) -> bool:
    if len(data) > MOST_TEXT:
        return False
    _, _, rest = data.partition(b"\0")
    if name == b"tEXt":
        return True
    if name == b"iTXt":
        if rest[:1] in (b"", b"\0"):
            return True
        packed = rest[2:].split(b"\0", 2)[-1]
    else:
        # Its first byte names the only way of packing there is.
        if rest[:1] not in (b"", b"\0"):
            return False
        packed = rest[1:]
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, MOST_TEXT)
    except zlib.error:
        return name != b"iCCP"
    return not unpacker.unconsumed_tail

"""Small files that unpack to a lot, made without ever holding what they unpack to; `scripts/measure_pictures.py` says what they cost."""

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image, ImageDraw

SIDE = 7_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# First column and row of each pass of an interlaced PNG, and the steps to the next.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a PNG's chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(lines: Iterator[bytes]) -> bytes:
    """Return lines compressed, without ever holding all of them."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(line) for line in lines) + packer.flush()


def png(side: int, depth: int, colour: int, bands: int, *, interlaced: bool = False, more: bytes = b"") -> bytes:
    """Return a square PNG with a dark left half and a bright right one.

    Arguments:
        side: pixels.
        depth: bits a value.
        colour: PNG's number of the kind of colour.
        bands: values a pixel.
        interlaced: in the seven passes of PNG.
        more: chunks before the pixels.
    """

    def line(columns: int) -> bytes:
        length = -(-columns * depth * bands // 8)
        return b"\0" + bytes(length // 2) + b"\xff" * (length - length // 2)

    def lines() -> Iterator[bytes]:
        for left, top, across, down in ADAM7 if interlaced else ((0, 0, 1, 1),):
            for _ in range(top, side, down):
                yield line(len(range(left, side, across)))

    header = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, int(interlaced))
    return SIGNATURE + chunk(b"IHDR", header) + more + chunk(b"IDAT", packed(lines())) + chunk(b"IEND", b"")


def palette() -> bytes:
    """Return a PNG of two colours, one of which may be seen through."""
    colours = chunk(b"PLTE", bytes([0, 0, 0, 255, 255, 255])) + chunk(b"tRNS", b"\x80\xff")
    return png(SIDE, 1, 3, 1, more=colours)


def texts() -> bytes:
    """Return a small PNG with texts that unpack to 60 MB, four bytes a letter."""
    text = zlib.compress("\U0001f600".encode() * 250_000, 9)
    return png(40, 8, 2, 3, more=b"".join(chunk(b"iTXt", b"a%d\0\1\0\0\0" % place + text) for place in range(60)))


def animated() -> bytes:
    """Return an animated PNG of three large frames."""
    frame = packed(b"\0" + bytes(SIDE * 4) for _ in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"acTL", struct.pack(">II", 3, 0))]
    number = 0
    for place in range(3):
        parts.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, SIDE, SIDE, 0, 0, 1, 10, 1, 1)))
        parts.append(chunk(b"fdAT", struct.pack(">I", number + 1) + frame) if place else chunk(b"IDAT", frame))
        number += 1 + (place > 0)
    return SIGNATURE + b"".join(parts) + chunk(b"IEND", b"")


def hidden() -> bytes:
    """Return a dream's PNG whose photo is a large one."""
    inside = png(SIDE, 8, 6, 4)
    text = b"mnistlab dream\0\0\0\0\0{}"
    return png(40, 8, 2, 3, more=chunk(b"mnPh", inside) + chunk(b"iTXt", text))


def saved(kind: str, side: int, **options: object) -> bytes:
    """Return a picture as Pillow writes it."""
    picture = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(picture).rectangle((side // 4, side // 4, side // 2, side // 2), "black")
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def layered() -> bytes:
    """Return a JPEG that repeats its last scan without end."""
    whole = saved("JPEG", 2_000, progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * (9_000_000 // len(last)) + whole[-2:]


KINDS: dict[str, Callable[[], bytes]] = {
    "rgba": lambda: png(SIDE, 8, 6, 4),
    "rgba, 16 bits": lambda: png(SIDE, 16, 6, 4),
    "grey, 16 bits": lambda: png(SIDE, 16, 0, 1),
    "palette": palette,
    "interlaced": lambda: png(SIDE, 8, 6, 4, interlaced=True),
    "animated": animated,
    "texts": texts,
    "hidden": hidden,
    "webp, 49 megapixels": lambda: saved("WEBP", SIDE, lossless=True, quality=0, method=0),
    "webp, 12 megapixels": lambda: saved("WEBP", 3_500, lossless=True, quality=0, method=0),
    "gif": lambda: saved("GIF", SIDE),
    "gif, 16 megapixels": lambda: saved("GIF", 4_000),
    "tiff": lambda: saved("TIFF", SIDE, compression="tiff_lzw"),
    "tiff, 12 megapixels": lambda: saved("TIFF", 3_500, compression="tiff_lzw", tiffinfo={278: 3_500}),
    "avif, 9 megapixels": lambda: saved("AVIF", 3_000, speed=10),
    "jpeg": lambda: saved("JPEG", SIDE),
    "progressive": lambda: saved("JPEG", SIDE, progressive=True),
    "progressive, full colours": lambda: saved("JPEG", SIDE, progressive=True, subsampling=0),
    "layered": layered,
}

"""Arrays -> PNG bytes and data addresses for pages."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.keeping import kept

# On the command line: scale of a pattern, patterns per row of a sheet, and pixels between them.
SCALE, COLUMNS, GAP = 8, 16, 2


# Pages draw the same pictures for every visitor and on every rerun.
# (Each entry has a kilobyte of overhead.)
@kept(most_bytes=6_000_000)
def png(image: NDArray[np.uint8], scale: int = 1) -> bytes:
    """Return an image uint8 as PNG: grey (rows, columns), each pixel enlarged to `scale`×`scale`, or coloured (rows, columns, 3)."""
    picture = Image.fromarray(np.kron(image, np.ones((scale, scale), np.uint8)) if scale > 1 else image)
    buffer = BytesIO()
    # Pillow's `optimize` takes ten times as long and saves five per cent.
    picture.save(buffer, format="PNG")
    return buffer.getvalue()


def sheet(images: NDArray[np.uint8], columns: int, gap: int = 1, ground: int = 64) -> NDArray[np.uint8]:
    """Return images (count, rows, columns) side by side, row by row, with gaps between them; no image is dropped.

    Arguments:
        images: uint8.
        columns: images per row.
        gap: pixels between neighbours.
        ground: grey value of gaps and empty cells.
    """
    count, height, width = images.shape
    lines = -(-count // columns)
    result = np.full((lines * (height + gap) - gap, columns * (width + gap) - gap), ground, np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        result[top : top + height, left : left + width] = image
    return result


def gif(images: NDArray[np.uint8], scale: int = 8, milliseconds: int = 120) -> bytes:
    """Return images (count, rows, columns) uint8 as a looping film, each pixel enlarged to `scale`×`scale`; the last frame is held."""
    frames = [Image.fromarray(np.kron(image, np.ones((scale, scale), np.uint8))) for image in images]
    buffer = BytesIO()
    durations = [milliseconds] * (len(frames) - 1) + [8 * milliseconds]
    frames[0].save(buffer, format="GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return buffer.getvalue()


def film_gif(frames: NDArray[np.uint8], milliseconds: int = 80) -> bytes:
    """Return frames (count, rows, columns) or (count, rows, columns, 3) uint8 as a looping film in grey or an adapted palette."""
    pictures = [Image.fromarray(frame) for frame in frames]
    if frames.ndim == 4:
        # One palette for all frames, made from the last, because separate palettes would flicker.
        palette = pictures[-1].quantize(256)
        pictures = [picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures]
    buffer = BytesIO()
    pictures[0].save(
        buffer, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, optimize=False
    )
    return buffer.getvalue()


def film_webp(frames: NDArray[np.uint8], milliseconds: int = 80) -> bytes:
    """Return frames as for `film_gif` as an animated WebP: full colour at a fraction of the size."""
    pictures = [Image.fromarray(frame).convert("RGB") for frame in frames]
    buffer = BytesIO()
    pictures[0].save(
        buffer, "WEBP", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, quality=82, method=2
    )
    return buffer.getvalue()


def photo_address(picture: NDArray[np.uint8], quality: int = 88) -> str:
    """Return a picture (rows, columns) or (rows, columns, 3) with soft tones as a data: address (JPEG: small and fast)."""
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def palette_png(image: NDArray[np.uint8], colours: NDArray[np.uint8], clear: int) -> bytes:
    """Return an image (rows, columns) uint8 of indices into a palette (at most 256, 3) uint8 as PNG; the index `clear` is transparent."""
    picture = Image.frombytes("P", image.shape[::-1], image.tobytes())
    picture.putpalette(colours.tobytes())
    buffer = BytesIO()
    # Encoded at each click, so speed matters more than size.
    picture.save(buffer, format="PNG", compress_level=1, transparency=clear)
    return buffer.getvalue()


def data_address(image: NDArray[Any]) -> str:
    """Return the image as a data: address for an <img>."""
    return png_address(png(image))


def png_address(content: bytes) -> str:
    """Return PNG bytes as a data: address."""
    return "data:image/png;base64," + base64.b64encode(content).decode()

"""The bytes of a picture somebody brought -> the opened picture; or one clear sentence.

The file comes from a stranger. Kind, number of pixels and the memory they will take are checked before anything is decoded; so many are
decoded at a time as fit into one budget; and what is large is shrunk before it is converted (docs/decisions/0025).
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TypeVar

import numpy as np
from PIL import ExifTags, Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from mnistlab.data.picture_costs import DEFAULT_BYTES, Budget, check_storage, forget, has_end, unpacked_bytes
from mnistlab.data.picture_mending import JPEG, is_heic, lacks_pixels, mended
from mnistlab.errors import DataError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
# What a browser may let through: all that it takes for a picture, and what it may not know. The content decides; a HEIC gets a sentence.
ACCEPTED = ["image", "jfif", "avif", "heic", "heif"]
MOST_BYTES = 10_000_000
# A JPEG can be decoded at a part of its size, which takes a telephone's 64 megapixels; all else is decoded whole.
MOST_PIXELS, MOST_JPEG_PIXELS = 50_000_000, 65_000_000
# What one picture may take while it is decoded: 50 megapixels of PNG in colours with transparency, 12 of WEBP.
MOST_UNPACKED = 220_000_000
# All pictures that are decoded at a time together, with what is made of them; and how long one waits for the others, seconds.
BUDGET = Budget(320_000_000, patience=60.0)
# Copies of the shrunk picture that `take` may make: turned upright, with a ground below it, in other bands.
COPIES = 4
# So many pixels are converted at a time, with so many copies.
STRIP_PIXELS, STRIP_COPIES = 1_000_000, 4
# Where a camera says which way is up, and what its colours mean.
KEPT_INFO = {"exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp", "icc_profile"}
# The largest values of files whose numbers have more than eight bits, though the camera may have had fewer: 10, 12, 14 and 16.
DEEP_TOPS = (1.0, 255.0, 1_023.0, 4_095.0, 16_383.0, 65_535.0)
CUT_OFF = "This picture is cut off or damaged; bring it once more, or another one."
Taken = TypeVar("Taken")

# All texts of a PNG together, unpacked; a recipe has a hundredth of that.
PngImagePlugin.MAX_TEXT_MEMORY = 4_000_000
# Pillow warns of pictures that are odd or large. Their size is checked here; and a filter that turned warnings into errors for one picture
# would do so for all threads.
warnings.filterwarnings("ignore", module=r"PIL\.")
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


def open_picture(
    content: bytes,
    take: Callable[[Image.Image], Taken],
    longest: int,
    shortest: int = 0,
    largest: int | None = None,
    as_it_is: bool = False,
) -> Taken:
    """Return what `take` makes of the opened picture.

    Arguments:
        content: of the file.
        take: called with a picture of any mode, as it lies in the file: not turned as its camera says.
        longest: how large the picture is needed; a JPEG may be decoded as small as twice that.
        shortest: the fewest pixels of its shorter side, also after its longer one has been shrunk to `longest`.
        largest: the most pixels of its longer side; None: only memory limits it.
        as_it_is: whether nothing of the file may be left out, its texts included, however broken they are.

    Raises:
        DataError: it is no picture of the kinds that are read, too large, too small, too narrow, or damaged; or many are being read.
    """
    if len(content) > MOST_BYTES:
        raise DataError(
            f"This file is too large: {len(content) / 1e6:.1f} MB, at most {MOST_BYTES // 1_000_000} MB are read."
        )
    is_cut = content.startswith(JPEG) and not has_end(content)
    try:
        if not as_it_is:
            content = mended(content)
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            check_storage(picture, content)
            _check_size(picture, longest, shortest, largest)
            with _room_for(picture, content, longest):
                picture.load()
                if is_cut and lacks_pixels(picture):
                    raise DataError(CUT_OFF)
                return take(picture)
    except DataError:
        raise
    except UnidentifiedImageError:
        if is_heic(content):
            raise DataError(
                "This is a HEIC picture of a telephone, which is not read here; bring it as a JPEG."
            ) from None
        raise DataError(
            "This is not a picture that can be read, or its beginning is damaged; bring a PNG, JPEG, WEBP, GIF, BMP, TIFF or AVIF."
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(
            f"This picture is too large when unpacked: it has far more than the {MOST_PIXELS:,} pixels that are read at most; make it smaller."
        ) from None
    except Exception:  # Pillow raises a dozen kinds for damaged files.
        raise DataError(CUT_OFF) from None


def shrunk(
    picture: Image.Image, longest: int, as_shades: Callable[[Image.Image], Image.Image] = lambda strip: strip
) -> Image.Image:
    """Return a picture upright, each of its pixels the mean over a square of so many that its longer side is below twice `longest`.

    It is converted strip by strip, so that no second picture of its full size is made.

    Arguments:
        picture: from `open_picture`.
        longest: pixels.
        as_shades: makes of a strip what can be averaged: shades or colours, no numbers of a palette.
    """
    factor = max(1, max(picture.size) // longest)
    rows = factor * max(1, STRIP_PIXELS // (picture.width * factor))
    small: Image.Image | None = None
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        strip = as_shades(strip).reduce(factor)
        if small is None:
            small = Image.new(strip.mode, (strip.width, -(-picture.height // factor)))
        small.paste(strip, (0, top // factor))
    assert small is not None, "a picture has rows"
    small.info = {name: value for name, value in picture.info.items() if name in KEPT_INFO}
    return _upright(small)


def _upright(picture: Image.Image) -> Image.Image:
    """Return a picture turned as its camera says; as it lies where that cannot be made out."""
    try:
        turned = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # Pillow raises half a dozen kinds for notes of other cameras.
        turned = 1
    if isinstance(turned, tuple):
        turned = turned[0]
    # Nothing else of those notes is looked at, so nothing else of them can be in the way.
    note = Image.Exif()
    note[ExifTags.Base.Orientation] = turned if isinstance(turned, int) and 1 <= turned <= 8 else 1
    plain = picture.copy()
    plain.info = {"exif": note.tobytes()}
    upright = ImageOps.exif_transpose(plain)
    upright.info = {name: value for name, value in picture.info.items() if name == "icc_profile"}
    return upright


def is_transparent(picture: Image.Image) -> bool:
    """Return whether something of a picture may be seen through."""
    return "A" in picture.getbands() or "transparency" in picture.info


def is_deep(picture: Image.Image) -> bool:
    """Return whether a picture has more than eight bits a value."""
    return picture.mode.startswith("I") or picture.mode == "F"


def deep_to_real(picture: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Return what makes real numbers from 0 to 1 of strips of a picture that `is_deep`: Pillow's own conversion to eight bits cuts them off."""
    largest = float(np.nan_to_num(np.max(picture.getextrema())))
    top = next((top for top in DEEP_TOPS if largest <= top), largest)

    def as_real(strip: Image.Image) -> Image.Image:
        values = np.nan_to_num(np.asarray(strip, np.float32) / np.float32(top))
        return Image.fromarray(values.clip(0, 1).astype(np.float32))

    return as_real


@contextmanager
def _room_for(picture: Image.Image, content: bytes, longest: int) -> Iterator[None]:
    """Hold room for a picture that is decoded meanwhile, as small as it may be, and give it back."""
    # Before `draft`, which changes it.
    width, height = picture.size
    picture.draft(picture.mode if picture.mode in ("L", "RGB") else None, (2 * longest, 2 * longest))
    needed = unpacked_bytes(picture, content, width, height)
    if needed > MOST_UNPACKED:
        raise DataError(
            f"This picture has {width:,}×{height:,} pixels and takes {needed // 1_000_000} MB while it is unpacked; at most "
            f"{MOST_UNPACKED // 1_000_000} MB are given. Make it smaller, or bring it as a JPEG."
        )
    shrunk_pixels = min(picture.width * picture.height, (2 * longest) ** 2)
    making = DEFAULT_BYTES * (COPIES * shrunk_pixels + STRIP_COPIES * STRIP_PIXELS)
    with BUDGET.take(needed + making):
        try:
            yield
        finally:
            forget(picture)


def _check_size(picture: Image.Image, longest: int, shortest: int, largest: int | None) -> None:
    width, height = picture.size
    has = f"This picture has {width:,}×{height:,} pixels"
    most = MOST_JPEG_PIXELS if picture.format in ("JPEG", "MPO") else MOST_PIXELS
    if width * height > most:
        raise DataError(f"{has}; at most {most:,} are read. Make it smaller.")
    if largest is not None and max(width, height) > largest:
        raise DataError(f"{has}; at most {largest:,} on its longer side are read here.")
    if min(width, height) < shortest:
        raise DataError(f"{has}, which is too small: at least {shortest}×{shortest} are needed.")
    if max(width, height) * shortest > longest * min(width, height):
        raise DataError(
            f"{has}, which is too narrow: its longer side may be at most {longest // shortest} times its shorter one."
        )

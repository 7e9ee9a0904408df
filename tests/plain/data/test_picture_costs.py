"""What the decoding of a picture will take is told before it is decoded, from its file alone."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support.dreams import photo, saved

from mnistlab.data.picture_costs import scans_of, unpacked_bytes
from mnistlab.data.picture_files import is_deep, is_transparent

WIDTH, HEIGHT = 96, 64
PICTURE = Image.fromarray(photo(HEIGHT, WIDTH))
PIXELS = WIDTH * HEIGHT


def cost(content, width=WIDTH, height=HEIGHT):
    return unpacked_bytes(Image.open(BytesIO(content)), content, width, height)


def opened(picture, kind="PNG", **options):
    return Image.open(BytesIO(saved(picture, kind, **options)))


@pytest.mark.parametrize(
    ("mode", "each"), [("1", 1), ("L", 1), ("P", 1), ("I;16", 2), ("LA", 4), ("RGB", 4), ("RGBA", 4)]
)
def test_a_png_takes_what_pillow_keeps_a_pixel_in(mode, each):
    picture = Image.fromarray(np.full((HEIGHT, WIDTH), 40_000, np.uint16)) if mode == "I;16" else PICTURE.convert(mode)
    assert opened(picture).mode == mode
    assert cost(saved(picture)) == each * PIXELS


def test_a_webp_takes_several_canvases():
    assert cost(saved(PICTURE, "WEBP")) == 17 * PIXELS


def test_a_jpeg_of_one_scan_takes_its_pixels():
    assert cost(saved(PICTURE, "JPEG")) == 4 * PIXELS
    assert cost(saved(PICTURE.convert("L"), "JPEG")) == PIXELS


@pytest.mark.parametrize(("subsampling", "bands"), [("4:4:4", 3), ("4:2:2", 2), ("4:2:0", 1.5)])
def test_a_progressive_jpeg_keeps_all_its_coefficients_too(subsampling, bands):
    content = saved(PICTURE, "JPEG", progressive=True, subsampling=subsampling)
    assert cost(content) == 4 * PIXELS + 2 * bands * PIXELS
    # Those of the whole file, however small it is drawn.
    small = Image.open(BytesIO(content))
    small.draft("RGB", (WIDTH // 4, HEIGHT // 4))
    drawn = small.width * small.height
    assert drawn < PIXELS
    assert unpacked_bytes(small, content, WIDTH, HEIGHT) == 4 * drawn + 2 * bands * PIXELS
    grey = saved(PICTURE.convert("L"), "JPEG", progressive=True)
    assert cost(grey) == PIXELS + 2 * PIXELS


def test_scans_end_with_the_picture():
    one = saved(PICTURE, "JPEG")
    assert scans_of(one) == scans_of(one + one) == 1
    assert scans_of(one[:-2] + one) == 2
    assert scans_of(b"") == scans_of(saved(PICTURE)[:20]) == 0


def test_what_may_be_seen_through_is_told_from_what_may_not():
    palette = PICTURE.quantize(16)
    assert [is_transparent(opened(picture)) for picture in (PICTURE, palette, PICTURE.convert("L"))] == [False] * 3
    assert [is_transparent(opened(PICTURE.convert(mode))) for mode in ("RGBA", "LA")] == [True] * 2
    assert [is_transparent(opened(picture, transparency=3)) for picture in (palette, PICTURE.convert("L"))] == [True] * 2


def test_what_has_more_than_eight_bits_is_deep():
    deep = [Image.fromarray(np.full((8, 8), 3, kind)) for kind in (np.uint16, np.int32, np.float32)]
    assert [is_deep(picture) for picture in deep] == [True] * 3
    assert [is_deep(PICTURE.convert(mode)) for mode in ("1", "L", "P", "RGB")] == [False] * 4

"""What the decoding of a picture will take is told before it is decoded, from its file alone."""

from contextlib import contextmanager
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support.dreams import photo, saved
from support.sentences import refused

from mnistlab.data import picture_files
from mnistlab.data.picture_costs import MOST_SCANS, scans_of, unpacked_bytes
from mnistlab.data.picture_files import is_deep, is_transparent
from mnistlab.errors import DataError

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


def test_as_many_scans_as_may_be_are_read():
    content = saved(PICTURE, "JPEG")

    def with_scans(count):
        return b"\xff\xd8" + b"\xff\xda\x00\x02" * count

    assert unpacked_bytes(Image.open(BytesIO(content)), with_scans(MOST_SCANS), 8, 8) > 0
    with refused(DataError, f"in {MOST_SCANS + 1} layers, at most {MOST_SCANS}"):
        unpacked_bytes(Image.open(BytesIO(content)), with_scans(MOST_SCANS + 1), 8, 8)


class Asked:
    """A budget that notes what is asked of it."""

    def __init__(self):
        self.wanted = []

    @contextmanager
    def take(self, wanted):
        self.wanted.append(wanted)
        yield


@pytest.mark.parametrize(("longest", "shrunk"), [(96, PIXELS), (20, 40 * 40)])
def test_room_is_asked_for_the_picture_and_for_what_is_made_of_it(monkeypatch, longest, shrunk):
    monkeypatch.setattr(picture_files, "BUDGET", asked := Asked())
    picture_files.open_picture(saved(PICTURE), lambda picture: picture.size, longest)
    copies = picture_files.COPIES * shrunk + picture_files.STRIP_COPIES * picture_files.STRIP_PIXELS
    assert asked.wanted == [4 * PIXELS + 4 * copies]


def test_a_file_too_large_is_told_in_megabytes(monkeypatch):
    with refused(DataError, "too large: 12.3 MB, at most 10 MB"):
        picture_files.open_picture(bytes(12_345_678), lambda picture: None, 96)
    monkeypatch.setattr(picture_files, "MOST_UNPACKED", 3_000_000)
    with refused(DataError, "1,000×1,000 pixels and takes 4 MB while it is unpacked; at most 3 MB"):
        picture_files.open_picture(saved(Image.new("RGB", (1000, 1000))), lambda picture: None, 96)

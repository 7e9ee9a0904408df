"""What the decoding of a picture will take is told before it is decoded, from its file alone."""

import struct
import zlib
from contextlib import contextmanager
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support.dreams import photo, saved
from support.sentences import refused

from mnistlab.data import picture_files
from mnistlab.data.picture_costs import MOST_SCANS, scans_of, unpacked_bytes
from mnistlab.data.picture_files import deep_to_real, is_deep, is_transparent
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
    # A marker without a length is no scan, and nothing behind it is passed over.
    assert scans_of(b"\xff\xd8\xff\x01\xff\xda\x00\x02\xff\xd9") == 1
    assert scans_of(b"") == scans_of(saved(PICTURE)[:20]) == 0


def test_what_may_be_seen_through_is_told_from_what_may_not():
    palette = PICTURE.quantize(16)
    assert [is_transparent(opened(picture)) for picture in (PICTURE, palette, PICTURE.convert("L"))] == [False] * 3
    assert [is_transparent(opened(PICTURE.convert(mode))) for mode in ("RGBA", "LA")] == [True] * 2
    assert [is_transparent(opened(picture, transparency=3)) for picture in (palette, PICTURE.convert("L"))] == [
        True
    ] * 2


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


@pytest.mark.parametrize(
    ("size", "limits", "words"),
    [
        ((96, 8), {"shortest": 8}, None),
        ((97, 8), {"shortest": 8}, "97×8 pixels, which is too narrow: its longer side may be at most 12 times"),
        ((8, 96), {"shortest": 8}, None),
        ((8, 97), {"shortest": 8}, "too narrow"),
        ((7, 7), {"shortest": 8}, "7×7 pixels, which is too small: at least 8×8"),
        ((96, 50), {"largest": 96}, None),
        ((97, 50), {"largest": 96}, "97×50 pixels; at most 96 on its longer side"),
        ((50, 97), {"largest": 96}, "at most 96"),
        ((40, 50), {}, None),
        ((41, 50), {}, "41×50 pixels; at most 2,000 are read"),
    ],
)
def test_the_last_size_that_is_read_and_the_first_that_is_not(monkeypatch, size, limits, words):
    if not limits:
        monkeypatch.setattr(picture_files, "MOST_PIXELS", 2_000)
    content = saved(Image.new("L", size, 9))
    if words is None:
        assert picture_files.open_picture(content, lambda picture: picture.size, 96, **limits) == size
    else:
        with refused(DataError, words):
            picture_files.open_picture(content, lambda picture: picture.size, 96, **limits)


def test_a_jpeg_may_have_more_pixels_than_others(monkeypatch):
    monkeypatch.setattr(picture_files, "MOST_PIXELS", 2_000)
    monkeypatch.setattr(picture_files, "MOST_JPEG_PIXELS", 4_000)
    for kind, fits in (("JPEG", True), ("PNG", False), ("WEBP", False)):
        content = saved(Image.new("L", (60, 60), 9), kind)
        if fits:
            assert picture_files.open_picture(content, lambda picture: picture.size, 96) == (60, 60)
        else:
            with refused(DataError, "at most 2,000"):
                picture_files.open_picture(content, lambda picture: picture.size, 96)
    with refused(DataError, "at most 4,000"):
        picture_files.open_picture(saved(Image.new("L", (64, 63), 9), "JPEG"), lambda picture: picture.size, 96)


@pytest.mark.parametrize(("kind", "top"), [(np.uint16, 65_535), (np.int32, 65_535), (np.int32, 255), (np.float32, 255)])
def test_deep_values_become_shares_of_their_range(kind, top):
    values = np.linspace(0, top, 64).reshape(8, 8).astype(kind)
    picture = Image.fromarray(values)
    found = np.asarray(deep_to_real(picture)(picture))
    np.testing.assert_allclose(found, values.astype(float) / top, atol=1e-6)
    assert found.dtype == np.float32


@pytest.mark.parametrize("turned", [False, True])
def test_a_jpeg_is_decoded_as_small_as_twice_what_is_needed_of_its_shorter_side(turned):
    picture = Image.fromarray(photo(400, 1600))
    content = saved(picture.transpose(Image.Transpose.TRANSPOSE) if turned else picture, "JPEG")
    for longest, wanted in ((24, (200, 50)), (96, (800, 200)), (110, (1600, 400))):
        found = picture_files.open_picture(content, lambda opened: opened.size, longest)
        assert found == (wanted[::-1] if turned else wanted)


def tiff(layout, order="<"):
    """A TIFF of 16×16 shades, compressed; `layout`: tags that say how they are stored, each (number, type, value)."""
    data = zlib.compress(bytes(range(256)))
    tags = [(256, 3, 16), (257, 3, 16), (258, 3, 8), (259, 3, 8), (262, 3, 1), (277, 3, 1), *layout]
    # Behind them, room for one value that is too wide for them, then the shades.
    behind = 8 + 2 + 12 * len(tags) + 4
    values = {"data": behind + 8, "size": len(data)}
    content, wide = struct.pack(f"{order}HLH", 42, 8, len(tags)), bytes(8)
    for number, kind, value in sorted(tags):
        value = values.get(value, value)
        if kind == 17:
            wide, kept = struct.pack(f"{order}q", value), struct.pack(f"{order}L", behind)
        else:
            kept = struct.pack(order + {3: "H", 4: "L"}[kind], value).ljust(4, b"\0")
        content += struct.pack(f"{order}HHL", number, kind, 1) + kept
    return {"<": b"II", ">": b"MM"}[order] + content + bytes(4) + wide + data


STRIP = [(273, 4, "data"), (278, 3, 16), (279, 4, "size")]
TILE = [(323, 3, 16), (324, 4, "data"), (325, 4, "size")]


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [3, 4, 17])
def test_a_tiff_in_tiles_is_refused_whatever_its_tags_are_like(order, kind):
    """Type 17 is one that Pillow passes over and its decoder reads."""
    shades = picture_files.open_picture(tiff(STRIP, order), np.asarray, 96)
    np.testing.assert_array_equal(shades.ravel(), np.arange(256))
    content = tiff([(322, kind, 16), *TILE], order)
    np.testing.assert_array_equal(np.asarray(Image.open(BytesIO(content))).ravel(), np.arange(256))
    with refused(DataError, "is stored in tiles", "PNG or JPEG"):
        picture_files.open_picture(content, np.asarray, 96)


def runs(width, height):
    """A run-length coded BMP: each row, from the bottom, a run of its own number."""
    palette = b"".join(bytes([shade, shade, shade, 0]) for shade in range(256))
    lines = b"".join(bytes([width, row, 0, 0]) for row in range(height) if width < 256) + b"\0\1"
    header = struct.pack("<LllHHLLllLL", 40, width, height, 1, 8, 1, len(lines), 0, 0, 256, 0)
    start = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<LLL", start + len(lines), 0, start) + header + palette + lines


def test_a_large_bmp_in_runs_is_refused(monkeypatch):
    with refused(DataError, "run-length coded", "at most 1,000,000 pixels"):
        picture_files.open_picture(runs(1_001, 1_000), np.asarray, 1_001)
    monkeypatch.setattr("mnistlab.data.picture_costs.MOST_RUN_LENGTH_PIXELS", 30)
    rows = picture_files.open_picture(runs(5, 6), np.asarray, 96)
    np.testing.assert_array_equal(rows, np.arange(6)[::-1, None] * np.ones(5))
    with refused(DataError, "run-length coded"):
        picture_files.open_picture(runs(5, 7), np.asarray, 96)
    # One that is not is read.
    assert picture_files.open_picture(saved(Image.new("L", (8, 8)), "BMP"), lambda opened: opened.size, 96) == (8, 8)

"""Pictures as people bring them: odd files, papers, light and screenshots, each with its right value; drawn from the embedded digits.

They stand for the reports of users in `reports.md` of issue 14.
"""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from support.sentences import assert_sentence, refused

from mnistlab.analysis.reading import read
from mnistlab.data.embedded import sample_digits
from mnistlab.data.photos import decoded, normalised
from mnistlab.data.picture_mending import mended
from mnistlab.data.standardise import standardise
from mnistlab.data.uploads import find_digit, read_picture
from mnistlab.errors import DataError
from mnistlab.store.models import reference_network
from scripts.hostile_pictures import chunk
from scripts.scenes import COLOURS, NOTES, saved, stroke, with_notes

# Pillow warns of pictures that are odd; the app passes over it, as each of these is to be read.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

TWO, FIVE = sample_digits([2, 5], 4)
ROWS, COLUMNS = 400, 320
PAPER, PEN = 230, 40


def ink_of(digit=TWO, top=110, left=70, side=180):
    """Where ink is on a sheet (400, 320), from 0 to 1."""
    large = Image.fromarray((255 * stroke(digit)).astype(np.uint8)).resize((side, side), Image.Resampling.LANCZOS)
    sheet = Image.new("L", (COLUMNS, ROWS))
    sheet.paste(large, (left, top))
    return np.asarray(sheet, float) / 255


def on(paper, pen=PEN, ink=None):
    """A digit on a paper: a shade, a colour, or (rows, columns) of shades."""
    ink = ink_of() if ink is None else ink
    paper, pen = np.asarray(paper, float), np.asarray(pen, float)
    if pen.ndim:
        ink = ink[..., None]
    return Image.fromarray((paper * (1 - ink) + pen * ink).clip(0, 255).astype(np.uint8))


def reads(content, **choices):
    """What the reference network reads on a picture, and the finding."""
    network = reference_network()
    found = find_digit(read_picture(content), **choices)
    shares = read(network.recipe, network.weights, standardise(found.image[None]))[0]
    return int(shares.argmax()), found


def assert_two(content, certain=True):
    read_as, found = reads(content)
    assert read_as == 2, found.doubts
    assert not (certain and found.doubts)


def jpeg(picture):
    return saved(picture, "JPEG", quality=90)


def png(picture, *chunks):
    plain = saved(picture, "PNG")
    return plain[:33] + b"".join(chunks) + plain[33:]


# Files


@pytest.mark.parametrize("odd", NOTES)
def test_notes_that_cannot_be_read_cost_the_note_not_the_picture(odd):
    lying = on(PAPER).convert("RGB").transpose(Image.Transpose.ROTATE_90)
    content = with_notes(jpeg(lying), odd)
    assert_two(content)
    assert decoded(normalised(content)).shape == (ROWS, COLUMNS, 3)


TEXT = b"x" * 2_000_000


@pytest.mark.parametrize(
    "chunks",
    [
        [chunk(b"acTL", struct.pack(">II", 0, 0))],
        [chunk(b"acTL", struct.pack(">II", 2, 0))] * 2,
        [chunk(b"acTL", b"\0")],
        [chunk(b"tEXt", b"comment\0" + TEXT)],
        [chunk(b"tEXt", b"comment\0" + TEXT)] * 3,
        [chunk(b"zTXt", b"comment\0\0" + zlib.compress(TEXT))],
        [chunk(b"zTXt", b"comment\0\7" + zlib.compress(TEXT))],
        [chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(TEXT))],
        [chunk(b"iCCP", b"profile\0\0" + zlib.compress(TEXT))],
        [chunk(b"eXIf", b"no notes at all")],
        [chunk(b"pHYs", b"\0")],
        [chunk(b"tEXt", b"comment\0ours")[:-1] + b"?"],
    ],
    ids=["actl-0", "actl-twice", "actl-cut", "text", "texts", "ztxt", "ztxt-7", "xmp", "icc", "exif", "phys", "crc"],
)
def test_chunks_that_no_picture_needs_cost_nothing(chunks):
    content = png(on(PAPER), *chunks)
    assert_two(content)
    assert decoded(normalised(content)).shape == (ROWS, COLUMNS, 3)


HONEST = b"x" * 900_000
PACKED = zlib.compress(HONEST)
LONG_TEXTS = {
    "tEXt": chunk(b"tEXt", b"comment\0" + HONEST),
    "zTXt": chunk(b"zTXt", b"comment\0\0" + PACKED),
    "iTXt": chunk(b"iTXt", b"comment\0\0\0\0\0" + HONEST),
    "packed iTXt": chunk(b"iTXt", b"comment\0\1\0\0\0" + PACKED),
    "broken": chunk(b"zTXt", b"comment\0\0" + PACKED[:-4] + b"oops"),
    "bomb": chunk(b"zTXt", b"comment\0\0" + zlib.compress(bytes(9_000_000))),
}


@pytest.mark.parametrize("kind", LONG_TEXTS)
def test_texts_of_one_picture_have_a_room_together(monkeypatch, kind):
    """Two of 0.9 MB fit; how many there are costs no more unpacking."""
    unpacked = []
    make = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", lambda: unpacked.append(1) or make())
    text = LONG_TEXTS[kind]
    content = png(on(PAPER), *[text] * 8)
    kept = mended(content)
    assert kept.count(text) == (0 if kind == "bomb" else 2)
    assert len(unpacked) <= 3
    assert_two(content)


def test_a_missing_end_is_no_matter_and_missing_pixels_are():
    grey, colours = jpeg(on(PAPER)), jpeg(on(PAPER).convert("RGB"))
    layers = saved(on(PAPER).convert("RGB"), "JPEG", progressive=True)
    for content in (grey, colours, layers):
        for lost in (1, 2, 4):
            assert_two(content[:-lost])
    for content in (grey, colours):
        for take in (read_picture, normalised):
            for part in (3, 2, 1.2):
                with refused(DataError, "cut off or damaged"):
                    take(content[: int(len(content) / part)])
    # All of it is there after a part of its layers, only less sharp.
    assert_two(layers[: len(layers) // 2])
    plain = saved(on(PAPER), "PNG")
    for lost in (4, 12, 15):
        assert_two(plain[:-lost])
    with refused(DataError, "cut off or damaged"):
        read_picture(plain[: len(plain) // 2])


def test_grey_at_the_end_of_a_whole_jpeg_is_a_grey_sheet():
    assert_two(jpeg(on(128, 10)))


def test_what_is_behind_the_end_is_passed_over():
    assert_two(jpeg(on(PAPER)) + b"a film" * 1_000)
    assert_two(saved(on(PAPER), "PNG") + b"a film" * 1_000)


def test_a_telephones_heic_is_told_from_nonsense():
    with refused(DataError, "HEIC", "bring it as a JPEG"):
        read_picture(b"\0\0\0\x18ftypheic" + bytes(100))


@pytest.mark.parametrize("top", [1_023, 4_095, 16_383, 65_535])
def test_fewer_bits_in_sixteen_are_as_bright(top):
    values = (np.asarray(on(PAPER), float) / 255 * top).astype(np.uint16)
    for form in ("PNG", "TIFF"):
        content = saved(Image.fromarray(values), form)
        assert_two(content)
        assert decoded(normalised(content)).mean() > 190


def test_real_numbers_are_read():
    assert_two(saved(Image.fromarray((np.asarray(on(PAPER)) / 255).astype(np.float32)), "TIFF"))


@pytest.mark.parametrize("side", [8, 14, 28, 56, 57, 80, 112])
def test_a_digit_drawn_in_few_pixels_is_read(side):
    for shades in (TWO, 255 - TWO):
        small = Image.fromarray(shades).resize((side, side), Image.Resampling.LANCZOS)
        assert reads(saved(small, "PNG"))[0] == 2


# What is transparent


def with_alpha(picture, alpha):
    picture = picture.convert("RGB")
    picture.putalpha(alpha)
    return picture


def corners(size, radius=18):
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, 255)
    return mask


@pytest.mark.parametrize(("paper", "pen"), [(PAPER, PEN), (255, 0), (30, 240)])
def test_a_window_with_clear_corners_is_a_window(paper, pen):
    assert_two(saved(with_alpha(on(paper, pen), corners((COLUMNS, ROWS))), "PNG"))


@pytest.mark.parametrize(("paper", "pen"), [(PAPER, PEN), (255, 0), (30, 240)])
def test_a_window_with_a_soft_shadow_is_a_window(paper, pen):
    shot = with_alpha(on(paper, pen), corners((COLUMNS, ROWS), 10))
    whole = Image.new("RGBA", (COLUMNS + 80, ROWS + 80))
    shade = Image.new("L", whole.size)
    shade.paste(160, (40, 50, COLUMNS + 40, ROWS + 50))
    whole.putalpha(shade.filter(ImageFilter.GaussianBlur(12)))
    whole.alpha_composite(shot, (40, 40))
    assert_two(saved(whole, "PNG"))


@pytest.mark.parametrize("colour", ["black", "white", "red", "blue", "yellow", "gray"])
def test_ink_on_nothing_is_read_in_any_colour(colour):
    ink = Image.fromarray((255 * ink_of()).astype(np.uint8))
    assert_two(saved(with_alpha(Image.new("RGB", ink.size, colour), ink), "PNG"))


def test_a_one_on_nothing_is_no_window():
    bar = Image.new("L", (200, 300))
    ImageDraw.Draw(bar).rectangle((90, 40, 115, 260), 255)
    for colour in ("black", "white"):
        assert reads(saved(with_alpha(Image.new("RGB", bar.size, colour), bar), "PNG"))[0] == 1


def test_white_on_nothing_gets_a_dark_ground_in_a_dream():
    ink = Image.fromarray((255 * ink_of()).astype(np.uint8))
    picture = decoded(normalised(saved(with_alpha(Image.new("RGB", ink.size, "white"), ink), "PNG")))
    assert (picture[0, 0] == 0).all()
    assert picture.max() == 255


# Colours


@pytest.mark.parametrize(("pen", "paper"), COLOURS)
def test_a_digit_differs_in_colour_or_in_lightness(pen, paper):
    picture = on(255 * np.array(paper), 255 * np.array(pen), ink_of())
    assert_two(saved(picture, "PNG"))
    assert_two(jpeg(picture))


# Papers and light


def straight(lines, shade, paper=PAPER):
    page = np.full((ROWS, COLUMNS), float(paper))
    for axis, place in lines:
        page[(slice(None), slice(place, place + 2)) if axis else (slice(place, place + 2),)] = shade
    return page


RULED = [(0, place) for place in range(25, ROWS, 32)]
SQUARED = [*((0, place) for place in range(20, ROWS, 26)), *((1, place) for place in range(12, COLUMNS, 26))]


@pytest.mark.parametrize(
    ("lines", "shade"),
    [
        (RULED, 150),
        (RULED, 165),
        (RULED, 200),
        (SQUARED, 150),
        (SQUARED, 165),
        (SQUARED, 60),
        ([(1, 38)], 120),
        ([(0, 320)], 60),
    ],
    ids=["ruled", "ruled-165", "faint", "squared", "squared-165", "squared-dark", "margin", "below"],
)
def test_lines_are_not_the_digit(lines, shade):
    assert_two(jpeg(on(straight(lines, shade))))


@pytest.mark.parametrize("sides", [(1, 1, 1, 1), (0, 1, 0, 0), (0, 0, 1, 0), (1, 0, 1, 0)])
@pytest.mark.parametrize("width", [8, 30])
@pytest.mark.parametrize("shade", [10, 60, 110])
def test_a_desk_or_a_scanners_frame_is_not_the_digit(sides, width, shade):
    page = np.full((ROWS, COLUMNS), float(PAPER))
    top, bottom, left, right = (width * side for side in sides)
    page[:top], page[ROWS - bottom :], page[:, :left], page[:, COLUMNS - right :] = [shade] * 4
    assert_two(jpeg(on(page)))


@pytest.mark.parametrize("around", ["box", "ring", "fold"])
@pytest.mark.parametrize("shade", [60, 150])
def test_a_box_a_ring_and_a_fold_are_not_the_digit(around, shade):
    page = Image.new("L", (COLUMNS, ROWS), PAPER)
    pen = ImageDraw.Draw(page)
    if around == "box":
        pen.rectangle((55, 90, 265, 320), outline=shade, width=5)
    elif around == "ring":
        pen.ellipse((40, 80, 280, 330), outline=shade, width=5)
    else:
        pen.line((300, 0, 270, ROWS), fill=shade, width=16)
    assert_two(jpeg(on(np.asarray(page))))


@pytest.mark.parametrize("light", [0.55, 0.5, 0.45, 0.4, 0.25])
def test_a_dark_photograph_is_judged_by_its_own_range(light):
    noise = np.random.default_rng(0).normal(0, 2, (ROWS, COLUMNS))
    assert_two(jpeg(Image.fromarray((np.asarray(on(PAPER)) * light + noise).clip(0, 255).astype(np.uint8))))


@pytest.mark.parametrize("soft", [0.3, 2, 6, 12, 25])
@pytest.mark.parametrize("light", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("slope", [0.0, 0.4])
def test_a_shadow_is_not_the_digit(soft, light, slope):
    down, across = np.mgrid[:ROWS, :COLUMNS]
    shade = 1 / (1 + np.exp(-np.clip((across + slope * down - 175 - slope * 200) / soft, -50, 50)))
    assert_two(jpeg(Image.fromarray((np.asarray(on(PAPER)) * (1 - (1 - light) * shade)).astype(np.uint8))))


# What is doubtful


def two_digits():
    return on(PAPER, ink=np.maximum(ink_of(TWO, left=10, side=140), ink_of(FIVE, left=170, side=140)))


def test_two_digits_are_told_and_either_can_be_chosen():
    content = saved(two_digits(), "PNG")
    _, found = reads(content)
    assert any("2 pieces" in sentence for sentence in found.doubts)
    assert {reads(content, piece=place)[0] for place in range(len(found.pieces))} == {2, 5}
    for place, box in enumerate(found.pieces):
        _, of_piece = reads(content, piece=place)
        assert of_piece.chosen == place
        rows, columns = np.nonzero(of_piece.taken)
        assert box == (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)


def test_what_touches_the_edge_is_told():
    cut = on(PAPER).crop((90, 0, 200, ROWS))
    _, found = reads(saved(cut, "PNG"))
    assert any("touches the edge" in sentence for sentence in found.doubts)


def test_what_is_faint_is_read_and_told():
    read_as, found = reads(saved(on(240, 210), "PNG"))
    assert read_as == 2
    assert any("faint" in sentence for sentence in found.doubts)


def test_all_that_is_said_is_a_sentence():
    for picture in (two_digits(), on(240, 210), on(PAPER).crop((90, 0, 200, ROWS))):
        for sentence in reads(saved(picture, "PNG"))[1].doubts:
            assert_sentence(DataError(sentence))


@pytest.mark.parametrize("shade", [5, 60, 128, 240])
def test_an_empty_noisy_sheet_is_refused(shade):
    noise = np.random.default_rng(0).normal(shade, 4, (ROWS, COLUMNS, 3))
    with refused(DataError, "stands out as a digit"):
        reads(jpeg(Image.fromarray(noise.clip(0, 255).astype(np.uint8))))


def test_the_ground_is_found_and_can_be_corrected():
    for paper, pen in ((PAPER, PEN), (PEN, PAPER)):
        content = saved(on(paper, pen), "PNG")
        assert reads(content)[1].is_bright == (paper > pen)
        assert reads(content, ground="bright" if paper > pen else "dark")[0] == 2


# Spoilt files


def spoilt(content, rng):
    """A file with some of its bytes changed, lost, doubled or cut off."""
    changed = bytearray(content)
    for _ in range(int(rng.integers(1, 5))):
        place, length = int(rng.integers(len(changed) + 1)), int(rng.integers(0, 40))
        way = int(rng.integers(5))
        if way == 0:
            changed[place : place + length] = rng.bytes(length)
        elif way == 1:
            del changed[place : place + length]
        elif way == 2:
            changed[place:place] = changed[place : place + length]
        elif way == 3 and place < len(changed):
            changed[place] ^= 1 << int(rng.integers(8))
        elif way == 4 and rng.random() < 0.3:
            del changed[place:]
    return bytes(changed)


@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore:::PIL")
@pytest.mark.parametrize("count", [60, pytest.param(5_000, marks=pytest.mark.soak)])
def test_spoilt_files_are_read_or_refused_with_a_sentence(count):
    small = on(PAPER).resize((80, 100))
    deep = Image.fromarray(np.asarray(small).astype(np.uint16) * 16)
    clear = with_alpha(small, corners(small.size))
    good = [
        *(saved(small, form) for form in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")),
        *(saved(deep, form) for form in ("PNG", "TIFF")),
        *(saved(clear, form) for form in ("PNG", "WEBP", "TIFF", "AVIF", "GIF")),
        *(with_notes(jpeg(small), odd) for odd in NOTES),
        saved(small, "TIFF", compression="tiff_lzw"),
        saved(small.convert("RGB"), "JPEG", progressive=True),
        png(small, chunk(b"tEXt", b"comment\0ours"), chunk(b"acTL", struct.pack(">II", 1, 0))),
    ]
    rng = np.random.default_rng(1)
    for number in range(count):
        content = spoilt(good[number % len(good)], rng)
        for take in (reads, normalised):
            try:
                take(content)
            except DataError as error:
                assert_sentence(error)

"""A picture gives the right digit or one clear sentence, whatever is in the file."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from support.sentences import assert_sentence, refused

from mnistlab.data.embedded import sample_digits
from mnistlab.data.uploads import digit_on, read_picture
from mnistlab.errors import DataError

DIGIT = sample_digits([2], 4)[0]


def saved(picture, kind="PNG", **options):
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def on_paper(side=300):
    """Dark on bright, off the centre."""
    page = np.full((side + 80, side + 160), 235, np.uint8)
    page[50 : 50 + side, 20 : 20 + side] -= (np.asarray(Image.fromarray(DIGIT).resize((side, side))) * 0.8).astype(
        np.uint8
    )
    return Image.fromarray(page)


def is_the_digit(content, **choices):
    found = digit_on(read_picture(content), **choices)
    assert found.shape == (28, 28)
    assert np.corrcoef(found.ravel().astype(float), DIGIT.ravel())[0, 1] > 0.8
    return True


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_a_digit_on_paper_is_found_cropped_and_turned_to_white_on_black(kind):
    assert is_the_digit(saved(on_paper(), kind))


def test_a_digit_as_mnist_has_them_stays_itself():
    assert is_the_digit(saved(Image.fromarray(DIGIT)))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK", "LA", "1"])
def test_every_mode_of_colour_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert is_the_digit(saved(on_paper().convert(mode, dither=Image.Dither.NONE), kind))


def test_sixteen_bits_are_read():
    values = np.asarray(on_paper()).astype(np.uint16) * 257
    assert is_the_digit(saved(Image.fromarray(values)))


@pytest.mark.parametrize("shade", [0, 255])
def test_ink_on_nothing_is_read_whatever_its_shade(shade):
    picture = np.full((28, 28, 4), shade, np.uint8)
    picture[..., 3] = DIGIT
    assert is_the_digit(saved(Image.fromarray(picture, "RGBA").resize((280, 280))))


def test_an_animation_shows_its_first_picture():
    others = [Image.new("L", on_paper().size, 255)] * 3
    assert is_the_digit(saved(on_paper(), "WEBP", save_all=True, append_images=others))
    assert is_the_digit(saved(on_paper(), "PNG", save_all=True, append_images=others))


def test_a_photograph_is_turned_upright_as_its_camera_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert is_the_digit(saved(on_paper().rotate(90, expand=True), "JPEG", exif=exif))


def test_the_ground_can_be_corrected():
    dark = Image.fromarray(255 - np.asarray(on_paper()))
    assert is_the_digit(saved(dark))
    assert is_the_digit(saved(dark), ground="dark")


def bomb(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        bomb(50_000, 50_000),
        bomb(9_000, 9_000),
        saved(Image.new("L", (1, 1), 200)),
        saved(Image.new("L", (20_000, 10), 200)),
        saved(Image.new("L", (300, 300), 200)),
        saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0))),
        saved(on_paper())[:500],
        saved(on_paper(), "PPM"),
        saved(on_paper(), "ICO"),
        b"\x00" * 10_000_001,
    ],
    ids=["empty", "text", "bomb", "large", "1x1", "20000x10", "blank", "clear", "cut", "ppm", "ico", "long"],
)
def test_what_holds_no_digit_gets_one_sentence(content):
    with pytest.raises(DataError) as caught:
        digit_on(read_picture(content))
    assert_sentence(caught.value)


def test_a_long_strip_with_ink_gets_a_digit_or_a_sentence():
    strip = np.full((10, 20_000), 230, np.uint8)
    strip[2:8, 9_000:9_500] = 10
    with refused(DataError, "20,000×10", "too narrow", "80 times"):
        digit_on(read_picture(saved(Image.fromarray(strip))))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a picture", "not a picture"),
        (saved(on_paper())[:500], "cut off or damaged"),
        (saved(on_paper(), "JPEG")[:500], "cut off or damaged"),
        (bomb(50_000, 50_000), "too large when unpacked"),
        (bomb(12_000, 12_000), "too large when unpacked"),
        (bomb(9_000, 9_000), "9,000×9,000 pixels"),
        (saved(Image.new("L", (3, 30), 200)), "3×30 pixels, which is too small"),
        # A JPEG is decoded smaller than it is; its own size is told.
        (saved(Image.new("L", (4_100, 50), 200), "JPEG"), "4,100×50 pixels, which is too narrow"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_without_the_names_of_python(content, words):
    with refused(DataError, words):
        read_picture(content)


@given(st.binary(max_size=200))
def test_no_file_raises_anything_else(content):
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP", b"\xff\xd8\xff\xe0"):
        try:
            digit_on(read_picture(start + content))
        except DataError as error:
            assert_sentence(error)


@pytest.mark.parametrize("side", [4, 5, 28, 29, 57, 100, 640])
def test_any_size_is_read(side):
    found = digit_on(read_picture(saved(Image.fromarray(DIGIT).resize((side, side)))))
    assert found.max() == 255

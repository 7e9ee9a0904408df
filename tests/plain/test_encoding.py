"""Pictures and films hold what they were made of, as large and as long as was asked for."""

import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageSequence
from support.dreams import photo

from mnistlab.pictures.encoding import data_address, film_gif, film_webp, gif, palette_png, photo_address, png, sheet

GREYS = np.random.default_rng(0).integers(0, 256, (3, 5, 7), dtype=np.uint8)


def opened(content):
    return Image.open(BytesIO(content))


def frames_of(content):
    """Return the frames of a film, (count, rows, columns, 3) uint8, and how long each is shown, in milliseconds."""
    film = opened(content)
    shown = [(np.asarray(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(film)]
    return np.stack([frame for frame, _ in shown]), [duration for _, duration in shown]


@pytest.mark.parametrize("scale", [1, 3])
def test_a_png_has_every_pixel_in_its_scale(scale):
    found = np.asarray(opened(png(GREYS[0], scale)))
    np.testing.assert_array_equal(found, GREYS[0].repeat(scale, axis=0).repeat(scale, axis=1))
    assert opened(png(GREYS[0])).size == (7, 5)
    np.testing.assert_array_equal(np.asarray(opened(png(photo(20, 30)))), photo(20, 30))


def test_a_sheet_has_every_picture_in_its_place_and_grey_between():
    found = sheet(GREYS, columns=2, gap=3, ground=9)
    assert found.shape == (2 * 5 + 3, 2 * 7 + 3)
    for image, (top, left) in zip(GREYS, ((0, 0), (0, 10), (8, 0)), strict=True):
        np.testing.assert_array_equal(found[top : top + 5, left : left + 7], image)
        found[top : top + 5, left : left + 7] = 9
    assert (found == 9).all()
    assert sheet(GREYS, columns=3).shape == (5, 3 * 7 + 2)
    assert sheet(GREYS, columns=2)[5, 0] == 64


def test_a_film_of_patterns_shows_each_and_holds_the_last():
    found, durations = frames_of(gif(GREYS))
    np.testing.assert_array_equal(found[..., 0], GREYS.repeat(8, axis=1).repeat(8, axis=2))
    assert durations == [120, 120, 960]
    assert opened(gif(GREYS)).info["loop"] == 0
    found, durations = frames_of(gif(GREYS[:2], 2, 50))
    assert found.shape == (2, 10, 14, 3)
    assert durations == [50, 400]


def test_a_grey_film_keeps_its_greys():
    found, durations = frames_of(film_gif(GREYS))
    np.testing.assert_array_equal(found[..., 0], GREYS)
    assert durations == [80] * 3


@pytest.mark.parametrize(("film", "off"), [(film_gif, 24), (film_webp, 12)])
def test_a_film_in_colours_is_about_what_it_was_made_of(film, off):
    pictures = np.stack([photo(80, 60, seed) for seed in (0, 0)]) // 32 * 32
    pictures[1] = 255 - pictures[0]
    found, durations = frames_of(film(pictures, milliseconds=400))
    assert found.shape == pictures.shape
    assert durations == [400, 400]
    assert np.abs(found.astype(int) - pictures).mean() < off
    assert opened(film(pictures)).info["loop"] == 0
    assert frames_of(film(pictures))[1] == [80, 80]


def test_addresses_hold_their_picture():
    kind, content = data_address(GREYS[0]).split(",")
    assert kind == "data:image/png;base64"
    np.testing.assert_array_equal(np.asarray(opened(base64.b64decode(content))), GREYS[0])
    kind, content = photo_address(photo(60, 80)).split(",")
    assert kind == "data:image/jpeg;base64"
    assert np.abs(np.asarray(opened(base64.b64decode(content))).astype(int) - photo(60, 80)).mean() < 10


def test_one_place_of_a_palette_is_clear():
    colours = np.array([(9, 8, 7), (1, 2, 3), (50, 60, 70)], np.uint8)
    places = np.array([[0, 1], [2, 1], [0, 0]], np.uint8)
    found = np.asarray(opened(palette_png(places, colours, clear=1)).convert("RGBA"))
    np.testing.assert_array_equal(found[..., :3][places != 1], colours[places[places != 1]])
    np.testing.assert_array_equal(found[..., 3], np.where(places == 1, 0, 255))

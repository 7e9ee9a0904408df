"""Digits that somebody draws on the pad, or takes a picture of, are read as what they are."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support.handwriting import strokes_of

from mnistlab.cnn.activations import outputs
from mnistlab.cnn.network import load_model
from mnistlab.data.drawing import BRUSHES, checked_strokes, drawn
from mnistlab.data.sources import first_digits
from mnistlab.data.uploads import digit_on, read_picture
from mnistlab.progress import ended
from mnistlab.store.models import reference_network

LEAST_RIGHT = 0.97


def share_right(images, labels):
    return (ended(outputs(load_model(reference_network()), np.stack(images))).argmax(axis=1) == labels).mean()


@pytest.fixture(params=["embedded", "mnist"])
def some(request, count):
    if request.param == "mnist":
        request.getfixturevalue("real_mnist")
    return first_digits(request.param, "test", count)


@pytest.mark.parametrize("count", [150, pytest.param(500, marks=pytest.mark.soak)])
def test_digits_drawn_large_anywhere_on_the_pad_are_read_as_the_original(some):
    generator = np.random.default_rng(0)
    strokes = [checked_strokes(strokes_of(image, generator)) for image in some.images]
    for brush in BRUSHES.values():
        assert share_right([drawn(one, brush) for one in strokes], some.labels) >= LEAST_RIGHT


# Of so few none may be read wrongly: digits put four pixels beside their place are noticed by one in 40 and by ten in 100.
@pytest.mark.parametrize(("count", "least"), [(40, 1.0), pytest.param(200, LEAST_RIGHT, marks=pytest.mark.soak)])
def test_photographed_digits_are_read_as_the_original(some, least):
    generator = np.random.default_rng(0)
    found = [digit_on(read_picture(photograph(image, generator))) for image in some.images]
    assert share_right(found, some.labels) >= least


def photograph(image, generator):
    """Return a JPEG of dark ink on a bright sheet, off the centre, with a shade across and noise."""
    large = np.asarray(Image.fromarray(image).resize((200, 200), Image.Resampling.BICUBIC), np.float32) / 255
    sheet = np.zeros((420, 480))
    row, column = generator.integers(0, 220), generator.integers(0, 280)
    sheet[row : row + 200, column : column + 200] = large
    grey = (0.9 - 0.7 * sheet) * np.linspace(1, 0.6, 480) + 0.03 * generator.standard_normal(sheet.shape)
    buffer = BytesIO()
    Image.fromarray((255 * grey.clip(0, 1)).astype(np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()

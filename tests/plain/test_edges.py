"""The last value that is allowed, and the first that is not: where a change by one would go unnoticed elsewhere."""

import base64

import numpy as np
import pytest
from support.sentences import refused

from mnistlab.carving.preview import MOST_PREVIEW_STEPS, preview_of
from mnistlab.errors import RecipeError
from mnistlab.pictures.encoding import sheet
from mnistlab.recipes.digit import TEST_SIZE, TRAIN_SIZE, DigitChoice
from mnistlab.recipes.dream import DreamRecipe, LevelRecipe
from mnistlab.recipes.start import PIXELS, DrawingStart


def test_the_last_digit_of_each_set_can_be_chosen():
    assert DigitChoice.read({"source": "test", "index": TEST_SIZE - 1}).index == 9_999
    assert DigitChoice.read({"source": "train", "index": TRAIN_SIZE - 1}).index == 59_999
    with refused(RecipeError, "10,000 test digits", "10000"):
        DigitChoice.read({"source": "test", "index": TEST_SIZE})


def test_a_drawing_has_as_many_pixels_as_an_image():
    for count, fits in ((PIXELS, True), (PIXELS - 1, False), (PIXELS + 1, False), (PIXELS + 2, False)):
        content = {"source": "drawing", "pixels": base64.b64encode(bytes(count)).decode()}
        if fits:
            assert DrawingStart.read(content).pixels
        else:
            with pytest.raises(RecipeError):
                DrawingStart.read(content)


@pytest.mark.parametrize(("count", "shape"), [(4, (5, 5)), (5, (8, 5)), (1, (2, 5))])
def test_a_sheet_has_a_line_for_the_rest(count, shape):
    assert sheet(np.zeros((count, 2, 2), np.uint8), columns=2, gap=1).shape == shape


def test_a_preview_hurries_every_level_and_leaves_out_what_is_left_out():
    levels = (LevelRecipe(iterations=0), LevelRecipe())
    preview = preview_of(DreamRecipe(levels=2, by_level=levels))
    assert len(preview.by_level) == 2
    assert preview.by_level[0] == levels[0]
    assert preview.by_level[1].iterations is None
    assert 0 < (preview.by_level[1].steps or 0) <= MOST_PREVIEW_STEPS
    assert preview.iterations == 1

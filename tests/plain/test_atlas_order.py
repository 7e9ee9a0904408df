"""The filters of an atlas show the maps they name."""

import numpy as np

from mnistlab.results.atlas import Atlas
from mnistlab.ui.pages.atlas.order import selected

CLASSES = ("Bag", "Ankle boot", "T-shirt  or top")


def test_a_class_of_several_words_is_filtered_by_its_name():
    count = 4
    figures = np.ones(count, np.float32)
    atlas = Atlas(
        np.arange(count),
        np.zeros((count, 28, 28), np.float32),
        figures,
        np.array(["converged"] * count),
        np.zeros(count, bool),
        np.arange(count),
        np.ones((count, 1), np.float32),
        np.array([1, 0, 1, 2]),
        figures,
        np.zeros((count, 9), np.int64),
        np.ones((count, 9), np.float32),
        np.zeros((count, 9), np.uint8),
    )
    assert selected(atlas, "read as Bag", CLASSES).tolist() == [False, True, False, False]
    assert selected(atlas, "read as Ankle boot", CLASSES).tolist() == [True, False, True, False]
    assert selected(atlas, "read as T-shirt  or top", CLASSES).tolist() == [False, False, False, True]
    assert selected(atlas, "all", CLASSES).all()

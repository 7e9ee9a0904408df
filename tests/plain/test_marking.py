"""The piece read as the digit is shown on the picture."""

import numpy as np

from mnistlab.pictures.marking import LINE, TAKEN, marked


def test_the_taken_is_blue_and_the_rest_pale():
    picture = np.zeros((60, 80, 3), np.float32)
    picture[:, 40:] = 1
    taken = np.zeros((60, 80), bool)
    taken[20:30, 10:20] = True
    found = marked(picture, taken, [])
    assert found.shape == (60, 80, 3)
    assert (found[taken] == TAKEN).all()
    assert (found[~taken].min() > 120) and (found[:, 40:] == 255).all()


def test_each_piece_has_a_box_with_its_number_also_at_the_edge():
    picture = np.ones((60, 80, 3), np.float32)
    found = marked(picture, np.zeros((60, 80), bool), [(30, 10, 50, 30), (0, 60, 20, 80)])
    assert (found[29, 9:31] == LINE).all() and (found[29:51, 9] == LINE).all()
    assert (found[:18, 62:80] < 100).any()
    np.testing.assert_array_equal(marked(picture, np.zeros((60, 80), bool), []), 255)

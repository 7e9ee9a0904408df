"""What is drawn or typed becomes a digit like MNIST's; what a browser sends is checked to the last number."""

import base64

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st
from support.sentences import assert_sentence, refused

from mnistlab.data.centring import THICK, THIN, advice, centred
from mnistlab.data.drawing import BRUSHES, checked_strokes, drawn, from_text, to_text, typed
from mnistlab.data.embedded import sample_digits
from mnistlab.data.inputs import edited, find_input
from mnistlab.data.sources import digits
from mnistlab.errors import DataError
from mnistlab.recipes.digit import PIXELS_LENGTH, BlendChoice, DigitChoice, EditChoice

SEVEN = [[300, 250, 700, 250, 500, 800]]


def mass(image):
    weights = image / image.sum()
    return [float((weights.sum(axis=1 - axis) * (np.arange(28) + 0.5)).sum()) for axis in (0, 1)]


def extent(image):
    return np.ptp(np.argwhere(image > 40), axis=0).max() + 1


@given(st.integers(0, 1000), st.integers(50, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_drawing_fills_the_box_and_is_centred_wherever_and_however_large(seed, size, x, y):
    points = np.random.default_rng(seed).integers(0, size + 1, 12) + np.tile([x, y], 6)
    points[:4] = x, y, x + size, y + size
    image = drawn([points.tolist()])
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert max(abs(part - 14) for part in mass(image)) < 0.6 or image[[0, -1]].any() or image[:, [0, -1]].any()
    # A small drawing is not blown up without end: it fills at least half the box.
    assert extent(image) <= 22
    assert size < 100 or extent(image) >= 18


def test_the_same_digit_drawn_elsewhere_and_smaller_looks_the_same():
    small = [[round(100 + 0.4 * number) for number in SEVEN[0]]]
    difference = drawn(SEVEN).astype(int) - drawn(small)
    assert np.abs(difference).mean() < 4


def test_a_broader_brush_makes_more_ink():
    assert drawn(SEVEN, 1.8).sum() < drawn(SEVEN, 2.6).sum() < drawn(SEVEN, 3.6).sum()


def test_a_dot_is_no_blot():
    assert extent(drawn([[500, 500, 500, 500]])) < 20


@pytest.mark.parametrize(
    "value",
    [
        None,
        "strokes",
        {},
        [[1]],
        [[1, 2, 3]],
        [["1", "2"]],
        [[1.5, 2]],
        [[True, 2]],
        [[-1, 2]],
        [[1, 1001]],
        [None],
        [[1, 2]] * 401,
        [[1, 2] * 30_000],
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_drawing_is_refused_in_one_sentence(value):
    with refused(DataError, "drawing"):
        checked_strokes(value)


def test_an_empty_pad_is_told():
    for empty in (
        lambda: drawn([]),
        lambda: typed(" . \n ..."),
        lambda: find_input(DigitChoice(source="drawing"), "embedded"),
    ):
        with refused(DataError, "empty"):
            empty()


def test_a_digit_can_be_typed():
    rows = ["######", ".....#", "....#", "...#", "..#", "..#"]
    image = typed("\r\n".join(rows))
    assert extent(image) in (20, 21)
    inked = image[image.any(axis=1)]
    assert inked[2].sum() > 2 * inked[-3].sum()


@pytest.mark.parametrize("text", ["#" * 29, "\n".join(["#"] * 29)])
def test_a_typed_digit_that_is_too_large_is_refused(text):
    with refused(DataError, "28"):
        typed(text)


@given(st.binary(min_size=784, max_size=784))
def test_a_digit_survives_its_link(content):
    image = np.frombuffer(content, np.uint8).reshape(28, 28)
    text = to_text(image)
    assert len(text) == PIXELS_LENGTH
    assert DigitChoice(source="drawing", pixels=text).pixels == text
    np.testing.assert_array_equal(from_text(text), image)


@pytest.mark.parametrize("size", [0, 1, 783, 785])
def test_a_digit_of_another_size_is_refused(size):
    with refused(DataError, "784"):
        from_text(base64.urlsafe_b64encode(bytes(size)).decode().rstrip("="))


@pytest.mark.parametrize("text", ["!" * PIXELS_LENGTH, "é" * PIXELS_LENGTH, "AAA+" * 300])
def test_what_is_no_base64_for_links_is_refused(text):
    with refused(DataError, "784"):
        from_text(text)


def test_centring_leaves_what_is_in_order_nearly_as_it_is():
    digits = sample_digits(np.arange(20) % 10, 3)
    for image in digits:
        again = centred(centred(image.astype(np.float32)).astype(np.float32))
        assert np.corrcoef(again.ravel(), centred(image.astype(np.float32)).ravel())[0, 1] > 0.9


def test_digits_like_mnists_need_no_advice_and_odd_ones_get_one_sentence():
    digits = sample_digits(np.arange(200) % 10, 3)
    assert sum(bool(advice(image)) for image in digits) <= 6
    far = edited(digits[0], EditChoice(right=9))
    for image in (np.zeros((28, 28), np.uint8), far, edited(digits[0], EditChoice(thicken=2.0))):
        assert advice(image)
        for sentence in advice(image):
            assert_sentence(sentence)


def test_changes_do_what_they_say():
    image = sample_digits([3], 1)[0]
    assert np.array_equal(edited(image, EditChoice()), image)
    assert np.array_equal(edited(image, EditChoice(right=2))[:, 2:], image[:, :-2])
    assert np.array_equal(edited(image, EditChoice(down=-3))[:-3], image[3:])
    assert edited(image, EditChoice(thicken=1.0)).sum() > edited(image, EditChoice(thicken=0.5)).sum() > image.sum()
    assert edited(image, EditChoice(thicken=-0.5)).sum() < image.sum()
    assert np.array_equal(edited(image, EditChoice(rotate=180)).shape, (28, 28))
    assert np.array_equal(edited(image, EditChoice(noise=0.3)), edited(image, EditChoice(noise=0.3)))


@pytest.mark.parametrize("way", ["generator", "pixels"])
def test_a_blend_goes_from_one_digit_to_the_other(way):
    def at(amount):
        return find_input(DigitChoice(source="blend", blend=BlendChoice(way=way, amount=amount)), "embedded")

    assert (at(0.0).label, at(0.5).label, at(1.0).label) == (4, None, 9)
    ends = [at(amount).image.astype(int) for amount in (0.0, 1.0)]
    between = at(0.5).image.astype(int)
    assert all(np.abs(between - end).mean() < np.abs(ends[0] - ends[1]).mean() for end in ends)


def test_a_digit_of_a_set_is_named_with_its_number_and_label():
    found = find_input(DigitChoice(index=4), "embedded")
    assert found.label == 4
    assert found.name == "test digit 4, a 4"
    assert find_input(DigitChoice(source="train", index=59_999), "embedded").label == 9


def square_of(rows, columns, top, left, grey=255):
    image = np.zeros((28, 28), np.uint8)
    image[top : top + rows, left : left + columns] = grey
    return image


@pytest.mark.parametrize(
    ("image", "word"),
    [
        # (Shares of 784 pixels: 27 are less than THIN, 28 more; 258 less than THICK, 260 more.)
        (square_of(27, 1, 0, 14), "thin"),
        (square_of(14, 2, 7, 13), None),
        (square_of(13, 20, 7, 4), "thick"),
        (square_of(12, 20, 8, 4), None),
        # The middle 3 pixels off at most, then more.
        (square_of(12, 4, 11, 12), None),
        (square_of(12, 4, 12, 12), "off the centre"),
        (square_of(12, 4, 5, 12), None),
        (square_of(12, 4, 4, 12), "off the centre"),
        (square_of(4, 12, 12, 12), "off the centre"),
        (square_of(4, 12, 12, 4), "off the centre"),
        # 11 pixels from end to end reach over ten.
        (square_of(11, 4, 8, 12), None),
        (square_of(10, 4, 9, 12), "small"),
        (square_of(4, 10, 12, 9), "small"),
        # Ink at 0.3 of the full grey counts as drawn, at half of it as a stroke.
        (np.maximum(square_of(10, 4, 9, 12), square_of(16, 1, 6, 13, grey=77)), None),
        (np.maximum(square_of(10, 4, 9, 12), square_of(16, 1, 6, 13, grey=76)), "small"),
        (square_of(20, 20, 4, 4, grey=127), "thin"),
        (square_of(20, 20, 4, 4, grey=128), "thick"),
        (square_of(20, 20, 4, 4, grey=26), "thin"),
        (square_of(20, 20, 4, 4, grey=25), "empty"),
    ],
)
def test_advice_begins_where_it_is_said_to(image, word):
    assert 27 / 784 < THIN < 28 / 784
    assert 258 / 784 < THICK < 260 / 784
    assert [word in sentence for sentence in advice(image)] == [True] * (word is not None)


@pytest.mark.parametrize("dots", [[[500, 500]], [[100, 900]], [[300, 300], [300, 300, 300, 300]]])
def test_a_dot_is_round(dots):
    dot = drawn(dots, 3.6)
    np.testing.assert_array_equal(dot, dot.T)
    # (A circle on whole pixels has one more on one side.)
    np.testing.assert_allclose(dot.astype(int), dot[::-1, ::-1], atol=90)
    assert extent(dot) in (4, 5)


def test_noise_is_the_same_for_all_who_see_the_link_and_as_strong_as_it_says():
    pattern = np.random.default_rng(0).standard_normal((28, 28))
    for grey, noise in ((128, 0.1), (0, 0.3), (255, 1.0)):
        wanted = np.rint(np.clip(grey + 255 * noise * pattern, 0, 255))
        np.testing.assert_array_equal(edited(np.full((28, 28), grey, np.uint8), EditChoice(noise=noise)), wanted)


@pytest.mark.parametrize("amount", [0.0, 0.25, 0.9, 1.0])
def test_a_blend_of_pixels_is_the_mean_of_two_test_digits(amount):
    blend = {"way": "pixels", "start": 3, "end": 8, "amount": amount, "throw": 2}
    found = find_input(DigitChoice(source="blend", blend=BlendChoice(**blend)), "embedded")
    test = digits("embedded", "test")
    first, second = (test.images[np.flatnonzero(test.labels == label)[2]].astype(float) for label in (3, 8))
    np.testing.assert_allclose(found.image, (1 - amount) * first + amount * second, atol=0.51)
    assert found.label == {0.0: 3, 1.0: 8}.get(amount)


def test_two_inputs_are_two_whatever_they_show():
    """They hold arrays, which no `==` can compare, so they are told apart as things."""
    one, other = (find_input(DigitChoice(source="drawing", pixels=to_text(drawn(SEVEN))), "embedded") for _ in range(2))
    assert one == one
    assert one != other
    assert len({one, other}) == 2


@pytest.mark.parametrize("brush", BRUSHES.values())
def test_a_line_is_as_wide_as_its_brush(brush):
    """In pixels of the finished digit, however large it was drawn."""
    for size in (200, 1000):
        line = drawn([[0, 500, size, 500]], brush).astype(float) / 255
        assert line[:, 10:18].sum(axis=0) == pytest.approx(np.full(8, brush), abs=0.35)


def test_half_a_turn_and_a_shift_are_exact():
    image = drawn(SEVEN)
    np.testing.assert_array_equal(edited(image, EditChoice(rotate=180)), image[::-1, ::-1])
    np.testing.assert_array_equal(edited(image, EditChoice(rotate=90)), np.rot90(image))
    np.testing.assert_array_equal(edited(image, EditChoice(right=3, down=-2))[:-2, 3:], image[2:, :-3])


@pytest.mark.parametrize("by", [0.25, 1.0, 1.5, 2.0, -0.5, -1.0, -2.0])
def test_strokes_thicken_by_so_many_pixels_on_each_side(by):
    image = drawn(SEVEN).astype(float)
    widest = scipy.ndimage.maximum_filter if by > 0 else scipy.ndimage.minimum_filter
    whole, rest = divmod(abs(by), 1)
    for _ in range(int(whole)):
        image = widest(image, 3, mode="nearest")
    wanted = (1 - rest) * image + rest * widest(image, 3, mode="nearest")
    np.testing.assert_allclose(edited(drawn(SEVEN), EditChoice(thicken=by)), wanted, atol=1)


@pytest.mark.parametrize(("rows", "columns"), [(40, 20), (10, 20), (200, 50), (20, 20)])
def test_ink_is_fitted_into_the_box_to_the_pixel(rows, columns):
    paper = np.zeros((rows + 30, columns + 70))
    paper[10 : 10 + rows, 60 : 60 + columns] = 7
    high, wide = (20 * side // max(rows, columns) for side in (rows, columns))
    # Ink weaker than a tenth is paper, and moves nothing.
    paper[0, 0] = 0.69
    found = centred(paper)
    wanted = square_of(high, wide, 14 - high // 2, 14 - wide // 2) if wide % 2 == high % 2 == 0 else None
    if wanted is None:
        # An odd side lies half on the pixels on either side of the middle.
        assert found[4:24].sum(axis=1) == pytest.approx(np.full(20, 5 * 255), abs=1)
    else:
        np.testing.assert_array_equal(found, wanted)


def test_ink_of_a_tenth_counts_and_a_dot_stays_one():
    paper = np.zeros((41, 10))
    paper[:, 5] = [1.0] * 21 + [0.11] * 20
    assert extent(centred(paper)) < 14
    assert (centred(np.ones((8, 8)), least=160) > 0).sum() <= 4
    assert centred(np.ones((8, 8)), least=160).max() == 255


@pytest.mark.parametrize(("source", "name"), [("test", "test digit 7, a 7"), ("train", "training digit 7, a 7")])
def test_a_digit_of_a_set_has_its_name_and_label(source, name):
    found = find_input(DigitChoice(source=source, index=7), "embedded")
    assert (found.name, found.label) == (name, 7)
    np.testing.assert_array_equal(found.image, digits("embedded", source).images[7])
    changed = find_input(DigitChoice(source=source, index=7, edit=EditChoice(right=1)), "embedded")
    assert (changed.name, changed.label) == (f"{name}, changed", 7)


@pytest.mark.parametrize(("throw", "other"), [(0, 800), (1, 801), (799, 799), (100, 900)])
def test_a_blend_by_pixels_has_eight_hundred_pairs(throw, other):
    images = [
        find_input(
            DigitChoice(source="blend", blend=BlendChoice(way="pixels", start=1, end=2, throw=each, amount=0.3)),
            "embedded",
        )
        for each in (throw, other)
    ]
    np.testing.assert_array_equal(images[0].image, images[1].image)
    assert images[0].name == "30 % of the way from a 1 to a 2"
    assert images[0].label is None

"""Start patterns and their comparison, without TensorFlow."""

import base64
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnistlab.data.sources import digits
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.patterns.enlarge import enlarge
from mnistlab.patterns.fluctuations import fluctuations, later_scales, scale_images
from mnistlab.patterns.screening import screening_patterns
from mnistlab.patterns.similarity import SAME, best_matches, group, similarities
from mnistlab.patterns.smooth import smooth
from mnistlab.patterns.starts import start_images
from mnistlab.recipes.start import DigitStart, DrawingStart, FileStart, FluctuationStart

RANDOM = np.random.default_rng(0)


def shifted(image, rows, columns):
    padded = np.pad(image, 8)
    return padded[8 - rows : 36 - rows, 8 - columns : 36 - columns]


def blob(seed):
    return (
        smooth(np.random.default_rng(seed).normal(size=(28, 28)).astype(np.float32), 2.0)
        * np.hanning(28)[:, None]
        * np.hanning(28)
    )


def test_no_tensorflow_is_needed():
    assert "tensorflow" not in sys.modules


def test_enlarging_is_pillows_bicubic():
    values = RANDOM.random((7, 7)).astype(np.float32)
    wanted = np.asarray(Image.fromarray(values).resize((28, 28), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(enlarge(values[None])[0], wanted, atol=1e-6)


def test_fluctuations_are_standardised_and_repeatable():
    first, again, other = (fluctuations(FluctuationStart(seed=seed)) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert abs(first.mean()) < 1e-6
    assert first.std() == pytest.approx(1, abs=1e-5)


def test_one_slider_leaves_the_other_scales_alone():
    alone = fluctuations(FluctuationStart(amplitudes=(0.2, 0, 0, 0)))
    weaker = fluctuations(FluctuationStart(amplitudes=(0.2, 0.0001, 0, 0)))
    assert np.corrcoef(alone.ravel(), weaker.ravel())[0, 1] > 0.9999


def test_a_finer_grid_is_rougher():
    rough = [
        np.abs(
            np.diff(fluctuations(FluctuationStart(amplitudes=tuple(0.2 * (place == scale) for place in range(4)))))
        ).mean()
        for scale in range(4)
    ]
    assert rough == sorted(rough)


def test_staged_scales_wait():
    start = FluctuationStart(strategy="staged", amplitudes=(0.2, 0.2, 0, 0.1))
    assert sorted(later_scales(start)) == [50, 400]
    assert later_scales(FluctuationStart()) == {}


def test_smoothing_keeps_grey_as_it_is():
    np.testing.assert_allclose(smooth(np.ones((28, 28), np.float32), 2.5), 1, atol=1e-5)


def test_all_published_patterns_are_there_once():
    patterns = screening_patterns(3, (0.2, 0.5, 0.8))
    assert patterns.shape == (19_683, 28, 28)
    # The three patterns of one grey value are grey; all others are standardised.
    grey = np.flatnonzero(~patterns.any(axis=(1, 2)))
    assert grey.tolist() == [0, 9_841, 19_682]
    assert np.delete(patterns, grey, axis=0).std(axis=(1, 2)) == pytest.approx(1, abs=1e-3)


def test_a_shifted_pattern_is_the_same():
    image = blob(1)
    assert similarities(image[None], shifted(image, 3, -4)[None])[0, 0] > 0.95
    assert similarities(image[None], blob(2)[None])[0, 0] < SAME


def test_patterns_are_grouped_up_to_shifts():
    images = np.stack([blob(1), blob(2), shifted(blob(1), 2, 2), blob(3), shifted(blob(2), -3, 0)]).astype(np.float32)
    assert group(images).tolist() == [0, 1, 0, 2, 1]


def test_atlases_are_matched_whatever_their_order():
    images = np.stack([blob(seed) for seed in range(6)]).astype(np.float32)
    order = RANDOM.permutation(6)
    match = best_matches(images[order], images)
    assert match.partner.tolist() == order.tolist()
    assert match.mean == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("array", "complaint"),
    [
        (np.zeros((27, 28)), r"\(28, 28\)"),
        (np.full((28, 28), np.nan), "not a finite number"),
        (np.zeros((28, 28)), "same grey value"),
        (np.zeros((28, 28), complex), "real numbers"),
        (np.zeros((280, 28)), "too large"),
    ],
)
def test_a_bad_start_file_is_one_sentence(tmp_path, array, complaint):
    np.save(tmp_path / "start.npy", array)
    with pytest.raises(RecipeError, match=complaint):
        start_images(FileStart(path=str(tmp_path / "start.npy")), allow_files=True)


def test_a_start_file_of_any_grey_scale_is_standardised(tmp_path):
    np.save(tmp_path / "start.npy", RANDOM.integers(0, 256, (28, 28)) * 1e300)
    assert start_images(FileStart(path=str(tmp_path / "start.npy")), allow_files=True)[0].std() == pytest.approx(
        1, abs=1e-4
    )


def test_a_page_reads_no_files(tmp_path):
    np.save(tmp_path / "start.npy", RANDOM.random((28, 28)))
    with pytest.raises(RecipeError, match="command line only"):
        start_images(FileStart(path=str(tmp_path / "start.npy")))


@pytest.mark.parametrize("content", [None, b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04 no archive"])
def test_a_missing_or_damaged_start_file_is_one_sentence(tmp_path, content):
    path = tmp_path / "start.npy"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecipeError, match=r"start\.npy"):
        start_images(FileStart(path=str(path)), allow_files=True)


def test_a_pattern_is_seen_over_its_own_range():
    images = RANDOM.normal(size=(3, 4, 6)) * np.array([1, 100, 1e-3])[:, None, None]
    images[2] = 7
    found = plain(images)
    low, high = images[:2].min(axis=(1, 2), keepdims=True), images[:2].max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(found[:2], 255 * (images[:2] - low) / (high - low), atol=0.5)
    assert (found[2] == 128).all()
    assert found.dtype == np.uint8
    # Each by itself, however many stand above one another.
    np.testing.assert_array_equal(plain(images[:, None]), found[:, None])


@pytest.mark.parametrize(
    ("choices", "wanted"), [({}, [1, 47, 128, 208, 254]), ({"centre": 1.0, "strength": 1.0}, [5, 31, 69, 128, 233])]
)
def test_the_middle_of_a_pattern_is_spread(choices, wanted):
    values = np.array([[[-3.0, -1.0, 0.0, 1.0, 4.0]]])
    found = enhanced(values, **choices)[0, 0]
    strength, centre = choices.get("strength", 1.5), choices.get("centre", 0.0)
    odds = np.exp(strength * (values[0, 0] - centre))
    np.testing.assert_allclose(found, 255 * odds / (1 + odds), atol=0.51)
    assert found.dtype == np.uint8


def test_each_scale_is_a_throw_of_its_grid_between_plus_and_minus_its_amplitude():
    start = FluctuationStart(seed=9, amplitudes=(0.2, 0, 0.7, 0.1))
    images = scale_images(start)
    assert images.shape == (4, 28, 28)
    assert not images[1].any()
    np.testing.assert_array_equal(images, scale_images(start, 0))
    assert not np.array_equal(images, scale_images(start, 1))
    for place in (0, 2, 3):
        grid = start.grids[place]
        throw = np.random.default_rng([9, 0, place, grid]).uniform(-1, 1, (grid, grid)).astype(np.float32)
        wanted = start.amplitudes[place] * np.asarray(Image.fromarray(throw).resize((28, 28), Image.Resampling.BICUBIC))
        np.testing.assert_allclose(images[place], wanted, atol=1e-6)


def test_grids_need_not_be_square_to_the_image():
    values = RANDOM.random((2, 5, 5)).astype(np.float32)
    assert enlarge(values).shape == (2, 28, 28)
    np.testing.assert_allclose(enlarge(np.ones((1, 3, 3))), 1, atol=1e-6)


@pytest.mark.parametrize("answers", [1, 3])
def test_there_are_as_many_starts_as_answers(answers):
    images = start_images(FluctuationStart(seed=2), answers)
    assert images.shape == (answers, 28, 28)
    for answer, image in enumerate(images):
        np.testing.assert_array_equal(image, fluctuations(FluctuationStart(seed=2), answer))
    assert start_images(FluctuationStart()).shape == (1, 28, 28)


@pytest.mark.parametrize("brightest", [2, 255])
def test_a_drawing_is_standardised_as_a_digit_is(brightest):
    """Also a faint one, whose spread is below the floor."""
    image = RANDOM.integers(0, brightest + 1, (28, 28), dtype=np.uint8)
    start = DrawingStart(pixels=base64.b64encode(image.tobytes()).decode())
    np.testing.assert_allclose(start_images(start)[0], standardise(image[None])[0], rtol=1e-5, atol=1e-6)


def test_a_digit_to_start_from_is_that_of_its_set():
    for split in ("train", "test"):
        wanted = digits("embedded", split).images[7]
        np.testing.assert_allclose(
            start_images(DigitStart(split=split, index=7))[0], standardise(wanted[None])[0], rtol=1e-5, atol=1e-6
        )


def test_faint_patterns_are_compared_like_strong_ones():
    images = np.stack([blob(1), blob(2), -blob(1)]).astype(np.float32)
    np.testing.assert_allclose(similarities(images * 1e-6, images), similarities(images, images), atol=1e-4)
    assert similarities(images, images)[0, 0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("grey", [0, 1, 0.3, -7e5])
def test_one_grey_value_is_like_nothing(grey):
    images = np.stack([blob(1), np.full((28, 28), grey), 1 + 1e-3 * blob(1)]).astype(np.float32)
    table = similarities(images, images)
    assert not table[1].any()
    assert not table[:, 1].any()
    # However faint on however bright a ground, a pattern is one.
    assert table[0, 2] == pytest.approx(1, abs=0.01)


def test_scales_that_join_at_the_same_step_join_together():
    start = FluctuationStart(strategy="staged", amplitudes=(0.2, 0.4, 0, 0.1), stages=(20, 50, 60, 50), smoothing=1.0)
    images = scale_images(start)
    joining = later_scales(start)
    assert list(joining) == [50]
    np.testing.assert_allclose(joining[50], smooth(images[1], 1.0) + smooth(images[3], 1.0), atol=1e-6)
    np.testing.assert_array_equal(later_scales(start, 0)[50], joining[50])
    assert not np.array_equal(later_scales(start, 1)[50], joining[50])
    first = standardise(smooth(images[0], 1.0)[None])[0]
    np.testing.assert_allclose(fluctuations(start), first, atol=1e-5)


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_a_start_file_runs_no_code(tmp_path):
    np.save(tmp_path / "start.npy", np.array([Trap(tmp_path / "sprung")] * 2, object), allow_pickle=True)
    with pytest.raises(RecipeError, match=r"start\.npy cannot be read"):
        start_images(FileStart(path=str(tmp_path / "start.npy")), allow_files=True)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(("grid", "levels"), [(2, (0.2, 0.5, 0.8)), (1, (0.1, 0.9)), (2, tuple(np.linspace(0, 1, 9)))])
def test_a_pattern_has_the_grey_values_its_number_says(grid, levels):
    """Also past the number of those made at a time."""
    patterns = screening_patterns(grid, levels)
    base, points = len(levels), grid * grid
    assert len(patterns) == base**points
    for number in {0, 1, base**points // 3, 4097 % len(patterns), len(patterns) - 2, len(patterns) - 1}:
        chosen = [levels[number // base ** (points - 1 - place) % base] for place in range(points)]
        greys = np.array(chosen, np.float32).reshape(grid, grid)
        if len(set(chosen)) == 1:
            assert not patterns[number].any()
        else:
            enlarged = Image.fromarray(greys).resize((28, 28), Image.Resampling.BICUBIC)
            np.testing.assert_allclose(patterns[number], standardise(np.asarray(enlarged)[None])[0], atol=1e-4)


@pytest.mark.parametrize("deviation", [0.4, 1.0, 2.5])
def test_blurring_weighs_by_the_distance_in_pixels(deviation):
    spot = np.zeros((28, 28), np.float32)
    spot[14, 3] = 1

    def weights(place):
        bell = np.exp(-((np.arange(28) - place) ** 2) / (2 * deviation**2))
        # What a pixel takes from this place, of all that it takes.
        return bell / [np.exp(-((np.arange(28) - pixel) ** 2) / (2 * deviation**2)).sum() for pixel in range(28)]

    np.testing.assert_allclose(smooth(spot, deviation), np.outer(weights(14), weights(3)), atol=1e-6)
    assert smooth(spot, 0) is spot


def test_shifts_are_looked_for_up_to_a_quarter_of_the_image():
    image = np.pad(blob(1)[10:18, 10:18], 10).astype(np.float32)
    for shift in (7, -7):
        moved = np.roll(image, (shift, shift), (0, 1))
        assert similarities(image[None], moved[None])[0, 0] > 0.95
    far = np.roll(image, 9, 0)
    assert similarities(image[None], far[None])[0, 0] < similarities(image[None], far[None], 9)[0, 0] - 0.1
    assert similarities(image[None], far[None], 0)[0, 0] < 0.5

"""Start patterns and their comparison, without TensorFlow."""

import sys

import numpy as np
import pytest
from PIL import Image

from mnistlab.errors import RecipeError
from mnistlab.patterns.enlarge import enlarge
from mnistlab.patterns.fluctuations import fluctuations, later_scales
from mnistlab.patterns.screening import screening_patterns
from mnistlab.patterns.similarity import SAME, best_matches, group, similarities
from mnistlab.patterns.smooth import smooth
from mnistlab.patterns.starts import start_images
from mnistlab.recipes.start import FileStart, FluctuationStart

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

"""Each image ends with mean 0 and spread 1, whatever its grey scale, and whatever stands beside it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnistlab.data.standardise import CHUNK_PIXELS, standardise

SIDES = st.tuples(st.integers(1, 4), st.integers(2, 9), st.integers(2, 9))


def formula(image):
    """algorithms.md §2, for one image with grey values from 0 to 1."""
    return (image - image.mean()) / max(image.std(), 1 / np.sqrt(image.size))


def random_images(count=3, side=28, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, side, side), np.uint8)


@given(arrays.arrays(np.uint8, SIDES))
def test_bytes_are_standardised_by_the_formula(images):
    expected = [formula(image / 255) for image in images]
    np.testing.assert_allclose(standardise(images), expected, atol=2e-5)


@given(arrays.arrays(np.float64, SIDES, elements=st.floats(-10, 10)))
def test_floats_are_standardised_by_the_formula(images):
    np.testing.assert_allclose(standardise(images), [formula(image) for image in images], atol=2e-5)


def test_mean_is_zero_and_spread_one():
    result = standardise(random_images())
    assert result.dtype == np.float32
    np.testing.assert_allclose(result.mean(axis=(1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(result.std(axis=(1, 2)), 1, atol=1e-5)


@pytest.mark.parametrize("grey", [0, 1, 77, 255])
def test_an_image_of_one_grey_value_becomes_zero(grey):
    np.testing.assert_allclose(standardise(np.full((1, 28, 28), grey, np.uint8)), 0, atol=1e-5)


@pytest.mark.parametrize("grey", [-3.3, 0.0, 0.1])
def test_a_float_image_of_one_grey_value_becomes_zero(grey):
    np.testing.assert_allclose(standardise(np.full((1, 28, 28), grey)), 0, atol=1e-4)


def test_a_nearly_even_image_is_not_blown_up():
    image = np.full((1, 28, 28), 0.5)
    image[0, 0, 0] += 1e-3
    assert np.abs(standardise(image)).max() < 0.03


def test_standardised_images_stay_as_they_are():
    once = standardise(random_images())
    np.testing.assert_allclose(standardise(once), once, atol=1e-5)


def test_an_image_does_not_depend_on_the_others():
    chunk = CHUNK_PIXELS // 28**2
    images = random_images(count=chunk + 3)
    places = [0, chunk - 1, chunk, chunk + 2]
    alone = np.concatenate([standardise(images[place : place + 1]) for place in places])
    np.testing.assert_array_equal(standardise(images)[places], alone)


def test_images_larger_than_a_chunk_do_not_depend_on_the_others():
    images = np.random.default_rng(1).normal(size=(3, 1300, 1300)).astype(np.float32)
    np.testing.assert_array_equal(standardise(images)[2], standardise(images[2:])[0])


def test_the_given_images_are_left_alone():
    images = random_images()
    floats = images.astype(np.float32)
    standardise(images)
    standardise(floats)
    np.testing.assert_array_equal(images, random_images())
    np.testing.assert_array_equal(floats, images)


def test_no_images_give_no_images():
    assert standardise(np.empty((0, 28, 28), np.uint8)).shape == (0, 28, 28)

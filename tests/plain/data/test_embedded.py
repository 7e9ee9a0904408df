"""The embedded digits: repeatable, independent of how many are drawn, blendable, small; damage is an error."""

import numpy as np
import pytest
from support.sentences import refused

from mnistlab.data import embedded
from mnistlab.errors import DataError

LABELS = np.arange(30) % 10


def test_digits_look_like_mnist():
    digits = embedded.sample_digits(LABELS, seed=5)
    assert digits.shape == (30, 28, 28)
    assert digits.dtype == np.uint8
    assert (digits == 0).mean() > 0.6, "most of an image is black background"
    assert (digits.max(axis=(1, 2)) > 200).all(), "every image holds a bright stroke"


def test_same_seed_gives_same_digits():
    assert np.array_equal(embedded.sample_digits(LABELS, 5), embedded.sample_digits(LABELS, 5))


def test_other_seed_gives_other_digits():
    differs = embedded.sample_digits(LABELS, 5) != embedded.sample_digits(LABELS, 6)
    assert differs.any(axis=(1, 2)).all()


def test_same_class_gives_varied_digits():
    digits = embedded.sample_digits(np.full(50, 3), 5)
    assert len(np.unique(digits.reshape(50, -1), axis=0)) == 50


@pytest.mark.parametrize("count", [1, 7, embedded.CHUNK, embedded.CHUNK + 1])
def test_first_digits_of_a_longer_sequence_are_the_shorter_one(count):
    labels = np.arange(2 * embedded.CHUNK + 10) % 10
    longer = embedded.sample_digits(labels, 5)
    assert np.array_equal(embedded.sample_digits(labels[:count], 5), longer[:count])


def test_a_digit_does_not_depend_on_the_labels_of_others():
    changed = LABELS.copy()
    changed[4] = 9
    same = embedded.sample_digits(LABELS, 5) == embedded.sample_digits(changed, 5)
    assert np.array_equal(~same.all(axis=(1, 2)), changed != LABELS)


def test_no_labels_give_no_digits():
    assert embedded.sample_digits([], 5).shape == (0, 28, 28)


def test_membership_rows_mean_the_same_as_digits():
    latents = embedded.sample_latents(LABELS, 5)
    assert np.array_equal(embedded.decode(latents, LABELS), embedded.decode(latents, np.eye(10)[LABELS]))


def test_blend_ends_at_both_digits():
    a, b = np.array([4]), np.array([9])
    latents_a, latents_b = embedded.sample_latents(a, 1), embedded.sample_latents(b, 2)
    start, middle, end = (embedded.blend(latents_a, a, latents_b, b, amount) for amount in (0, 0.5, 1))
    assert np.array_equal(start, embedded.sample_digits(a, 1))
    assert np.array_equal(end, embedded.sample_digits(b, 2))
    assert not np.array_equal(middle, start)
    assert not np.array_equal(middle, end)


@pytest.mark.parametrize("labels", [[10], [-1], [1.5], [[1, 2]], ["3"]])
def test_labels_other_than_digits_are_an_error(labels):
    with pytest.raises(DataError, match="Received"):
        embedded.sample_digits(labels, 5)


def test_latents_of_wrong_shape_are_an_error():
    with pytest.raises(DataError, match="Latents should have"):
        embedded.decode(np.zeros((2, 3)), [1, 2])


def test_asset_is_small():
    assert embedded.ASSET.stat().st_size <= 1_000_000


def test_missing_asset_is_an_error(tmp_path):
    with pytest.raises(DataError, match="lack their generator"):
        embedded.load_generator(tmp_path / "generator.npz")


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_asset_that_is_no_archive_is_an_error(tmp_path, content):
    path = tmp_path / "generator.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read"):
        embedded.load_generator(path)


def test_asset_that_is_a_plain_array_is_an_error(tmp_path):
    path = tmp_path / "generator.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(DataError, match="cannot be read"):
        embedded.load_generator(path)


def test_asset_cut_short_is_an_error(tmp_path):
    path = tmp_path / "generator.npz"
    path.write_bytes(embedded.ASSET.read_bytes()[:-1000])
    with pytest.raises(DataError, match="cannot be read"):
        embedded.load_generator(path)


def test_asset_with_flipped_bytes_is_an_error(tmp_path):
    content = bytearray(embedded.ASSET.read_bytes())
    content[100_000:100_100] = bytes(100)
    path = tmp_path / "generator.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read"):
        embedded.load_generator(path)


def asset_arrays():
    with np.load(embedded.ASSET) as file:
        return dict(file)


@pytest.mark.parametrize("name", ["kernel_1", "scale_2", "bias_3", "weights", "means", "factors"])
def test_asset_without_an_array_is_an_error(tmp_path, name):
    arrays = asset_arrays()
    del arrays[name]
    np.savez(tmp_path / "generator.npz", **arrays)
    with pytest.raises(DataError, match="damaged"):
        embedded.load_generator(tmp_path / "generator.npz")


@pytest.mark.parametrize("name", ["kernel_1", "bias_3", "weights", "means", "factors"])
def test_asset_with_an_array_of_wrong_shape_is_an_error(tmp_path, name):
    arrays = asset_arrays()
    arrays[name] = arrays[name][..., :-1]
    np.savez(tmp_path / "generator.npz", **arrays)
    with pytest.raises(DataError, match="damaged"):
        embedded.load_generator(tmp_path / "generator.npz")


def test_asset_with_values_that_are_no_numbers_is_an_error(tmp_path):
    arrays = asset_arrays()
    arrays["bias_1"] = np.full_like(arrays["bias_1"], np.nan)
    np.savez(tmp_path / "generator.npz", **arrays)
    with pytest.raises(DataError, match="not finite"):
        embedded.load_generator(tmp_path / "generator.npz")


def test_wrong_labels_are_told_what_they_may_be():
    with refused(DataError, "from 0 to 9", "[10]"):
        embedded.sample_digits([10], 0)

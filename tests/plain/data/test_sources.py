"""Where the digits come from: the first of several places that has them, and what is named on purpose or not at all."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from support.mnist_files import write_mnist
from support.sentences import assert_sentence, refused

from mnistlab.data.sources import digits, download_target, find_source
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import EMBEDDED, MNIST
from mnistlab.settings import settings


@pytest.fixture
def keras_file(tmp_path):
    return tmp_path / "keras" / "datasets" / "mnist.npz"


def put(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def name_file(monkeypatch, path):
    monkeypatch.setenv("MNISTLAB_DATA", str(path))
    settings.cache_clear()


def test_mnist_is_nowhere_on_a_bare_machine():
    assert find_source(MNIST) is None


def test_the_file_named_comes_first(tmp_path, monkeypatch, keras_file):
    put(keras_file)
    put(download_target())
    name_file(monkeypatch, put(tmp_path / "mine.npz"))
    assert find_source(MNIST).path == tmp_path / "mine.npz"
    assert "MNISTLAB_DATA" in find_source(MNIST).title


def test_the_cache_of_keras_comes_before_a_download(keras_file):
    put(download_target())
    assert find_source(MNIST).path == download_target()
    put(keras_file)
    assert find_source(MNIST).path == keras_file
    assert "Keras" in find_source(MNIST).title


def test_a_download_is_kept_in_the_home(home):
    assert home in download_target().parents


def test_a_named_file_that_is_missing_is_not_replaced_by_another(tmp_path, monkeypatch, keras_file):
    put(keras_file)
    name_file(monkeypatch, tmp_path / "mnist.npz")
    with refused(DataError, "MNISTLAB_DATA", "“mnist.npz”"):
        find_source(MNIST)
    with refused(DataError, "MNISTLAB_DATA"):
        digits("mnist", "test")


def test_mnist_that_is_nowhere_says_what_to_do():
    with refused(DataError, "MNISTLAB_DATA", "embedded digits"):
        digits("mnist", "train")


def test_mnist_is_read_from_where_it_is_found(keras_file):
    write_mnist(keras_file)
    test = digits("mnist", "test")
    np.testing.assert_array_equal(test.images[:, 0, 0], 10 * test.labels)
    assert digits("mnist", "test") is test


def test_the_screen_can_name_each_source(tmp_path, monkeypatch, keras_file):
    titles = {EMBEDDED.title}
    titles.add(find_source(MNIST).title if put(download_target()) else "")
    titles.add(find_source(MNIST).title if put(keras_file) else "")
    name_file(monkeypatch, put(tmp_path / "mine.npz"))
    titles.add(find_source(MNIST).title)
    assert len(titles) == 4


@pytest.mark.parametrize("split", ["train", "test"])
def test_embedded_digits_are_as_many_as_mnists_and_balanced(split):
    embedded = digits("embedded", split)
    assert embedded.images.shape == (EMBEDDED.size(split), 28, 28)
    assert embedded.images.dtype == embedded.labels.dtype == np.uint8
    for first in (100, 1000, EMBEDDED.size(split)):
        assert set(np.bincount(embedded.labels[:first])) == {first // 10}


def test_no_embedded_digit_is_in_both_splits():
    train, test = (digits("embedded", split).images.reshape(-1, 784) for split in ("train", "test"))
    assert not {row.tobytes() for row in train} & {row.tobytes() for row in test}


def test_a_sentence_about_the_embedded_digits_is_not_needed():
    assert_sentence(EMBEDDED.title + ".")


@pytest.mark.parametrize("threads", ["1", "2", "3"])
def test_embedded_digits_do_not_depend_on_how_many_threads_draw_them(threads):
    """Dask's workers have one, the command line as many as the machine: both must train on the same digits."""
    code = "import hashlib, mnistlab.data.sources as s; print(hashlib.sha256(s.digits('embedded', 'test').images).hexdigest())"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == hashlib.sha256(digits("embedded", "test").images).hexdigest()

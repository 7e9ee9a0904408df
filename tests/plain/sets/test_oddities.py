"""The usual accidents with a set of digits are told, one sentence each; a set without any gets none."""

import numpy as np
import pytest
from support.sentences import assert_sentence
from support.set_files import made

from mnistlab.data.digits import Digits
from mnistlab.data.sources import first_digits
from mnistlab.set_files.oddities import oddities

TEN = tuple("0123456789")
THIRTEEN = tuple(f"class {label}" for label in range(13))


@pytest.fixture(scope="module")
def handwritten():
    """Embedded digits, which look as MNIST's."""
    return first_digits("embedded", "train", 200), first_digits("embedded", "test", 150)


@pytest.fixture(scope="module")
def others():
    arrays = made(train=390, test=130, seed=3)
    return Digits(arrays["x_train"], arrays["y_train"]), Digits(arrays["x_test"], arrays["y_test"])


def changed(digits, images=lambda images: images, labels=lambda labels: labels):
    return Digits(np.ascontiguousarray(images(digits.images)), labels(digits.labels).astype(np.uint8))


def told(train, test, classes):
    found = oddities(train, test, classes)
    for sentence in found:
        assert_sentence(sentence)
    return found


def test_nothing_is_told_of_sets_without_accidents(handwritten, others):
    assert told(*handwritten, TEN) == []
    assert told(*others, THIRTEEN) == []


ACCIDENTS = {
    "transposed": ({"images": lambda images: images.transpose(0, 2, 1)}, ["transposed"]),
    "inverted": ({"images": lambda images: 255 - images}, ["dark on a bright ground"]),
    "both": ({"images": lambda images: 255 - images.transpose(0, 2, 1)}, ["dark on a bright ground", "transposed"]),
    "mirrored": ({"images": lambda images: images[:, :, ::-1]}, ["mirrored"]),
    "upside down": ({"images": lambda images: images[:, ::-1]}, ["upside down"]),
    "off by one": ({"labels": lambda labels: (labels + 1) % 10}, ["what is called 4 is a 3"]),
    "off by minus one": ({"labels": lambda labels: (labels - 1) % 10}, ["what is called 2 is a 3"]),
    "off by one place": ({"labels": lambda labels: np.roll(labels, 1)}, ["off by one"]),
}


@pytest.mark.parametrize("case", ACCIDENTS.values(), ids=ACCIDENTS)
def test_an_accident_with_digits_is_told(handwritten, case):
    how, words = case
    # In another order than that of the embedded digits, whose labels count up.
    order = np.random.default_rng(0).permutation(150)
    test = Digits(handwritten[1].images[order], handwritten[1].labels[order])
    found = told(changed(handwritten[0], **how), changed(test, **how), TEN)
    assert len(found) == len(words)
    for word, sentence in zip(words, found, strict=True):
        assert word in sentence


BETWEEN = {
    "transposed": ({"images": lambda images: images.transpose(0, 2, 1)}, "look transposed beside"),
    "off by one": ({"labels": lambda labels: (labels + 1) % 13}, "labels"),
    "in disorder": ({"labels": lambda labels: np.random.default_rng(0).permutation(labels)}, "do not seem to belong"),
}


@pytest.mark.parametrize("case", BETWEEN.values(), ids=BETWEEN)
def test_test_digits_that_do_not_fit_the_training_digits_are_told(others, case):
    how, words = case
    (sentence,) = told(others[0], changed(others[1], **how), THIRTEEN)
    assert words in sentence


def test_grounds_that_differ_are_told(others):
    found = told(others[0], changed(others[1], images=lambda images: 255 - images), THIRTEEN)
    assert any("differ in their ground" in sentence for sentence in found)


def test_digits_in_both_splits_are_counted(others):
    train, test = others
    again = Digits(
        np.concatenate([test.images[:127], train.images[:3]]), np.concatenate([test.labels[:127], train.labels[:3]])
    )
    assert "3 of the 130 test digits are training digits as well" in told(train, again, THIRTEEN)[0]
    once = Digits(
        np.concatenate([test.images[:129], train.images[:1]]), np.concatenate([test.labels[:129], train.labels[:1]])
    )
    assert "1 of the 130 test digits is one of the training digits" in told(train, once, THIRTEEN)[0]


def test_classes_that_are_missing_or_rare_are_told(others):
    train, test = others
    without = train.labels != 4
    found = told(Digits(train.images[without], train.labels[without]), test, THIRTEEN)
    assert "Of “class 4” there are test digits and none to learn from." in found
    rare = (train.labels != 4) | (np.cumsum(train.labels == 4) <= 2)
    assert (
        "of “class 4” there are less than a tenth"
        in told(Digits(train.images[rare], train.labels[rare]), test, THIRTEEN)[0]
    )

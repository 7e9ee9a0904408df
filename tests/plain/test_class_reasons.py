"""Relevance over a set: means and likeness against direct loops, and the sentences made of them."""

import numpy as np
import pytest

from mnistlab.explanations.by_class import BLUR, class_means, least_like, likeness_to_class, strongest_maps
from mnistlab.figures import class_reasons as figures
from mnistlab.patterns.smooth import smooth
from mnistlab.results.class_reasons import ClassReasons
from mnistlab.results.readings import Uses

COUNT, CLASSES = 40, 4
NAMES = ["0", "1", "2", "3"]


@pytest.fixture(scope="module")
def set_of_maps():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, COUNT)
    labels[0] = 3  # The only one of its class.
    means = generator.normal(size=(CLASSES, 28, 28))
    maps = (means[labels] + generator.normal(size=(COUNT, 28, 28))).astype(np.float32)
    is_right = generator.random(COUNT) < 0.8
    is_right[0] = True
    return maps, labels, is_right


def test_the_mean_of_a_class_is_that_of_a_loop(set_of_maps):
    maps, labels, is_right = set_of_maps
    found = class_means(maps, labels, is_right, CLASSES + 1)
    for label in range(CLASSES):
        total, count = np.zeros((28, 28)), 0
        for one, own, right in zip(maps, labels, is_right, strict=True):
            if own == label and right:
                total, count = total + one, count + 1
        np.testing.assert_allclose(found[label], total / count, atol=1e-6)
    assert not found[CLASSES].any()


def test_likeness_is_the_cosine_to_the_mean_of_the_others(set_of_maps):
    maps, labels, is_right = set_of_maps
    found = likeness_to_class(maps, labels, is_right, CLASSES)
    for number in range(1, COUNT):
        if not is_right[number]:
            assert np.isnan(found[number])
            continue
        others = [
            smooth(maps[other], BLUR)
            for other in range(COUNT)
            if other != number and labels[other] == labels[number] and is_right[other]
        ]
        mean, own = np.mean(others, axis=0).ravel(), smooth(maps[number], BLUR).ravel()
        assert found[number] == pytest.approx(mean @ own / np.linalg.norm(mean) / np.linalg.norm(own), abs=1e-5)
    # There is no other to be like.
    assert np.isnan(found[0])


def test_a_picture_of_nothing_is_like_nothing():
    maps = np.ones((3, 28, 28), np.float32)
    maps[0] = 0
    found = likeness_to_class(maps, np.zeros(3, int), np.ones(3, bool), 1)
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:], 1, atol=1e-5)


def test_a_stranger_in_its_class_is_found():
    generator = np.random.default_rng(1)
    pattern = generator.normal(size=(28, 28))
    maps = (pattern + 0.3 * generator.normal(size=(20, 28, 28))).astype(np.float32)
    maps[13] = -maps[13]
    labels = np.zeros(20, int)
    found = likeness_to_class(maps, labels, np.ones(20, bool), 1)
    assert least_like(found, labels, 1, 3)[0, 0] == 13
    assert found[13] < 0 < np.delete(found, 13).min()


def test_where_there_are_few_the_rest_is_marked():
    found = least_like(np.array([0.5, 0.1, np.nan], np.float32), np.array([0, 0, 0]), 2, 3)
    assert found.tolist() == [[1, 0, -1], [-1, -1, -1]]


def test_the_strongest_maps_add_something():
    by_map = np.array([[3, 1, 2, -1], [-1, -2, 5, -3]], np.float32)
    assert strongest_maps(by_map, 2).tolist() == [[True, False, True, False], [False, False, True, False]]


def reasons_of(likeness, ink_likeness, mended=(0.6, 0.05, 0.1), wrong=2, mistakes=2):
    mean = np.zeros((CLASSES, 28, 28), np.float32)
    mean[1, 2, 2], mean[1, 14, 26] = 3, -1
    unusual = least_like(np.array(likeness, np.float32), np.zeros(len(likeness), int), CLASSES, 4)
    by_map = np.zeros((wrong, 8), np.float32)
    by_map[:, 5], by_map[:, 2] = 2, 1
    return ClassReasons(
        mean=mean,
        ink=np.zeros((CLASSES, 28, 28), np.uint8),
        right=np.full(CLASSES, len(likeness)),
        likeness=np.array(likeness, np.float32),
        ink_likeness=np.array(ink_likeness, np.float32),
        unusual=unusual,
        unusual_maps=np.ones((CLASSES, 4, 28, 28), np.float32),
        wrong=np.arange(wrong, dtype=np.int32),
        mistakes=np.array(mistakes),
        read=np.full(wrong, 3, np.uint8),
        wrong_maps=np.ones((wrong, 28, 28), np.float32),
        by_map=by_map,
        mended=np.array(mended),
    )


LIKENESS = np.linspace(0.1, 0.9, 12)
LABELS = np.zeros(12, np.uint8)


def test_a_sentence_says_where_a_class_is_spoken_for():
    found = reasons_of(LIKENESS, LIKENESS)
    assert figures.place_sentence(found.mean[1]) == (
        "most speaks for it at the top left (+3.00), most against it on the right (−1.00)."
    )
    assert figures.place_sentence(found.mean[0]) == "no pixel says anything."


@pytest.mark.parametrize(
    ("ink", "why"),
    [
        (LIKENESS, "it is mostly their shape"),
        (LIKENESS[::-1], "for another reason all the same"),
        (np.r_[LIKENESS[:2], LIKENESS[8:10] + 1, LIKENESS[2:10]], "others only an unusual reason"),
    ],
)
def test_an_unusual_reason_is_told_from_an_unusual_shape(ink, why):
    text = figures.unusual_sentence(reasons_of(LIKENESS, ink), LABELS, 0, "0")
    assert "0.10 to 0.32" in text
    assert why in text


def test_a_class_without_digits_is_told():
    found = reasons_of(LIKENESS, LIKENESS)
    assert "No two 2s" in figures.unusual_sentence(found, LABELS, 2, "2")
    assert "not two 2s" in figures.typical_sentence(found, LABELS, 2, "2")
    assert "12 0s" in figures.typical_sentence(found, LABELS, 0, "0")


@pytest.mark.parametrize(
    ("mended", "verdict"),
    [
        ((0.6, 0.05, 0.1), "do carry the mistakes"),
        ((0.2, 0.05, 0.15), "carry a part"),
        ((0.1, 0.05, 0.1), "no more than others do"),
    ],
)
def test_what_is_said_of_the_maps_of_mistakes_follows_from_the_controls(mended, verdict):
    text = figures.wrong_sentence(reasons_of(LIKENESS, LIKENESS, mended), "Conv2D_3")
    assert verdict in text
    assert "map 2 (2 times) and map 5 (2 times)" in text
    assert "No test digit" in figures.wrong_sentence(reasons_of(LIKENESS, LIKENESS, wrong=0, mistakes=0), "Conv2D_3")
    assert "the 2 with the most certain" in figures.wrong_sentence(
        reasons_of(LIKENESS, LIKENESS, mistakes=7), "Conv2D_3"
    )


def test_sheets_are_numbered_by_class_and_digit():
    found = reasons_of(LIKENESS, LIKENESS)
    images = np.zeros((12, 28, 28), np.uint8)
    assert list(figures.class_sheet(found, NAMES).numbers) == [0, 1, 2, 3]
    sheet = figures.unusual_sheet(found, images, 0)
    assert sheet.numbers == [0, 1, 2, 3]
    assert sheet.words[0] == "0.10"
    wrong = figures.wrong_sheet(found, images, LABELS, NAMES, np.array([1, 0]))
    assert wrong.numbers == [1, 0]
    assert wrong.words[0] == "0→3: 5, 2"
    assert (
        "a 0 read as 3; most speaks for 3 at the top left; the maps that speak most for 3: 5 and 2" in wrong.labels[0]
    )


def test_where_on_the_digits_the_wrong_class_is_spoken_for_is_said():
    found = reasons_of(LIKENESS, LIKENESS, wrong=4, mistakes=4)
    found.wrong_maps[:] = 0
    found.wrong_maps[:2, 25, 14] = 1
    found.wrong_maps[2, 14, 2] = 1
    found.wrong_maps[:, 14, 14] = -1
    sheet = figures.wrong_sheet(found, np.zeros((12, 28, 28), np.uint8), LABELS, NAMES, np.arange(4))
    assert "most speaks for 3 at the bottom and for 0 in the middle" in sheet.labels[0]
    assert "read as 3; most speaks for 0 in the middle;" in sheet.labels[3]
    text = figures.wrong_sentence(found, "Conv2D_3")
    assert text.endswith("lies most often at the bottom (2) and on the left (1).")
    found.wrong_maps[:] = 0
    assert "On the digit" not in figures.wrong_sentence(found, "Conv2D_3")


def test_the_maps_that_carry_a_class_are_named_with_the_class_they_carry_more():
    by_class = np.array([[3.0, 4.0], [1.0, 0.5], [-1.0, 2.0]], np.float32)
    uses = Uses(*[np.zeros(0)] * 2, by_class, *[np.zeros(0)] * 3)
    text = figures.carrying_sentence(uses, 0, ["a", "b"])
    assert text.startswith("As are carried most by map 0 (+3.00; still more to bs) and map 1 (+1.00): 100 %")
    sheet = figures.carrying_sheet(uses, 0, {1: np.zeros((28, 28), np.uint8)})
    assert sheet.numbers == [0, 1, 2]
    assert sheet.words[2] == "2 −1.00"

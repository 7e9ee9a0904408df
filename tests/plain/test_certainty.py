"""Answers by their certainty: against direct loops and cases made by hand."""

import numpy as np
import pytest

from mnistlab.analysis.certainty import Certainty, answered, reliability, tradeoff
from mnistlab.figures.certainty import (
    answered_sentence,
    reliability_chart,
    reliability_sentence,
    tradeoff_chart,
    worst_sentence,
)


def certainty_of(*pairs: tuple[float, bool]) -> Certainty:
    shares, hits = zip(*pairs, strict=True)
    return Certainty(np.array(shares), np.array(hits))


@pytest.fixture(scope="module")
def some() -> Certainty:
    generator = np.random.default_rng(3)
    shares = np.round(generator.uniform(0.2, 1, 500), 2)
    return Certainty(shares, generator.random(500) < shares**2)


def test_an_answer_is_the_largest_share_and_is_right_where_it_is_the_label():
    # Sigmoids do not add up to one: their share is taken.
    found = Certainty.of(np.array([[0.9, 0.3], [0.2, 0.2], [0.1, 0.4]], np.float32), np.array([0, 1, 1]))
    np.testing.assert_allclose(found.shares, [0.75, 0.5, 0.8], atol=1e-6)
    assert found.is_right.tolist() == [True, False, True]


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.77, 1.0])
def test_what_comes_of_a_threshold_is_counted_one_by_one(some, threshold):
    found = answered(some, threshold)
    given = right = left_open_right = 0
    for share, is_right in zip(some.shares, some.is_right, strict=True):
        if share >= threshold:
            given, right = given + 1, right + is_right
        else:
            left_open_right += is_right
    assert (found.count, found.right, found.would_be_right) == (given, right, left_open_right)
    assert found.still_wrong + found.mistakes_left_open == (~some.is_right).sum()


def test_the_way_of_all_thresholds_is_that_of_each(some):
    given, right = tradeoff(some, points=1000)
    thresholds = np.unique(some.shares)[::-1]
    assert len(given) == len(thresholds)
    for share, hits, threshold in zip(given, right, thresholds, strict=True):
        found = answered(some, float(threshold))
        assert (share, hits) == pytest.approx((found.share, found.share_right))
    few, _ = tradeoff(some, points=10)
    assert len(few) == 10
    assert (few[0], few[-1]) == (given[0], 1)


def test_a_case_made_by_hand():
    # Two bins of halves: 0.3 and 0.4 with one right of two; 0.6, 0.8, 1.0 with two right of three.
    found = reliability(certainty_of((0.3, True), (0.4, False), (0.6, True), (0.8, False), (1.0, True)), bins=2)
    np.testing.assert_allclose(found.said, [0.35, 0.8])
    np.testing.assert_allclose(found.right, [0.5, 2 / 3])
    assert found.counts.tolist() == [2, 3]
    assert found.error == pytest.approx(2 / 5 * 0.15 + 3 / 5 * (0.8 - 2 / 3))
    assert found.excess == pytest.approx(3.1 / 5 - 3 / 5)
    assert (found.lower < found.right).all()
    assert (found.right < found.upper).all()


def test_a_network_that_means_what_it_says_is_believed_and_a_boaster_is_not():
    generator = np.random.default_rng(0)
    shares = generator.uniform(0.3, 1, 5000)
    honest = reliability(Certainty(shares, generator.random(5000) < shares))
    boaster = reliability(Certainty(shares, generator.random(5000) < shares - 0.1))
    shy = reliability(Certainty(shares, generator.random(5000) < np.minimum(shares + 0.1, 1)))
    assert honest.error < honest.by_chance < 0.03
    assert boaster.error == pytest.approx(0.1, abs=0.03)
    assert "its word can be taken" in reliability_sentence(honest)
    assert f"too sure of itself, by {100 * boaster.excess:.1f} points" in reliability_sentence(boaster)
    assert "too modest" in reliability_sentence(shy)
    assert "% certain on average" in worst_sentence(boaster)


def test_sentences_count():
    some = certainty_of(*[(0.99, True)] * 90, *[(0.99, False)] * 2, *[(0.6, True)] * 5, *[(0.6, False)] * 3)
    everything = answered(some, 0.0)
    text = answered_sentence(answered(some, 0.9), everything)
    assert "answers 92 % of the digits" in text
    assert "97.83 % of these answers are right, instead of 95.00 %" in text
    assert "Of its 5 mistakes it makes 2; the price: 5 digits" in text
    assert answered_sentence(everything, everything).startswith("It answers every digit then")
    assert "answers no digit" in answered_sentence(answered(some, 1.0), everything)


def test_no_share_below_all_is_written_as_all():
    some = certainty_of(*[(0.99, True)] * 99_999, (0.99, False), (0.5, True))
    assert "more than 99.99 %" in answered_sentence(answered(some, 0.9), answered(some, 0.0))


def test_charts_say_what_they_are_made_of(some):
    chosen = answered(some, 0.8)
    line, point = tradeoff_chart(*tradeoff(some), chosen)["data"]
    assert line["x"][-1] == 100
    assert (point["x"], point["y"]) == ([round(100 * chosen.share, 2)], [round(100 * chosen.share_right, 3)])
    # Where nothing is answered there is no point.
    assert len(tradeoff_chart(*tradeoff(some), answered(some, 1.1))["data"]) == 1
    found = reliability(some)
    _, own = reliability_chart(found)["data"]
    assert own["customdata"] == found.counts.tolist()
    assert sum(own["customdata"]) == 500

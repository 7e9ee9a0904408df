"""Explanations: their rows add up, muting is the network read again, and each sentence says what was computed."""

import re
from dataclasses import replace

import numpy as np
import pytest
from support.recipes import weights_of

from mnistlab.analysis import muting
from mnistlab.analysis.muting import counts_of, muted
from mnistlab.analysis.reading import layers_of, read
from mnistlab.analysis.reasons import sentence, value_sentence
from mnistlab.analysis.why import ALONE, STRONGEST, Explanation, Target, explain, without
from mnistlab.data.embedded import sample_digits
from mnistlab.data.standardise import standardise
from mnistlab.recipes import NetworkRecipe, layer_rows
from mnistlab.store.models import reference_network

NETWORK = reference_network()
PICTURE = standardise(sample_digits([4], 3))[0]
CLASSES = NETWORK.classes


def explained(target: Target) -> Explanation:
    return explain(NETWORK.recipe, NETWORK.weights, PICTURE, target)


@pytest.fixture(scope="module")
def four() -> Explanation:
    return explained(Target("Dense_2", STRONGEST, STRONGEST))


def test_every_row_adds_up_and_each_part_is_made_of_its_pixels(four):
    sums = read(NETWORK.recipe, NETWORK.weights, PICTURE[None], sums=True)[0]
    assert four.target.index == int(sums.argmax()) == 4
    assert four.target.against == int(np.argsort(sums)[-2])
    assert four.total == pytest.approx(sums[4] - sums[four.target.against], abs=1e-4)
    assert [(row.layer, row.kind) for row in four.rows] == [
        ("Dense_1", "nodes"),
        ("Conv2D_3", "points"),
        ("Conv2D_3", "maps"),
    ]
    for row in four.rows:
        assert row.shares.sum() + row.others + row.biases == pytest.approx(four.total, abs=1e-9)
        assert len(row.numbers) + row.left == {"nodes": 100, "points": 9 * 128, "maps": 128}[row.kind]
        assert (np.diff(np.abs(row.shares)) <= 0).all()
    assert four.pixels.sum() + four.biases == pytest.approx(four.total, abs=1e-9)


def test_muting_is_the_network_read_again_without_these_maps(four):
    muting = four.muting
    assert list(muting.order) == sorted(range(128), key=lambda index: -four.by_map[index])
    for place in (0, 1, 5, len(muting.counts) - 1):
        factors = [("Conv2D_3", int(index), 0.0) for index in muting.order[: muting.counts[place]]]
        layers = layers_of(NETWORK.recipe, NETWORK.weights, PICTURE[None], factors)
        np.testing.assert_allclose(muting.values[place], layers["Dense_2"][0], atol=1e-5)
    np.testing.assert_allclose(muting.by_chance[[0, -1]], muting.values[[0, -1]], atol=1e-5)
    # What the chain names takes the answer away sooner than what chance names.
    index = four.target.index
    assert muting.values[:, index].mean() < muting.by_chance[:, index].mean()


def test_single_maps_are_muted_where_a_part_is_looked_at():
    values = layers_of(NETWORK.recipe, NETWORK.weights, PICTURE[None])["Conv2D_3"][0]
    alone = muted(NETWORK.recipe, NETWORK.weights, "Conv2D_3", values, [np.array([28])], "Dense_2")[0]
    np.testing.assert_allclose(without(NETWORK.recipe, NETWORK.weights, PICTURE, "Conv2D_3", 28), alone, atol=1e-5)


def test_a_map_is_explained_by_the_maps_before_it_and_one_of_the_first_layer_by_pixels():
    found = explained(Target("Conv2D_3"))
    values = layers_of(NETWORK.recipe, NETWORK.weights, PICTURE[None])["Conv2D_3"][0].mean(axis=(0, 1))
    assert (found.target.index, found.total) == (int(values.argmax()), pytest.approx(float(values.max()), rel=1e-4))
    assert [(row.layer, row.kind) for row in found.rows] == [("Conv2D_2", "points"), ("Conv2D_2", "maps")]
    assert re.match(rf"Map {found.target.index} of Conv2D_3 has a mean of .*: .* of Conv2D_2", sentence(found, CLASSES))
    first = explained(Target("Conv2D_1"))
    assert (first.rows, first.muting) == ((), None)
    assert "made of the pixels alone" in sentence(first, CLASSES)
    assert first.pixels.sum() + first.biases == pytest.approx(first.total, abs=1e-9)


def test_what_stays_at_zero_is_said_to():
    values = layers_of(NETWORK.recipe, NETWORK.weights, PICTURE[None])["Dense_1"][0]
    found = explained(Target("Dense_1", int(values.argmin())))
    assert found.total == 0
    assert found.rows == ()
    assert "stays at zero" in sentence(found, CLASSES)


def answering(found: Explanation, *answers: int) -> Explanation:
    """Return an explanation in which muting 0, 1, 2, … maps leads to these answers."""
    outputs = np.eye(10, dtype=np.float32)[list(answers)]
    counts = np.arange(len(answers))
    return replace(found, muting=replace(found.muting, counts=counts, values=outputs, by_chance=outputs))


@pytest.mark.parametrize(
    ("answers", "maps", "end"),
    [
        ((4, 9), 1, "Without that map it would read 9."),
        ((4, 4, 4, 7, 9), 3, "Without them it would read 7."),
        ((4,) * 7 + (9,), 3, "Without them it would still read 4; only without the 7 strongest would it read 9."),
        ((4,) * 17, 3, "Without them it would still read 4, even without the 16 strongest."),
        # Muting all of them says nothing about these.
        ((4,) * 17 + (1,), 3, "Without them it would still read 4, even without the 16 strongest."),
    ],
)
def test_the_sentence_says_what_muting_did(four, answers, maps, end):
    found = answering(four, *answers)
    said = sentence(found, CLASSES)
    named = ", ".join(str(index) for index in four.muting.order[:maps])
    named = " and ".join(named.rsplit(", ", 1))
    assert re.match(rf"Read as 4, not {four.target.against}: (mostly|above all) maps? {named} of Conv2D_3, which", said)
    assert said.endswith(end)


def test_a_sentence_about_what_is_not_the_answer_says_so():
    other = explained(Target("Dense_2", 1, 7))
    winner, loser = (1, 7) if other.total > 0 else (7, 1)
    assert sentence(other, CLASSES).startswith(f"Neither is the answer, which is 4; of the two it tends to {winner}: ")
    assert f"for {winner}." in sentence(other, CLASSES)
    assert f"tend to {loser}." in sentence(other, CLASSES) or "still tend to" in sentence(other, CLASSES)
    alone = sentence(explained(Target("Dense_2", 7, ALONE)), CLASSES)
    assert alone.startswith("7 is not the answer, which is 4; for 7 speak ")
    # A class cannot be compared with itself.
    assert explained(Target("Dense_2", 4, 4)).target.against != 4


def test_the_share_of_the_named_maps_is_theirs(four):
    said = sentence(answering(four, *(4,) * 17), CLASSES)
    speaking = four.by_map[four.by_map > 0]
    percent = 100 * np.sort(speaking)[-3:].sum() / speaking.sum()
    assert f"give {percent:.0f} % of what speaks for 4" in said


@pytest.mark.parametrize(("maps", "counts"), [(1, [0, 1]), (16, list(range(17))), (128, [*range(17), 26, 36])])
def test_the_first_few_are_muted_one_by_one_and_in_the_end_all(maps, counts):
    found = counts_of(maps)
    assert list(found[: len(counts)]) == counts
    assert found[-1] == maps


ODD = {
    "one convolution, sigmoids, no hidden layer": {
        "conv": [{"filters": 2, "activation": "sigmoid"}],
        "pool": [],
        "dense": [],
        "output_activation": "sigmoid",
    },
    "zeros around, a pool after the last, two hidden layers": {
        "conv": [
            {"filters": 3, "kernel": 4, "activation": "elu", "padding": "same"},
            {"filters": 4, "activation": "tanh"},
        ],
        "pool": [3, 2],
        "dense": [{"units": 6, "activation": "tanh"}, {"units": 5}],
    },
    "two classes": {"conv": [{"filters": 3}], "pool": [4], "classes": 2},
}


@pytest.mark.parametrize("name", ODD)
def test_every_question_about_every_network_has_an_answer_that_adds_up(name):
    recipe = NetworkRecipe.read(ODD[name])
    weights, classes = weights_of(recipe), [str(label) for label in range(recipe.classes)]
    *inner, last = [row.name for row in layer_rows(recipe) if row.kind != "flatten"]
    asked = [Target(last, STRONGEST, STRONGEST), Target(last, 0, 1), Target(last, 1, 0), Target(last, 1)]
    for target in asked + [Target(layer) for layer in inner]:
        found = explain(recipe, weights, PICTURE, target)
        assert found.pixels.sum() + found.biases == pytest.approx(found.total, abs=1e-9)
        for row in found.rows:
            assert row.shares.sum() + row.others + row.biases == pytest.approx(found.total, abs=1e-9)
        assert sentence(found, classes).endswith(".")
        assert value_sentence(found, classes, recipe.output_activation).endswith(".")


def test_where_a_network_takes_long_fewer_maps_are_muted_and_still_those_that_are_named(monkeypatch):
    whole = explained(Target("Conv2D_3"))
    monkeypatch.setattr(muting, "MOST_MULTIPLICATIONS", 1_000_000)
    found = explained(Target("Conv2D_3"))
    assert found.muting.counts.tolist() == [0, 1, 2, 3, 64]
    np.testing.assert_allclose(found.muting.values[:4], whole.muting.values[:4], rtol=1e-5)
    assert sentence(found, CLASSES) == sentence(whole, CLASSES)


def test_what_is_asked_the_other_way_round_is_the_same_below_zero():
    one, other = explained(Target("Dense_2", 4, 7)), explained(Target("Dense_2", 7, 4))
    assert one.total == pytest.approx(-other.total)
    assert sentence(one, CLASSES) == sentence(other, CLASSES)
    assert value_sentence(other, CLASSES, "softmax").endswith("below zero since 7 is asked for.")

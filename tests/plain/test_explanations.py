"""Methods, curves and controls, worked out by hand on a network of one line."""

from typing import get_args

import numpy as np
import pytest
from support.explained import OneLine, one_line_network, task_of
from support.sentences import refused

from mnistlab.data.drawing import to_text
from mnistlab.data.embedded import sample_digits
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.explanations import CONTROLS, METHODS, deletion_insertion, explain, names_with_controls
from mnistlab.explanations.curves import area, controls, left_after, places_of
from mnistlab.explanations.digits import picture_of
from mnistlab.explanations.edges import Edges
from mnistlab.explanations.gradients import nodes, weights_by_scores
from mnistlab.explanations.occlusion import squares
from mnistlab.explanations.random_weights import likeness_under_random_weights, randomised
from mnistlab.recipes import read_recipe
from mnistlab.recipes.explanation import ExplainedDigit, ExplanationRecipe, MethodName, WhyRecipe
from mnistlab.recipes.link import from_link, to_link

ISSUED = {
    "kind": "explanation",
    "model": "reference",
    "digit": {"split": "test", "index": 1302},
    "why": {"class": 4, "against": 9},
    "methods": ["gradient", "gradient_x_input", "smoothgrad", "integrated_gradients", "grad_cam", "occlusion"],
    "steps": 64,
    "baseline": "blank",
}


@pytest.fixture(scope="module")
def pictures():
    return standardise(sample_digits(np.array([3, 5, 8], np.uint8), 7))


def found(name, task):
    return METHODS[name].find(task)


def test_every_method_is_described_in_words_that_end():
    assert METHODS.keys() == set(get_args(MethodName))
    for method in METHODS.values():
        assert method.title
        assert method.formula
        assert method.source
        assert method.does_not_show.endswith(".")


def test_gradient_and_gradient_times_input(pictures):
    task = task_of(pictures)
    gradients = task.chain.gradients(pictures, task.questions)
    np.testing.assert_array_equal(found("gradient", task).maps, gradients)
    ink = pictures - pictures.min(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(found("gradient_x_input", task).maps, ink * gradients, rtol=1e-6)


def test_gradients_of_noisy_copies_are_averaged(pictures):
    task = task_of(pictures, samples=9, noise=0.3, seed=4)
    noise = np.random.default_rng(4).normal(0, 0.3, (9, 28, 28)).astype(np.float32)
    copies = [picture + noise * np.ptp(picture) for picture in pictures]
    wanted = [
        task.chain.gradients(copy, [label] * 9).mean(axis=0) for copy, label in zip(copies, task.questions, strict=True)
    ]
    np.testing.assert_allclose(found("smoothgrad", task).maps, wanted, atol=1e-5)


@pytest.mark.parametrize("baseline", ["blank", "blurred", "mean"])
def test_integrated_gradients_add_up_to_the_difference(pictures, baseline, monkeypatch):
    monkeypatch.setattr("mnistlab.explanations.baselines.data_of", lambda data: "embedded")
    monkeypatch.setattr("mnistlab.explanations.baselines.AVERAGED", 20)
    task = task_of(pictures, baseline=baseline, steps=3)
    result = found("integrated_gradients", task)
    scores = task.chain.scores(pictures, task.questions)
    assert np.abs(result.maps.sum(axis=(1, 2))).min() > 0.01
    # The middle of each step is exact where the gradient changes evenly.
    np.testing.assert_allclose(result.maps.sum(axis=(1, 2)) + result.elsewhere, scores, rtol=1e-3, atol=1e-4)


def test_one_bend_between_two_nodes_is_put_where_it_is():
    """Of a score with one bend, the slope on each side gets the length of that side."""
    places, _ = nodes(8)
    bend = places[3] + 0.8 * (places[4] - places[3])
    slopes = np.where(places < bend, 2.0, -1.0)[None]
    scores = np.where(places < bend, 2 * places, 2 * bend - (places - bend))[None]
    weights = weights_by_scores(scores, slopes)
    np.testing.assert_allclose(weights.sum(), 1)
    equal = np.abs((nodes(8)[1] * slopes).sum() - (2 * bend - (1 - bend)))
    # All jumps but one are zero, so that the mean is small, and the one is believed nearly in full.
    assert np.abs((weights * slopes).sum() - (2 * bend - (1 - bend))) < 0.2 * equal
    assert (weights >= 0).all()


def test_a_slope_that_changes_evenly_leaves_the_weights_alone():
    places, lengths = nodes(8)
    weights = weights_by_scores((places**2)[None], (2 * places)[None])
    # Nodes lie in the middle of their steps, so that between two the end of a step is not quite in the middle.
    np.testing.assert_allclose(weights[0], lengths, rtol=0.03)
    np.testing.assert_allclose(weights_by_scores(np.zeros((2, 1)), np.ones((2, 1))), 1)


@pytest.mark.parametrize(
    ("size", "step", "count"), [(28, 1, 1), (5, 2, 13**2), (3, 3, 10**2), (1, 1, 784), (20, 13, 4)]
)
def test_squares_leave_no_pixel_out(size, step, count):
    places = squares(size, step)
    assert len(places) == count
    assert places.any(axis=0).all()
    assert places[0].sum() == size**2


def test_occlusion_square_by_square(pictures):
    task = task_of(pictures[:1], occlusion={"size": 9, "step": 6, "fill": "blank"})
    (picture,), (label,) = pictures[:1], task.questions
    total, count = np.zeros((28, 28)), np.zeros((28, 28))
    for top in range(0, 25, 6):
        for left in range(0, 25, 6):
            covered = picture.copy()
            covered[top : top + 9, left : left + 9] = picture.min()
            before, after = task.chain.scores(np.stack([picture, covered]), [label] * 2)
            total[top : top + 9, left : left + 9] += before - after
            count[top : top + 9, left : left + 9] += 1
    np.testing.assert_allclose(found("occlusion", task).maps[0], total / count, atol=1e-5)


def test_class_maps_weigh_maps_by_their_gradients(pictures):
    task = task_of(pictures)
    maps, gradients = task.chain.at_layer(pictures, task.questions, "Conv2D_1")
    for name, weights in (("grad_cam", gradients.mean(axis=(1, 2), keepdims=True)), ("layer_cam", gradients.clip(0))):
        small, large = (maps * weights).sum(axis=3).clip(0), found(name, task).maps
        assert large.shape == (3, 28, 28)
        assert (large >= 0).all()
        # Each node's place, thrice as large, keeps its value at its centre.
        np.testing.assert_allclose(large[:, 14, 14], small[:, 4, 4], rtol=0.35, atol=0.02)
        assert np.corrcoef(large[:, 1::3, 1::3][:, :9, :9].ravel(), small.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("name", METHODS)
def test_a_picture_is_explained_in_a_batch_as_alone(pictures, name):
    choices = {"steps": 4, "samples": 3, "baseline": "blurred"}
    together = found(name, task_of(pictures, **choices))
    alone = [found(name, task_of(picture[None], **choices)) for picture in pictures]
    np.testing.assert_allclose(together.maps, np.concatenate([one.maps for one in alone]), atol=1e-5)
    np.testing.assert_allclose(together.elsewhere, np.concatenate([one.elsewhere for one in alone]), atol=1e-5)


def test_many_methods_at_once(pictures):
    why = WhyRecipe.read({"class": 2})
    maps = explain(OneLine(), pictures[..., None], why, ["gradient", "lrp_epsilon"])
    assert maps.shape == (2, 3, 28, 28)
    np.testing.assert_array_equal(maps[0], OneLine().gradients(pictures, [2, 2, 2]))


def test_ink_is_taken_away_a_tenth_at_a_time(pictures):
    task = task_of(pictures)
    rank = found("gradient_x_input", task).maps
    curves = deletion_insertion(task, rank[None])
    assert curves.deletion.shape == curves.insertion.shape == (3, 3, 11)
    picture, order = pictures[1].ravel(), np.argsort(-rank[1].ravel(), kind="stable")
    ink = picture - picture.min()
    order = order[ink[order] > 0]
    taken, put = picture.copy(), np.full(784, picture.min(), np.float32)
    sums, wanted = 0.0, []
    for pixel in order:
        if sums >= 0.3 * ink.sum():
            break
        taken[pixel], put[pixel] = picture.min(), picture[pixel]
        sums += ink[pixel]
    pair = np.stack([taken, put]).reshape(2, 28, 28)
    wanted = task.chain.certainty(pair, [task.questions[1]] * 2)
    np.testing.assert_allclose([curves.deletion[0, 1, 3], curves.insertion[0, 1, 3]], wanted, atol=1e-6)


def test_one_curve_begins_where_the_other_ends(pictures):
    task = task_of(pictures)
    curves = deletion_insertion(task, found("gradient", task).maps[None])
    blank = np.broadcast_to(pictures.min(axis=(1, 2), keepdims=True), pictures.shape)
    for one, other in ((curves.deletion, curves.insertion), (curves.insertion, curves.deletion)):
        np.testing.assert_array_equal(one[..., 0], other[..., -1])
    np.testing.assert_allclose(curves.deletion[0, :, 0], task.chain.certainty(pictures, task.questions), atol=1e-6)
    np.testing.assert_allclose(curves.deletion[0, :, -1], task.chain.certainty(blank, task.questions), atol=1e-6)


def test_pixels_without_ink_have_no_turn_and_equal_ones_none_in_advance(pictures):
    places = places_of(np.zeros_like(pictures), pictures, seed=3)
    inked = pictures > pictures.min(axis=(1, 2), keepdims=True)
    assert (places[~inked] == 2).all()
    assert (places[inked] < 1).all()
    # If rows decided, the first half would lie above the second.
    rows = np.nonzero(inked[0])[0]
    assert abs(np.corrcoef(rows, places[0][inked[0]])[0, 1]) < 0.3


def test_a_blank_picture_has_nothing_to_take(pictures):
    blank = np.zeros((1, 28, 28), np.float32)
    curves = deletion_insertion(task_of(blank), np.zeros((1, 1, 28, 28), np.float32))
    assert np.ptp(curves.deletion) == 0


def test_controls_are_chance_and_ink(pictures):
    chance, ink = controls(pictures, 5)
    np.testing.assert_array_equal(ink, pictures)
    np.testing.assert_array_equal(chance[0], chance[2])
    assert not np.array_equal(chance, controls(pictures, 6)[0])
    assert names_with_controls(["gradient"]) == ["gradient", *CONTROLS]


def test_an_area_is_that_of_trapezoids():
    line = np.linspace(1, 0, 11, dtype=np.float32)
    np.testing.assert_allclose(area(np.stack([line, np.ones(11), line**2])), [0.5, 1, 0.335], atol=1e-6)
    np.testing.assert_allclose(left_after(line, 0.3), 0.7, atol=1e-6)


def test_a_method_that_asks_the_network_beats_chance_and_edges(pictures):
    task = task_of(pictures)
    ranks = np.stack([found("gradient_x_input", task).maps, Edges().find(task).maps])
    deletion, insertion = deletion_insertion(task, ranks).areas
    for other in (1, 2, 3):
        assert (deletion[0] < deletion[other]).all()
        assert (insertion[0] > insertion[other]).all()


def test_weights_in_random_places_are_the_same_weights():
    network = one_line_network()
    changed = randomised(network, 1)
    assert changed.weights.keys() == network.weights.keys()
    for name, values in network.weights.items():
        if name.startswith("Dense_1"):
            np.testing.assert_array_equal(np.sort(values, axis=None), np.sort(changed.weights[name], axis=None))
            assert not np.array_equal(values, changed.weights[name])
        else:
            np.testing.assert_array_equal(values, changed.weights[name])
    assert randomised(network, 1, seed=1).digest != changed.digest == randomised(network, 1).digest


def test_an_edge_detector_does_not_notice_random_weights(pictures):
    methods = [Edges(), METHODS["gradient_x_input"], METHODS["integrated_gradients"]]
    likeness = likeness_under_random_weights(methods, task_of(pictures, steps=4), OneLine)
    assert likeness.shape == (3, 2, 3)
    np.testing.assert_allclose(likeness[0], 1, atol=1e-6)
    assert np.abs(likeness[1:]).max() < 0.4


def test_a_recipe_is_read_as_it_was_asked_for():
    recipe = read_recipe(ISSUED)
    assert (recipe.why.class_, recipe.why.against, recipe.digit.index) == (4, 9, 1302)
    written = recipe.model_dump(mode="json")
    assert {name: written[name] for name in ISSUED} == ISSUED
    assert read_recipe(written).digest == recipe.digest
    of_a_map = read_recipe(ISSUED | {"why": {"layer": "Conv2D_3", "map_index": 12}, "digit": {"path": "digit.npy"}})
    assert (of_a_map.why.target.layer, of_a_map.why.target.map_index) == ("Conv2D_3", 12)
    assert of_a_map.digit.path == "digit.npy"
    for one in (recipe, of_a_map, ExplanationRecipe()):
        restored, complaints = from_link(ExplanationRecipe, to_link(one))
        assert (restored.digest, complaints) == (one.digest, [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"why": {"layer": "Conv2D_3"}}, ["“map_index”", "“node”"]),
        ({"why": {"class": 3, "against": 3}}, ["two different classes"]),
        ({"why": {"node": 4}}, ["“layer”"]),
        ({"why": {"layer": "Conv2D_3", "map_index": 1, "class": 4}}, ["not about both"]),
        ({"why": {"class": True}}, ["why.class", "whole number"]),
        ({"why": {"class_": 4}}, ["why.class_"]),
        ({"why": {"layer": "Conv2D_1", "map_index": 1, "row": 3}}, ["“row” and “column”"]),
        ({"digit": {"index": 10_000}}, ["10,000"]),
        ({"digit": {"path": "a.npy", "pixels": "A" * 1046}}, ["“pixels” and “path”"]),
        ({"methods": ["gradient", "gradient"]}, ["twice"]),
        ({"methods": []}, ["at least 1"]),
        ({"methods": ["magic"]}, ["methods.0"]),
        ({"occlusion": {"size": 2, "step": 3}}, ["leaves pixels out"]),
    ],
)
def test_a_question_that_makes_no_sense_gets_one_sentence(content, words):
    with refused(RecipeError, *words):
        read_recipe({"kind": "explanation"} | content)


def test_a_drawing_or_a_file_can_be_explained(pictures, tmp_path):
    image = sample_digits(np.array([6], np.uint8), 1)[0]
    drawn = picture_of(ExplainedDigit(pixels=to_text(image)), "standardised")
    np.testing.assert_array_equal(drawn, standardise(image[None]))
    np.save(tmp_path / "six.npy", image)
    digit = ExplainedDigit(path=str(tmp_path / "six.npy"))
    np.testing.assert_allclose(picture_of(digit, "standardised", allow_files=True), drawn, atol=1e-5)
    assert picture_of(digit, "unit", allow_files=True).min() < 0
    with refused(RecipeError, "command line only"):
        picture_of(digit, "standardised")
    with refused(RecipeError, "nothing to explain"):
        picture_of(ExplainedDigit(pixels=to_text(np.zeros((28, 28), np.uint8))), "standardised")
    with refused(RecipeError, "no digit's file", "gone.npy"):
        picture_of(ExplainedDigit(path=str(tmp_path / "gone.npy")), "standardised", allow_files=True)

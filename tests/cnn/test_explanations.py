"""What methods ask of a network, beside Keras' automatic differentiation, finite differences and sums that must come out."""

from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.explained import task_of
from support.networks import ODD_NETWORKS, network, starts
from support.sentences import refused

from mnistlab.cnn.explanations.chain import NetworkChain, network_chain
from mnistlab.cnn.explanations.recipe import explain_digit, try_methods
from mnistlab.cnn.network import load_model
from mnistlab.data.drawing import to_text
from mnistlab.data.scaling import RANGES
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.explanations import METHODS, deletion_insertion, explain
from mnistlab.explanations.chain import AlphaBetaRule, EpsilonRule, Through
from mnistlab.explanations.edges import Edges
from mnistlab.explanations.random_weights import likeness_under_random_weights
from mnistlab.kinds import kind_of
from mnistlab.progress import Progress, Result, ended
from mnistlab.recipes import ExplanationRecipe
from mnistlab.recipes.explanation import WhyRecipe
from mnistlab.runner import execute
from mnistlab.store.models import reference_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

ODD = pytest.mark.parametrize("name", ODD_NETWORKS)
CLASS, DIFFERENCE = {"class": 4}, {"class": 4, "against": 9}
MAP, NODE = {"layer": "Conv2D_1", "map_index": 2}, {"layer": "Conv2D_1", "map_index": 1, "row": 3, "column": 5}
RULES = [EpsilonRule(1e-6), AlphaBetaRule(2.0), AlphaBetaRule(1.0)]


@cache
def odd(name):
    """Return one of the odd networks, made once."""
    return network(ODD_NETWORKS[name])


def asked(stored, why, count=3):
    """Return a chain, pictures, and the question about them."""
    chain, pictures = NetworkChain(stored), starts(count, seed=8)
    return chain, pictures, chain.questions(WhyRecipe.read(why), pictures)


def without_biases(stored):
    weights = {name: values * (not name.endswith("bias")) for name, values in stored.weights.items()}
    return StoredNetwork(stored.recipe, weights)


def keras_scores(stored, why):
    """Return tensors (count, 28, 28, 1) -> what is explained, as the Keras model has it."""
    model = load_model(stored)
    model.layers[-1].activation = keras.activations.linear
    if "layer" in why:
        maps = keras.Model(model.inputs, model.get_layer(why["layer"]).output)
        if "row" in why:
            return lambda pictures: maps(pictures)[:, why["row"], why["column"], why["map_index"]]
        return lambda pictures: tf.reduce_mean(maps(pictures)[..., why["map_index"]], axis=[1, 2])
    if why.get("against") is None:
        return lambda pictures: model(pictures)[:, why["class"]]
    return lambda pictures: model(pictures)[:, why["class"]] - model(pictures)[:, why["against"]]


@ODD
def test_scores_and_gradients_are_those_of_the_keras_model(name):
    stored = odd(name)
    for why in (CLASS, DIFFERENCE, MAP, NODE):
        chain, pictures, questions = asked(stored, why)
        pixels, compute = tf.constant(pictures[..., None]), keras_scores(stored, why)
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            wanted = compute(pixels)
        gradients = tape.gradient(wanted, pixels)[..., 0].numpy()
        np.testing.assert_allclose(chain.scores(pictures, questions), wanted, rtol=1e-4, atol=1e-5)
        found = chain.gradients(pictures, questions)
        np.testing.assert_allclose(found, gradients, rtol=1e-3, atol=1e-4 * np.abs(gradients).max())
        assert np.abs(gradients).max() > 0


@pytest.mark.parametrize("name", ["default", "zeros around", "kernel of nine"])
def test_gradients_are_what_becomes_of_the_score_when_a_pixel_changes(name):
    chain, pictures, questions = asked(odd(name), DIFFERENCE, count=1)
    gradient, step = chain.gradients(pictures, questions)[0], 1e-3
    places = np.argsort(-np.abs(gradient), axis=None)[:40:4]
    moved = np.repeat(pictures, 2 * len(places), axis=0).reshape(2, len(places), -1)
    for number, place in enumerate(places):
        moved[0, number, place] += step
        moved[1, number, place] -= step
    scores = chain.scores(moved.reshape(-1, 28, 28), questions * moved.shape[0] * moved.shape[1])
    differences = np.subtract(*scores.reshape(2, -1)) / (2 * step)
    assert np.corrcoef(differences, gradient.ravel()[places])[0, 1] > 0.999


@pytest.mark.parametrize("layer", ["Conv2D_1", "Max_Pool_1", "Conv2D_2", "Conv2D_3"])
@pytest.mark.parametrize("name", ["default", "pool of three", "zeros around"])
def test_maps_and_their_gradients_are_those_of_the_keras_model(name, layer):
    stored = odd(name)
    chain, pictures, questions = asked(stored, CLASS)
    maps, gradients = chain.at_layer(pictures, questions, layer)
    model = load_model(stored)
    model.layers[-1].activation = keras.activations.linear
    values = tf.constant(pictures[..., None])
    with tf.GradientTape() as tape:
        for part in model.layers[1:]:
            values = part(values)
            if part.name == layer:
                seen = values
                tape.watch(seen)
    score = values[:, 4]
    np.testing.assert_allclose(maps, seen, rtol=1e-4, atol=1e-5)
    with tf.GradientTape() as tape:
        tape.watch(seen)
        values = seen
        for part in model.layers[[part.name for part in model.layers].index(layer) + 1 :]:
            values = part(values)
        again = values[:, 4]
    np.testing.assert_allclose(score, again, rtol=1e-5)
    wanted = tape.gradient(again, seen).numpy()
    np.testing.assert_allclose(gradients, wanted, rtol=1e-3, atol=1e-4 * np.abs(wanted).max())


@ODD
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_relevance_and_the_share_of_biases_add_up_to_the_score(name, rule):
    for why in (CLASS, DIFFERENCE, MAP):
        chain, pictures, questions = asked(odd(name), why)
        shares, biases = chain.relevance(pictures, questions, rule)
        scores, size = chain.scores(pictures, questions), np.abs(shares).sum(axis=(1, 2))
        np.testing.assert_allclose((shares.sum(axis=(1, 2)) + biases) / size, scores / size, atol=1e-4)
        assert np.abs(biases).min() > 0


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_without_biases_pixels_have_all_relevance(rule, validation_digits):
    chain, pictures = NetworkChain(without_biases(reference_network())), standardise(validation_digits.images[:8])
    for why in ({}, {"class": 2, "against": 7}, MAP):
        questions = chain.questions(WhyRecipe.read(why), pictures)
        shares, biases = chain.relevance(pictures, questions, rule)
        scores = chain.scores(pictures, questions)
        np.testing.assert_allclose(shares.sum(axis=(1, 2)), scores, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(biases, 0, atol=1e-4)


def test_without_biases_relevance_of_relu_layers_is_gradient_times_picture():
    chain, pictures, questions = asked(without_biases(odd("default")), CLASS)
    shares, _ = chain.relevance(pictures, questions, EpsilonRule(1e-9))
    wanted = pictures * chain.gradients(pictures, questions)
    assert np.corrcoef(shares.ravel(), wanted.ravel())[0, 1] > 0.9999


def shared_out(parts, sums, share, alpha):
    """Return what parts (…, inputs) of sums (…,), biases among them, get of shares (…,), with alpha for the sign of the sum."""
    found = np.zeros_like(parts)
    for index in np.ndindex(sums.shape):
        one = parts[index]
        same, other = one * (one * sums[index] > 0), one * (one * sums[index] < 0)
        weights = (alpha, 1 - alpha) if same.any() and other.any() else (1, 1)
        for weight, side in zip(weights, (same, other), strict=True):
            if side.any():
                found[index] += weight * side / side.sum() * share[index]
    return found


def test_alpha_and_beta_share_out_as_on_paper():
    stored = network({"conv": [{"filters": 2, "kernel": 1, "activation": "elu"}], "pool": [], "dense": []})
    signs = {on_paper(stored, label) for label in range(6)}
    assert signs == {True, False}


def on_paper(stored, label):
    """Compare relevance for a class with that worked out here; return whether its score is above zero."""
    chain, pictures, questions = asked(stored, {"class": label}, count=1)
    of_pixel = pictures[0, ..., None] * stored.weights["Conv2D_1/kernel"][0, 0, 0]
    bias = np.broadcast_to(stored.weights["Conv2D_1/bias"], of_pixel.shape)
    sums = of_pixel + bias
    values = np.where(sums > 0, sums, np.expm1(np.minimum(sums, 0)))
    parts = np.append(
        values.ravel() * stored.weights["Dense_1/kernel"][:, label], stored.weights["Dense_1/bias"][label]
    )
    score = np.array(parts.sum())
    np.testing.assert_allclose(chain.scores(pictures, questions), score, rtol=1e-4)
    of_values = shared_out(parts, score, score, 2.0)[:-1].reshape(sums.shape)
    wanted = shared_out(np.stack([of_pixel, bias], axis=-1), sums, of_values, 2.0)[..., 0].sum(axis=-1)
    found, _ = chain.relevance(pictures, questions, AlphaBetaRule(2.0))
    np.testing.assert_allclose(found[0], wanted, rtol=1e-3, atol=1e-5 * np.abs(wanted).max())
    return bool(score > 0)


@pytest.mark.parametrize("scaling", ["unit", "signed", "bytes"])
def test_what_a_network_from_elsewhere_does_to_a_picture_first_is_part_of_it(scaling):
    stored = network(ODD_NETWORKS["default"] | {"scaling": scaling})
    chain, pictures, questions = asked(stored, CLASS)
    found = RANGES[scaling]
    wanted = keras_scores(stored, CLASS)(tf.constant(found.factor * pictures[..., None] + found.shift, tf.float32))
    scores = chain.scores(pictures, questions)
    np.testing.assert_allclose(scores, wanted, rtol=1e-4, atol=1e-4)
    for rule in RULES:
        shares, biases = chain.relevance(pictures, questions, rule)
        size = np.abs(shares).sum(axis=(1, 2))
        np.testing.assert_allclose((shares.sum(axis=(1, 2)) + biases) / size, scores / size, atol=1e-4)


def test_relevance_through_all_maps_of_a_layer_is_all_relevance():
    stored = odd("default")
    chain, pictures, questions = asked(stored, CLASS)
    rule = EpsilonRule(1e-6)
    whole, _ = chain.relevance(pictures, questions, rule)
    for layer, count in (("Conv2D_1", 6), ("Conv2D_2", 5)):
        parts = [chain.relevance(pictures, questions, rule, Through(layer, index))[0] for index in range(count)]
        np.testing.assert_allclose(sum(parts), whole, atol=1e-4 * np.abs(whole).max())
        assert all(np.abs(part - whole).max() > 1e-3 * np.abs(whole).max() for part in parts)


def test_integrated_gradients_of_digits_add_up(validation_digits):
    chain, pictures = network_chain(reference_network()), standardise(validation_digits.images[:300])
    task = task_of(pictures, chain, chain.questions(WhyRecipe.read({}), pictures), steps=64)
    found = METHODS["integrated_gradients"].find(task)
    difference = chain.scores(pictures, task.questions) - found.elsewhere
    np.testing.assert_allclose(found.maps.sum(axis=(1, 2)), difference, rtol=0.01)


def test_the_picture_itself_is_that_of_many_steps(validation_digits):
    """A rule that mends the sum alone, at the cost of the picture, would fail here."""
    chain, pictures = network_chain(reference_network()), standardise(validation_digits.images[:12])
    few, many = (
        METHODS["integrated_gradients"]
        .find(task_of(pictures, chain, chain.questions(WhyRecipe.read({}), pictures), steps=steps))
        .maps
        for steps in (64, 1024)
    )
    far = np.linalg.norm(few - many, axis=(1, 2)) / np.linalg.norm(many, axis=(1, 2))
    assert far.max() < 0.01


# Of any network its class, and each other question of a few with every kind of activation and padding between them: what the gradient is of does
# not change how it is summed. All pairs in the soak.
FEW = {
    "class": ODD_NETWORKS,
    "difference": ["default", "pool of three"],
    "map": ["zeros around", "pool after the last"],
}
SUMMED = [
    pytest.param(name, why, id=f"{name}-{kind}", marks=() if name in FEW[kind] else pytest.mark.soak)
    for kind, why in (("class", CLASS), ("difference", DIFFERENCE), ("map", MAP))
    for name in ODD_NETWORKS
]


@pytest.mark.parametrize(("name", "why"), SUMMED)
def test_integrated_gradients_add_up_for_any_network(name, why):
    """The more steps the better: rectifiers and pools make the gradient change in jumps between two steps."""
    chain, pictures, questions = asked(odd(name), why, count=6)
    misses = []
    for steps in (64, 1024):
        found = METHODS["integrated_gradients"].find(task_of(pictures, chain, questions, steps=steps))
        difference = chain.scores(pictures, questions) - found.elsewhere
        # Of a difference of nearly nothing there is no per cent; its parts for and against are never nothing.
        size = np.maximum(np.abs(difference), 0.2 * np.abs(found.maps).sum(axis=(1, 2)))
        assert (size > 0).all()
        misses.append(np.abs(found.maps.sum(axis=(1, 2)) - difference) / size)
    assert misses[0].max() < 0.05
    assert misses[1].max() < 0.01
    assert misses[1].mean() < max(0.5 * misses[0].mean(), 1e-5)


def test_a_picture_is_explained_in_a_batch_as_alone():
    chain, pictures, questions = asked(odd("zeros around"), CLASS)
    for name, method in METHODS.items():
        choices = {"steps": 3, "samples": 2, "occlusion": {"size": 12, "step": 12}}
        together = method.find(task_of(pictures, chain, questions, **choices)).maps
        for number in range(len(pictures)):
            alone = method.find(task_of(pictures[number : number + 1], chain, questions[:1], **choices)).maps
            np.testing.assert_allclose(
                alone[0], together[number], rtol=1e-3, atol=1e-5 * np.abs(together).max(), err_msg=name
            )


def test_only_methods_that_ask_the_network_notice_random_weights(validation_digits):
    """The controls: an edge detector fails both tests, and real methods pass them."""
    chain, pictures = network_chain(reference_network()), standardise(validation_digits.images[:10])
    task = task_of(pictures, chain, chain.questions(WhyRecipe.read({}), pictures), steps=8, samples=8)
    names = ["gradient", "gradient_x_input", "smoothgrad", "integrated_gradients", "lrp_epsilon"]
    methods = [Edges(), *(METHODS[name] for name in names)]
    likeness = likeness_under_random_weights(methods, task, NetworkChain).mean(axis=2)
    np.testing.assert_allclose(likeness[0], 1, atol=1e-6)
    assert np.abs(likeness[1:, -1]).max() < 0.5
    ranks = np.stack([method.order(method.find(task).maps) for method in (methods[0], *methods[2:4])])
    deletion, insertion = (areas.mean(axis=1) for areas in deletion_insertion(task, ranks).areas)
    random = 3
    assert (deletion[1:3] < 0.7 * deletion[random]).all()
    assert (insertion[1:3] > insertion[random]).all()
    assert deletion[0] > 0.7 * deletion[random]


def test_trials_of_a_recipe_tell_the_network_from_the_digit(validation_digits):
    """As the page asks for them: the control passes the trial that proves nothing, and fails the one that counts."""
    recipe = ExplanationRecipe.read(
        {"digit": {"pixels": to_text(validation_digits.images[7])}, "methods": ["gradient_x_input", "lrp_epsilon"]}
    )
    told = list(try_methods(recipe, reference_network()))
    assert [one.done for one in told] == list(range(1 + 5 + 4))
    assert all(one.total == len(told) for one in told)
    found = ended(try_methods(recipe, reference_network()))
    assert found.layers.tolist() == ["Dense_2", "Dense_1", "Conv2D_3", "Conv2D_2", "Conv2D_1"]
    np.testing.assert_allclose(found.alike[-1], 1, atol=1e-6)
    np.testing.assert_allclose(found.moved[-1], 1, atol=1e-6)
    assert np.abs(found.alike[:2, -1]).max() < 0.5
    assert found.moved[:2].min() > 0.3
    assert found.certainty.min() > 0.5
    assert found.maps.shape == (2, 6, 28, 28)


def test_curves_begin_with_what_is_read_and_maps_with_all_they_say():
    for why in (CLASS, DIFFERENCE, MAP):
        chain, pictures, questions = asked(odd("default"), why)
        outputs = chain.outputs(pictures).astype(np.float64)
        odds = np.exp(outputs - outputs[:, 4:5])
        wanted = {"class": 1 / odds.sum(axis=1), "against": 1 / (1 + odds[:, 9]), "map_index": np.ones(3)}
        curves = deletion_insertion(task_of(pictures, chain, questions), np.zeros((0, *pictures.shape), np.float32))
        np.testing.assert_allclose(curves.deletion[:, :, 0], np.tile(wanted[list(why)[-1]], (2, 1)), rtol=1e-4)
        assert np.ptp(curves.deletion, axis=2).min() > 0


@pytest.mark.parametrize(
    ("why", "choices", "words"),
    [
        ({"class": 10}, {}, ["10 classes", "0 to 9"]),
        ({"layer": "Conv2D_9", "map_index": 0}, {}, ["Conv2D_9"]),
        ({"layer": "Conv2D_1", "map_index": 99}, {}, ["Conv2D_1", "maps"]),
        (MAP, {"cam_layer": "Conv2D_2"}, ["Conv2D_2 comes after Conv2D_1"]),
        (CLASS, {"cam_layer": "Dense_1"}, ["Dense_1", "has no maps"]),
        (CLASS, {"concept": {"layer": "Conv2D_2", "map_index": 50}}, ["Conv2D_2 has 5 maps"]),
        (MAP, {"concept": {"layer": "Dense_1", "map_index": 0}}, ["Dense_1 comes after Conv2D_1"]),
    ],
)
def test_what_a_network_has_not_is_said(why, choices, words):
    recipe = ExplanationRecipe.read({"methods": ["grad_cam", "concept_relevance"], **choices})
    with refused(RecipeError, *words):
        explain(NetworkChain(odd("default")), starts(1), WhyRecipe.read(why), recipe.methods, recipe)


def test_by_default_class_maps_are_of_the_last_convolutions_there_are():
    for why, last, before in (
        (CLASS, "Conv2D_3", "Conv2D_2"),
        ({"layer": "Max_Pool_2", "map_index": 1}, "Conv2D_2", "Conv2D_1"),
        (MAP, "Conv2D_1", "Conv2D_1"),
    ):
        chain, pictures, questions = asked(odd("default"), why, count=1)
        for name, layer in (("grad_cam", last), ("layer_cam", before)):
            found, wanted = (
                METHODS[name].find(task_of(pictures, chain, questions, cam_layer=one)) for one in (None, layer)
            )
            np.testing.assert_array_equal(found.maps, wanted.maps)


def test_the_class_that_is_read_cannot_be_compared_with_itself():
    chain, pictures = NetworkChain(odd("default")), starts(1)
    read = int(chain.outputs(pictures)[0].argmax())
    with refused(RecipeError, f"class {read}", "another class"):
        chain.questions(WhyRecipe.read({"against": read}), pictures)


def test_a_recipe_leaves_what_was_asked_for(tmp_path, validation_digits):
    """As the command line carries it out: the arrays that are promised, the picture, and progress on the way."""
    digit = validation_digits.images[7]
    recipe = ExplanationRecipe.read(
        {"digit": {"pixels": to_text(digit)}, "why": {"against": 1}, "steps": 8, "samples": 4}
        | {"occlusion": {"size": 7, "step": 7}}
    )
    run, told = RunFolder.create(tmp_path / "out", recipe, "explained"), []
    assert execute(run, Store(tmp_path), told.append).name == "finished"
    arrays, count = run.result(), len(recipe.methods)
    shapes = {"maps": (count, 28, 28), "methods": (count,), "outputs": (10,)}
    curves = {"deletion": (count + 2, 11), "insertion": (count + 2, 11)}
    assert {name: values.shape for name, values in arrays.items()} == shapes | curves
    assert arrays["maps"].dtype == np.float32
    assert arrays["methods"].tolist() == list(recipe.methods)
    assert [progress.done for progress in told] == list(range(count + 1))
    figures = run.summary()
    assert figures["read_as"] == arrays["outputs"].argmax() == 7
    score = arrays["outputs"][7] - arrays["outputs"][1]
    np.testing.assert_allclose(figures["score"], score, rtol=1e-5)
    relevance = arrays["maps"][recipe.methods.index("lrp_epsilon")].sum() + figures["elsewhere"]["lrp_epsilon"]
    np.testing.assert_allclose(relevance, score, rtol=1e-3)
    assert kind_of(recipe).pictures(recipe, run).keys() == {"explanation.png"}


def test_a_file_is_for_the_command_line_only(tmp_path, validation_digits):
    np.save(tmp_path / "digit.npy", validation_digits.images[0])
    recipe = ExplanationRecipe.read({"digit": {"path": str(tmp_path / "digit.npy")}, "methods": ["gradient"]})
    with refused(RecipeError, "command line"):
        explain_digit(recipe, reference_network())
    *progress, result = explain_digit(recipe, reference_network(), allow_files=True)
    assert isinstance(result, Result)
    assert all(isinstance(one, Progress) for one in progress)
    assert result.arrays["maps"].shape == (1, 28, 28)

"""A step of training by the compiled loops, beside Keras: gradients by its automatic differentiation, curves by its `fit`; the same on any number of cores."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.networks import ODD_NETWORKS, conv, network
from support.recipes import small_training

from mnistlab.cnn.network import build_network, load_model, network_input
from mnistlab.cnn.step import stepper as module
from mnistlab.cnn.step.layout import Layout, blocks_of
from mnistlab.cnn.step.stepper import Stepper
from mnistlab.cnn.trainers import make_optimizer
from mnistlab.cnn.training import train
from mnistlab.progress import Result
from mnistlab.recipes.network import NetworkRecipe, layer_rows
from mnistlab.recipes.training import batches_per_epoch

# With softmax: what they end with is not what is odd about them.
NETWORKS = {
    name: {**content, "output_activation": "softmax"}
    for name, content in ODD_NETWORKS.items()
    if name not in ("zeros around", "means")
} | {
    # Too many products to unroll: the image goes through the loops of maps.
    "large windows of the image": {"conv": [conv(5, 7), conv(3, 2)], "pool": [4]},
    "pools of one": {"conv": [conv(3), conv(17), conv(33, 2, "sigmoid")], "pool": [1, 1]},
    "pool of four": {"conv": [conv(9, 2, "elu"), conv(8, 2)], "pool": [4, 4]},
    "as wide as the default": {},
}


@pytest.fixture(params=list(NETWORKS), scope="module")
def stored(request):
    return network(NETWORKS[request.param])


def training(stored, **changes):
    return small_training(network=stored.recipe.model_dump(), engine="compiled", **changes)


def test_what_it_computes_is_no_more_than_what_is_needed(stored):
    rows = {row.name: row for row in layer_rows(stored.recipe)}
    blocks = [block for block in blocks_of(stored.recipe) if block.side]
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        assert block.size <= rows[block.name].shape[0] // block.pool
        if after is None:
            assert block.size == rows[block.name].shape[0] // block.pool
        else:
            assert block.size == after.size_in == after.size * after.pool + after.side - 1


def test_weights_keep_their_names_and_shapes(stored):
    layout = Layout(stored.recipe)
    back = layout.named(layout.gathered(stored.weights))
    assert back.keys() == stored.weights.keys()
    for name, array in stored.weights.items():
        np.testing.assert_array_equal(back[name], array)


@pytest.mark.parametrize("count", [9, 64, 103])
def test_gradients_are_those_of_keras(stored, training_digits, count):
    model = load_model(stored)
    images = network_input(model, training_digits.images)
    labels = training_digits.labels.astype(np.int32)
    chosen = np.random.default_rng(count).permutation(len(labels))[:count].astype(np.int32)
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy()(labels[chosen], model(images[chosen]))
    wanted = tape.gradient(loss, model.trainable_variables)
    stepper = Stepper(training(stored, batch_size=104), stored.weights)
    told = stepper._gradients_for(images, labels, chosen)
    found = stepper._layout.named(stepper._gradients[: len(told)].sum(axis=0))
    assert sum(part.loss for part in told) / count == pytest.approx(float(loss), rel=1e-5)
    for variable, gradient in zip(model.trainable_variables, wanted, strict=True):
        name, gradient = "/".join(variable.path.split("/")[-2:]), gradient.numpy()
        apart = np.linalg.norm(found[name] - gradient) / np.linalg.norm(gradient)
        assert apart <= 1e-5, (name, apart)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network": {"regularizer": "l1"}},
        {"network": {"regularizer": None}, "schedule": "exponential", "decay_rate": 0.9, "decay_steps": 5},
        {"momentum": 0.0, "schedule": None, "batch_size": 64},
    ],
    ids=str,
)
def test_curves_lie_beside_those_of_fit(training_digits, validation_digits, changes):
    recipe = small_training(engine="compiled", **({"epochs": 4} | changes))
    ours = next(report for report in train(recipe, training_digits, validation_digits) if isinstance(report, Result))
    model = build_network(recipe.network, recipe.seed)
    # XLA takes longer to compile this than so few batches take without.
    model.compile(make_optimizer(recipe), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    images, labels = network_input(model, training_digits.images), training_digits.labels.astype(np.int32)
    losses = []
    for epoch in range(recipe.epochs):
        order = np.random.default_rng([recipe.seed, epoch]).permutation(recipe.train_size)
        # Of each batch by itself: `fit` tells the mean over digits, where the last batch of an epoch counts for less.
        each = []
        for start in range(0, recipe.train_size, recipe.batch_size):
            chosen = order[start : start + recipe.batch_size]
            each.append(model.train_on_batch(images[chosen], labels[chosen], return_dict=True)["loss"])
            model.reset_metrics()
        losses.append(np.mean(each))
    np.testing.assert_allclose(ours.arrays["loss"], losses, rtol=2e-3)
    assert batches_per_epoch(recipe) * recipe.epochs == int(model.optimizer.iterations)


def test_weights_are_the_same_on_any_number_of_cores(training_digits, validation_digits, monkeypatch):
    recipe = small_training(engine="compiled", batch_size=160)
    found = []
    for cores in (1, 2, 3, 8):
        monkeypatch.setattr(module, "CORES", cores)
        *_, result = train(recipe, training_digits, validation_digits)
        found.append(result.weights)
    for others in found[1:]:
        for name, array in found[0].items():
            np.testing.assert_array_equal(others[name], array, err_msg=name)


def test_a_thread_that_does_not_run_is_not_waited_for(training_digits, validation_digits, monkeypatch):
    recipe = small_training(engine="compiled", batch_size=64)
    *_, usual = train(recipe, training_digits, validation_digits)

    class Never:
        def submit(self, *_):
            return self

        def cancel(self):
            return True

    monkeypatch.setattr(module, "ThreadPoolExecutor", lambda *_, **__: Never())
    *_, alone = train(recipe, training_digits, validation_digits)
    for name, array in usual.weights.items():
        np.testing.assert_array_equal(alone.weights[name], array)


def test_a_default_network_is_cut_where_its_pools_drop_a_row():
    assert [(block.way, block.size_in, block.size) for block in blocks_of(NetworkRecipe()) if block.side] == [
        ("image", 28, 12),
        ("pooled", 12, 5),
        ("plain", 5, 3),
    ]

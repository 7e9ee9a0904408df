"""Random recipes for Hypothesis, and small ones that train in a moment."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from mnistlab.recipes import NetworkRecipe, TrainingRecipe, weight_shapes
from mnistlab.recipes.network import IMAGE_SIZE, MOST_PARAMETERS

CONV_ACTIVATIONS = ("relu", "sigmoid", "elu", "tanh")
DENSE_ACTIVATIONS = ("relu", "sigmoid", "tanh")
OPTIMIZERS = ("rmsprop", "adam", "nadam", "adamax", "sgd")
SMALL_NETWORK = {"conv": [{"filters": 4}, {"filters": 8}], "pool": [2], "dense": [{"units": 16}]}


def small_training(network: dict[str, Any] | None = None, **changes: Any) -> TrainingRecipe:
    """Return a recipe that trains on 500 embedded digits, a second's work; changes as in JSON."""
    content = {"data": "embedded", "train_size": 500, "epochs": 2, "batch_size": 50}
    return TrainingRecipe.read(content | {"network": SMALL_NETWORK | (network or {})} | changes)


def weights_of(recipe, seed=0):
    """Return weights of a size that keeps the values of every layer about 1, biases among them."""
    generator = np.random.default_rng(seed)
    return {
        name: (generator.normal(size=shape) / np.sqrt(np.prod(shape[:-1]) or 1)).astype(np.float32)
        for name, shape in weight_shapes(recipe).items()
    }


@st.composite
def network_contents(draw: st.DrawFn) -> dict[str, Any]:
    """JSON of networks whose single choices are within bounds; their maps or parameters may still be impossible."""
    count = draw(st.integers(1, 6))
    conv = {
        "filters": st.integers(1, 256),
        "kernel": st.integers(1, 9),
        "activation": st.sampled_from(CONV_ACTIVATIONS),
    }
    return {
        "conv": draw(st.lists(st.fixed_dictionaries(conv), min_size=count, max_size=count)),
        "pool": draw(st.lists(st.integers(1, 4), min_size=count - 1, max_size=count - 1)),
        **draw(_after_the_convolutions()),
    }


@st.composite
def networks(draw: st.DrawFn) -> NetworkRecipe:
    """Networks that can be built: no kernel and no pool is larger than the maps it works on."""
    content: dict[str, Any] = {"conv": [], "pool": [], **draw(_after_the_convolutions())}
    size, count = IMAGE_SIZE, draw(st.integers(1, 6))
    for number in range(count):
        kernel, filters = draw(st.integers(1, min(9, size))), draw(st.integers(1, 64))
        content["conv"].append(
            {"filters": filters, "kernel": kernel, "activation": draw(st.sampled_from(CONV_ACTIVATIONS))}
        )
        if draw(st.booleans()):
            content["conv"][-1]["padding"] = "same"
        else:
            size -= kernel - 1
        # After the last convolution a pool may stand or not.
        if number < count - 1 or draw(st.booleans()):
            content["pool"].append(draw(st.integers(1, min(4, size))))
            size //= content["pool"][-1]
    # Small enough after the convolutions, whatever stands there.
    widest = content["dense"][0]["units"] if content["dense"] else 10
    if size**2 * content["conv"][-1]["filters"] * widest > MOST_PARAMETERS // 2:
        content["dense"] = []
    return NetworkRecipe.read(content)


def _after_the_convolutions() -> st.SearchStrategy[dict[str, Any]]:
    dense = {"units": st.integers(1, 1024), "activation": st.sampled_from(DENSE_ACTIVATIONS)}
    return st.fixed_dictionaries(
        {
            "dense": st.lists(st.fixed_dictionaries(dense), max_size=2),
            "output_activation": st.sampled_from(("softmax", "sigmoid")),
            "pooling": st.sampled_from(("max", "average")),
            "regularizer": st.sampled_from(("l1", "l2", None)),
            "regularizer_strength": st.floats(0.0, 0.1),
        }
    )


def trainings() -> st.SearchStrategy[TrainingRecipe]:
    """Trainings that can be carried out."""
    choices = {
        "network": networks(),
        "data": st.sampled_from(("mnist", "embedded")),
        "train_size": st.integers(100, 60_000),
        "epochs": st.integers(1, 200),
        "batch_size": st.integers(8, 1024),
        "optimizer": st.sampled_from(OPTIMIZERS),
        "momentum": st.floats(0.0, 0.99),
        "learning_rate": st.floats(1e-6, 1.0),
        "schedule": st.sampled_from(("power", "exponential", None)),
        "decay_steps": st.integers(1, 1_000_000),
        "decay_rate": st.floats(0.0, 1.0),
        "seed": st.integers(0, 2**31 - 1),
        "initial": st.sampled_from((None, "reference", "training-0a1b2c3d", "training-0a1b2c3d@3")),
    }
    # Each choice may also be left out.
    return st.fixed_dictionaries({}, optional=choices).map(TrainingRecipe.read)


# What JSON can hold, NaN and infinity included: Python's parser reads those too.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

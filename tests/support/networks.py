"""Odd little networks for tests, and helpers that make a test of an ascent two lines long."""

import numpy as np

import mnistlab.cnn  # noqa: F401  # quietens TensorFlow before Keras is imported
from mnistlab.cnn.ascent.goals import goal_of
from mnistlab.cnn.ascent.loop import climb
from mnistlab.cnn.network import build_network, get_weights
from mnistlab.progress import ended
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.recipes.target import TargetRecipe
from mnistlab.store.networks import StoredNetwork


def conv(filters, kernel=3, activation="relu", padding="valid"):
    return {"filters": filters, "kernel": kernel, "activation": activation, "padding": padding}


# One of each: kernels 1 to 9, pools 1 to 4, all activations, one to four convolutions, none to two hidden dense layers.
ODD_NETWORKS = {
    "default": {"conv": [conv(6), conv(5), conv(7)]},
    "one convolution": {"conv": [conv(8, 5, "elu")], "pool": []},
    "pool of three": {"conv": [conv(4, 2, "tanh"), conv(5, 4, "sigmoid"), conv(6, 1)], "pool": [3, 2], "dense": []},
    "kernel of nine": {
        "conv": [conv(4, 9), conv(5, 3, "elu")],
        "pool": [4],
        "output_activation": "sigmoid",
        "dense": [{"units": 7, "activation": "tanh"}, {"units": 9, "activation": "sigmoid"}],
    },
    "four convolutions": {"conv": [conv(3), conv(4), conv(5), conv(6, 2)], "pool": [1, 2, 2]},
    "zeros around": {
        "conv": [conv(4, 5, "elu", "same"), conv(5, 4, "relu", "same"), conv(6, 2, "tanh", "same")],
        "pool": [3, 1],
    },
    "pool after the last": {"conv": [conv(4), conv(5, 3, "tanh")], "pool": [2, 3]},
    "means": {
        "conv": [conv(4, 5, "elu"), conv(5, 3, "relu", "same"), conv(6, 2, "tanh")],
        "pool": [3, 2],
        "pooling": "average",
    },
    "kernel of one": {"conv": [conv(3, 1, "sigmoid"), conv(4, 8)], "pool": [3]},
}


def network(content=None, **biases):
    """Return a small untrained network with biases drawn at random, or set for the layers named."""
    recipe = NetworkRecipe.read(content or ODD_NETWORKS["default"])
    weights = get_weights(build_network(recipe, seed=3))
    random = np.random.default_rng(1)
    for name in weights:
        if name.endswith("bias"):
            weights[name] = random.normal(0, 0.1, weights[name].shape).astype(np.float32)
    for layer, bias in biases.items():
        weights[f"{layer}/bias"][:] = bias
    return StoredNetwork(recipe, weights)


def starts(count, seed=0):
    images = np.random.default_rng(seed).normal(size=(count, 28, 28)).astype(np.float32)
    images -= images.mean(axis=(1, 2), keepdims=True)
    return images / images.std(axis=(1, 2), keepdims=True)


def ascend(stored, targets, images, **ascent):
    """Ascend `images` towards `targets` (one for all, or one each) and return what became of them."""
    targets = [targets] * len(images) if isinstance(targets, TargetRecipe) else targets
    goals = [goal_of(target, stored.recipe) for target in targets]
    return ended(climb(stored, goals, images, AscentRecipe(**({"steps": 40, "step_size": 0.05} | ascent))))

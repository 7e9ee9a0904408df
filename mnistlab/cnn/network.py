"""A network recipe -> a Keras model with named layers, and its weights as NumPy arrays by name."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from mnistlab.data.scaling import scaled
from mnistlab.recipes.network import FLATTEN, IMAGE_SIZE, NetworkRecipe, convolution_name, dense_name, pool_name
from mnistlab.store.networks import StoredNetwork, Weights

DATA_FORMAT = "channels_last"


def build_network(recipe: NetworkRecipe, seed: int = 0) -> keras.Model:
    """Build the network of `recipe`.

    Arguments:
        recipe: the layers to build.
        seed: seed of the start weights; each layer draws from its own sequence.

    Returns:
        A model (batch, 28, 28, 1) float32, as `network_input` makes them -> (batch, classes) float32; its layers have the names of
        algorithms.md §2, and regularisers act on the dense kernels only.
    """
    seeds = iter(np.random.SeedSequence(seed).generate_state(32))

    def draw() -> keras.initializers.Initializer:
        return keras.initializers.GlorotUniform(seed=int(next(seeds)))

    image = keras.Input((IMAGE_SIZE, IMAGE_SIZE, 1), name="image")
    x = image
    for number, stage in enumerate(recipe.conv, start=1):
        x = layers.Conv2D(
            stage.filters,
            stage.kernel,
            activation=stage.activation,
            padding=stage.padding,
            kernel_initializer=draw(),
            data_format=DATA_FORMAT,
            name=convolution_name(number),
        )(x)
        if number <= len(recipe.pool):
            pool = layers.AveragePooling2D if recipe.pooling == "average" else layers.MaxPooling2D
            name = pool_name(number, recipe.pooling)
            x = pool(recipe.pool[number - 1], data_format=DATA_FORMAT, name=name)(x)
    x = layers.Flatten(data_format=DATA_FORMAT, name=FLATTEN)(x)
    stages = [(stage.units, stage.activation) for stage in recipe.dense] + [(recipe.classes, recipe.output_activation)]
    for number, (units, activation) in enumerate(stages, start=1):
        x = layers.Dense(
            units,
            activation=activation,
            kernel_initializer=draw(),
            kernel_regularizer=_regularizer(recipe),
            name=dense_name(number),
        )(x)
    model = keras.Model(image, x, name="mnistlab")
    model.scaling = recipe.scaling
    return model


def network_input(model: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return digits (count, 28, 28) uint8 as a model of `build_network` takes them in: (count, 28, 28, 1), standardised unless it learned from others."""
    return scaled(images, model.scaling)[..., None]


def load_model(stored: StoredNetwork) -> keras.Model:
    """Return a model with the weights of `stored`."""
    model = build_network(stored.recipe)
    set_weights(model, stored.weights)
    return model


def get_weights(model: keras.Model) -> Weights:
    """Return a copy of the weights by name ("Conv2D_1/kernel")."""
    return {_name(variable): variable.value.numpy() for variable in model.weights}


def set_weights(model: keras.Model, weights: Mapping[str, Any]) -> None:
    """Set the weights of `model` by name."""
    for variable in model.weights:
        variable.assign(weights[_name(variable)])


def _name(variable: Any) -> str:
    return "/".join(variable.path.split("/")[-2:])


def _regularizer(recipe: NetworkRecipe) -> keras.regularizers.Regularizer | None:
    kinds = {"l1": keras.regularizers.L1, "l2": keras.regularizers.L2}
    return None if recipe.regularizer is None else kinds[recipe.regularizer](recipe.regularizer_strength)

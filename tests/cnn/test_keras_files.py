"""Networks that Keras itself has written: read here they give what Keras gives, in both formats and however they were trained."""

import keras
import numpy as np
import pytest
from keras import layers
from keras.src.legacy.saving.legacy_h5_format import save_model_to_hdf5

from mnistlab.analysis.reading import read
from mnistlab.cnn.activations import outputs
from mnistlab.cnn.network import load_model
from mnistlab.cnn.responses import read_classes
from mnistlab.data.embedded import sample_digits
from mnistlab.data.scaling import RANGES, SCALINGS, for_ascent, scaled
from mnistlab.model_files import trial
from mnistlab.model_files.bring import bring
from mnistlab.model_files.chain import chain_of
from mnistlab.model_files.contents import contents_of
from mnistlab.model_files.mapping import mapped
from mnistlab.progress import ended
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store

# Keras' own writer turns its variables into arrays in a way that NumPy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
DIGITS = 1_000


def articles(output="softmax"):
    """The network of the articles."""
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(128, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(100, activation="relu", kernel_regularizer="l2"),
        layers.Dense(10, activation=output),
    ]


def spelled_out():
    """Activations and dropouts as layers of their own, a convolution without biases, two without a pool."""
    return [
        layers.Conv2D(5, 5, use_bias=False),
        layers.Activation("relu"),
        layers.Conv2D(6, (3, 3), activation="elu"),
        layers.Dropout(0.25),
        layers.MaxPooling2D((3, 3)),
        layers.Conv2D(7, 2, activation="tanh"),
        layers.SpatialDropout2D(0.1),
        layers.Flatten(),
        layers.Dense(12, activation="sigmoid"),
        layers.Dropout(0.5),
        layers.Dense(9, activation="tanh"),
        layers.Dense(10),
        layers.Softmax(),
    ]


def example():
    """The layers of Keras' own example for MNIST."""
    return [
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]


def normalised():
    """Batch normalisation wherever people put it: before and after an activation, behind a pool, between dense layers, without parts."""
    return [
        layers.BatchNormalization(),
        layers.Conv2D(6, 3),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(scale=False),
        layers.Conv2D(7, 3, activation="relu", use_bias=False),
        layers.BatchNormalization(),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(12),
        layers.BatchNormalization(center=False, epsilon=0.01),
        layers.ReLU(),
        layers.BatchNormalization(),
        layers.Dense(10, activation="softmax"),
    ]


def means():
    """Means for pools, normalised on either side: what is done to each map alike is done to its means, whatever its sign."""
    return [
        layers.Conv2D(4, 3, activation="elu"),
        layers.BatchNormalization(),
        layers.AveragePooling2D(2),
        layers.Conv2D(5, 4),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.AveragePooling2D((3, 3)),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]


def padded():
    """Zeros around, kernels of even sides among them."""
    return [
        layers.Conv2D(4, 5, padding="same", activation="relu"),
        layers.Conv2D(5, 4, padding="same"),
        layers.BatchNormalization(),
        layers.Activation("elu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(6, 2, padding="same", activation="tanh"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]


NETWORKS = {
    "articles": articles,
    "sigmoid": lambda: articles("sigmoid"),
    "spelled out": spelled_out,
    "Keras' example": example,
    "normalised": normalised,
    "padded": padded,
    "means": means,
}


def sequential(chain):
    model = keras.Sequential([keras.Input((28, 28, 1)), *chain])
    return compiled(model)


def functional(chain):
    x = image = keras.Input((28, 28, 1))
    for layer in chain:
        x = layer(x)
    return compiled(keras.Model(image, x))


def compiled(model):
    """Compile a model as its owner would, whose file then says so, and give its variables values as after a training."""
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    # XLA takes longer to compile a function that is used once than that takes without.
    model.jit_compile = False
    generator = np.random.default_rng(1)
    for variable in model.variables:
        if variable.path.endswith("bias"):
            variable.assign(generator.normal(0, 0.1, variable.shape))
        if variable.path.endswith(("gamma", "moving_variance")):
            variable.assign(generator.uniform(0.5, 2, variable.shape))
        if variable.path.endswith(("beta", "moving_mean")):
            variable.assign(generator.normal(0, 0.3, variable.shape))
    return model


def write_keras(model, folder):
    model.save(folder / "cnn.keras")
    return (folder / "cnn.keras").read_bytes()


def write_legacy(model, folder):
    save_model_to_hdf5(model, str(folder / "cnn.h5"))
    return (folder / "cnn.h5").read_bytes()


def theirs_of(model, images):
    """Return what Keras itself gives for images (count, 28, 28), without tracing a graph of each network for one call."""
    return keras.ops.convert_to_numpy(model(images[..., None], training=False))


@pytest.fixture
def short_trial(monkeypatch):
    """Try a network on hardly more digits than the least, where the trial is not what is looked at: its answer is that it reads nothing."""
    monkeypatch.setattr(trial, "MOST_DIGITS", 100)


@pytest.fixture(scope="module")
def digits():
    return sample_digits((np.arange(DIGITS) % 10).astype(np.uint8), 5)


# Each chain of layers by both makers and both writers; all four pairs in the soak.
@pytest.mark.parametrize(
    ("make", "write"),
    [
        pytest.param(sequential, write_keras, id="sequential-keras"),
        pytest.param(functional, write_legacy, id="functional-h5"),
        pytest.param(functional, write_keras, id="functional-keras", marks=pytest.mark.soak),
        pytest.param(sequential, write_legacy, id="sequential-h5", marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize("chain", NETWORKS.values(), ids=NETWORKS.keys())
def test_it_reads_what_keras_reads(home, tmp_path, short_trial, digits, chain, write, make):
    model = make(chain())
    brought = bring(home, write(model, tmp_path), "", "")
    network = find_network(brought.model, Store(home))
    taken = scaled(digits, network.recipe.scaling)
    theirs = theirs_of(model, taken)
    assert theirs.std() > 0.001
    np.testing.assert_allclose(read(network.recipe, network.weights, taken), theirs, atol=1e-5)
    np.testing.assert_allclose(ended(outputs(load_model(network), digits)), theirs, atol=1e-5)


@pytest.mark.parametrize("rescaling", [{"scale": 1 / 255}, {"scale": 1 / 127.5, "offset": -1}])
def test_a_layer_that_rescales_is_believed(home, tmp_path, digits, rescaling):
    model = sequential([layers.Rescaling(**rescaling), *articles()])
    network = bring(home, write_keras(model, tmp_path), "", "").network
    theirs = theirs_of(model, digits.astype(np.float32))
    np.testing.assert_allclose(ended(outputs(load_model(network), digits)), theirs, atol=1e-5)


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """A network of Keras, read once for all ways of scaling, and not tried on digits."""
    contents = contents_of(write_legacy(sequential(articles()), tmp_path_factory.mktemp("brought")))
    return mapped(chain_of(contents.config), contents).network


@pytest.mark.parametrize("scaling", RANGES)
def test_an_ascent_sees_digits_as_the_network_does(brought, digits, scaling):
    """What stands beside the pictures of an ascent is read as the very digits are."""
    recipe = brought.recipe.model_copy(update={"scaling": scaling})
    network = type(brought)(recipe, brought.weights)
    theirs = read(recipe, network.weights, scaled(digits, scaling))
    classes, best = read_classes(network, for_ascent(digits, scaling))
    np.testing.assert_allclose(best, theirs.max(axis=1), atol=1e-4)
    assert (classes == theirs.argmax(axis=1)).mean() > 0.999


def small():
    return [
        layers.Conv2D(12, 5, activation="relu"),
        layers.MaxPooling2D(3),
        layers.Conv2D(24, 3, activation="relu"),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(10, activation="softmax"),
    ]


@pytest.fixture(scope="module")
def learned_from():
    """Labels and digits of a short training."""
    labels = (np.arange(6_000) % 10).astype(np.uint8)
    return labels, sample_digits(labels, 6)


# By MNIST's mean and spread, or by each picture's own: to a convolution nearly the same, and seldom told apart after so short a training.
NEAR = {"standardised", "mnist"}


@pytest.mark.parametrize("scaling", SCALINGS)
def test_how_the_digits_were_scaled_is_found(home, tmp_path, learned_from, scaling):
    """Trained for a few seconds, as its owner would have; the file says nothing of it."""
    labels, drawn = learned_from
    keras.utils.set_random_seed(2)
    model = sequential(small())
    model.compile("adam", "categorical_crossentropy", jit_compile=False)
    images = scaled(drawn, scaling)[..., None]
    model.fit(images, np.eye(10)[labels], batch_size=100, epochs=3, verbose=0)
    found = bring(home, write_legacy(model, tmp_path), "", "").trial
    assert found.scaling in (NEAR if scaling in NEAR else {scaling})
    assert SCALINGS[found.scaling] in found.sentence

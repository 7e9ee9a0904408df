# %% [markdown]
# # What every map of a layer makes of a digit, in plain Keras
#
# [about]
# This does without mnistlab what its page Activations does.
# [end]
#
# It needs Keras with TensorFlow, NumPy, and Pillow for the pictures. Beside it lie `weights.npz`, the network's weights, and `digits.npy`, the digits.

# %%
import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from PIL import Image

# %% [markdown]
# ## Choices
#
# `FACTORS`: which maps or nodes are muted (0) or boosted before the next layer reads them, as (layer, number, factor).

# %%
# [choices]
LAYER = "Conv2D_1"
FACTORS = []
# [end]

# %% [markdown]
# ## The network

# %%
# [network]
network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Conv2D(32, 3, activation="relu", name="Conv2D_1"),
        keras.layers.Flatten(name="Flatten"),
        keras.layers.Dense(10, activation="softmax", name="Dense_1"),
    ]
)
# [end]
with np.load("weights.npz") as weights:
    for layer in network.layers:
        if layer.weights:
            layer.set_weights([weights[f"{layer.name}/kernel"], weights[f"{layer.name}/bias"]])


# [input]
def network_input(images):
    """Bring digits (count, 28, 28) uint8, each on its own, to mean 0 and spread 1."""
    grey = images.astype("float32") / 255
    grey -= grey.mean(axis=(1, 2), keepdims=True)
    return (grey / np.maximum(grey.std(axis=(1, 2), keepdims=True), 1 / 28))[..., None]


# [end]
# %% [markdown]
# ## From layer to layer

# %%
digits = np.load("digits.npy")
values = network_input(digits)
outputs = {}
for layer in network.layers:
    values = np.array(layer(values))
    for name, number, factor in FACTORS:
        if name == layer.name:
            values[..., number] *= factor
    outputs[layer.name] = values
for answer in values:
    print(f"read as {answer.argmax()}, {answer.max():.1%}")

# %% [markdown]
# ## The maps
#
# All of them, none dropped, row by row; one row of blocks for each digit. Each map has its own scale from black to white, so that weak ones show, too.

# %%
chosen = outputs[LAYER]
np.save("activations.npy", chosen)


def grid(maps, zoom):
    """(rows, columns, count) -> one picture, uint8, with a gap of a pixel between the maps."""
    rows, columns, count = maps.shape
    across = int(np.ceil(np.sqrt(count)))
    down = -(-count // across)
    sheet = np.full((down * (rows + 1), across * (columns + 1)), 255, np.uint8)
    for number in range(count):
        one = maps[..., number]
        shades = 255 * (one - one.min()) / max(np.ptp(one), 1e-9)
        top, left = number // across * (rows + 1), number % across * (columns + 1)
        sheet[top : top + rows, left : left + columns] = shades.round()
    return np.kron(sheet, np.ones((zoom, zoom), np.uint8))


# A dense layer is shown as one small picture of its nodes.
as_maps = chosen if chosen.ndim == 4 else chosen[:, None, :, None]
picture = Image.fromarray(np.concatenate([grid(maps, 4) for maps in as_maps]))
picture.save("activations.png")
picture

# %% [markdown]
# # What tells one class of digits from another, in plain Keras
#
# [about]
# This does without mnistlab what its page Classes does.
# [end]
#
# It needs Keras with TensorFlow, NumPy, and Pillow for the picture. Beside it lies `weights.npz`, the network's weights.
#
# A point is one node of one map. It is *active* for a digit if its value exceeds a share of the largest value of its map on any test digit; *common* to
# class A if active in most of A's digits that the network reads right; *unique* to A if it is rare in B's digits besides.

# %%
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from PIL import Image

# %% [markdown]
# ## Choices

# %%
# [choices]
LAYER = "Conv2D_1"
CLASS_A, CLASS_B = 4, 9
ACTIVE = 0.1
COMMON = 0.7
UNIQUE = 0.3
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
# ## The test digits
#
# If a file `digits.npz` lies here (with `x_test`, `y_test`), it is used. Else Keras fetches MNIST.

# %%
if Path("digits.npz").exists():
    with np.load("digits.npz") as file:
        images, labels = file["x_test"], file["y_test"]
else:
    _, (images, labels) = keras.datasets.mnist.load_data()

both = keras.Model(network.inputs, [network.get_layer(LAYER).output, network.outputs[0]])
ceilings, values, outputs = 0, [], []
for first in range(0, len(images), 500):
    seen, read = both.predict_on_batch(network_input(images[first : first + 500]))
    ceilings = np.maximum(ceilings, seen.reshape(-1, seen.shape[-1]).max(axis=0))
    chosen = np.isin(labels[first : first + 500], (CLASS_A, CLASS_B))
    values.append(seen[chosen])
    outputs.append(read[chosen])
values, outputs = np.concatenate(values), np.concatenate(outputs)
labels = labels[np.isin(labels, (CLASS_A, CLASS_B))]

# %% [markdown]
# ## The points

# %%
right = outputs.argmax(axis=1) == labels
active = ((values > ACTIVE * ceilings) & (ceilings > 0))[right]
is_a = labels[right] == CLASS_A


def points(is_a):
    """Return which points are unique to A, and which are common to both."""
    in_a, in_b = active[is_a].mean(axis=0), active[~is_a].mean(axis=0)
    # A share of 0.7 in 10 digits is 7 digits, even if 7 / 10 is stored a little below 0.7.
    common, rare = in_a >= COMMON - 1e-9, in_b <= UNIQUE + 1e-9
    return common & rare, common & ~rare


unique, shared = points(is_a)
by_chance = [points(np.random.default_rng(seed).permutation(is_a))[0].sum() for seed in range(10)]
print(f"{unique.sum()} points are unique to {CLASS_A} against {CLASS_B}, {shared.sum()} common to both.")
print(f"With shuffled labels {np.mean(by_chance):.1f} are.")

# %% [markdown]
# ## All maps
#
# Red: unique; yellow: common to both.

# %%
if unique.ndim == 1:
    unique, shared = unique[None, :, None], shared[None, :, None]
rows, columns, count = unique.shape
across = int(np.ceil(np.sqrt(count)))
sheet = np.full((-(-count // across) * (rows + 1), across * (columns + 1), 3), 255, np.uint8)
for number in range(count):
    top, left = number // across * (rows + 1), number % across * (columns + 1)
    one = sheet[top : top + rows, left : left + columns]
    one[...] = 60
    one[unique[..., number]] = (214, 60, 48)
    one[shared[..., number]] = (240, 200, 60)
picture = Image.fromarray(np.kron(sheet, np.ones((8, 8, 1), np.uint8)))
picture.save("classes.png")
picture

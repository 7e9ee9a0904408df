# %% [markdown]
# # The pattern a target looks for, in plain Keras
#
# [about]
# This does without mnistlab what its page OIP does.
# [end]
#
# It needs Keras with TensorFlow, NumPy, and Pillow for the pictures. Beside it lies `weights.npz`, the network's weights.
#
# An *original input pattern* is grown by gradient ascent: from a start picture, small steps lead to what makes the target react more and more. Rounding
# differs from library to library; at kinks of relu and pools, differences grow. So over hundreds of steps a pattern can become another of the same kind.

# %%
import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

# %% [markdown]
# ## Choices
#
# The target is a weighted sum: `MAPS` says how much each map (or node of a dense layer) counts, `POSITIONS` how much each place of it.

# %%
# [choices]
SEED = 0
ANSWERS = 1
STEPS = 600
STEP_SIZE = 0.01
RESCUE = True
STOP_WHEN_SETTLED = False
SETTLED = 0.0002
JITTER = 0
SMOOTHING = 0.0
DIVERSITY = 0.0
SHOWN_STEPS = [9, 18, 36, 72, 144, 288, 600]
MAPS = np.eye(128, dtype="float32")[0]
POSITIONS = np.full(9, 1 / 9, "float32")
GRIDS = [3, 7, 14, 28]
AMPLITUDES = [0.2, 0.2, 0.0, 0.0]
START_SMOOTHING = 0.0
JOINS = [None, None, None, None]
# [end]

# %% [markdown]
# ## The network up to the target
#
# The last layer with weights stands here without its activation, which follows below: where a relu map does not react at all, its gradient is zero, and
# the picture would never move. While that is so, the gradient passes the relu as if it were not there.

# %%
# [network]
network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Conv2D(128, 3, name="Conv2D_1"),
    ]
)
activation = keras.activations.relu
FACTOR, SHIFT = 1.0, 0.0
# [end]
with np.load("weights.npz") as weights:
    for layer in network.layers:
        if layer.weights:
            layer.set_weights([weights[f"{layer.name}/kernel"], weights[f"{layer.name}/bias"]])


@tf.function
def score_and_gradients(images):
    """(count, 28, 28) -> the scores, their gradients, and the gradients without the last activation."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        values = network(images[..., None] * FACTOR + SHIFT)
        values = tf.reshape(values, (-1, len(POSITIONS), len(MAPS)))
        bare = tf.einsum("npm,p,m->n", values, POSITIONS, MAPS)
        score = tf.einsum("npm,p,m->n", activation(values), POSITIONS, MAPS)
    return score, tape.gradient(score, images), tape.gradient(bare, images)


# %% [markdown]
# ## The start


# %%
def standardise(images):
    """Bring each picture to mean 0 and spread 1."""
    centred = images - images.mean(axis=(1, 2), keepdims=True)
    return (centred / np.maximum(centred.std(axis=(1, 2), keepdims=True), 1 / 28)).astype("float32")


def blurring(deviation):
    """Return M such that M · picture · Mᵀ is blurred (Gaussian, standard deviation in pixels)."""
    places = np.arange(28)
    weights = np.exp(-0.5 * ((places[:, None] - places) / max(deviation, 1e-3)) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")


# %% [markdown] tags=["fluctuations"]
# Random grey values on coarse grids, enlarged to 28×28 by bicubic interpolation: long waves and short ones. With `JOINS`, finer scales join the picture
# after so many steps.


# %% tags=["fluctuations"]
def enlarging(grid):
    """Return M (28, grid) such that M · values · Mᵀ is the picture: bicubic interpolation (Keys, a = -0.5)."""
    places = (np.arange(28) + 0.5) * grid / 28 - 0.5
    away = np.abs(places[:, None] - np.arange(grid))
    near, far = 1.5 * away**3 - 2.5 * away**2 + 1, -0.5 * away**3 + 2.5 * away**2 - 4 * away + 2
    weights = np.where(away < 1, near, np.where(away < 2, far, 0))
    return weights / weights.sum(axis=1, keepdims=True)


def scale(answer, index):
    grid = GRIDS[index]
    values = np.random.default_rng([SEED, answer, index, grid]).uniform(-1, 1, (grid, grid))
    picture = AMPLITUDES[index] * enlarging(grid) @ values @ enlarging(grid).T
    return blurring(START_SMOOTHING) @ picture @ blurring(START_SMOOTHING).T if START_SMOOTHING else picture


used = [index for index, amplitude in enumerate(AMPLITUDES) if amplitude]
# What joins at which step, (ANSWERS, 28, 28) each; None: from the start.
joining = {}
for index in used:
    pictures = np.stack([scale(answer, index) for answer in range(ANSWERS)])
    joining[JOINS[index]] = joining.get(JOINS[index], 0) + pictures
start = standardise(joining.pop(None))

# %% [markdown] tags=["given"]
# A picture of its own, which lies beside this in `start.npy`.

# %% tags=["given"]
start, joining = standardise(np.load("start.npy")[None]), {}

# %% [markdown]
# ## The ascent
#
# The gradient of each picture is scaled to a mean square of 1; then comes a step along it, and the picture is standardised again.

# %%
images, active, before = start, np.ones(len(start), bool), np.full(len(start), np.nan, "float32")
scores, kept = [], [start[0]]
if 0 in joining:
    images = standardise(images + joining[0])
for step in range(STEPS):
    # Seen a little to the side, at each step by another amount.
    shift = tf.random.stateless_uniform((2,), (SEED, step), -JITTER, JITTER + 1, tf.int32).numpy() if JITTER else (0, 0)
    score, gradient, bare = (part.numpy() for part in score_and_gradients(tf.constant(np.roll(images, shift, (1, 2)))))
    if RESCUE and activation is keras.activations.relu:
        gradient = np.where((score == 0)[:, None, None], bare, gradient)
    gradient = np.roll(gradient, (-shift[0], -shift[1]), (1, 2))
    if SMOOTHING:
        gradient = blurring(SMOOTHING) @ gradient @ blurring(SMOOTHING).T
    direction = gradient / (np.sqrt((gradient**2).mean(axis=(1, 2), keepdims=True)) + 1e-7)
    if DIVERSITY:
        # Away from the others that look alike.
        flat = images.reshape(len(images), -1)
        alike = np.maximum(flat @ flat.T / 784, 0)
        np.fill_diagonal(alike, 0)
        direction -= DIVERSITY / max(len(images) - 1, 1) * (alike @ flat).reshape(images.shape)
    if STOP_WHEN_SETTLED:
        active &= ~((np.abs(score - before) <= SETTLED * np.abs(score)) & (score != 0))
    images = np.where(active[:, None, None], standardise(images + np.float32(STEP_SIZE) * direction), images)
    before = score
    scores.append(score)
    if step + 1 in joining:
        images = standardise(images + joining[step + 1])
    if step + 1 in SHOWN_STEPS:
        kept.append(images[0])
    if not active.any():
        break

# %% [markdown]
# ## What came out

# %%
final = score_and_gradients(tf.constant(images))[0].numpy()
print(f"score {scores[0][0]:.4g} at the start, {final[0]:.4g} after {len(scores)} steps")
np.savez("oip.npz", start=start, images=images, scores=np.array(scores), final=final)


def shades(picture, strength=1.5):
    """Spread the middle of the grey values, 0 in the middle."""
    return np.round(127.5 + 127.5 * np.tanh(strength * picture / 2)).astype("uint8")


growth = Image.fromarray(np.kron(np.hstack([shades(one) for one in kept]), np.ones((4, 4), np.uint8)))
growth.save("growth.png")
picture = Image.fromarray(np.kron(shades(images[0]), np.ones((10, 10), np.uint8)))
picture.save("oip.png")
picture

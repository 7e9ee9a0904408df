# %% [markdown]
# # Which large patterns a map reacts to, in plain Keras
#
# [about]
# This does without mnistlab what its precursor run does.
# [end]
#
# It needs Keras with TensorFlow, NumPy, and Pillow for the picture. Beside it lies `weights.npz`, the network's weights.
#
# Many a map does not react to noise at all. So every pattern of a few grey values on a coarse grid is tried: those that excite a map most are good starts
# for an ascent.

# %%
import itertools
import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

# %% [markdown]
# ## Choices
#
# `CANDIDATES`: patterns of each map that climb the trial steps, the best at a first look; as published all of them climb, which takes long.

# %%
# [choices]
MAPS = [0]
GRID = 3
LEVELS = [0.2, 0.5, 0.8]
TRIAL_STEPS = 10
CANDIDATES = 24
KEEP = 8
STEP_SIZE = 0.01
# [end]

# %% [markdown]
# ## The network up to the layer, its last activation apart

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
# What a map says that does not react.
QUIET = 0.5 if activation is keras.activations.sigmoid else 0.0


@tf.function(reduce_retracing=True)
def look(images):
    """(count, 28, 28) -> the scores of all maps, and the largest value of each before its activation."""
    values = network(images[..., None] * FACTOR + SHIFT)
    return tf.reduce_mean(activation(values), axis=(1, 2)), tf.reduce_max(values, axis=(1, 2))


@tf.function(reduce_retracing=True)
def score_and_gradients(images, maps):
    """Each picture with its own map -> scores, gradients, and gradients without the last activation."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        values = tf.gather(network(images[..., None] * FACTOR + SHIFT), maps, axis=-1, batch_dims=1)
        bare = tf.reduce_mean(values, axis=(1, 2))
        score = tf.reduce_mean(activation(values), axis=(1, 2))
    return score, tape.gradient(score, images), tape.gradient(bare, images)


def standardise(images):
    """Bring each picture to mean 0 and spread 1."""
    centred = images - images.mean(axis=(1, 2), keepdims=True)
    return (centred / np.maximum(centred.std(axis=(1, 2), keepdims=True), 1 / 28)).astype("float32")


# %% [markdown]
# ## The patterns
#
# All of them, enlarged to 28×28 by bicubic interpolation.


# %%
def enlarging(grid):
    """Return M (28, grid) such that M · values · Mᵀ is the picture: bicubic interpolation (Keys, a = -0.5)."""
    places = (np.arange(28) + 0.5) * grid / 28 - 0.5
    away = np.abs(places[:, None] - np.arange(grid))
    near, far = 1.5 * away**3 - 2.5 * away**2 + 1, -0.5 * away**3 + 2.5 * away**2 - 4 * away + 2
    weights = np.where(away < 1, near, np.where(away < 2, far, 0))
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")


values = np.array(list(itertools.product(LEVELS, repeat=GRID**2)), "float32").reshape(-1, GRID, GRID)
# Less the first point, a grey pattern is exactly zero.
values -= values[:, :1, :1]
patterns = standardise(enlarging(GRID) @ values @ enlarging(GRID).T)
print(f"{len(patterns):,} patterns")

# %% [markdown]
# ## A first look, and the trial steps

# %%
parts = [look(tf.constant(patterns[first : first + 256])) for first in range(0, len(patterns), 256)]
scores, nearest = (np.concatenate([part[index] for part in parts])[:, MAPS] for index in (0, 1))
reacts = scores > QUIET
# Among patterns to which a map does not react, the one that comes closest is best.
order = scores if QUIET else np.where(reacts, scores, np.minimum(nearest, 0))


def climb(images, maps):
    """Take the trial steps; return the scores."""
    for _ in range(TRIAL_STEPS):
        score, gradient, bare = (part.numpy() for part in score_and_gradients(tf.constant(images), tf.constant(maps)))
        if activation is keras.activations.relu:
            gradient = np.where((score == 0)[:, None, None], bare, gradient)
        gradient /= np.sqrt((gradient**2).mean(axis=(1, 2), keepdims=True)) + 1e-7
        images = standardise(images + np.float32(STEP_SIZE) * gradient)
    return score_and_gradients(tf.constant(images), tf.constant(maps))[0].numpy()


best, trial_scores = [], []
for column, number in enumerate(MAPS):
    tried = np.argsort(-order[:, column], kind="stable")[:CANDIDATES]
    if len(tried) < len(patterns) and 0 not in tried:
        # The grey pattern rises fastest, because nothing has to be undone; a first look does not show that.
        tried[-1] = 0
    chunks = np.split(tried, range(256, len(tried), 256))
    climbed = np.concatenate([climb(patterns[chunk], np.full(len(chunk), number)) for chunk in chunks])
    kept = np.argsort(-climbed, kind="stable")[:KEEP]
    best.append(tried[kept])
    trial_scores.append(climbed[kept])

# %% [markdown]
# ## What came out
#
# A row for each map, its best pattern first.

# %%
best, trial_scores = np.array(best), np.array(trial_scores)
for column, number in enumerate(MAPS):
    print(
        f"map {number}: {reacts[:, column].sum():,} patterns wake it; best scores {trial_scores[column, :3].round(3)}"
    )
np.savez("precursor.npz", maps=MAPS, patterns=patterns[best], scores=trial_scores)
rows = [np.hstack([np.pad(patterns[one], 1, constant_values=3) for one in kept]) for kept in best]
shades = np.clip(np.vstack(rows) * 42 + 128, 0, 255).astype("uint8")
picture = Image.fromarray(np.kron(shades, np.ones((2, 2), np.uint8)))
picture.save("precursor.png")
picture

# %% [markdown]
# # Patterns of a network carved into a photo, in plain Keras
#
# [about]
# This does without mnistlab what its page Dream does.
# [end]
#
# It needs Keras with TensorFlow, NumPy, and Pillow for the pictures. Beside it lie `weights.npz`, the network's weights, and `photo.png`, the square of
# the photo.

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
# `LEVELS`: for the full picture, its quadrants, 16 tiles, 64: steps in each iteration, their size, and from which iteration on.
# `AREAS`: what is carved, as (level, row, column, map); map -1 is the whole layer.

# %%
# [choices]
ITERATIONS = 4
RESCUE = False
RESTORE_CONTRAST = True
BLEND = 0.0
STRENGTH = 1.0
GREY = (0.299, 0.587, 0.114)
HEIGHT, SPECTRUM = 1.1, 0.85
IN_COLOUR = False
FRAMES, ZOOM = 24, 1.06
LEVELS = [(30, 0.01, 0), (30, 0.01, 0)]
AREAS = [(0, 0, 0, 56), (1, 0, 0, 56)]
# [end]

# %% [markdown]
# ## The network up to the layer that carves, its last activation apart

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
COUNT = network.output_shape[-1]


@tf.function(reduce_retracing=True)
def score_and_gradients(images, maps):
    """Pictures (count, 28, 28), weights of the maps (count, maps) -> scores, gradients, gradients without the last activation."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        values = network(images[..., None] * FACTOR + SHIFT)
        values = tf.reshape(values, (tf.shape(images)[0], -1, COUNT))
        bare = tf.einsum("npm,nm->n", values, maps) / tf.cast(tf.shape(values)[1], tf.float32)
        score = tf.einsum("npm,nm->n", activation(values), maps) / tf.cast(tf.shape(values)[1], tf.float32)
    return score, tape.gradient(score, images), tape.gradient(bare, images)


def standardise(images):
    """Bring each picture (count, rows, columns) to mean 0 and spread 1."""
    centred = images - images.mean(axis=(1, 2), keepdims=True)
    least = 1 / np.sqrt(images.shape[1] * images.shape[2])
    return (centred / np.maximum(centred.std(axis=(1, 2), keepdims=True), least)).astype("float32")


def ascend(images, maps, steps, size):
    """Let each picture climb towards its own map: scale the gradient, take a step along it, standardise."""
    wanted = np.stack([np.full(COUNT, 1 / COUNT) if one == -1 else np.eye(COUNT)[one] for one in maps]).astype(
        "float32"
    )
    for _ in range(steps):
        score, gradient, bare = (part.numpy() for part in score_and_gradients(tf.constant(images), tf.constant(wanted)))
        if RESCUE and activation is keras.activations.relu:
            gradient = np.where((score == 0)[:, None, None], bare, gradient)
        gradient /= np.sqrt((gradient**2).mean(axis=(1, 2), keepdims=True)) + 1e-7
        images = standardise(images + np.float32(size) * gradient)
    return images


# %% [markdown]
# ## Resizing
#
# Bicubic with anti-aliasing, as a product with a small matrix on either side.


# %%
def resizing(size_in, size_out):
    """Return M (size_out, size_in) such that M · picture · Mᵀ is the picture in the other size (Keys' filter, a = -0.5)."""
    ratio = size_in / size_out
    places = (np.arange(size_out) + 0.5) * ratio - 0.5
    away = np.abs(places[:, None] - np.arange(size_in)) / max(ratio, 1)
    near, far = 1.5 * away**3 - 2.5 * away**2 + 1, -0.5 * away**3 + 2.5 * away**2 - 4 * away + 2
    weights = np.where(away < 1, near, np.where(away < 2, far, 0))
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")


def down(images):
    matrix = resizing(images.shape[-1], 28)
    return matrix @ images @ matrix.T


def up(images, size):
    matrix = resizing(28, size)
    return matrix @ images @ matrix.T


# %% [markdown]
# ## Tiles


# %%
def cut(picture, tiles):
    return np.stack([picture[top : top + side, left : left + side] for top, left, side in tiles])


def ramp(distance, reach):
    """0 outside a border, 1 inside; between them a ramp, so that two neighbours add up to 1."""
    if reach == 0:
        return (distance > 0).astype("float32")
    share = np.clip(0.5 + distance / (2 * reach), 0, 1)
    return (share * share * (3 - 2 * share)).astype("float32")


def squares_of(level):
    """Return borders of the areas of a level, first pixel and weights of each square, and their side."""
    borders = np.round(np.linspace(0, SIZE, 2**level + 1)).astype(int)
    widest = max(np.diff(borders))
    reach = round(BLEND * widest / 2)
    side = min(widest + 2 * reach, SIZE)
    starts = np.clip(borders[:-1] - reach, 0, SIZE - side)
    weights = np.ones((2**level, side), "float32")
    for number, first in enumerate(starts):
        places = np.arange(first, first + side) + 0.5
        if number > 0:
            weights[number] *= ramp(places - borders[number], reach)
        if number < 2**level - 1:
            weights[number] *= ramp(borders[number + 1] - places, reach)
    return starts, weights, int(side)


def carve_tiles(full, picture, level, steps, size):
    """Return the picture with all tiles of a level carved, in one batch."""
    areas = [area for area in AREAS if area[0] == level]
    starts, weights, side = squares_of(level)
    tiles = [(starts[row], starts[column], side) for _, row, column, _ in areas]
    maps = [area[-1] for area in areas]
    original = cut(picture, tiles)
    mean, spread = original.mean(axis=(1, 2), keepdims=True), original.std(axis=(1, 2), keepdims=True)
    seen, full = down(cut(full, tiles)), full.copy()
    if BLEND:
        # Only what the ascent changed is added, fading out towards the neighbours.
        seen = standardise(seen)
        made = standardise(up(ascend(seen, maps, steps, size), side)) - standardise(up(seen, side))
        made *= spread if RESTORE_CONTRAST else 1
    elif RESTORE_CONTRAST:
        # Each tile keeps the brightness and contrast of the original, and gets back the detail that is lost in small.
        detail = original - (spread * standardise(up(standardise(down(original)), side)) + mean)
        made = spread * standardise(up(ascend(standardise(seen), maps, steps, size), side)) + mean + detail
    else:
        # As first published.
        detail = original - standardise(up(down(original), side))
        made = up(ascend(seen, maps, steps, size), side) + detail
    for (top, left, _), (_, row, column, _), square in zip(tiles, areas, made, strict=True):
        share = weights[row][:, None] * weights[column]
        part = full[top : top + side, left : left + side]
        part[...] = part + share * square if BLEND else np.where(share > 0, square, part)
    return full


# %% [markdown]
# ## Carving
#
# The full picture climbs in small, is enlarged, and gets back its detail; then the tiles, level by level.


# %%
def carve(colours):
    """A square photo (size, size, 3) uint8 -> the picture with what was carved into it, and as it was; both standardised."""
    grey = colours.astype("float32") @ np.array(GREY, "float32")
    picture = standardise(grey[None] / 255)[0]
    small = standardise(down(picture[None]))
    detail = picture - standardise(up(small, SIZE))[0]
    full = picture
    for iteration in range(ITERATIONS):
        for level, (steps, size, since) in enumerate(LEVELS):
            maps = [area[-1] for area in AREAS if area[0] == level]
            if not maps or iteration < since:
                continue
            if level == 0:
                full = standardise(standardise(up(ascend(small, maps, steps, size), SIZE)) + detail)[0]
            else:
                full = carve_tiles(full, picture, level, steps, size)
        full = standardise(full[None])[0]
        small = down(full[None])
    dream = full if STRENGTH == 1 else standardise((STRENGTH * full + (1 - STRENGTH) * picture)[None])[0]
    return dream, picture


def coloured(shades, colours):
    """Return a picture with the brightness of one (Pillow, grey) and the hues of another (size, size, 3)."""
    _, blue, red = Image.fromarray(colours).convert("YCbCr").split()
    return Image.merge("YCbCr", (shades, blue, red)).convert("RGB")


def shown(dream, picture, colours):
    """Return a dream as a picture for the screen."""
    limit = SPECTRUM * min(abs(picture.min()), abs(picture.max()))
    shades = np.rint(127.5 + 127.5 * np.clip(HEIGHT * dream / limit, -1, 1)).astype("uint8")
    return coloured(Image.fromarray(shades), colours) if IN_COLOUR else Image.fromarray(shades)


photo = np.asarray(Image.open("photo.png").convert("RGB"))
SIZE = len(photo)

# %% [markdown] tags=["dream"]
# ## What came out

# %% tags=["dream"]
dream, picture = carve(photo)
np.save("dream.npy", dream)
screen = shown(dream, picture, photo)
screen.save("dream.png")
screen

# %% [markdown] tags=["film"]
# ## The film
#
# The middle of each frame, enlarged, is the photo of the next. The hues come from the enlarged photo; taken from the dream they would fade.


# %% tags=["film"]
def enlarged(picture):
    margin = SIZE * (1 - 1 / ZOOM) / 2
    box = (margin, margin, SIZE - margin, SIZE - margin)
    return np.asarray(Image.fromarray(picture).resize((SIZE, SIZE), Image.Resampling.BICUBIC, box))


frames, colours = [], photo
for _ in range(FRAMES):
    dream, picture = carve(photo)
    frames.append(shown(dream, picture, photo))
    colours, middle = enlarged(colours), Image.fromarray(enlarged(np.asarray(frames[-1]))).convert("L")
    photo = np.asarray(coloured(middle, colours))
frames[0].save("film.gif", save_all=True, append_images=frames[1:], duration=80, loop=0)
frames[-1]

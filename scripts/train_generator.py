"""MNIST -> `assets/digits/generator.npz`, the generator behind the embedded digits.

Four stages:

* a *reader*, a small CNN, learns to read MNIST; afterwards it tells whether a drawn digit is legible;
* a conditional variational autoencoder learns 16 latents that describe a digit of a given class;
* a mixture of Gaussians per class is fitted to where the training digits lie among the latents: they do not
  fill the standard normal distribution, and what is drawn from the gaps between them is no digit;
* the decoder learns on alone, now drawing from the mixtures: a *critic* compares with real digits (crisp
  strokes), the reader compares with the class asked for, and the autoencoder's loss keeps the variety.

The asset holds the decoder's kernels as 8-bit integers and the parameters of the mixtures, no image. Takes seven
to twenty minutes on two cores. Seeded; results of two machines still differ a little, as their rounding does.

    python scripts/train_generator.py --data mnist.npz --out assets/digits
"""

import argparse
import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

SIDE = 28
PIXELS = SIDE * SIDE
CLASSES = 10
LATENTS = 16
# As wide as 8-bit kernels in 1 MB allow.
HIDDEN = (512, 640)
BATCH = 128
EPOCHS = {"reader": 4, "autoencoder": 14, "decoder": 12}
# More components fit the training digits better, but no longer digits left out of the fit.
COMPONENTS = 20
# Weights of the losses. Reconstruction and divergence are sums over pixels and latents, in nats, and weigh 1.
PERCEPTION = 0.5
LEGIBILITY = 0.2
# Just enough to keep variety; more of it brings back the blur of the autoencoder.
ANCHOR = 0.003
# A penalty on the critic's slope at real digits keeps the contest stable; every eighth batch is enough (lazy R1,
# Karras et al. 2020).
SLOPE, SLOPE_EVERY = 0.04, 8

Arrays = tuple[np.ndarray, ...]
Mixtures = dict[str, np.ndarray]


def load_mnist(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the training images, (60000, 784) float32 in 0..1, and labels, (60000, 10) float32, one-hot."""
    with np.load(path, allow_pickle=False) as file:
        images = file["x_train"].reshape(-1, PIXELS).astype(np.float32) / 255
        return images, np.eye(CLASSES, dtype=np.float32)[file["y_train"]]


def halve_twice(pixels: keras.KerasTensor, activation: str) -> keras.KerasTensor:
    """(batch, 784) -> (batch, 7*7*64) features, by two strided convolutions."""
    x = layers.Reshape((SIDE, SIDE, 1))(pixels)
    x = layers.Conv2D(32, 4, strides=2, padding="same", activation=activation)(x)
    x = layers.Conv2D(64, 4, strides=2, padding="same", activation=activation)(x)
    return layers.Flatten()(x)


def build_reader() -> keras.Model:
    """Pixels -> features (batch, 128) and logits (batch, 10). Unlike the network that judges the result later."""
    pixels = keras.Input((PIXELS,))
    features = layers.Dense(128, activation="elu")(halve_twice(pixels, "elu"))
    return keras.Model(pixels, [features, layers.Dense(CLASSES)(layers.Dropout(0.4)(features))])


def build_encoder() -> keras.Model:
    """Pixels, label -> mean and log variance of the latents, (batch, 16) each."""
    pixels, label = keras.Input((PIXELS,)), keras.Input((CLASSES,))
    x = layers.Concatenate()([halve_twice(pixels, "relu"), label])
    x = layers.Dense(256, activation="relu")(x)
    return keras.Model([pixels, label], [layers.Dense(LATENTS)(x), layers.Dense(LATENTS)(x)])


def build_decoder() -> keras.Model:
    """Latents, label -> logits of the pixels, (batch, 784).

    The last kernel is learnt through a blur, which makes neighbouring pixels learn together: smooth strokes instead
    of speckled ones. `save` multiplies the two into one kernel.
    """
    latents, label = keras.Input((LATENTS,)), keras.Input((CLASSES,))
    x = layers.Concatenate()([latents, label])
    for width in HIDDEN:
        x = layers.Dense(width, activation="relu")(x)
    return keras.Model([latents, label], layers.Lambda(blur)(layers.Dense(PIXELS)(x)))


def build_critic() -> keras.Model:
    """Pixels, label -> how real the image looks as a digit of that class, (batch, 1), unbounded."""
    pixels, label = keras.Input((PIXELS,)), keras.Input((CLASSES,))
    x = layers.Dense(256, activation="leaky_relu")(halve_twice(pixels, "leaky_relu"))
    match = layers.Dot(1)([x, layers.Dense(256, use_bias=False)(label)])
    return keras.Model([pixels, label], layers.Add()([layers.Dense(1)(x), match]))


def blur(images: tf.Tensor) -> tf.Tensor:
    """Weighted mean of 3x3 pixels, weights 1-2-1 both ways; (n, 784) -> (n, 784)."""
    weights = tf.constant([[1, 2, 1], [2, 4, 2], [1, 2, 1]], tf.float32) / 16
    pictures = tf.reshape(images, (-1, SIDE, SIDE, 1))
    return tf.reshape(tf.nn.conv2d(pictures, weights[:, :, None, None], 1, "SAME"), (-1, PIXELS))


def class_loss(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, logits))


def pixel_loss(images: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(images, logits), 1))


def cosine(rate: float, stage: str, count: int, last: float = 0.1) -> keras.optimizers.schedules.LearningRateSchedule:
    return keras.optimizers.schedules.CosineDecay(rate, EPOCHS[stage] * (count // BATCH), last)


def batches(arrays: Arrays, rng: np.random.Generator) -> Iterator[tuple[tf.Tensor, ...]]:
    """One epoch of shuffled batches. The incomplete last one is left out, so that shapes stay fixed."""
    order = rng.permutation(len(arrays[0]))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        rows = order[start : start + BATCH]
        yield tuple(tf.constant(array[rows]) for array in arrays)


def train(stage: str, step: Callable[..., tf.Tensor], draw: Callable[[], Arrays], rng: np.random.Generator) -> None:
    """Run `step` on the batches of all epochs of a stage and print the mean losses of each epoch."""
    for epoch in range(1, EPOCHS[stage] + 1):
        began = time.monotonic()
        losses = np.mean([step(*batch) for batch in batches(draw(), rng)], axis=0)
        print(stage, epoch, np.round(losses, 3), f"{time.monotonic() - began:.0f} s", flush=True)


def train_reader(images: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> keras.Model:
    reader = build_reader()
    optimizer = keras.optimizers.Adam(1e-3)

    @tf.function
    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = class_loss(y, reader(x, training=True)[1])
        optimizer.apply(tape.gradient(loss, reader.trainable_variables), reader.trainable_variables)
        return loss

    train("reader", step, lambda: (images, labels), rng)
    reader.trainable = False
    return reader


def train_autoencoder(
    images: np.ndarray, labels: np.ndarray, reader: keras.Model, rng: np.random.Generator
) -> tuple[keras.Model, keras.Model]:
    """Return encoder and decoder. Besides the pixels, the reader's features of both images shall agree."""
    encoder, decoder = build_encoder(), build_decoder()
    variables = encoder.trainable_variables + decoder.trainable_variables
    optimizer = keras.optimizers.Adam(cosine(1.5e-3, "autoencoder", len(images), 0.05))
    noise = tf.random.Generator.from_seed(int(rng.integers(2**31)))

    @tf.function
    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            mean, log_variance = encoder([x, y])
            logits = decoder([mean + tf.exp(0.5 * log_variance) * noise.normal(tf.shape(mean)), y])
            surplus = tf.exp(log_variance) + mean**2 - 1 - log_variance
            divergence = 0.5 * tf.reduce_mean(tf.reduce_sum(surplus, 1))
            reconstruction = pixel_loss(x, logits)
            difference = reader(tf.sigmoid(logits))[0] - reader(x)[0]
            perception = tf.reduce_mean(tf.reduce_sum(difference**2, 1))
            loss = reconstruction + divergence + PERCEPTION * perception
        optimizer.apply(tape.gradient(loss, variables), variables)
        return tf.stack([reconstruction, divergence, perception])

    train("autoencoder", step, lambda: (images, labels), rng)
    return encoder, decoder


def fit_mixtures(latents: np.ndarray, digits: np.ndarray, rng: np.random.Generator) -> Mixtures:
    """Per class a mixture of k Gaussians: weights (10, k), means (10, k, 16), Cholesky factors (10, k, 16, 16)."""
    fitted = []
    # The fit is many tiny matrix products; on a busy machine threads make it a hundred times slower.
    with threadpool_limits(1):
        for digit in range(CLASSES):
            mixture = GaussianMixture(COMPONENTS, reg_covar=1e-3, random_state=int(rng.integers(2**31)))
            fitted.append(mixture.fit(latents[digits == digit]))
    return {
        "weights": np.stack([mixture.weights_ for mixture in fitted]),
        "means": np.stack([mixture.means_ for mixture in fitted]),
        "factors": np.stack([np.linalg.cholesky(mixture.covariances_) for mixture in fitted]),
    }


def sample_mixtures(mixtures: Mixtures, digits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return latents (n, 16) float32 for the digits (n,), from the mixture of each one's class."""
    thresholds = np.cumsum(mixtures["weights"], axis=1)[digits, :-1]
    component = (rng.random((len(digits), 1)) > thresholds).sum(axis=1)
    noise = rng.standard_normal((len(digits), LATENTS))
    spread = np.einsum("nij,nj->ni", mixtures["factors"][digits, component], noise)
    return (mixtures["means"][digits, component] + spread).astype(np.float32)


def refine_decoder(
    images: np.ndarray,
    labels: np.ndarray,
    reader: keras.Model,
    decoder: keras.Model,
    draw: Callable[[], tuple[np.ndarray, np.ndarray]],
    rng: np.random.Generator,
) -> None:
    """Train the decoder on, against a critic.

    draw: returns latents (n, 16) from the mixtures, for the labels in order, and latents (n, 16) of the images.
    """
    critic = build_critic()
    # The average over about the last thousand batches draws better than any single state of such a contest.
    artist = keras.optimizers.Adam(
        cosine(6e-4, "decoder", len(images)), beta_1=0.5, beta_2=0.99, use_ema=True, ema_momentum=0.999
    )
    opponent = keras.optimizers.Adam(cosine(1.2e-3, "decoder", len(images)), beta_1=0.5, beta_2=0.99)
    batch_number = itertools.count()

    @tf.function
    def train_critic(x: tf.Tensor, y: tf.Tensor, sampled: tf.Tensor, penalise: bool) -> tf.Tensor:
        drawn = tf.sigmoid(decoder([sampled, y]))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.softplus(-critic([x, y])) + tf.nn.softplus(critic([drawn, y])))
            total = loss
            if penalise:
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    value = tf.reduce_sum(critic([x, y]))
                slope = tf.reduce_mean(tf.reduce_sum(inner.gradient(value, x) ** 2, 1))
                total += 0.5 * SLOPE * SLOPE_EVERY * slope
        opponent.apply(tape.gradient(total, critic.trainable_variables), critic.trainable_variables)
        return loss

    @tf.function
    def train_decoder(x: tf.Tensor, y: tf.Tensor, sampled: tf.Tensor, encoded: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = decoder([tf.concat([sampled, encoded], 0), tf.concat([y, y], 0)])
            sampled_logits, encoded_logits = tf.split(logits, 2)
            drawn = tf.sigmoid(sampled_logits)
            realism = tf.reduce_mean(tf.nn.softplus(-critic([drawn, y])))
            reading = class_loss(y, reader(drawn)[1])
            reconstruction = pixel_loss(x, encoded_logits)
            loss = realism + LEGIBILITY * reading + ANCHOR * reconstruction
        artist.apply(tape.gradient(loss, decoder.trainable_variables), decoder.trainable_variables)
        return tf.stack([realism, reading, reconstruction])

    def step(x: tf.Tensor, y: tf.Tensor, sampled: tf.Tensor, encoded: tf.Tensor) -> tf.Tensor:
        contest = train_critic(x, y, sampled, next(batch_number) % SLOPE_EVERY == 0)
        return tf.concat([[contest], train_decoder(x, y, sampled, encoded)], 0)

    train("decoder", step, lambda: (images, labels, *draw()), rng)
    artist.finalize_variable_values(decoder.trainable_variables)


def quantise(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (inputs, outputs) -> int8 of that shape, and one float32 scale per output."""
    scale = (np.abs(kernel).max(axis=0) / 127).astype(np.float32)
    return np.round(kernel / scale).astype(np.int8), scale


def save(folder: Path, decoder: keras.Model, mixtures: Mixtures) -> None:
    """Write `generator.npz`; `mnistlab.data.embedded` reads it."""
    *weights, kernel, bias = decoder.get_weights()
    weights += [blur(kernel).numpy(), blur(bias[None]).numpy()[0]]
    arrays = {name: value.astype(np.float16) for name, value in mixtures.items()}
    for number, (kernel, bias) in enumerate(zip(weights[::2], weights[1::2], strict=True), 1):
        arrays[f"kernel_{number}"], arrays[f"scale_{number}"] = quantise(kernel)
        arrays[f"bias_{number}"] = bias
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "generator.npz", **arrays)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data = os.environ.get("MNISTLAB_DATA")
    parser.add_argument("--data", type=Path, default=data, required=data is None, help="mnist.npz [$MNISTLAB_DATA]")
    parser.add_argument("--out", type=Path, default=Path("assets/digits"), help="folder to write to")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(arguments.seed)
    rng = np.random.default_rng(arguments.seed)
    images, labels = load_mnist(arguments.data)
    digits = labels.argmax(axis=1)

    reader = train_reader(images, labels, rng)
    encoder, decoder = train_autoencoder(images, labels, reader, rng)
    mean, log_variance = encoder.predict([images, labels], batch_size=1000, verbose=0)

    def encoded() -> np.ndarray:
        return mean + np.exp(0.5 * log_variance) * rng.standard_normal(mean.shape, np.float32)

    mixtures = fit_mixtures(encoded(), digits, rng)
    refine_decoder(images, labels, reader, decoder, lambda: (sample_mixtures(mixtures, digits, rng), encoded()), rng)
    save(arguments.out, decoder, mixtures)


if __name__ == "__main__":
    main()

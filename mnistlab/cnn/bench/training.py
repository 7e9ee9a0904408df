"""The speed of training beside Keras' own, and of a matrix product."""

import time

import keras
import numpy as np
import tensorflow as tf

from mnistlab.cnn.network import build_network
from mnistlab.cnn.trainers import make_optimizer
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.recipes import TrainingRecipe

GEMM_SIDE = 2048
GEMM_REPEATS = 8


def matrix_product() -> dict[str, float]:
    """Return the rate of a float32 matrix product of 2048³, best of several, in GFLOP/s."""
    left = tf.random.stateless_normal((GEMM_SIDE, GEMM_SIDE), (0, 1))
    right = tf.random.stateless_normal((GEMM_SIDE, GEMM_SIDE), (0, 2))
    seconds = []
    for _ in range(GEMM_REPEATS):
        clock = time.perf_counter()
        (left @ right).numpy()
        seconds.append(time.perf_counter() - clock)
    return {"gemm_gflops": round(2 * GEMM_SIDE**3 / min(seconds) / 1e9, 1)}


def fit_seconds(recipe: TrainingRecipe, train: Digits, test: Digits) -> float:
    """Return the seconds of one epoch of Keras' own `fit`, validation included, without compilation."""
    model = build_network(recipe.network, recipe.seed)
    model.compile(make_optimizer(recipe), "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = standardise(train.images)[..., None], train.labels.astype(np.int32)
    seen = standardise(test.images)[..., None], test.labels.astype(np.int32)
    # Compiles, so that only the epoch itself is measured.
    model.fit(
        images[: recipe.batch_size], labels[: recipe.batch_size], recipe.batch_size, validation_data=seen, verbose=0
    )
    clock = time.perf_counter()
    model.fit(images, labels, recipe.batch_size, validation_data=seen, verbose=0)
    seconds = time.perf_counter() - clock
    keras.backend.clear_session()
    return seconds

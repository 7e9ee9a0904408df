"""The speed of what needs TensorFlow, beside what it is compared with."""

import tempfile
import time
from pathlib import Path
from statistics import median

import keras
import numpy as np
import tensorflow as tf

from mnistlab.bench import Figures
from mnistlab.cnn.network import build_network
from mnistlab.cnn.training import make_optimizer
from mnistlab.data.digits import Digits
from mnistlab.data.sources import data_at_hand, digits
from mnistlab.data.standardise import standardise
from mnistlab.recipes import TrainingRecipe
from mnistlab.runner import execute
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

# In turn, so that a machine that gets slower slows down both.
ROUNDS = 3
GEMM_SIDE = 2048
GEMM_REPEATS = 8


def matrix_product() -> Figures:
    """Return the rate of a float32 matrix product of 2048³, best of several, in GFLOP/s."""
    left = tf.random.stateless_normal((GEMM_SIDE, GEMM_SIDE), (0, 1))
    right = tf.random.stateless_normal((GEMM_SIDE, GEMM_SIDE), (0, 2))
    seconds = []
    for _ in range(GEMM_REPEATS):
        clock = time.perf_counter()
        (left @ right).numpy()
        seconds.append(time.perf_counter() - clock)
    return {"gemm_gflops": round(2 * GEMM_SIDE**3 / min(seconds) / 1e9, 1)}


def training() -> Figures:
    """Return how long one epoch of 60,000 takes in a run folder with live events, over bare `Model.fit`, validation included in both."""
    name = data_at_hand()
    train, test = digits(name, "train"), digits(name, "test")
    recipe = TrainingRecipe(data=name, epochs=2)
    fit, ours = [], []
    for _ in range(ROUNDS):
        fit.append(_fit_seconds(recipe, train, test))
        ours.append(_run_seconds(recipe))
    return {
        "training_over_fit": round(median(ours) / median(fit), 3),
        "epoch_seconds": round(median(ours), 2),
        "fit_epoch_seconds": round(median(fit), 2),
    }


def _fit_seconds(recipe: TrainingRecipe, train: Digits, test: Digits) -> float:
    model = build_network(recipe.network, recipe.seed)
    model.compile(make_optimizer(recipe), "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = standardise(train.images)[..., None], train.labels.astype(np.int32)
    seen = standardise(test.images)[..., None], test.labels.astype(np.int32)
    # Compiles, so that only the epoch itself is compared.
    model.fit(
        images[: recipe.batch_size], labels[: recipe.batch_size], recipe.batch_size, validation_data=seen, verbose=0
    )
    clock = time.perf_counter()
    model.fit(images, labels, recipe.batch_size, validation_data=seen, verbose=0)
    seconds = time.perf_counter() - clock
    keras.backend.clear_session()
    return seconds


def _run_seconds(recipe: TrainingRecipe) -> float:
    """Return the seconds from the end of the first epoch to the end of the second: no compilation, all else."""
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder.create(Path(folder) / "run", recipe, "bench")
        execute(run, Store(Path(folder)))
        events = run.event_log().read()
    first, second = (float(event["time"]) for event in events if "epoch" in event)
    return second - first

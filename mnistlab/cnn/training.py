"""A training recipe -> a generator of reports, ending with the trained weights (algorithms.md §2).

- All training digits are in memory once, standardised.
- One compiled loop trains a stretch of batches, whose length follows the clock, so that there are several reports a second
  and a stretch costs no more than the batches in it.
- After each epoch come the validation, the weights as a snapshot, and a checkpoint from which a resumed run ends with exactly
  the same weights. The order of the digits depends on seed and epoch only.
"""

import math
import time
from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.evaluation import Evaluation, Evaluator
from mnistlab.cnn.network import network_input
from mnistlab.cnn.trainers import Trainer, trainer_of
from mnistlab.data.digits import Digits
from mnistlab.errors import DivergedError
from mnistlab.progress import Checkpoint, Progress, Reports, Request, Result, Snapshot
from mnistlab.recipes.training import OPTIMIZERS_WITH_MOMENTUM, TrainingRecipe, batches_per_epoch

# Seconds between two reports: the interface promises four a second, and a Pause should feel immediate.
REPORT_SECONDS = 0.15
HISTORY = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")


def train(
    recipe: TrainingRecipe,
    training: Digits,
    validation: Digits,
    initial: Mapping[str, NDArray[np.float32]] | None = None,
    checkpoint: Mapping[str, NDArray[Any]] | None = None,
) -> Reports:
    """Train the network of `recipe`; equal arguments give equal weights on the same processor.

    Arguments:
        recipe: the training recipe.
        training: at least `recipe.train_size` digits; the first ones are used.
        validation: digits for validation only.
        initial: weights to start from; None: drawn by the recipe's seed.
        checkpoint: arrays of the last `Checkpoint` of the same run, to continue from.

    Yields:
        `Snapshot` 0 with the start weights; `Progress` several times a second with `loss`, `accuracy` (of the batches since the last
        report), `learning_rate`, `images_per_second`, and after each epoch additionally `epoch` and the HISTORY of that
        epoch; then its `Snapshot` and `Checkpoint`; a `Result` at the end.

    Raises:
        DivergedError: if the loss is no longer a finite number.
    """
    epochs_before = 0 if checkpoint is None else len(checkpoint["loss"])
    yield Progress("preparing", epochs_before * batches_per_epoch(recipe), _total(recipe))
    trainer = trainer_of(recipe)
    evaluator = Evaluator(trainer.model)
    history: dict[str, list[float]] = {name: [] for name in HISTORY}
    if checkpoint is not None:
        trainer.restore(checkpoint)
        history = {name: [float(value) for value in checkpoint[name]] for name in HISTORY}
        confusion = checkpoint["confusion"]
    else:
        if initial is not None:
            trainer.set_weights(initial)
        yield Snapshot(0, trainer.weights())
        classes = recipe.network.classes
        confusion = np.zeros((classes, classes), np.int64)
    images, labels = _given(recipe, trainer, training)

    stopped = checkpoint is not None and bool(checkpoint["stopped"])
    for epoch in range(len(history["loss"]), recipe.epochs):
        if stopped:
            break
        losses, accuracy, stopped = yield from _train_epoch(recipe, trainer, images, labels, epoch)
        trainer.end_epoch()
        done = epoch * batches_per_epoch(recipe) + len(losses)
        evaluation = yield from _validate(recipe, evaluator, validation, done)
        figures = (float(np.mean(losses)), accuracy, evaluation.loss, evaluation.accuracy, trainer.learning_rate)
        for name, value in zip(HISTORY, figures, strict=True):
            history[name].append(value)
        confusion = evaluation.confusion
        yield Progress(
            "epoch done", done, _total(recipe), {"epoch": epoch + 1, **dict(zip(HISTORY, figures, strict=True))}
        )
        yield Snapshot(epoch + 1, trainer.weights())
        yield Checkpoint(trainer.state() | _arrays(history, confusion) | {"stopped": stopped})
    yield _result(trainer, history, confusion, stopped)


def _given(recipe: TrainingRecipe, trainer: Trainer, training: Digits) -> tuple[Any, Any]:
    seen = network_input(trainer.model, training.images[: recipe.train_size])
    return trainer.given(seen, training.labels[: recipe.train_size].astype(np.int32))


def _arrays(history: Mapping[str, list[float]], confusion: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    return {name: np.array(values) for name, values in history.items()} | {"confusion": confusion}


def _result(
    trainer: Trainer, history: Mapping[str, list[float]], confusion: NDArray[np.int64], stopped: bool
) -> Result:
    summary = {name: values[-1] for name, values in history.items()} | {
        "epochs": len(history["loss"]),
        "complete": not stopped,
        "parameters": trainer.model.count_params(),
    }
    return Result(_arrays(history, confusion), summary, trainer.weights())


def _train_epoch(
    recipe: TrainingRecipe, trainer: Trainer, images: Any, labels: Any, epoch: int
) -> Generator[Progress, Request | None, tuple[NDArray[np.float32], float, bool]]:
    """Train one epoch; return the loss of each batch, the accuracy, and whether a stop was requested."""
    order = np.random.default_rng([recipe.seed, epoch]).permutation(recipe.train_size).astype(np.int32)
    # The others keep their order, so that a training with all digits can be compared.
    order = order[~np.isin(order, recipe.left_out)]
    before, size = epoch * batches_per_epoch(recipe), recipe.batch_size
    losses: list[NDArray[np.float32]] = []
    start, hits, batches = 0, 0, 1
    while start < len(order):
        stretch = order[start : start + batches * size]
        clock = time.perf_counter()
        stretch_losses, stretch_hits = trainer.train_stretch(images, labels, stretch, size)
        seconds = time.perf_counter() - clock
        if not np.isfinite(stretch_losses).all():
            raise DivergedError(_diverged(recipe, before + start // size))
        start += len(stretch)
        hits += int(stretch_hits.sum())
        losses.append(stretch_losses)
        request = yield Progress(
            "training",
            before + math.ceil(start / size),
            _total(recipe),
            {
                "loss": float(stretch_losses.mean()),
                "accuracy": float(stretch_hits.sum() / len(stretch)),
                "learning_rate": trainer.learning_rate,
                "images_per_second": round(len(stretch) / seconds),
            },
        )
        if request is Request.STOP:
            return np.concatenate(losses), hits / start, True
        # At most doubled, because the first stretch includes the compilation and says nothing about the next.
        batches = max(1, min(2 * batches, int(batches * REPORT_SECONDS / seconds)))
    return np.concatenate(losses), hits / len(order), False


def _validate(
    recipe: TrainingRecipe, evaluator: Evaluator, validation: Digits, done: int
) -> Generator[Progress, Request | None, Evaluation]:
    for part in evaluator.run(validation.images, validation.labels):
        if isinstance(part, Evaluation):
            return part
        yield Progress("validating", done, _total(recipe))
    raise AssertionError("an evaluator ends with an Evaluation")


def _total(recipe: TrainingRecipe) -> int:
    return recipe.epochs * batches_per_epoch(recipe)


def _diverged(recipe: TrainingRecipe, batch: int) -> str:
    advice = f"a learning rate below {recipe.learning_rate:g}"
    if recipe.optimizer in OPTIMIZERS_WITH_MOMENTUM and recipe.momentum > 0:
        advice += ", less momentum"
    return f"The loss stopped being a number after {batch} batches: the steps are too large. Try {advice} or another optimiser."

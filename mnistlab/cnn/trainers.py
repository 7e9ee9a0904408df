"""A training recipe -> what trains its network, batch by batch: TensorFlow, or the compiled loops where they can."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.network import build_network, get_weights, set_weights
from mnistlab.cnn.step.stepper import Stepper
from mnistlab.recipes.training import OPTIMIZERS_WITH_MOMENTUM, Engine, TrainingRecipe
from mnistlab.store.networks import Weights

OPTIMIZERS: dict[str, type[keras.optimizers.Optimizer]] = {
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "nadam": keras.optimizers.Nadam,
    "adamax": keras.optimizers.Adamax,
    "sgd": keras.optimizers.SGD,
}


def make_optimizer(recipe: TrainingRecipe) -> keras.optimizers.Optimizer:
    """Return the optimiser with the schedule of `recipe`."""
    rate: Any = recipe.learning_rate
    if recipe.schedule == "power":
        rate = keras.optimizers.schedules.InverseTimeDecay(rate, recipe.decay_steps, recipe.decay_rate)
    elif recipe.schedule == "exponential":
        rate = keras.optimizers.schedules.ExponentialDecay(rate, recipe.decay_steps, recipe.decay_rate)
    options = {"momentum": recipe.momentum} if recipe.optimizer in OPTIMIZERS_WITH_MOMENTUM else {}
    return OPTIMIZERS[recipe.optimizer](rate, **options)


class Trainer(Protocol):
    """Weights and optimiser of one training. `model`: the network in Keras, with the weights as they are when an epoch has ended."""

    model: keras.Model

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next batch."""

    def weights(self) -> Weights:
        """Return a copy of the weights by name."""

    def set_weights(self, weights: Mapping[str, Any]) -> None:
        """Set the weights by name."""

    def train_stretch(
        self, images: Any, labels: Any, order: NDArray[np.int32], batch_size: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Train once on the digits that `order` indexes, in batches of `batch_size`.

        Arguments:
            images: all digits, from `given`.
            labels: theirs, from `given`.
            order: (count,) int32.
            batch_size: digits of a batch.

        Returns:
            Losses (batches,) and correctly read digits (batches,) of each batch.
        """

    def given(self, images: NDArray[np.float32], labels: NDArray[np.int32]) -> tuple[Any, Any]:
        """Return all digits as `train_stretch` takes them."""

    def end_epoch(self) -> None:
        """Bring the weights into `model`."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the weights and the optimiser's variables, which determine the next batch."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a `state()`."""


class KerasTrainer:
    """Training by TensorFlow: any network and optimiser, in a compiled loop over batches."""

    def __init__(self, recipe: TrainingRecipe) -> None:
        self.model = build_network(recipe.network, recipe.seed)
        self.optimizer = make_optimizer(recipe)
        self.optimizer.build(self.model.trainable_variables)
        self._loss = keras.losses.SparseCategoricalCrossentropy()
        self._stretch = tf.function(
            self._train_stretch,
            input_signature=[
                tf.TensorSpec((None, 28, 28, 1), tf.float32),
                tf.TensorSpec((None,), tf.int32),
                tf.TensorSpec((None,), tf.int32),
                tf.TensorSpec((), tf.int32),
            ],
        )

    def _train_stretch(
        self, images: tf.Tensor, labels: tf.Tensor, order: tf.Tensor, batch_size: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Train once on the digits that `order` indexes, in batches of `batch_size`.

        Returns:
            Losses (batches,) float32 and correctly read digits (batches,) int32 of each batch.
        """
        count = tf.size(order)
        batches = (count + batch_size - 1) // batch_size
        losses = tf.TensorArray(tf.float32, batches)
        correct = tf.TensorArray(tf.int32, batches)

        def body(batch: tf.Tensor, losses: tf.TensorArray, correct: tf.TensorArray) -> tuple[Any, ...]:
            chosen = order[batch * batch_size : (batch + 1) * batch_size]
            loss, hits = self._train_batch(tf.gather(images, chosen), tf.gather(labels, chosen))
            return batch + 1, losses.write(batch, loss), correct.write(batch, hits)

        # Batches run one after the other, because each needs the weights of the one before.
        _, losses, correct = tf.while_loop(
            lambda batch, *_: batch < batches, body, (0, losses, correct), parallel_iterations=1
        )
        return losses.stack(), correct.stack()

    def _train_batch(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            probabilities = self.model(images, training=True)
            loss = self._loss(labels, probabilities) + sum(self.model.losses, 0.0)
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        read = tf.argmax(probabilities, axis=1, output_type=tf.int32)
        return loss, tf.math.count_nonzero(read == labels, dtype=tf.int32)

    @property
    def learning_rate(self) -> float:  # noqa: D102
        return float(self.optimizer.learning_rate)

    def weights(self) -> Weights:  # noqa: D102
        return get_weights(self.model)

    def set_weights(self, weights: Mapping[str, Any]) -> None:  # noqa: D102
        set_weights(self.model, weights)

    def given(self, images: NDArray[np.float32], labels: NDArray[np.int32]) -> tuple[Any, Any]:  # noqa: D102
        return tf.constant(images), tf.constant(labels)

    def train_stretch(  # noqa: D102
        self, images: Any, labels: Any, order: NDArray[np.int32], batch_size: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        losses, hits = self._stretch(images, labels, order, batch_size)
        return losses.numpy(), hits.numpy()

    def end_epoch(self) -> None:
        """Do nothing: the model is what is trained."""

    def state(self) -> dict[str, NDArray[Any]]:  # noqa: D102
        kept = {f"weights/{name}": array for name, array in get_weights(self.model).items()}
        return kept | {
            f"optimizer/{index}": variable.value.numpy() for index, variable in enumerate(self.optimizer.variables)
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:  # noqa: D102
        set_weights(self.model, {name.removeprefix("weights/"): array for name, array in state.items()})
        for index, variable in enumerate(self.optimizer.variables):
            variable.assign(state[f"optimizer/{index}"])


class CompiledTrainer(Stepper):
    """Training by the compiled loops. The model only validates."""

    def __init__(self, recipe: TrainingRecipe) -> None:
        self.model = build_network(recipe.network, recipe.seed)
        super().__init__(recipe, get_weights(self.model))

    def given(self, images: NDArray[np.float32], labels: NDArray[np.int32]) -> tuple[Any, Any]:
        """Return all digits as they are."""
        return images, labels

    def end_epoch(self) -> None:
        """Bring the weights into the model."""
        set_weights(self.model, self.weights())


TRAINERS: dict[Engine, Callable[[TrainingRecipe], Trainer]] = {"tensorflow": KerasTrainer, "compiled": CompiledTrainer}


def trainer_of(recipe: TrainingRecipe) -> Trainer:
    """Return the trainer that a recipe names."""
    return TRAINERS[recipe.engine](recipe)

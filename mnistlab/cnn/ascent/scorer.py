"""A stored network and one of its layers -> scores of images, and their gradients in the pixels."""

from collections.abc import Sequence

import tensorflow as tf

from mnistlab.cnn.ascent.goals import Goal
from mnistlab.cnn.ascent.heads import DenseHead, Head, SingleMapHead, Targets, WeightedHead
from mnistlab.cnn.ascent.stages import Stage, make_stage
from mnistlab.recipes.network import IMAGE_SIZE, NetworkRecipe, layer_rows
from mnistlab.store.networks import StoredNetwork


class Scorer:
    """Scores images at one layer; pure functions of tensors, compiled by whoever calls them.

    Arguments:
        network: the network.
        layer: name of a convolution, pool or dense layer.
        single: whether each image has one map as its target; else maps are weighted.
        plain: whether nothing but TensorFlow's own operations are used, as XLA wants them.
    """

    def __init__(self, network: StoredNetwork, layer: str, single: bool, plain: bool = False) -> None:
        recipe, weights = network.recipe, network.weights
        rows = {row.name: row for row in layer_rows(recipe)}
        is_dense, number = rows[layer].kind == "dense", int(layer.rpartition("_")[2])
        last = len(recipe.conv) if is_dense else number
        size = rows[f"Conv2D_{last}" if is_dense else layer].shape[0]
        self.head: Head
        if is_dense:
            names = [f"Dense_{place}" for place in range(1, number + 1)]
            # The output's own activation is left out: an ascent maximises the value before softmax.
            activations = [*(stage.activation for stage in recipe.dense[:number]), "linear"]
            dense = [(weights[f"{name}/kernel"], weights[f"{name}/bias"]) for name in names]
            self.head = DenseHead(
                [(*pair, activation) for pair, activation in zip(dense, activations, strict=False)],
                size,
                recipe.conv[-1].filters,
            )
            places = range(last, 0, -1)
        else:
            pool = recipe.pool[number - 1] if rows[layer].kind == "pool" else 1
            kernel, bias = weights[f"Conv2D_{number}/kernel"], weights[f"Conv2D_{number}/bias"]
            activation = recipe.conv[number - 1].activation
            if single:
                self.head = SingleMapHead(kernel, bias, activation, pool, size)
            else:
                self.head = WeightedHead(kernel, bias, activation, pool, size, plain)
            places = range(last - 1, 0, -1)
        # From the target back to the image, each stage as large as the next one needs it.
        self._stages: list[Stage] = []
        needed = self.head.size_in
        for place in places:
            kernel, bias = weights[f"Conv2D_{place}/kernel"], weights[f"Conv2D_{place}/bias"]
            stage = make_stage(
                kernel, bias, recipe.conv[place - 1].activation, _pool_after(place, recipe), needed, plain
            )
            self._stages.insert(0, stage)
            needed = stage.size_in
        self._size_in = needed

    def targets(self, goals: Sequence[Goal]) -> Targets:
        """Return the goals of a batch as tensors with one entry an image."""
        return self.head.targets(goals)

    def score(self, images: tf.Tensor, targets: Targets) -> tf.Tensor:
        """images: (batch, 28, 28) standardised -> scores (batch,)."""
        values = self._seen(images)
        for stage in self._stages:
            values, _ = stage.forward(values)
        score, _ = self.head.forward(values, targets)
        return score

    def score_and_gradient(self, images: tf.Tensor, targets: Targets, rescue: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return scores (batch,) and gradients (batch, 28, 28).

        Arguments:
            images: (batch, 28, 28) float32, standardised.
            targets: from `targets`.
            rescue: () bool, whether the gradient passes the target's relu while the score is zero.
        """
        values, kept = self._seen(images), []
        for stage in self._stages:
            values, stage_kept = stage.forward(values)
            kept.append(stage_kept)
        score, head_kept = self.head.forward(values, targets)
        gradient = self.head.backward(head_kept, targets, rescue)
        for stage, stage_kept in zip(reversed(self._stages), reversed(kept), strict=True):
            gradient = stage.backward(stage_kept, gradient)
        rest = IMAGE_SIZE - self._size_in
        return score, tf.pad(gradient[..., 0], [[0, 0], [0, rest], [0, rest]])

    def _seen(self, images: tf.Tensor) -> tf.Tensor:
        """Return the part of the images the target can see, (batch, size, size, 1)."""
        return images[:, : self._size_in, : self._size_in, None]


def _pool_after(number: int, recipe: NetworkRecipe) -> int:
    """Return the side of the pool behind convolution `number`, 1 for none."""
    return recipe.pool[number - 1] if number <= len(recipe.pool) else 1

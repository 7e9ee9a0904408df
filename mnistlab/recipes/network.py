"""The declaration of a network, with its shapes and parameter counts; without TensorFlow."""

from dataclasses import dataclass
from math import prod
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mnistlab.errors import NetworkError
from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.data_sets import DIGITS, MOST_CLASSES

IMAGE_SIZE = 28
FLATTEN = "Flatten"
# As a Pydantic pattern, and in words.
LAYER_NAME = (r"^[A-Za-z0-9_]{1,40}$", "a name of letters, digits and _ only, at most 40")
# A training keeps the weights of every epoch and must fit a laptop: 5 million weights are 20 MB.
MOST_PARAMETERS = 5_000_000

ConvActivation = Literal["relu", "sigmoid", "elu", "tanh"]
DenseActivation = Literal["relu", "sigmoid", "tanh"]
OutputActivation = Literal["softmax", "sigmoid"]
Padding = Literal["valid", "same"]
Pooling = Literal["max", "average"]
Scaling = Literal["standardised", "unit", "signed", "bytes", "mnist"]
LayerKind = Literal["convolution", "pool", "flatten", "dense"]


class ImpossibleNetworkError(NetworkError, ValueError):
    """Layers that do not fit together; also a ValueError, because pydantic catches no other error of a validator."""


class ConvStage(RecipePart):
    """One convolution of stride 1."""

    filters: int = choice(32, ge=1, le=256, step=8, title="Maps", help="How many maps (filters) this convolution has.")
    kernel: int = choice(
        3, ge=1, le=9, title="Kernel", help="Side of the square each filter looks at. 3 means 3×3 pixels."
    )
    activation: ConvActivation = choice(
        "relu", title="Activation", help="What is done to each value of a map: relu cuts off everything below zero."
    )
    padding: Padding = choice(
        "valid",
        exclude_if=lambda padding: padding == "valid",
        title="Padding",
        help="“valid”: the kernel stays inside, so maps are smaller by its side less one. “same”: zeros are laid around what comes in, so maps "
        "keep its size.",
    )

    @property
    def padded(self) -> int:
        """Rows of zeros above, and columns to the left, of what comes in; below and to the right there is one more if the kernel's side is even."""
        return (self.kernel - 1) // 2 if self.padding == "same" else 0


class DenseStage(RecipePart):
    """One hidden dense layer."""

    units: int = choice(100, ge=1, le=1024, step=10, title="Nodes", help="How many nodes this dense layer has.")
    activation: DenseActivation = choice("relu", title="Activation", help="What each node does to its sum.")


PoolSize = Annotated[int, Field(ge=1, le=4, title="Pool", description="Side of the square of which one value is kept.")]


@dataclass(frozen=True)
class LayerRow:
    """One layer for a table. `shape`: (rows, columns, maps) or (nodes,)."""

    name: str
    kind: LayerKind
    shape: tuple[int, ...]
    parameters: int

    @property
    def multiplications(self) -> int:
        """How many it takes for one image; biases count as one each."""
        return self.parameters * (self.shape[0] * self.shape[1] if self.kind == "convolution" else 1)


class NetworkRecipe(RecipePart):
    """A sequence Conv2D_1, Max_Pool_1, Conv2D_2, …, Flatten, Dense_1, …; one pool fewer than convolutions, or one after the last as well.

    Pools that take the mean are called Average_Pool_1, ….
    """

    conv: tuple[ConvStage, ...] = choice(
        (ConvStage(filters=32), ConvStage(filters=64), ConvStage(filters=128)),
        min_length=1,
        max_length=6,
        title="Convolutions",
        help="The convolutions, first to last. Between two of them stands a pool.",
    )
    pool: tuple[PoolSize, ...] = choice(
        (2, 2),
        max_length=6,
        title="Pools",
        help="One pool between each two convolutions, and one after the last if you like; 2 halves the maps.",
    )
    dense: tuple[DenseStage, ...] = choice(
        (DenseStage(),),
        max_length=4,
        title="Hidden dense layers",
        help="The layers between the last convolution and the ten outputs.",
    )
    output_activation: OutputActivation = choice(
        "softmax",
        title="Output",
        help="Softmax makes ten probabilities that add up to 1; sigmoid leaves each on its own.",
    )
    regularizer: Literal["l1", "l2"] | None = choice(
        "l2",
        title="Regulariser",
        help="Keeps the weights of the dense layers small, which helps with digits never seen before.",
    )
    regularizer_strength: float = choice(
        0.001, ge=0.0, le=0.1, title="Regulariser strength", help="How much large weights cost."
    )

    # These are omitted where they have their defaults, so that older recipes keep their digests.
    classes: int = choice(
        len(DIGITS),
        ge=2,
        le=MOST_CLASSES,
        exclude_if=lambda classes: classes == len(DIGITS),
        title="Classes",
        help="How many outputs there are: one for each class of the digits it learns from.",
    )
    scaling: Scaling = choice(
        "standardised",
        exclude_if=lambda scaling: scaling == "standardised",
        title="Pictures",
        help="How grey values come to the network: each picture by its own mean and spread, or as networks from elsewhere "
        "learned them: 0 to 1, −1 to 1, 0 to 255, or by the mean and spread of MNIST.",
    )

    pooling: Pooling = choice(
        "max",
        exclude_if=lambda pooling: pooling == "max",
        title="Pools keep",
        help="What a pool keeps of each of its squares: the largest value, or the mean of all.",
    )

    @model_validator(mode="after")
    def _must_be_possible(self) -> Self:
        if len(self.pool) not in (len(self.conv) - 1, len(self.conv)):
            raise ImpossibleNetworkError(
                f"{len(self.conv)} convolutions need {len(self.conv) - 1} pools, one between each two, or one more after the last. "
                f"Received: {len(self.pool)}."
            )
        total = sum(row.parameters for row in layer_rows(self))
        if total > MOST_PARAMETERS:
            raise ImpossibleNetworkError(
                f"This network would have {total:,} parameters; at most {MOST_PARAMETERS:,} are allowed. "
                "Use fewer maps or nodes."
            )
        return self


def convolution_name(number: int) -> str:
    """Return the name of a convolution; counted from 1, as in the articles."""
    return f"Conv2D_{number}"


def pool_name(number: int, pooling: Pooling = "max") -> str:
    """Return the name of the pool after convolution `number`."""
    return f"{pooling.capitalize()}_Pool_{number}"


def dense_name(number: int) -> str:
    """Return the name of a dense layer; counted from 1, the outputs are the last."""
    return f"Dense_{number}"


def layer_rows(network: NetworkRecipe) -> list[LayerRow]:
    """Return every layer of `network` with its output shape and number of parameters.

    Raises:
        ImpossibleNetworkError: the maps of a layer would be smaller than one pixel.
    """
    rows: list[LayerRow] = []
    size, depth = IMAGE_SIZE, 1
    for number, stage in enumerate(network.conv, start=1):
        name = convolution_name(number)
        shrinks = stage.padding == "valid"
        if shrinks and stage.kernel > size:
            raise ImpossibleNetworkError(
                f"The maps of {name} would shrink below one pixel: its {stage.kernel}×{stage.kernel} kernel "
                f"does not fit into {size}×{size}. Use fewer layers, smaller kernels or smaller pools."
            )
        size -= (stage.kernel - 1) * shrinks
        parameters = (stage.kernel**2 * depth + 1) * stage.filters
        depth = stage.filters
        rows.append(LayerRow(name, "convolution", (size, size, depth), parameters))
        if number <= len(network.pool):
            name, pool = pool_name(number, network.pooling), network.pool[number - 1]
            if pool > size:
                raise ImpossibleNetworkError(
                    f"The maps of {name} would shrink below one pixel: its {pool}×{pool} pool "
                    f"does not fit into {size}×{size}. Use fewer layers, smaller kernels or smaller pools."
                )
            size //= pool
            rows.append(LayerRow(name, "pool", (size, size, depth), 0))
    width = prod((size, size, depth))
    rows.append(LayerRow(FLATTEN, "flatten", (width,), 0))
    units = [stage.units for stage in network.dense] + [network.classes]
    for number, nodes in enumerate(units, start=1):
        rows.append(LayerRow(dense_name(number), "dense", (nodes,), (width + 1) * nodes))
        width = nodes
    return rows


def weight_shapes(network: NetworkRecipe) -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight tensor by its name ("Conv2D_1/kernel"), in the order of the layers."""
    shapes: dict[str, tuple[int, ...]] = {}
    depth = 1
    for number, stage in enumerate(network.conv, start=1):
        name = convolution_name(number)
        shapes[f"{name}/kernel"] = (stage.kernel, stage.kernel, depth, stage.filters)
        shapes[f"{name}/bias"] = (stage.filters,)
        depth = stage.filters
    for row in layer_rows(network):
        if row.kind == "flatten":
            depth = row.shape[0]
        elif row.kind == "dense":
            shapes[f"{row.name}/kernel"] = (depth, row.shape[0])
            shapes[f"{row.name}/bias"] = row.shape
            depth = row.shape[0]
    return shapes

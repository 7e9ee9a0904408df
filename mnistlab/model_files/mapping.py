"""A chain of Keras' layers -> the recipe it is here, and its weights by our names; what does nothing in reading is left out, anything else is named."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.errors import NetworkError, RecipeError
from mnistlab.model_files.chain import KerasLayer
from mnistlab.model_files.choices import IMAGE_SHAPES, activation_of, check_shape, demand, is_near, side_of
from mnistlab.model_files.contents import Contents
from mnistlab.model_files.folding import Affine, normalisation
from mnistlab.recipes.network import NetworkRecipe, Pooling, Scaling, convolution_name, dense_name
from mnistlab.store.networks import StoredNetwork, checked_weights

Arrays = list[NDArray[np.float32]]
# Layers that let everything through unless a network is being trained.
FOR_TRAINING = {
    "Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization",
    "RandomRotation", "RandomTranslation", "RandomZoom", "RandomFlip", "RandomContrast", "RandomBrightness",
}  # fmt: skip
# Factor and shift of a layer Rescaling, for grey values from 0 to 255.
RESCALINGS: dict[Scaling, tuple[float, float]] = {"unit": (1 / 255, 0), "signed": (1 / 127.5, -1)}
KNOWN = "Known are Conv2D, MaxPooling2D, AveragePooling2D, Flatten, Dense, Dropout, Activation and the like."


@dataclass
class _Draft:
    """What is known of the network so far; `pending`: what is done to maps before the next layer with weights."""

    conv: list[dict[str, Any]] = field(default_factory=list)
    pool: dict[int, int] = field(default_factory=dict)
    pooling: Pooling | None = None
    dense: list[dict[str, Any]] = field(default_factory=list)
    weights: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    scaling: Scaling | None = None
    pending: Affine | None = None
    is_flat: bool = False

    @property
    def last(self) -> dict[str, Any] | None:
        """The last layer with weights."""
        layers = self.dense or self.conv
        return layers[-1] if layers else None

    def set_weights(self, name: str, weights: Arrays) -> None:
        """Keep kernel and bias of the layer `name`."""
        self.weights[f"{name}/kernel"], self.weights[f"{name}/bias"] = weights


@dataclass(frozen=True)
class Mapped:
    """A network that was brought.

    Attributes:
        network: it.
        left_out: what it held that does nothing, or something else, in reading; each as a few words.
        scaling: how it takes in pictures, where a layer Rescaling says so.
    """

    network: StoredNetwork
    left_out: tuple[str, ...]
    scaling: Scaling | None


def mapped(layers: list[KerasLayer], contents: Contents) -> Mapped:
    """Return the network that a chain of layers is.

    Raises:
        NetworkError: it holds something that is not known here, or its weights are not those of its layers.
    """
    draft = _Draft()
    for layer in layers:
        take = LAYERS.get(layer.kind)
        if layer.kind in FOR_TRAINING:
            draft.left_out.append(str(layer))
        elif take is None:
            raise NetworkError(f"The layer {layer} is not known here. {KNOWN}")
        else:
            take(draft, layer, contents.layers.get(layer.key if contents.numbered else layer.name, []))
    recipe = _recipe(draft)
    return Mapped(
        StoredNetwork(recipe, checked_weights(draft.weights, recipe, "This file")),
        tuple(draft.left_out),
        draft.scaling,
    )


def _recipe(draft: _Draft) -> NetworkRecipe:
    if draft.pending:
        raise NetworkError(f"{draft.pending.layer} is the last layer; outputs are not normalised here.")
    if not draft.conv or not draft.dense:
        raise NetworkError("This network has no convolution or no dense layer; one of each is the least.")
    *hidden, output = draft.dense
    if output["activation"] == "linear":
        output["activation"] = "softmax"
        draft.left_out.append("its outputs as bare sums: softmax was put after them")
    for number, stage in enumerate([*draft.conv, *hidden], start=1):
        if stage["activation"] == "linear":
            raise NetworkError(f"Layer {number} of those with weights has no activation; only the last may be without.")
    last = len(draft.conv)
    pools = [draft.pool.get(number, 1) for number in range(1, last)]
    pools += [draft.pool[last]] if last in draft.pool else []
    content = {
        "conv": draft.conv,
        "pool": pools,
        "pooling": draft.pooling or "max",
        "dense": hidden,
        "output_activation": output["activation"],
        "classes": output["units"],
        "regularizer": None,
    }
    try:
        return NetworkRecipe.read(content)
    except RecipeError as error:
        raise NetworkError(f"This network is not one that can be shown here: {error}") from None


def _input(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    check_shape(layer)


def _reshape(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    check_shape(layer)
    if draft.conv or draft.dense or layer.config.get("target_shape") not in IMAGE_SHAPES:
        raise NetworkError(f"The layer {layer} is not known here, since it is not the picture that it arranges.")


def _rescaling(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    check_shape(layer)
    if draft.conv or draft.dense or draft.scaling:
        raise NetworkError(f"The layer {layer} is not known here, since it does not rescale the picture.")
    for scaling, (scale, offset) in RESCALINGS.items():
        if is_near(layer.config.get("scale"), scale) and is_near(layer.config.get("offset", 0), offset):
            draft.scaling = scaling
            return
    raise NetworkError(f"{layer} does not bring grey values of 0 to 255 to 0 to 1 or −1 to 1, so it is not known here.")


def _convolution(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    check_shape(layer)
    if draft.is_flat:
        raise NetworkError(f"{layer} stands behind Flatten or a dense layer; convolutions have to come first.")
    demand(
        layer,
        strides=([1, 1], 1),
        dilation_rate=([1, 1], 1),
        groups=(1, None),
        data_format=("channels_last", None),
        padding=("valid", "same"),
    )
    draft.conv.append(
        {
            "filters": layer.config.get("filters"),
            "kernel": side_of(layer, "kernel_size"),
            "activation": activation_of(layer),
            "padding": layer.config.get("padding", "valid"),
        }
    )
    _take_weights(draft, convolution_name(len(draft.conv)), layer, arrays)


def _pool(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    pooling: Pooling = "max" if layer.kind.startswith("Max") else "average"
    side, number = side_of(layer, "pool_size"), len(draft.conv)
    demand(layer, strides=([side, side], side, None), data_format=("channels_last", None), padding=("valid",))
    if draft.is_flat or number == 0 or number in draft.pool:
        raise NetworkError(f"{layer} does not stand right behind a convolution.")
    if draft.pooling not in (None, pooling) and side > 1:
        raise NetworkError(f"{layer} is of another kind than the pools before it; one network has one kind here.")
    if draft.pending and pooling == "max" and not (draft.pending.factor > 0).all():
        # Only then the largest value stays the largest.
        raise NetworkError(
            f"{layer} stands behind {draft.pending.layer}, which turns maps over; that is not known here."
        )
    draft.pool[number] = side
    draft.pooling = pooling if side > 1 else draft.pooling


def _flatten(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    demand(layer, data_format=("channels_last", None))
    draft.is_flat = True


def _dense(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    if not draft.is_flat:
        raise NetworkError(f"{layer} does not stand behind Flatten.")
    draft.dense.append({"units": layer.config.get("units"), "activation": activation_of(layer)})
    _take_weights(draft, dense_name(len(draft.dense)), layer, arrays)


def _activation_layer(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    _set_activation(draft, layer, activation_of(layer))


def _relu(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    demand(layer, max_value=(None,), negative_slope=(None, 0), threshold=(None, 0))
    _set_activation(draft, layer, "relu")


def _softmax(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    demand(layer, axis=(-1, None))
    _set_activation(draft, layer, "softmax")


def _elu(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    demand(layer, alpha=(1, None))
    _set_activation(draft, layer, "elu")


def _set_activation(draft: _Draft, layer: KerasLayer, activation: str) -> None:
    # Behind a pool of the largest it does the same, since all activations of convolutions grow.
    is_behind_means = not draft.dense and draft.pooling == "average" and draft.pool.get(len(draft.conv), 1) > 1
    if is_behind_means:
        raise NetworkError(
            f"{layer} stands behind a pool of means, where it does something else than before it; that is not known here."
        )
    if draft.last is None or draft.last["activation"] != "linear" or draft.pending:
        raise NetworkError(f"{layer} does not stand behind a layer without an activation.")
    draft.last["activation"] = activation


def _take_weights(draft: _Draft, name: str, layer: KerasLayer, arrays: Arrays) -> None:
    has_bias = layer.config.get("use_bias", True) is not False
    dimensions = 2 if draft.dense else 4
    if (
        len(arrays) != 1 + has_bias
        or arrays[0].ndim != dimensions
        or (has_bias and arrays[1].shape != arrays[0].shape[-1:])
    ):
        raise NetworkError(f"This file does not hold the weights of {layer}.")
    # Without biases is with biases of zero.
    weights = [arrays[0], arrays[1] if has_bias else np.zeros(arrays[0].shape[-1:], np.float32)]
    if draft.pending:
        if layer.config.get("padding") == "same":
            raise NetworkError(f"{layer} puts zeros around what {draft.pending.layer} gives; that is not known here.")
        weights, draft.pending = draft.pending.before(*weights), None
    draft.set_weights(name, weights)


def _normalisation(draft: _Draft, layer: KerasLayer, arrays: Arrays) -> None:
    check_shape(layer)
    found = normalisation(layer, arrays, draft.is_flat)
    draft.left_out.append(f"{layer}, whose numbers were taken into the weights beside it")
    # A mean of values times a factor is the factor times their mean; the largest is that only if it is above zero.
    is_pooled = (
        not draft.dense
        and len(draft.conv) in draft.pool
        and draft.pooling != "average"
        and not (found.factor > 0).all()
    )
    if draft.last is None or draft.last["activation"] != "linear" or draft.pending or is_pooled:
        draft.pending = draft.pending.then(found) if draft.pending else found
        return
    name = dense_name(len(draft.dense)) if draft.dense else convolution_name(len(draft.conv))
    draft.set_weights(name, found.behind(draft.weights[f"{name}/kernel"], draft.weights[f"{name}/bias"]))


LAYERS: dict[str, Callable[[_Draft, KerasLayer, Arrays], None]] = {
    "InputLayer": _input,
    "Reshape": _reshape,
    "Rescaling": _rescaling,
    "Conv2D": _convolution,
    "Convolution2D": _convolution,
    "MaxPooling2D": _pool,
    "MaxPool2D": _pool,
    "AveragePooling2D": _pool,
    "AvgPool2D": _pool,
    "BatchNormalization": _normalisation,
    "Flatten": _flatten,
    "Dense": _dense,
    "Activation": _activation_layer,
    "ReLU": _relu,
    "Softmax": _softmax,
    "ELU": _elu,
}

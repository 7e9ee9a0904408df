"""A network -> a file of ONNX: the few operators that our layers are, written down without Keras (docs/decisions/0038).

Input `image`: (batch, 28, 28, 1) float32, as the network takes it in. Output `outputs`: (batch, classes) float32. Between them pictures lie as ONNX has them, maps
before rows and columns; Flatten reads them as Keras does, maps last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab import __version__
from mnistlab.model_files.wire import message, number, real, text
from mnistlab.recipes.network import IMAGE_SIZE, convolution_name, dense_name, pool_name
from mnistlab.store.networks import StoredNetwork

# Operators as of 2020: everything that reads ONNX knows them.
IR_VERSION, OPERATORS = 7, 13
FLOAT = 1
# Kinds of attributes.
REAL, INTEGER, INTEGERS = 1, 2, 7
ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "elu": "Elu", "tanh": "Tanh", "softmax": "Softmax"}
# Attributes of the activations that have some.
CHOICES: dict[str, dict[str, Any]] = {"softmax": {"axis": 1}, "elu": {"alpha": 1.0}}
INPUT, OUTPUT = "image", "outputs"


@dataclass
class _Graph:
    """The nodes so far. `last`: the value that the next one reads."""

    nodes: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)
    last: str = INPUT

    def add(self, kind: str, name: str, tensors: Mapping[str, NDArray[Any]] | None = None, **attributes: Any) -> None:
        """Add an operator on the last value, with the tensors it reads besides."""
        for key, array in (tensors or {}).items():
            self.tensors.append(_tensor(key, array))
        inputs = [text(1, key) for key in (self.last, *(tensors or {}))]
        parts = [message(5, *_attribute(key, value)) for key, value in attributes.items()]
        self.nodes.append(message(1, *inputs, text(2, name), text(3, name), text(4, kind), *parts))
        self.last = name

    def activate(self, activation: str, name: str) -> None:
        """Add an activation, whose outputs have the name of the layer."""
        self.add(ACTIVATIONS[activation], name, **CHOICES.get(activation, {}))


def onnx_file(network: StoredNetwork) -> bytes:
    """Return the file; equal networks give equal bytes."""
    graph = _Graph()
    _convolutions(graph, network)
    _dense(graph, network)
    recipe = network.recipe
    about = f"How pictures are scaled for it: {recipe.scaling}"
    content = [
        *graph.nodes,
        text(2, "mnistlab"),
        *graph.tensors,
        text(10, about),
        message(11, *_value(INPUT, (IMAGE_SIZE, IMAGE_SIZE, 1))),
        message(12, *_value(OUTPUT, (recipe.classes,))),
    ]
    return b"".join(
        [
            number(1, IR_VERSION),
            text(2, "mnistlab"),
            text(3, __version__),
            message(7, *content),
            message(8, text(1, ""), number(2, OPERATORS)),
        ]
    )


def _convolutions(graph: _Graph, network: StoredNetwork) -> None:
    recipe, weights = network.recipe, network.weights
    graph.add("Transpose", "maps_first", perm=[0, 3, 1, 2])
    for index, stage in enumerate(recipe.conv, start=1):
        name = convolution_name(index)
        # (rows, columns, maps in, maps out) -> (maps out, maps in, rows, columns)
        kernel = weights[f"{name}/kernel"].transpose(3, 2, 0, 1)
        before = stage.padded
        after = stage.kernel - 1 - before if stage.padding == "same" else 0
        graph.add(
            "Conv",
            f"{name}/sums",
            {f"{name}/kernel": kernel, f"{name}/bias": weights[f"{name}/bias"]},
            kernel_shape=[stage.kernel] * 2,
            pads=[before, before, after, after],
        )
        graph.activate(stage.activation, name)
        for side in recipe.pool[index - 1 : index]:
            kind = "AveragePool" if recipe.pooling == "average" else "MaxPool"
            graph.add(kind, pool_name(index, recipe.pooling), kernel_shape=[side] * 2, strides=[side] * 2)
    graph.add("Transpose", "maps_last", perm=[0, 2, 3, 1])
    graph.add("Flatten", "Flatten", axis=1)


def _dense(graph: _Graph, network: StoredNetwork) -> None:
    recipe, weights = network.recipe, network.weights
    activations = [*(stage.activation for stage in recipe.dense), recipe.output_activation]
    for index, activation in enumerate(activations, start=1):
        name = dense_name(index)
        tensors = {key: weights[key] for key in (f"{name}/kernel", f"{name}/bias")}
        graph.add("Gemm", f"{name}/sums", tensors)
        graph.activate(activation, OUTPUT if index == len(activations) else name)


def _tensor(name: str, array: NDArray[Any]) -> bytes:
    dimensions = [number(1, size) for size in array.shape]
    content = np.ascontiguousarray(array, "<f4").tobytes()
    return message(5, *dimensions, number(2, FLOAT), text(8, name), message(9, content))


def _attribute(name: str, value: float | int | Sequence[int]) -> Iterator[bytes]:
    yield text(1, name)
    if isinstance(value, float):
        yield real(2, value) + number(20, REAL)
    elif isinstance(value, int):
        yield number(3, value) + number(20, INTEGER)
    else:
        yield b"".join(number(8, part) for part in value) + number(20, INTEGERS)


def _value(name: str, shape: Sequence[int]) -> Iterator[bytes]:
    """Yield the fields of an input or output, (batch, *shape) float32."""
    sizes = [message(1, text(2, "batch")), *(message(1, number(1, size)) for size in shape)]
    yield text(1, name)
    yield message(2, message(1, number(1, FLOAT), message(2, *sizes)))

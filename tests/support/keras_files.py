"""Files as Keras writes them, made with h5py alone, so that they can be bent where Keras would not."""

import io
import json
import zipfile
from collections import Counter

import h5py
import numpy as np

from mnistlab.recipes import NetworkRecipe

SMALL = NetworkRecipe.read(
    {"conv": [{"filters": 3}, {"filters": 4, "activation": "tanh"}], "pool": [3], "dense": [{"units": 6}]}
)


def conv2d(filters, kernel=3, activation="relu", **changes):
    return "Conv2D", {"filters": filters, "kernel_size": [kernel, kernel], "activation": activation} | {
        "strides": [1, 1], "padding": "valid", "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "use_bias": True,
    } | changes  # fmt: skip


def pooling(side, **changes):
    return "MaxPooling2D", {"pool_size": [side, side], "strides": [side, side], "padding": "valid"} | changes


def dense(units, activation="relu", **changes):
    return "Dense", {"units": units, "activation": activation, "use_bias": True} | changes


INPUT = "InputLayer", {"batch_shape": [None, 28, 28, 1]}
FLATTEN = "Flatten", {"data_format": "channels_last"}
DROPOUT = "Dropout", {"rate": 0.5}
# Those of SMALL, with two that do nothing in reading.
LAYERS = [INPUT, conv2d(3), pooling(3), conv2d(4, activation="tanh"), FLATTEN, DROPOUT, dense(6), dense(10, "softmax")]
NORM = "BatchNormalization", {"axis": -1, "epsilon": 0.001}
# What each kind of layer keeps, by the ends of its names in an old file.
PARTS = {
    "Conv2D": ("kernel", "bias"),
    "Dense": ("kernel", "bias"),
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance"),
}
STEM = {
    "Conv2D": "conv2d",
    "MaxPooling2D": "max_pooling2d",
    "Dense": "dense",
    "Flatten": "flatten",
    "Dropout": "dropout",
    "BatchNormalization": "batch_normalization",
}


def named(layers):
    """Give layers names as Keras does: (kind, name, choices)."""
    counts = Counter()
    for kind, choices in layers:
        stem = STEM.get(kind, kind.lower())
        yield kind, f"{stem}_{counts[stem]}" if counts[stem] else stem, choices
        counts[stem] += 1


def sequential(layers):
    """Return the description of a Sequential, as text."""
    described = [{"class_name": kind, "config": {"name": name} | choices} for kind, name, choices in named(layers)]
    return json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": described}})


def arrays_of(layers, weights):
    """Return the arrays of each layer by its name, [] for one without: those of `weights`, by our names, in order."""
    values = iter(weights.values())
    return {name: [next(values) for _ in PARTS.get(kind, ())] for kind, name, _ in named(layers)}


def legacy(layers, weights, config=None, bend=None):
    """Return an old HDF5 file. `bend`: is handed the open file before it is closed."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = "2.4.0", "tensorflow"
        file.attrs["model_config"] = (config or sequential(layers)).encode()
        group, arrays = file.create_group("model_weights"), arrays_of(layers, weights)
        group.attrs["layer_names"] = [name.encode() for name in arrays]
        for name, values in arrays.items():
            layer = group.create_group(name)
            kind = next(kind for kind, other, _ in named(layers) if other == name)
            paths = [f"{name}/{part}:0" for part in PARTS.get(kind, ())]
            layer.attrs["weight_names"] = [path.encode() for path in paths]
            for path, value in zip(paths, values, strict=True):
                layer.create_dataset(path, data=value)
        if bend:
            bend(file)
    return content.getvalue()


def zipped(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def keras(layers, weights, config=None, bend=None):
    """Return a .keras file. `bend`: is handed its open HDF5 file before it is closed."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for name, values in arrays_of(layers, weights).items():
            numbered = file.create_group(f"layers/{name}/vars", track_order=True)
            for number, value in enumerate(values):
                numbered.create_dataset(str(number), data=value)
        if bend:
            bend(file)
    parts = {"metadata.json": "{}", "config.json": config or sequential(layers), "model.weights.h5": content.getvalue()}
    return zipped(parts)


def random_weights(shapes, seed=0):
    generator = np.random.default_rng(seed)
    return {name: generator.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def drawn_weights(layers, seed=0):
    """Return weights for layers, by numbers, of a size that lets something through; of a chain of 28×28 pictures."""
    generator = np.random.default_rng(seed)
    size, depth, found = 28, 1, []
    for kind, choices in layers:
        if kind == "Conv2D":
            side = choices["kernel_size"][0]
            maps = choices["filters"] if isinstance(choices["filters"], int) else 3
            found += [
                generator.normal(0, (2 / (side * side * depth)) ** 0.5, (side, side, depth, maps)),
                np.zeros(maps),
            ]
            size, depth = size - (side - 1) * (choices["padding"] == "valid"), maps
        elif kind in ("MaxPooling2D", "AveragePooling2D"):
            size //= choices["pool_size"][0]
        elif kind == "Flatten":
            size, depth = 1, size * size * depth
        elif kind == "Dense":
            found += [generator.normal(0, (2 / depth) ** 0.5, (depth, choices["units"])), np.zeros(choices["units"])]
            depth = choices["units"]
        elif kind == "BatchNormalization":
            found += [generator.uniform(0.5, 2, depth) for _ in range(4)]
    return {str(number): array.astype(np.float32) for number, array in enumerate(found)}

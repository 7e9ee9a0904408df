"""Sets of digits as people have them on disk, made of a few known pictures; and the same, broken."""

import gzip
import io
import struct
import zipfile

import numpy as np
from PIL import Image

SIDE = 28
NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
    "Hat",
    "Scarf",
    "Glove",
)


def made(classes=13, train=130, test=39, seed=0):
    """Return pictures and labels of a set whose classes a glance tells apart: {"x_train": (train, 28, 28) uint8, …}."""
    generator = np.random.default_rng(seed)
    shapes = np.kron(generator.random((classes, 7, 7)) > 0.5, np.ones((4, 4)))
    # A frame of black, as around MNIST's digits.
    shapes[:, [0, -1], :] = 0
    shapes[:, :, [0, -1]] = 0
    arrays = {}
    for split, count in (("train", train), ("test", test)):
        labels = np.arange(count) % classes
        noise = generator.integers(0, 40, (count, SIDE, SIDE)) * (shapes[labels] > 0)
        arrays[f"x_{split}"] = (shapes[labels] * 200 + noise).astype(np.uint8)
        arrays[f"y_{split}"] = labels.astype(np.uint8)
    return arrays


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def idx(array, packed=True):
    content = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    return gzip.compress(content) if packed else content


def csv(images, labels, header=True, separator=","):
    lines = [separator.join(["label", *(f"pixel{number}" for number in range(SIDE * SIDE))])] if header else []
    lines += [
        separator.join(map(str, [label, *image.ravel().tolist()])) for image, label in zip(images, labels, strict=True)
    ]
    return "\n".join(lines).encode()


def pictures(arrays, names=NAMES, splits=("train", "test"), root="digits/", form="PNG", mode="L"):
    """Return a zip with a folder of pictures for each class."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for split in splits:
            for number, (image, label) in enumerate(zip(arrays[f"x_{split}"], arrays[f"y_{split}"], strict=True)):
                content = io.BytesIO()
                Image.fromarray(image).convert(mode).save(content, form)
                path = f"{root}{f'{split}/' if len(splits) > 1 else ''}{names[label].replace('/', '-')}/{number:04}.{form.lower()}"
                archive.writestr(path, content.getvalue())
    return packed.getvalue()

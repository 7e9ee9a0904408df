"""A file of ONNX reads digits as the network does, by ONNX Runtime; where that is not installed, files are compared with those it has read."""

import hashlib

import numpy as np
import pytest
from support.keras_files import random_weights

from mnistlab.analysis.reading import read
from mnistlab.data.sources import first_digits
from mnistlab.model_files import onnx_file as module
from mnistlab.model_files.onnx_file import INPUT, OUTPUT, onnx_file
from mnistlab.recipes import NetworkRecipe, weight_shapes
from mnistlab.store.models import reference_network
from mnistlab.store.networks import StoredNetwork


def odd(content):
    recipe = NetworkRecipe.read(content)
    return StoredNetwork(recipe, random_weights(weight_shapes(recipe)))


NETWORKS = {
    "reference": reference_network(),
    "zeros around": odd(
        {
            "conv": [
                {"filters": 4, "kernel": 5, "activation": "elu", "padding": "same"},
                {"filters": 5, "kernel": 4, "padding": "same"},
                {"filters": 6, "kernel": 2, "activation": "tanh", "padding": "same"},
            ],
            "pool": [3, 1],
        }
    ),
    "pool after the last": odd(
        {
            "conv": [{"filters": 4, "kernel": 9, "activation": "sigmoid"}, {"filters": 5}],
            "pool": [2, 3],
            "dense": [{"units": 7, "activation": "tanh"}, {"units": 9, "activation": "sigmoid"}],
            "output_activation": "sigmoid",
            "scaling": "bytes",
        }
    ),
    "means": odd({"conv": [{"filters": 4, "activation": "elu"}, {"filters": 5}], "pool": [3, 2], "pooling": "average"}),
    "no hidden layer": odd({"conv": [{"filters": 3, "kernel": 1}], "pool": [], "dense": []}),
}
# Of the files that ONNX Runtime 1.31.1 has read.
DIGESTS = {
    "reference": "5f1da632a8e9e5ad512275b68dc64103c06f871e53feee748a087d28bb3371e7",
    "zeros around": "a2d14e0d4e17909ec0ebf8304e121a34723d7edb2cb8f919775ad847d88eaf88",
    "pool after the last": "a67154a9b38caac8cde2af1688cc38cdb3756f3c540f6d73122b305c269ff685",
    "means": "a00f8a80b558a6b14c3b8d1bbb96fb0924ffa01416c15f8a5b9d84fb791dd65f",
    "no hidden layer": "6f94f0fe3a7bf27d88a837ab5f461f0e0b282c5ae893e258ddb59949f15bb1b6",
}


@pytest.fixture
def content(request, monkeypatch):
    # The version is written into the file, and is no reason for other bytes here.
    monkeypatch.setattr(module, "__version__", "0")
    return onnx_file(NETWORKS[request.param])


@pytest.mark.parametrize(("content", "name"), [(name, name) for name in NETWORKS], indirect=["content"])
def test_a_file_is_the_one_that_was_read(content, name):
    assert hashlib.sha256(content).hexdigest() == DIGESTS[name]


@pytest.mark.parametrize(("content", "name"), [(name, name) for name in NETWORKS], indirect=["content"])
def test_onnx_runtime_reads_as_numpy_does(content, name):
    runtime = pytest.importorskip("onnxruntime")
    network, images = NETWORKS[name], first_digits("embedded", "test", 100).images
    taken = (images / 255).astype(np.float32)[..., None]
    session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (found,) = session.run([OUTPUT], {INPUT: taken})
    np.testing.assert_allclose(found, read(network.recipe, network.weights, taken[..., 0]), atol=1e-5)

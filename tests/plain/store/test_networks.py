"""A stored network comes back as it was; what does not belong to it, or to anything, is a NetworkError."""

import json
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save
from support.recipes import networks
from support.sentences import assert_sentence, refused

from mnistlab.errors import NetworkError
from mnistlab.recipes import NetworkRecipe, weight_shapes
from mnistlab.store.networks import MOST_BYTES, NETWORK_FILE, WEIGHTS_FILE, StoredNetwork, read_network, write_network

TINY = NetworkRecipe.read({"conv": [{"filters": 2}], "pool": [], "dense": []})


def random_network(recipe=TINY, seed=0):
    generator = np.random.default_rng(seed)
    shapes = weight_shapes(recipe).items()
    return StoredNetwork(recipe, {name: generator.normal(size=shape).astype(np.float32) for name, shape in shapes})


def assert_equal(one, other):
    assert one.recipe == other.recipe
    assert list(one.weights) == list(other.weights)
    for name, array in one.weights.items():
        assert array.dtype == other.weights[name].dtype
        np.testing.assert_array_equal(array, other.weights[name])


def write_tensors(folder, arrays):
    write_network(folder, random_network())
    (folder / WEIGHTS_FILE).write_bytes(save(arrays))


def with_header(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


# Writing to disk is slow, and the folder may be used again.
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(networks().filter(lambda recipe: sum(map(np.prod, weight_shapes(recipe).values())) < 500_000), st.integers(0, 9))
def test_a_network_comes_back_bit_by_bit(tmp_path, recipe, seed):
    network = random_network(recipe, seed)
    write_network(tmp_path / "model", network)
    again = read_network(tmp_path / "model")
    assert_equal(again, network)
    assert again.digest == network.digest


def test_parameters_are_counted():
    assert random_network().parameters == 2 * 9 + 2 + 26 * 26 * 2 * 10 + 10


def test_digests_tell_weights_and_recipes_apart():
    other = TINY.model_copy(update={"output_activation": "sigmoid"})
    networks = [random_network(), random_network(seed=1), StoredNetwork(other, random_network().weights)]
    assert len({network.digest for network in networks}) == 3


def test_digests_do_not_depend_on_the_order_of_weights():
    network = random_network()
    assert StoredNetwork(TINY, dict(reversed(network.weights.items()))).digest == network.digest


def test_half_precision_is_taken_as_single(tmp_path):
    network = random_network()
    write_tensors(tmp_path, {name: array.astype(np.float16) for name, array in network.weights.items()})
    weights = read_network(tmp_path).weights
    for name, array in network.weights.items():
        assert weights[name].dtype == np.float32
        np.testing.assert_allclose(weights[name], array, rtol=1e-3, atol=1e-4)


def without(name):
    return {other: array for other, array in random_network().weights.items() if other != name}


KERNEL = random_network().weights["Conv2D_1/kernel"]


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({}, ["has no tensor"]),
        (without("Dense_1/bias"), ["has no tensor “Dense_1/bias”"]),
        (without("") | {"Dense_2/bias": np.zeros(10, np.float32)}, ["unexpected tensor “Dense_2/bias”"]),
        (without("") | {"line\nbreak\x1b[2J": np.zeros(10, np.float32)}, ["unexpected tensor"]),
        (without("") | {"x" * 5000: np.zeros(10, np.float32)}, ["unexpected tensor"]),
        (without("") | {"Conv2D_1/kernel": KERNEL[..., :1]}, ["“Conv2D_1/kernel”", "(3, 3, 1, 2)", "(3, 3, 1, 1)"]),
        (without("") | {"Conv2D_1/kernel": KERNEL.reshape(-1)}, ["“Conv2D_1/kernel”", "(18,)"]),
        (without("") | {"Conv2D_1/kernel": KERNEL.astype(np.float64)}, ["“Conv2D_1/kernel”", "float64"]),
        (without("") | {"Conv2D_1/kernel": KERNEL.astype(np.int32)}, ["“Conv2D_1/kernel”", "int32"]),
        (without("") | {"Conv2D_1/kernel": KERNEL * np.nan}, ["“Conv2D_1/kernel”", "not finite"]),
        (without("") | {"Conv2D_1/bias": np.array([0, np.inf], np.float32)}, ["“Conv2D_1/bias”", "not finite"]),
        (without("") | {"Conv2D_1/bias": np.array([0, np.inf], np.float16)}, ["“Conv2D_1/bias”", "not finite"]),
    ],
)
def test_weights_of_another_network_are_refused(tmp_path, arrays, words):
    write_tensors(tmp_path, arrays)
    with refused(NetworkError, WEIGHTS_FILE, *words):
        read_network(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 8, b"PK\x03\x04", struct.pack("<Q", 2**63) + b"{}", with_header(b"{" * 100), with_header([]), with_header({"a": 1}),
        with_header({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}}, b"1234"),
        with_header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}, b"1234"),
        with_header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}),
        with_header({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, b"1234"),
        with_header({"a": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}, b"1234"),
        with_header({"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}, b"1234"),
        with_header({"a": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]}}, b"1234"),
        with_header({"a": {"dtype": "F4", "shape": [8], "data_offsets": [0, 4]}}, b"1234"),
    ],
)  # fmt: skip
def test_damaged_weights_are_refused(tmp_path, content):
    write_network(tmp_path, random_network())
    (tmp_path / WEIGHTS_FILE).write_bytes(content)
    with refused(NetworkError, WEIGHTS_FILE):
        read_network(tmp_path)


def test_a_file_too_large_for_any_network_is_refused_unread(tmp_path):
    write_network(tmp_path, random_network())
    with (tmp_path / WEIGHTS_FILE).open("r+b") as file:
        file.truncate(MOST_BYTES + 1)
    with refused(NetworkError, "too large"):
        read_network(tmp_path)


@pytest.mark.parametrize("name", [NETWORK_FILE, WEIGHTS_FILE])
def test_a_missing_file_is_named(tmp_path, name):
    write_network(tmp_path, random_network())
    (tmp_path / name).unlink()
    with refused(NetworkError, name):
        read_network(tmp_path)


@pytest.mark.parametrize("name", [NETWORK_FILE, WEIGHTS_FILE])
def test_a_folder_in_a_files_place_is_refused(tmp_path, name):
    write_network(tmp_path, random_network())
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    with refused(NetworkError, name):
        read_network(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"conv": []}',
        b'{"pool": [9, 9]}',
        b'{"colour": 1}',
        b'{"pool": [4, 4]}',
        b"[" * 200_000,
    ],
)
def test_a_damaged_declaration_is_refused(tmp_path, content):
    write_network(tmp_path, random_network())
    (tmp_path / NETWORK_FILE).write_bytes(content)
    with refused(NetworkError, NETWORK_FILE):
        read_network(tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("network")
    write_network(
        folder, random_network(NetworkRecipe.read({"conv": [{"kernel": 9, "filters": 1}], "pool": [], "dense": []}))
    )
    return folder


@settings(max_examples=300, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
@pytest.mark.parametrize("name", [NETWORK_FILE, WEIGHTS_FILE])
def test_no_damage_raises_anything_but_a_network_error(tmp_path_factory, folder, name, data):
    damaged = tmp_path_factory.getbasetemp() / "damaged"
    damaged.mkdir(exist_ok=True)
    for path in folder.iterdir():
        (damaged / path.name).write_bytes(path.read_bytes())
    content = bytearray((folder / name).read_bytes())
    # The header is short and the tensors are long; it is the header that has a form to break.
    length = st.integers(0, min(len(content), 600) - 1)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(length)] = data.draw(st.integers(0, 255))
    (damaged / name).write_bytes(content[: data.draw(st.just(len(content)) | length)])
    try:
        network = read_network(damaged)
    except NetworkError as error:
        assert_sentence(error)
    else:
        shapes = {name: array.shape for name, array in network.weights.items()}
        assert shapes == weight_shapes(network.recipe)
        assert all(np.isfinite(array).all() for array in network.weights.values())

"""A file is read as MNIST or refused with one sentence, whatever it is."""

import struct
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.mnist_files import mnist_arrays, write_mnist
from support.sentences import assert_sentence, refused

from mnistlab.data.digits import MOST_BYTES, read_split
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import MNIST


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return write_mnist(tmp_path_factory.mktemp("mnist") / "mnist.npz")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mnist.npz"


def write_members(path, **members):
    """Write an archive of raw members, which need not be arrays."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def header_of(shape, dtype="|u1"):
    """The header of an array file that claims this shape."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode("latin1")
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_images_and_labels_of_a_split_belong_together(good, split, count):
    digits = read_split(good, MNIST, split)
    assert len(digits) == count
    assert digits.images.shape == (count, 28, 28)
    np.testing.assert_array_equal(digits.images[:, 0, 0], 10 * digits.labels)


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_real_mnist_is_taken(real_mnist, split):
    assert np.bincount(read_split(real_mnist, MNIST, split).labels).min() > 800


def test_a_missing_file_is_refused(path):
    with refused(DataError, "mnist.npz", "no file"):
        read_split(path, MNIST, "test")


def test_a_folder_is_refused(tmp_path):
    with refused(DataError):
        read_split(tmp_path, MNIST, "test")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x80\x04N."])
def test_a_file_that_is_no_archive_is_refused(path, content):
    path.write_bytes(content)
    with refused(DataError, "mnist.npz"):
        read_split(path, MNIST, "test")


def test_a_single_array_is_refused(path):
    with path.open("wb") as file:
        np.save(file, np.zeros((10, 28, 28), np.uint8))
    with refused(DataError, "cannot be read as an .npz file"):
        read_split(path, MNIST, "test")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(good, path, share):
    content = good.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with refused(DataError, "cut short or damaged"):
        read_split(path, MNIST, "test")


@pytest.mark.parametrize("name", ["x_test", "y_test"])
def test_a_missing_array_is_named(path, name):
    write_mnist(path, **{name: None})
    with refused(DataError, "is not MNIST", f"“{name}”"):
        read_split(path, MNIST, "test")


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((10_000, 784), np.uint8),
        np.zeros((9_999, 28, 28), np.uint8),
        np.zeros((10_000, 28, 28), np.float16),
        np.zeros((10_000, 28, 28), np.int8),
        np.uint8(3),
    ],
    ids=["flat", "one too few", "float", "signed", "number"],
)
def test_other_shapes_and_types_are_refused(path, images):
    write_mnist(path, x_test=images)
    with refused(DataError, "is not MNIST", "(10000, 28, 28) of uint8", f"Received: {np.shape(images)}"):
        read_split(path, MNIST, "test")


def test_labels_of_another_set_are_refused(path):
    write_mnist(path, y_test=(np.arange(10_000) % 10).astype(np.uint8))
    with refused(DataError, "labels"):
        read_split(path, MNIST, "test")


def test_labels_beyond_nine_are_refused(path):
    labels = mnist_arrays()["y_train"]
    labels[7] = 10
    write_mnist(path, y_train=labels)
    with refused(DataError, "labels"):
        read_split(path, MNIST, "train")


def test_pickled_arrays_are_never_loaded(path):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was run",))

    np.savez(path, x_test=np.array([Bomb()], dtype=object), y_test=np.zeros(1, np.uint8))
    with refused(DataError):
        read_split(path, MNIST, "test")


def test_an_archive_that_unpacks_to_too_much_is_refused_before_unpacking(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x_test.npy", "w", force_zip64=True) as member:
            for _ in range(MOST_BYTES // 10**7 + 1):
                member.write(bytes(10**7))
    with refused(DataError, "would unpack to more than"):
        read_split(path, MNIST, "test")


def test_a_header_that_claims_too_much_is_refused(path):
    write_members(path, x_test=header_of((10**9, 10**6)), y_test=header_of((1,)))
    with refused(DataError):
        read_split(path, MNIST, "test")


@pytest.mark.parametrize(
    "member",
    [
        b"",
        b"not an array",
        b"\x93NUMPY\x09\x00",
        header_of("(10000, 28"),
        header_of("(" * 5000),
        header_of((10_000, 28, 28)),
        header_of((-1,)),
        header_of((10_000, 28, 28), "|O"),
        header_of((10_000, 28, 28), "no type"),
    ],
)
def test_a_member_that_is_no_array_is_refused(path, member):
    write_members(path, x_test=member, y_test=member)
    with refused(DataError):
        read_split(path, MNIST, "test")


def test_a_member_with_a_password_is_refused(path):
    write_members(path, x_test=b"secret", y_test=b"secret")
    # Bit 0 of the flags, in the member's header and in the directory, says "encrypted".
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := content.find(mark, start + 1)) >= 0:
            content[start + offset] |= 1
    path.write_bytes(content)
    with refused(DataError):
        read_split(path, MNIST, "test")


def test_damaged_compression_is_refused(path):
    """The stream inside a member is broken while the archive around it is whole."""
    write_mnist(path, x_train=None, y_train=None)
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("x_test.npy")
    content = bytearray(path.read_bytes())
    start = (
        entry.header_offset + 30 + len(entry.filename) + struct.unpack("<H", content[entry.header_offset + 28 :][:2])[0]
    )
    content[start : start + 50] = b"\xff" * 50
    path.write_bytes(content)
    with pytest.raises(zlib.error), np.load(path) as file:
        file["x_test"]
    with refused(DataError, "damaged"):
        read_split(path, MNIST, "test")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "mnist.npz"
    np.savez_compressed(path, x_test=np.zeros((20, 28, 28), np.uint8), y_test=np.arange(20, dtype=np.uint8))
    return path


@settings(max_examples=300, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_no_damage_raises_anything_else(small, data):
    content = bytearray(small.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = small.with_name("damaged.npz")
    damaged.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_split(damaged, MNIST, "test")
    assert_sentence(caught.value)

"""Our own two files in one zip: out, and in again as they were; what is made to do harm is a sentence."""

import io
import json
import zipfile

import numpy as np
import pytest
from support.keras_files import LAYERS, SMALL, keras, random_weights
from support.sentences import assert_sentence, refused

from mnistlab.__main__ import main
from mnistlab.errors import NetworkError
from mnistlab.model_files.bring import bring
from mnistlab.model_files.two_files import packed, unpacked
from mnistlab.recipes import weight_shapes
from mnistlab.store.imports import imports
from mnistlab.store.models import find_network, reference_network
from mnistlab.store.networks import MOST_BYTES, NETWORK_FILE, WEIGHTS_FILE, StoredNetwork
from mnistlab.store.runs import Store

OTHER = StoredNetwork(SMALL.model_copy(update={"scaling": "bytes"}), random_weights(weight_shapes(SMALL)))
OURS = unpacked(packed(OTHER))


def zipped(parts, method=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize("network", [reference_network(), OTHER], ids=["reference", "other"])
def test_what_goes_out_comes_in_again_bit_for_bit(home, network):
    brought = bring(home, packed(network), "mine", "")
    again = find_network(brought.model, Store(home))
    assert again.digest == network.digest
    assert again.recipe == network.recipe
    assert all(np.array_equal(again.weights[name], array) for name, array in network.weights.items())
    # And once more: not even the zip differs.
    assert packed(again) == packed(network)


def test_a_zip_made_by_hand_comes_in(home):
    """Of a folder, packed, with what a Mac puts beside it."""
    parts = [("mine/", b""), (f"mine/{NETWORK_FILE}", OURS.network), (f"mine/{WEIGHTS_FILE}", OURS.weights)]
    content = zipped([*parts, (f"__MACOSX/mine/._{NETWORK_FILE}", b"\0\5\x16\7")])
    assert bring(home, content, "", "").network.digest == OTHER.digest


def test_a_file_of_keras_is_none_of_ours():
    assert unpacked(keras(LAYERS, random_weights(weight_shapes(SMALL)))) is None
    assert unpacked(b"") is None
    assert unpacked(b"PK\x03\x04") is None


def cut(content):
    return content[:-30]


def flipped(content):
    """One bit of the weights is another, so that their sum does not fit."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


HARMFUL = {
    "cut": cut(packed(OTHER)),
    "flipped": flipped(packed(OTHER)),
    "no weights": zipped([(NETWORK_FILE, OURS.network)]),
    "bomb": zipped([(NETWORK_FILE, OURS.network), (WEIGHTS_FILE, bytes(MOST_BYTES + 1))]),
    "bomb of text": zipped([(NETWORK_FILE, b" " * 50_000_000), (WEIGHTS_FILE, OURS.weights)]),
    "lzma": zipped([(NETWORK_FILE, OURS.network), (WEIGHTS_FILE, OURS.weights)], zipfile.ZIP_LZMA),
    "many": zipped([(f"{number}", b"") for number in range(2000)] + [(NETWORK_FILE, OURS.network)]),
    "others": zipped([(NETWORK_FILE, OURS.network), (WEIGHTS_FILE, unpacked(packed(reference_network())).weights)]),
    "no json": zipped([(NETWORK_FILE, b"\xff"), (WEIGHTS_FILE, OURS.weights)]),
}


@pytest.mark.parametrize("content", HARMFUL.values(), ids=HARMFUL)
def test_what_is_bent_is_a_sentence_and_leaves_nothing(home, content):
    with refused(NetworkError):
        bring(home, content, "", "")
    assert imports(home) == []


def test_bits_that_are_turned_over_are_a_sentence_or_nothing():
    random, whole = np.random.default_rng(1), packed(OTHER)
    refusals = 0
    for _ in range(300):
        bent = bytearray(whole)
        for _ in range(3):
            # Mostly in what describes the parts: at the beginning, and in the list at the end.
            bent[random.choice([random.integers(4, 80), -random.integers(1, 260)])] = random.integers(0, 256)
        try:
            unpacked(bytes(bent))
        except NetworkError as error:
            assert_sentence(error)
            refusals += 1
    assert refusals > 100


def test_the_commands_take_a_network_out_and_in(home, tmp_path, capsys):
    file = tmp_path / "out.zip"
    assert main(["export", "reference", "--to", str(file)]) == 0
    out = json.loads(capsys.readouterr().out)
    assert (out["as"], out["bytes"], out["digest"]) == ("files", file.stat().st_size, reference_network().digest)
    assert main(["import", str(file), "--name", "again"]) == 0
    known = json.loads(capsys.readouterr().out)["model"]
    assert find_network(known, Store(home)).digest == reference_network().digest


@pytest.mark.parametrize(
    ("model", "to", "said"),
    [
        ("reference", "here.zip", "already"),
        ("reference", "nowhere/x.zip", "no folder"),
        ("nothing", "x.zip", "no network"),
    ],
)
def test_what_cannot_go_out_is_said_and_nothing_is_overwritten(tmp_path, capsys, model, to, said):
    (tmp_path / "here.zip").write_bytes(b"dear to me")
    assert main(["export", model, "--to", str(tmp_path / to)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert (tmp_path / "here.zip").read_bytes() == b"dear to me"

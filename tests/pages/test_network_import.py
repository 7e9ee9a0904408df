"""The tab Networks of the page Lab: one file of Keras, or two of ours; what was left out and how it takes in pictures is said."""

import pytest
from support.keras_files import LAYERS, SMALL, keras, legacy, random_weights

from mnistlab.model_files.two_files import packed
from mnistlab.recipes import weight_shapes
from mnistlab.settings import settings
from mnistlab.store.imports import about_import, imports
from mnistlab.store.models import REFERENCE_FOLDER, find_network, reference_network

LAB = "pages/lab.py"
WEIGHTS = random_weights(weight_shapes(SMALL))
OURS = [(REFERENCE_FOLDER / name).read_bytes() for name in ("weights.safetensors", "network.json")]


def brought(visit, *files):
    test = visit(LAB)
    test.file_uploader(key="lab.import.files").set_value(list(files))
    test.text_input(key="lab.import.name").set_value("cnn *of* mine")
    next(button for button in test.button if button.label == "Import").click().run()
    assert not test.exception
    return test, " ".join(warning.value for warning in test.warning)


@pytest.mark.parametrize("content", [("cnn.h5", legacy), ("cnn.keras", keras)], ids=["h5", "keras"])
def test_a_file_of_keras_becomes_a_network(visit, store, content):
    name, write = content
    test, said = brought(visit, (name, write(LAYERS, WEIGHTS), "application/octet-stream"))
    (known,) = imports(settings().home)
    assert about_import(settings().home, known)[0] == "cnn *of* mine"
    assert "is here" in said
    assert "Left out: Dropout “dropout”" in said
    assert "learned from" in said
    test.button(key=f"lab.use.{known}").click().run()
    assert test.query_params["model"] == known


def test_our_two_files_come_in_in_any_order(visit, store):
    brought(visit, ("a.safetensors", OURS[0], ""), ("b.json", OURS[1], ""))
    assert len(imports(settings().home)) == 1


def test_what_is_no_network_is_said(visit, store):
    _, said = brought(visit, ("cnn.h5", b"no network at all", ""))
    assert "neither a .keras file nor HDF5" in said
    assert imports(settings().home) == []


def test_nothing_brought_is_said(visit, store):
    _, said = brought(visit)
    assert "one file of Keras, or both" in said


def test_a_network_that_went_out_comes_in_again_in_one_file(visit, store):
    brought(visit, ("mine.zip", packed(reference_network()), "application/zip"))
    (known,) = imports(settings().home)
    assert find_network(known, store).digest == reference_network().digest


def test_every_network_here_can_be_taken_along(visit, store):
    test, _ = brought(visit, ("cnn.h5", legacy(LAYERS, WEIGHTS), ""))
    keys = {button.proto.id.rpartition("-network.")[2] for button in test.get("download_button")}
    assert {
        f"{form}.{name}" for form in ("zip", "keras", "onnx") for name in ("reference", *imports(settings().home))
    } <= keys


def test_a_file_of_keras_beside_another_is_said(visit, store):
    one = legacy(LAYERS, WEIGHTS)
    _, said = brought(visit, ("a.h5", one, ""), ("b.h5", one, ""))
    assert "is brought alone" in said
    _, said = brought(visit, ("a.h5", b"", ""))
    assert "it is empty" in said
    assert imports(settings().home) == []

"""Templates become scripts and notebooks that hold together, whatever is filled in; the same goes in, the same comes out."""

import ast
import base64
import io
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from mnistlab.errors import RecipeError
from mnistlab.exports.activations import activation_files
from mnistlab.exports.bundle import zipped
from mnistlab.exports.carving import film_files
from mnistlab.exports.classes import class_files
from mnistlab.exports.oip import oip_files
from mnistlab.exports.precursor import precursor_files
from mnistlab.exports.templates import BLOCK, FOLDER, cells, notebook, script
from mnistlab.exports.training import training_files
from mnistlab.recipes import OipRecipe, PrecursorRecipe, TrainingRecipe, ZoomRecipe
from mnistlab.recipes.views import ClassesView
from mnistlab.store.models import reference_network
from mnistlab.store.runs import Store

TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.py"))
DIGITS = np.zeros((1, 28, 28), np.uint8)


def exports(home):
    reference = reference_network()
    return {
        "training": training_files(TrainingRecipe(network=reference.recipe), Store(home)),
        "activations": activation_files(reference, "Conv2D_2", DIGITS),
        "oip": oip_files(OipRecipe(), reference),
        "carving": film_files(ZoomRecipe(), reference, Store(home)),
        "precursor": precursor_files(PrecursorRecipe(), reference),
        "classes": class_files(ClassesView(), reference, "mnist"),
    }


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_is_made_of_cells_and_named_blocks(template):
    text = (FOLDER / f"{template}.py").read_text(encoding="utf-8")
    names = BLOCK.findall(text)
    assert {"about", "choices", "network"} <= set(names)
    # Its own choices filled in again leave what it was.
    blocks = {name: f"FILLED_{name.upper()} = 1\n" for name in names}
    whole = script(cells(template, blocks, ["drawn", "given", "fluctuations", "dream", "film"]))
    ast.parse(whole)
    assert [name for name in names if name != "about" and f"FILLED_{name.upper()} = 1" not in whole] == []
    assert "[end]" not in whole
    assert 'tags=["' not in whole


def test_script_and_notebook_hold_the_same(home):
    for name, files in exports(home).items():
        found = json.loads(files[f"{name}.ipynb"])
        assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
        assert len({cell["id"] for cell in found["cells"]}) == len(found["cells"])
        code = ["".join(cell["source"]) for cell in found["cells"] if cell["cell_type"] == "code"]
        text = files[f"{name}.py"].decode()
        ast.parse(text)
        assert all(cell in text for cell in code)
        assert "mnistlab" not in "".join(code)
        # Text is text: no cell of Markdown is left with the signs of a comment.
        prose = ["".join(cell["source"]) for cell in found["cells"] if cell["cell_type"] == "markdown"]
        assert prose[0].startswith("# ")
        assert not any(line == "#" for cell in prose for line in cell.splitlines())


def test_scripts_are_what_ruff_lets_pass(home, tmp_path):
    """No name is missing or idle, whatever cells were left out."""
    for name, files in exports(home).items():
        (tmp_path / f"{name}.py").write_bytes(files[f"{name}.py"])
    start = {"start": {"source": "drawing", "pixels": base64.b64encode(bytes(range(256)) * 3 + bytes(16)).decode()}}
    (tmp_path / "given.py").write_bytes(oip_files(OipRecipe.read(start), reference_network())["oip.py"])
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F,E3,E9,W", "--preview", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_same_goes_out_as_the_same_bytes(home):
    once, again = (zipped(exports(home)["oip"]) for _ in range(2))
    assert once == again
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert archive.namelist() == ["oip.py", "oip.ipynb", "requirements.txt", "weights.npz"]
        assert f"numpy=={np.__version__}\n" in archive.read("requirements.txt").decode()
        with np.load(io.BytesIO(archive.read("weights.npz"))) as weights:
            for name, array in reference_network().weights.items():
                np.testing.assert_array_equal(weights[name], array)


@pytest.mark.parametrize(
    "target",
    [
        {"layer": "Conv2D_9"},
        {"layer": "Conv2D_1", "map_index": 32},
        {"layer": "Conv2D_3", "map_index": 0, "row": 3, "column": 0},
        {"layer": "Dense_2", "node": 10},
        {"layer": "Conv2D_1", "maps": [{"map_index": 40}]},
    ],
)
def test_a_target_that_is_not_there_is_said(target):
    with pytest.raises(RecipeError, match="no "):
        oip_files(OipRecipe.read({"target": target}), reference_network())


def test_a_map_that_is_not_there_is_said():
    for content in ({"layer": "Conv2D_1", "maps": [40]}, {"layer": "Dense_1"}):
        with pytest.raises(RecipeError, match="no such"):
            precursor_files(PrecursorRecipe.read(content), reference_network())


def test_a_film_whose_maps_are_chosen_anew_has_none(home):
    with pytest.raises(RecipeError, match="anew in each frame"):
        film_files(ZoomRecipe.read({"dream": {"choose": "average"}}), reference_network(), Store(home))


def test_a_notebook_is_one_of_cells_alone():
    assert json.loads(notebook([]))["cells"] == []

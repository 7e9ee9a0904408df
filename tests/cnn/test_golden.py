"""A recipe trains the network it trained in an earlier version (`tests/golden`)."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from mnistlab.runner import execute
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

GOLDEN = Path(__file__).parents[1] / "golden"
TRAININGS = [row["id"] for row in json.loads((GOLDEN / "store.json").read_text()) if row["kind"] == "training"]
# Bit for bit on the kind of processor it was made on; others add in another order.
TOLERANCE = {"rtol": 1e-3, "atol": 1e-5}


@pytest.mark.parametrize("name", TRAININGS)
def test_a_recipe_trains_the_network_it_trained(tmp_path, name):
    store = Store(shutil.copytree(GOLDEN / "store", tmp_path / "home"))
    before = store.get(name)
    again = RunFolder.create(tmp_path / "again", before.recipe(), "again")
    assert execute(again, store).name == "finished"
    expected, found = before.network().weights, again.network().weights
    assert expected.keys() == found.keys()
    for layer, weights in expected.items():
        np.testing.assert_allclose(found[layer], weights, **TOLERANCE, err_msg=layer)

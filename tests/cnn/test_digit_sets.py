"""Whatever works on MNIST works on another set: of 13 classes, and of 2; from a training to a dream."""

import json

import numpy as np
import pytest
from support.set_files import NAMES, made

from mnistlab.__main__ import main
from mnistlab.engine.tasks.patterns import rate_pattern
from mnistlab.engine.tasks.surveys import count_points, read_by_unique_points, read_set, survey_test_set
from mnistlab.recipes import AtlasRecipe, OipRecipe, TrainingRecipe, TsneRecipe
from mnistlab.runner import execute
from mnistlab.store.answers import Answers
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store
from mnistlab.store.sets import BroughtSet, keep_set

SMALL = {"conv": [{"filters": 6}, {"filters": 8}], "pool": [2], "dense": [{"units": 24}]}


@pytest.fixture(params=[13, 2])
def trained(request, home):
    """A store with a run that was trained on a set of so many classes: store, run, set, classes."""
    names = NAMES[: request.param]
    data = keep_set(BroughtSet(made(request.param, 390, 130), names), "Clothes", "")
    store = Store(home)
    recipe = TrainingRecipe.read(
        {"data": data, "network": SMALL, "epochs": 4, "batch_size": 16, "learning_rate": 0.003}
    )
    run = store.create(recipe, "on clothes")
    state = execute(run, store)
    assert (state.name, state.reason) == ("finished", "")
    return store, run, data, names


def ended(store, recipe):
    run = store.create(recipe, "of clothes")
    state = execute(run, store)
    assert (state.name, state.reason) == ("finished", "")
    return run.result()


def test_everything_works_on_another_set(trained, home, capsys):
    store, run, data, names = trained
    assert run.summary()["val_accuracy"] > 0.9
    assert run.result()["confusion"].shape == (len(names),) * 2
    network = find_network(run.id, store)
    assert (network.data, network.classes) == (data, names)
    where = (str(home), run.id, data)
    answers = Answers(home)
    survey = answers.read(survey_test_set(*where))
    assert survey["outputs"].shape == (130, len(names))
    assert answers.read(read_set(*where, "train"))["labels"].shape == (390,)
    points = (0, 1, "Conv2D_2", 0.1)
    assert answers.read(count_points(*where, *points))["counts"].shape[0] == 2
    assert 0.5 < float(answers.read(read_by_unique_points(*where, *points, 0.7, 0.3))["weigh"]) <= 1
    oip = OipRecipe.read(
        {
            "model": run.id,
            "target": {"layer": "Conv2D_2", "map_index": 1},
            "ascent": {"steps": 8},
            "start": {"source": "digit", "index": 7},
        }
    )
    card = rate_pattern(str(home), run.id, oip.to_json(), np.zeros((28, 28), np.float32))
    assert card.digits.max() < 130
    assert np.isfinite(ended(store, oip)["image"]).all()
    if len(names) == 13:
        precursor = {"layer": "Conv2D_1", "maps": [0, 1], "grid": 2, "trial_steps": 1, "keep": 1}
        atlas = ended(store, AtlasRecipe.read({"model": run.id, "precursor": precursor, "ascent": {"steps": 4}}))
        assert atlas["example_labels"].max() < len(names)
        assert ended(store, TsneRecipe(model=run.id, data=data, steps=250, perplexity=5.0))["plane"].shape == (130, 2)
    assert main(["evaluate", run.id, "--data", "Clothes"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["data"], said["images"]) == (data, 130)
    assert said["accuracy"] == pytest.approx(run.summary()["val_accuracy"])
    assert main(["evaluate", "reference", "--data", data]) == 2
    assert "do not belong together" in capsys.readouterr().err

"""Digits whose labels may be wrong: found against a loop, told in sentences; and digits that are left out of a training."""

import numpy as np
import pytest
from support.sentences import refused

from mnistlab.analysis.labels import suspects
from mnistlab.errors import RecipeError
from mnistlab.figures import labels as figures
from mnistlab.recipes import LabelsRecipe, TrainingRecipe
from mnistlab.recipes.training import MOST_LEFT_OUT, batches_per_epoch

OUTPUTS = np.array(
    [
        [0.9, 0.1, 0.0],
        [0.7, 0.3, 0.0],
        # As much a 1 as 1s are on average; and less than they are.
        [0.25, 0.75, 0.0],
        [0.4, 0.5, 0.1],
        [0.2, 0.8, 0.0],
        [0.4, 0.6, 0.0],
    ],
    np.float32,
)
LABELS = np.array([0, 0, 0, 0, 1, 1], np.uint8)


def test_a_suspect_is_as_much_of_another_class_as_its_own_digits_are():
    found = suspects(OUTPUTS, LABELS)
    assert found.numbers.tolist() == [2]
    assert found.read.tolist() == [1]
    assert (found.shares[0], found.own[0]) == pytest.approx((0.75, 0.25))


def test_suspects_are_those_of_a_loop():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 300)
    outputs = generator.dirichlet(np.ones(5) / 2, 300)
    usual = {
        label: np.mean([row[label] for row, own in zip(outputs, labels, strict=True) if own == label])
        for label in range(4)
    }
    wanted = {}
    for number, (row, own) in enumerate(zip(outputs, labels, strict=True)):
        likely = [label for label in usual if row[label] >= usual[label]]
        if likely and (best := max(likely, key=row.__getitem__)) != own:
            wanted[number] = best
    found = suspects(outputs.astype(np.float32), labels)
    assert dict(zip(found.numbers.tolist(), found.read.tolist(), strict=True)) == wanted
    # Of the fifth class there are no digits, so nothing seems to be of it.
    assert 4 not in found.read
    assert (np.diff(found.own - found.shares) >= 0).all()


def test_sentences_count_the_doubtful_and_the_judged():
    found = suspects(OUTPUTS, LABELS)
    assert "They doubt one label, 16.67 % of all" in figures.found_sentence(found, 6, 0.5)
    assert "no label is doubtful" in figures.found_sentence(suspects(OUTPUTS[:2], LABELS[:2]), 2, 1.0)
    assert figures.doubt_sentence(found, 0, "0", "1").startswith("Training digit 2 is labelled 0.")
    assert (
        figures.judged_sentence({3: "wrong", 4: "right", 5: "wrong"})
        == "You have judged 3: 2 label wrong and 1 label right."
    )


@pytest.mark.parametrize(
    ("right", "words"), [(902, "says nothing yet"), (990, "did harm"), (700, "did help"), (900, "exactly as many")]
)
def test_a_change_is_told_from_chance(right, words):
    before, after = (np.diag([450, hits - 450]) for hits in (900, right))
    before[0, 1], after[0, 1] = 100, 1000 - right
    assert words in figures.change_sentence(before, after, 7)


def test_what_is_left_out_is_in_order_and_changes_no_other_recipe():
    recipe = TrainingRecipe(without="7,3,7,900", train_size=500, batch_size=50)
    assert recipe.without == "3,7,900"
    assert recipe.left_out == (3, 7)
    assert (recipe.learnt, batches_per_epoch(recipe)) == (498, 10)
    assert recipe.digest == TrainingRecipe(without="900,7,3", train_size=500, batch_size=50).digest
    assert "without" not in TrainingRecipe().model_dump()
    assert TrainingRecipe(without="").digest == TrainingRecipe().digest
    assert batches_per_epoch(TrainingRecipe(without="0", train_size=101, batch_size=50)) == 2


def test_bad_numbers_are_refused_in_words():
    for text in ("3,", "a", "3 4", ",".join(["1"] * (MOST_LEFT_OUT + 1))):
        with refused(RecipeError, "numbers of training digits"):
            TrainingRecipe.read({"without": text})
    with refused(RecipeError, "A training needs 100 digits at least; 99 are left of 100"):
        TrainingRecipe.read({"without": "5", "train_size": 100})


def test_the_networks_that_read_are_trainings_of_the_same_layers():
    recipe = LabelsRecipe.read({"data": "set-9f86d081884c7d65-13-6000-1000", "epochs": 2, "seed": 5})
    assert recipe.count == 6000
    assert recipe.network.classes == 13
    training = recipe.training(4500)
    assert (training.train_size, training.epochs, training.seed, training.network) == (4500, 2, 5, recipe.network)
    with refused(RecipeError, "training digits; this needs 200 at least"):
        LabelsRecipe.read({"data": "set-9f86d081884c7d65-13-150-1000"})
    with refused(RecipeError, "has 10 classes, and the network has 12"):
        LabelsRecipe.read({"network": {"classes": 12}})

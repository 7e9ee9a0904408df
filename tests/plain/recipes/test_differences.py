"""What of a training differs from the defaults, in words."""

from hypothesis import given
from support.recipes import trainings

from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.differences import beside, differences
from mnistlab.recipes.link import to_link


def test_the_default_differs_in_nothing():
    assert differences(TrainingRecipe()) == []


def test_choices_go_by_their_names_on_screen():
    recipe = TrainingRecipe.read(
        {
            "epochs": 3,
            "learning_rate": 0.01,
            "schedule": None,
            "network": {
                "conv": [{"filters": 16}, {"filters": 64, "kernel": 5}],
                "pool": [3],
                "dense": [],
                "regularizer": None,
            },
        }
    )
    assert differences(recipe) == [
        "Convolutions: 2",
        "Convolution 1, maps: 16",
        "Convolution 2, kernel: 5",
        "Pools: 1",
        "Pool 1: 3",
        "Hidden dense layers: 0",
        "Regulariser: none",
        "Epochs: 3",
        "Learning rate: 0.01",
        "Schedule: none",
    ]


def test_the_engine_is_a_difference_of_two_runs_and_no_choice_of_one():
    ours = TrainingRecipe(engine="compiled")
    assert differences(ours) == []
    assert beside([ours, TrainingRecipe()]) == {"Engine": ["compiled", "–"]}


@given(trainings())
def test_nothing_that_differs_is_left_out(recipe):
    found = differences(recipe)
    assert len(found) == len(to_link(recipe))
    assert len(set(found)) == len(found)
    assert all(text[0].isupper() and ": " in text for text in found)


def test_beside_each_other_recipes_show_what_differs_and_nothing_else():
    changes = (
        {"seed": 1, "epochs": 3},
        {"seed": 2, "epochs": 3, "schedule": None},
        {"seed": 3, "epochs": 3, "network": {"conv": [{"filters": 16}], "pool": []}},
    )
    shown = beside([TrainingRecipe.read(one) for one in changes])
    assert shown["Seed"] == ["1", "2", "3"]
    assert shown["Schedule"] == ["power", "none", "power"]
    assert shown["Convolutions"] == ["3", "3", "1"]
    assert shown["Convolution 1, maps"] == ["32", "32", "16"]
    assert shown["Pools"] == ["2", "2", "0"]
    assert "Epochs" not in shown, "all have the same"
    assert beside([TrainingRecipe()] * 2) == beside([]) == {}


@given(trainings(), trainings())
def test_whatever_two_recipes_differ_in_is_shown(one, other):
    assert (beside([one, other]) == {}) == (to_link(one) == to_link(other))

"""A new training is that of the articles, for five epochs; the learning rate follows its formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recipes import trainings

from mnistlab.errors import RecipeError
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.training import batches_per_epoch, learning_rate_after, not_compiled, with_best_engine


def test_the_default_is_the_training_of_the_articles_for_five_epochs():
    choices = TrainingRecipe().model_dump(exclude={"network"})
    assert choices == {
        "kind": "training", "data": "mnist", "train_size": 60_000, "epochs": 5, "batch_size": 64, "optimizer": "rmsprop",
        "momentum": 0.5, "learning_rate": 0.001, "schedule": "power", "decay_steps": 1, "decay_rate": 0.001, "seed": 0,
        "initial": None,
    }  # fmt: skip


def test_learning_rate_after_80_epochs_is_that_of_the_articles():
    batches = 80 * batches_per_epoch(TrainingRecipe())
    assert batches == 75_040
    assert learning_rate_after(TrainingRecipe(), batches) == pytest.approx(1.31509732e-05, rel=1e-8)


@given(trainings(), st.integers(0, 10**7))
def test_learning_rate_starts_as_chosen_and_never_grows(recipe, batches):
    assert learning_rate_after(recipe, 0) == recipe.learning_rate
    assert 0 <= learning_rate_after(recipe, batches) <= recipe.learning_rate


@given(trainings(), st.integers(0, 10**7))
def test_without_a_schedule_the_learning_rate_stays(recipe, batches):
    constant = recipe.model_copy(update={"schedule": None})
    assert learning_rate_after(constant, batches) == recipe.learning_rate


@pytest.mark.parametrize(("schedule", "expected"), [("power", 0.1 / (1 + 0.5 * 3)), ("exponential", 0.1 * 0.5**3)])
def test_decay_is_counted_in_decay_steps(schedule, expected):
    recipe = TrainingRecipe(learning_rate=0.1, schedule=schedule, decay_steps=100, decay_rate=0.5)
    assert learning_rate_after(recipe, 300) == pytest.approx(expected)


@given(trainings())
def test_batches_cover_every_digit_once(recipe):
    batches = batches_per_epoch(recipe)
    assert (batches - 1) * recipe.batch_size < recipe.train_size <= batches * recipe.batch_size


def test_every_choice_explains_itself():
    for part in (TrainingRecipe, *(type(value) for value in _parts(TrainingRecipe()))):
        for name, field in part.model_fields.items():
            if name != "kind":
                assert field.title and field.description, f"{part.__name__}.{name} needs title and help"


def _parts(recipe):
    return (recipe.network, recipe.network.conv[0], recipe.network.dense[0])


# The engine


@given(trainings())
def test_the_engine_of_a_new_training_can_carry_it_out(recipe):
    new = with_best_engine(recipe)
    assert (new.engine == "compiled") == (not not_compiled(recipe))
    assert TrainingRecipe.read(new.model_dump(mode="json")) == new
    assert new.model_copy(update={"engine": "tensorflow"}) == recipe


def test_a_recipe_that_names_no_engine_is_one_of_tensorflow_and_keeps_its_digest():
    old = TrainingRecipe.read({"epochs": 3})
    assert old.engine == "tensorflow"
    assert TrainingRecipe.read({"epochs": 3, "engine": "tensorflow"}).digest == old.digest
    assert "engine" not in old.model_dump(mode="json")


def test_trainings_by_both_engines_are_not_equal():
    assert with_best_engine(TrainingRecipe()).engine == "compiled"
    assert with_best_engine(TrainingRecipe()).digest != TrainingRecipe().digest


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"optimizer": "adam"}, "its optimiser is adam"),
        ({"network": {"output_activation": "sigmoid"}}, "its outputs are no softmax"),
        ({"network": {"conv": [{"padding": "same"}], "pool": []}}, "a convolution has the padding “same”"),
        ({"network": {"pooling": "average"}}, "its pools take the mean"),
    ],
)
def test_a_training_that_its_engine_does_not_know_is_refused(changes, reason):
    with pytest.raises(RecipeError, match=reason):
        TrainingRecipe.read({**changes, "engine": "compiled"})
    assert with_best_engine(TrainingRecipe.read(changes)).engine == "tensorflow"

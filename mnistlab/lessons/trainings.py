"""The facts of a short training, from what it has reported."""

from collections.abc import Sequence

from mnistlab.analysis.conclusions import HARDLY, OVERFITTED
from mnistlab.lessons.case import Case
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.slow_parts import TrainingPart
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.training import batches_per_epoch, learning_rate_after
from mnistlab.store.events import Event

# What a new learning rate can be.
RATES = (0.00001, 0.001, 0.1)


def training_recipe(part: TrainingPart, case: Case) -> TrainingRecipe:
    """Return the training of the default network on a few of the digits in use."""
    rate = RATES[case.pick(len(RATES))] if isinstance(part.rate, str) else part.rate
    return TrainingRecipe(
        data=case.data, train_size=part.digits, epochs=part.epochs, learning_rate=rate, seed=part.seed
    )


def training_facts(part: TrainingPart, recipe: TrainingRecipe, events: Sequence[Event]) -> Facts | None:
    """Return the facts of a training that has ended; None where its reports are gone."""
    ends = [event for event in events if "epoch" in event]
    batches = [event for event in events if "images_per_second" in event]
    if not ends or not batches:
        return None
    accuracies = tuple(100 * float(event["val_accuracy"]) for event in ends)
    own = 100 * float(batches[-1]["accuracy"])
    return {
        "digits": float(part.digits),
        "epochs": float(part.epochs),
        "rate": recipe.learning_rate,
        "rate_end": learning_rate_after(recipe, recipe.epochs * batches_per_epoch(recipe)),
        "batches": float(recipe.epochs * batches_per_epoch(recipe)),
        # By the schedule of the default recipe, power: rate / (1 + decay · batches / steps).
        "half_after": recipe.decay_steps / recipe.decay_rate,
        "accuracies": accuracies,
        "accuracy": accuracies[-1],
        "training_accuracy": own,
        "gap": own - accuracies[-1],
        "first": accuracies[0],
        "last_gain": accuracies[-1] - accuracies[-2] if len(accuracies) > 1 else accuracies[-1],
        "learnt": yes(accuracies[-1] >= 100 * HARDLY / recipe.network.classes),
        "by_heart": yes(own - accuracies[-1] >= 100 * OVERFITTED),
    }

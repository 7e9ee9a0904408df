"""A question of a recipe and a network -> what is explained of each picture, as goals of the ascent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import Goal, goal_of
from mnistlab.errors import RecipeError
from mnistlab.recipes.explanation import WhyRecipe
from mnistlab.recipes.network import dense_name
from mnistlab.store.networks import StoredNetwork


@dataclass(frozen=True, eq=False)
class Question:
    """What is explained of one picture.

    Attributes:
        goal: as of an ascent: its score is what is explained.
        label: the class in question; None for a map or node.
        against: the class it is compared with, if any.
        whole: the score of the picture itself, of which curves tell what is left; for a map or node.
    """

    goal: Goal
    label: int | None = None
    against: int | None = None
    whole: float = 1.0


def last_layer(network: StoredNetwork) -> str:
    """Return the name of the layer of the outputs."""
    return dense_name(len(network.recipe.dense) + 1)


def questions_of(why: WhyRecipe, network: StoredNetwork, read: Sequence[int]) -> list[Question]:
    """Return the question about each picture.

    Arguments:
        why: as the recipe has it.
        network: the network.
        read: the class that the network reads in each picture.

    Raises:
        RecipeError: if the network has no such class, layer, map or node.
    """
    if why.target is not None:
        return [Question(goal_of(why.target, network.recipe))] * len(read)
    classes = network.recipe.classes
    for label in (why.class_, why.against):
        if label is not None and label >= classes:
            raise RecipeError(f"This network has {classes} classes, numbered 0 to {classes - 1}. Received: {label}.")
    made: dict[int, Question] = {}
    for label in read:
        asked = label if why.class_ is None else why.class_
        if asked == why.against:
            raise RecipeError(
                f"The network reads this digit as class {asked}, and that is also what it is to be compared with. "
                "Choose another class to compare with."
            )
        made.setdefault(label, about_classes(asked, why.against, network))
    return [made[label] for label in read]


def about_classes(label: int, against: int | None, network: StoredNetwork) -> Question:
    """Return the question why a picture is read as a class, or as that and not as another; both must exist."""
    maps: NDArray[np.float32] = np.zeros(network.recipe.classes, np.float32)
    maps[label] = 1
    if against is not None:
        maps[against] = -1
    return Question(Goal(last_layer(network), maps, np.ones(1, np.float32), None), label, against)

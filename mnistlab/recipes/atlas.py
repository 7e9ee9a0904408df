"""The recipe of an atlas: the best pattern of every map of a layer."""

from typing import Literal

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.oip import AscentRecipe, model_choice
from mnistlab.recipes.precursor import PrecursorChoices


class AtlasRecipe(RecipePart):
    """Find the OIP of all maps of a layer, each from its best start patterns."""

    kind: Literal["atlas"] = "atlas"
    model: str = model_choice()
    precursor: PrecursorChoices = choice(
        PrecursorChoices(), title="Start patterns", help="Which layer and maps, and how their start patterns are found."
    )
    ascent: AscentRecipe = choice(
        AscentRecipe(steps=120, step_size=0.1),
        title="Ascent",
        help="How each candidate climbs: with steps that shrink from four times this size to a fifth of it.",
    )

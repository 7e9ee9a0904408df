"""Recipes: the declarations of everything a user can ask for."""

from typing import Any

from mnistlab.errors import RecipeError
from mnistlab.recipes.atlas import AtlasRecipe
from mnistlab.recipes.base import RecipePart, parse_json
from mnistlab.recipes.dream import DreamRecipe, ZoomRecipe
from mnistlab.recipes.explanation import ExplanationRecipe
from mnistlab.recipes.labels import LabelsRecipe
from mnistlab.recipes.network import LayerRow, NetworkRecipe, layer_rows, weight_shapes
from mnistlab.recipes.oip import OipRecipe
from mnistlab.recipes.precursor import PrecursorRecipe
from mnistlab.recipes.robustness import RobustnessCurvesRecipe
from mnistlab.recipes.training import TrainingRecipe
from mnistlab.recipes.tsne import TsneRecipe

Recipe = (
    TrainingRecipe
    | OipRecipe
    | PrecursorRecipe
    | AtlasRecipe
    | DreamRecipe
    | ZoomRecipe
    | TsneRecipe
    | ExplanationRecipe
    | RobustnessCurvesRecipe
    | LabelsRecipe
)
KINDS: dict[str, type[Recipe]] = {
    "training": TrainingRecipe,
    "oip": OipRecipe,
    "precursor": PrecursorRecipe,
    "atlas": AtlasRecipe,
    "dream": DreamRecipe,
    "zoom": ZoomRecipe,
    "tsne": TsneRecipe,
    "explanation": ExplanationRecipe,
    "robustness": RobustnessCurvesRecipe,
    "labels": LabelsRecipe,
}


def read_recipe(content: Any) -> Recipe:
    """Check parsed JSON of any kind of recipe and return the recipe.

    Raises:
        RecipeError: with one sentence that says what to correct.
    """
    if not isinstance(content, dict):
        raise RecipeError(f'A recipe is a JSON object such as {{"kind": "training"}}. Received: {repr(content)[:80]}.')
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise RecipeError(f"“kind” should be one of {', '.join(KINDS)}. Received: {str(kind)[:80]!r}.")
    return KINDS[kind].read(content)


__all__ = [
    "KINDS",
    "AtlasRecipe",
    "DreamRecipe",
    "ExplanationRecipe",
    "LabelsRecipe",
    "LayerRow",
    "NetworkRecipe",
    "OipRecipe",
    "PrecursorRecipe",
    "Recipe",
    "RecipePart",
    "RobustnessCurvesRecipe",
    "TrainingRecipe",
    "TsneRecipe",
    "ZoomRecipe",
    "layer_rows",
    "parse_json",
    "read_recipe",
    "weight_shapes",
]

"""A run -> the page and link that show it."""

from mnistlab.errors import MnistlabError
from mnistlab.recipes import (
    AtlasRecipe,
    DreamRecipe,
    OipRecipe,
    PrecursorRecipe,
    TrainingRecipe,
    TsneRecipe,
    ZoomRecipe,
)
from mnistlab.recipes.dream_view import DreamLink, view_of
from mnistlab.recipes.link import to_link
from mnistlab.recipes.target import TargetRecipe
from mnistlab.store.models import REFERENCE
from mnistlab.store.runs import RunFolder


def place_of(run: RunFolder) -> tuple[str, dict[str, str]] | None:
    """Return the page that shows `run` and the parameters of its link; None if its recipe cannot be read or has no page."""
    try:
        recipe = run.recipe()
    except MnistlabError:
        return None
    match recipe:
        case OipRecipe():
            return "pages/oip.py", to_link(recipe)
        case PrecursorRecipe():
            # What it found is shown beside the OIP of its (first) map.
            target = TargetRecipe(layer=recipe.layer, map_index=recipe.maps[0] if recipe.maps else 0)
            return "pages/oip.py", to_link(OipRecipe(model=recipe.model, target=target))
        case TsneRecipe():
            return "pages/classes.py", {"cls.plane": "tsne", **_model(recipe.model)}
        case AtlasRecipe():
            return "pages/atlas.py", {"layer": recipe.precursor.layer, **_model(recipe.model)}
        case DreamRecipe():
            return "pages/dream.py", {**to_link(DreamLink(dream=view_of(recipe))), **_model(recipe.model)}
        case ZoomRecipe():
            return "pages/dream.py", {**to_link(DreamLink(dream=view_of(recipe.dream))), **_model(recipe.model)}
        case TrainingRecipe():
            return "pages/train.py", {"run": run.id}


def _model(name: str) -> dict[str, str]:
    return {} if name == REFERENCE else {"model": name}

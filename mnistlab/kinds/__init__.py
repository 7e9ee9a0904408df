"""The kinds of recipes: how each starts, what it costs, where it is shown and which pictures it produces.

Each kind has its recipe in `mnistlab/recipes/`, one entry in a file of this folder, and its computation in `mnistlab/cnn/`. All
decisions that depend on the kind of a recipe go through this package:

    >>> from mnistlab.kinds import kind_of
    >>> from mnistlab.recipes import AtlasRecipe
    >>> kind_of(AtlasRecipe()).title
    'Atlas'
"""

from typing import Any

from mnistlab.kinds.atlas import ATLAS
from mnistlab.kinds.dream import DREAM, ZOOM
from mnistlab.kinds.explanation import EXPLANATION
from mnistlab.kinds.kind import Kind, Means
from mnistlab.kinds.labels import LABELS
from mnistlab.kinds.oip import OIP
from mnistlab.kinds.precursor import PRECURSOR
from mnistlab.kinds.robustness import ROBUSTNESS
from mnistlab.kinds.training import TRAINING
from mnistlab.kinds.tsne import TSNE
from mnistlab.recipes import Recipe

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind for kind in (TRAINING, OIP, PRECURSOR, ATLAS, DREAM, ZOOM, TSNE, EXPLANATION, ROBUSTNESS, LABELS)
}


def kind_of(recipe: Recipe) -> Kind[Any]:
    """Return the entry for the kind of `recipe`."""
    return KINDS[recipe.kind]


__all__ = ["KINDS", "Kind", "Means", "kind_of"]

"""A kind of recipe -> how it starts, what it costs, where it is shown and which pictures it leaves.

Each kind has its recipe in `mnistlab/recipes/`, one entry in a file of this folder, and its work in `mnistlab/cnn/`. Whoever must do
something that depends on the kind of a recipe asks here:

    >>> from mnistlab.kinds import kind_of
    >>> from mnistlab.recipes import AtlasRecipe
    >>> kind_of(AtlasRecipe()).title
    'Atlas'
"""

from typing import Any

from mnistlab.kinds.atlas import ATLAS
from mnistlab.kinds.dream import DREAM, ZOOM
from mnistlab.kinds.kind import Kind, Means
from mnistlab.kinds.oip import OIP
from mnistlab.kinds.precursor import PRECURSOR
from mnistlab.kinds.training import TRAINING
from mnistlab.kinds.tsne import TSNE
from mnistlab.recipes import Recipe

KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in (TRAINING, OIP, PRECURSOR, ATLAS, DREAM, ZOOM, TSNE)}


def kind_of(recipe: Recipe) -> Kind[Any]:
    """Return what there is to know about the kind of `recipe`."""
    return KINDS[recipe.kind]


__all__ = ["KINDS", "Kind", "Means", "kind_of"]

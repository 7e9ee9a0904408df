"""Make the picture of six dreams in the README: `python scripts/make_dreams.py`."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mnistlab.carving.dream_files import picture_of
from mnistlab.carving.photos import find_photo
from mnistlab.cnn.dream import dream
from mnistlab.recipes import DreamRecipe
from mnistlab.recipes.dream import LevelRecipe
from mnistlab.recipes.dream_view import FIRST_DREAM
from mnistlab.results.dream import DreamResult
from mnistlab.store.models import reference_network

TARGET = Path(__file__).parents[1] / "docs" / "pictures" / "dreams.jpg"
SIDE, GAP, COLUMNS = 420, 6, 3


def levels(*maps: int) -> tuple[LevelRecipe, ...]:
    """Return levels with a map each, and more steps on smaller tiles."""
    return tuple(LevelRecipe(map_index=number, steps=10 * (place + 2)) for place, number in enumerate(maps))


# What the first dream does, and five others.
CHANGES: list[dict[str, Any]] = [
    {"picture": "flower"},
    {"picture": "hills", "map_index": 12, "levels": 2, "iterations": 3},
    {"picture": "sea", "layer": "Conv2D_2", "map_index": 42},
    {"picture": "flower", "map_index": 11, "by_level": levels(46, 74, 109)},
    {"picture": "hills", "layer": "Dense_2", "map_index": 0, "levels": 2, "colour": False},
    {"picture": "sea", "layer": "Max_Pool_2", "map_index": 59, "levels": 2},
]


def main() -> None:
    """Carve all six and put them side by side."""
    rows = -(-len(CHANGES) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (SIDE + GAP) - GAP, rows * (SIDE + GAP) - GAP), "white")
    for place, changes in enumerate(CHANGES):
        recipe = DreamRecipe.read(FIRST_DREAM.model_copy(update=changes).model_dump(mode="json"))
        *_, result = dream(recipe, reference_network(), find_photo(recipe.picture, Path()))
        picture = Image.fromarray(np.asarray(picture_of(recipe, DreamResult.of(result.arrays)))).convert("RGB")
        row, column = divmod(place, COLUMNS)
        sheet.paste(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (column * (SIDE + GAP), row * (SIDE + GAP)))
    sheet.save(TARGET, quality=86, optimize=True)


if __name__ == "__main__":
    main()

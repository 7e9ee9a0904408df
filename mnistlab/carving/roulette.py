"""Random numbers -> a dream recipe that looks good."""

import random

from mnistlab.recipes.dream import CarvingAscent, ContrastRecipe, DreamRecipe, LevelRecipe
from mnistlab.recipes.network import LayerRow


def throw(recipe: DreamRecipe, rows: list[LayerRow], seed: int) -> DreamRecipe:
    """Return a random recipe for the picture, crop, size and network of `recipe`.

    Random values are limited to ranges that look good: few small steps on the full picture, more on smaller tiles, blended borders.

    Arguments:
        recipe: the recipe whose picture, crop, size and network are kept.
        rows: the layers of the network that can carve.
        seed: seed of the random numbers.
    """
    dice = random.Random(seed)
    layers = [row for row in rows if row.kind == "convolution" and row.name != "Conv2D_1"] or rows
    # The last convolution draws the richest patterns; other layers add variety.
    row = layers[-1] if dice.random() < 0.7 else dice.choice(rows)
    count = row.shape[-1]
    levels = dice.choice((1, 2, 2, 3, 3))
    own_maps = dice.random() < 0.6
    by_level = tuple(
        LevelRecipe(map_index=dice.randrange(count) if own_maps else None, steps=dice.randrange(8, 18) + 9 * level)
        for level in range(1, 4)
    )
    return DreamRecipe(
        model=recipe.model,
        picture=recipe.picture,
        crop=recipe.crop,
        size=recipe.size,
        gray=recipe.gray,
        layer=row.name,
        map_index=dice.randrange(count),
        iterations=dice.choice((1, 2, 2, 3)),
        ascent=CarvingAscent(steps=dice.randrange(6, 16), step_size=0.01, rescue=True),
        levels=levels,
        by_level=by_level,
        blend=round(dice.uniform(0.5, 0.9), 2),
        strength=dice.choice((0.8, 1.0, 1.0)),
        colour=dice.random() < 0.8,
        contrast=ContrastRecipe(height=1.0, spectrum=1.25),
    )

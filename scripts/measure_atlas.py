"""Measure the atlas of the reference network against the published way, map by map, and print one line of JSON.

    MNISTLAB_DATA=mnist.npz python scripts/measure_atlas.py [FIRST [EVERY]]

Published: every one of the 19,683 patterns climbs 10 steps, the best 8 climb 1200 steps of 0.01, the best of them counts. That takes about
ten seconds a map, so its scores are kept in build/ and a second run measures the atlas alone. The method was tuned on the maps with
FIRST 0, 2 and 6; those with FIRST 4, the default, were looked at only when it stood.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from mnistlab.cnn.atlas import make_atlas  # noqa: E402
from mnistlab.cnn.precursor import outcomes, precursor  # noqa: E402
from mnistlab.data.sources import data_at_hand, digits  # noqa: E402
from mnistlab.recipes import AtlasRecipe, PrecursorRecipe  # noqa: E402
from mnistlab.recipes.oip import AscentRecipe  # noqa: E402
from mnistlab.recipes.precursor import PrecursorChoices  # noqa: E402
from mnistlab.store.models import reference_network  # noqa: E402

LAYER, MAPS = "Conv2D_3", 128
PUBLISHED = AscentRecipe(steps=1200, step_size=0.01)
# The share of the published score that counts as the same pattern found.
ENOUGH = 0.99


def published_scores(maps: list[int]) -> np.ndarray:
    """Return the best score (maps,) the published way reaches for each map."""
    network = reference_network()
    kept = ROOT / "build" / f"published_{LAYER}_{network.digest[:16]}.json"
    kept.parent.mkdir(exist_ok=True)
    scores = json.loads(kept.read_text()) if kept.is_file() else {}
    for index in maps:
        if str(index) not in scores:
            recipe = PrecursorRecipe(layer=LAYER, maps=(index,), method="exhaustive")
            *_, result = precursor(recipe, network)
            ended = outcomes(network, LAYER, index, result.arrays["patterns"][0], PUBLISHED)
            scores[str(index)] = float(ended.final.max())
            kept.write_text(json.dumps(scores))
            print(f"map {index}: {scores[str(index)]:.4f}", file=sys.stderr, flush=True)
    return np.array([scores[str(index)] for index in maps])


def main() -> None:
    """Measure and print."""
    first, every = (int(text) for text in (*sys.argv[1:], *("4", "8")[len(sys.argv) - 1 :]))
    maps = list(range(first, MAPS, every))
    published = published_scores(maps)
    recipe = AtlasRecipe(precursor=PrecursorChoices(layer=LAYER, maps=tuple(maps)))
    *_, result = make_atlas(recipe, reference_network(), digits(data_at_hand(), "test"))
    scores = result.arrays["scores"]
    alive = published > 0
    ratios = scores[alive] / published[alive]
    print(
        json.dumps(
            {
                "maps": len(maps),
                "published_excites": int(alive.sum()),
                "atlas_excites": int((scores > 0).sum()),
                "at_least_99_percent": int((ratios >= ENOUGH).sum()),
                "median": round(float(np.median(ratios)), 4),
                "least": round(float(ratios.min()), 4),
                "below": {
                    str(index): round(float(ratio), 4)
                    for index, ratio in zip(np.array(maps)[alive], ratios, strict=True)
                    if ratio < ENOUGH
                },
            }
        )
    )


if __name__ == "__main__":
    main()

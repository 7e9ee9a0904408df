"""Make the golden set anew: recipes with their digests, links of every page, and a small store.

    python -m tests.golden.make_golden FOLDER

The set in this folder was made by mnistlab 0.1.0 as of November 2026, and later versions are held to it. It is *not* made anew when a test
fails: what an earlier version has written into links, files and stores of its users must go on working. Add to it what is new.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from mnistlab.carving.dream_files import dream_png, picture_of
from mnistlab.carving.photos import photo_file
from mnistlab.recipes import DreamRecipe, read_recipe
from mnistlab.recipes.dream_view import DreamLink
from mnistlab.recipes.link import to_link
from mnistlab.recipes.views import ActivationsLink, ClassesLink
from mnistlab.results.dream import DreamResult
from mnistlab.runner import execute
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish

SMALL = {
    "conv": [{"filters": 3}, {"filters": 4, "kernel": 4, "activation": "elu"}],
    "pool": [3],
    "dense": [{"units": 8, "activation": "tanh"}],
    "regularizer": "l2",
    "regularizer_strength": 0.002,
}
TRAINING = {
    "kind": "training",
    "network": SMALL,
    "data": "embedded",
    "train_size": 300,
    "epochs": 2,
    "batch_size": 24,
    "optimizer": "sgd",
    "momentum": 0.3,
    "learning_rate": 0.02,
    "schedule": "exponential",
    "decay_steps": 10,
    "decay_rate": 0.9,
    "seed": 7,
}
DREAM = {
    "kind": "dream",
    "picture": "sea",
    "crop": {"across": 0.3, "down": 0.6, "side": 0.8},
    "size": 280,
    "gray": "709",
    "layer": "Conv2D_2",
    "map_index": 11,
    "iterations": 2,
    "ascent": {"steps": 6, "step_size": 0.02, "rescue": True},
    "levels": 2,
    "by_level": [{"steps": 8}, {"map_index": -1, "iterations": 1}],
    "areas": [{"level": 1, "row": 0, "column": 1, "map_index": 5}, {"level": 2, "row": 3, "column": 3}],
    "blend": 0.25,
    "strength": 0.9,
    "contrast": {"height": 1.3, "spectrum": 0.7},
}
RECIPES: list[dict[str, Any]] = [
    {"kind": "training"},
    TRAINING,
    {"kind": "training", "initial": "training-0a1b2c3d@3", "optimizer": "nadam", "schedule": None},
    {"kind": "oip"},
    {
        "kind": "oip",
        "model": "training-0a1b2c3d",
        "target": {"layer": "Conv2D_2", "maps": [{"map_index": 3, "weight": 1.5}, {"map_index": 9, "weight": -0.5}]},
        "start": {"source": "fluctuations", "amplitudes": [0.1, 0.3, 0.2, 0.05], "strategy": "staged", "seed": 12},
        "ascent": {"steps": 200, "step_size": 0.05, "stop_at_convergence": True, "rescue": False},
        "robustness": {"jitter": 2, "smoothing": 0.5},
        "answers": 4,
        "diversity": 0.7,
        "reports": 3,
    },
    {"kind": "oip", "target": {"layer": "Dense_1", "node": 17}, "start": {"source": "digit", "index": 12}},
    {"kind": "oip", "target": {"layer": "Conv2D_1", "map_index": 4, "row": 3, "column": 9}, "start": {"source": "drawing"}},
    {"kind": "precursor"},
    {"kind": "precursor", "maps": [3, 1], "grid": 2, "levels": [0.1, 0.9], "trial_steps": 4, "keep": 3, "method": "exhaustive"},
    {"kind": "atlas"},
    {"kind": "atlas", "model": "reference", "precursor": {"layer": "Conv2D_2", "grid": 2, "keep": 4}, "ascent": {"steps": 30}},
    {"kind": "dream"},
    DREAM,
    {"kind": "zoom"},
    {"kind": "zoom", "dream": DREAM, "frames": 5, "zoom": 1.1},
    {"kind": "tsne"},
    {"kind": "tsne", "data": "embedded", "perplexity": 15.0, "steps": 300},
    {"kind": "explanation"},
    {
        "kind": "explanation",
        "digit": {"split": "train", "index": 1302},
        "why": {"class": 4, "against": 9},
        "methods": ["integrated_gradients", "layer_cam", "occlusion", "lrp_alpha_beta", "concept_relevance"],
        "steps": 32,
        "baseline": "mean",
        "cam_layer": "Conv2D_2",
        "occlusion": {"size": 5, "step": 2, "fill": "blurred"},
        "alpha": 1.0,
        "concept": {"layer": "Conv2D_3", "map_index": 12},
    },
    {"kind": "explanation", "digit": {"path": "digit.npy"}, "why": {"layer": "Conv2D_3", "map_index": 12}},
    {"kind": "robustness"},
    {"kind": "robustness", "data": "embedded", "kinds": ["shift", "noise"], "strengths": 5, "digits": 500, "seed": 7},
    {"kind": "labels"},
    {"kind": "labels", "data": "embedded", "digits": 5000, "folds": 3, "epochs": 2, "seed": 7},
    TRAINING | {"without": "59,3,7"},
]  # fmt: skip
VIEWS = {
    "pages/activations.py": ActivationsLink.read(
        {
            "act": {
                "digit": {"source": "blend", "blend": {"start": 3, "end": 8, "amount": 0.7}, "edit": {"rotate": 15}},
                "layer": "Max_Pool_1",
                "map_index": 7,
                "row": 2,
                "column": 5,
                "scale": "layer",
                "colours": "magma",
                "factors": [{"layer": "Conv2D_2", "index": 3, "factor": 0.0}, {}, {}, {}],
            }
        }
    ),
    "pages/classes.py": ClassesLink.read(
        {"cls": {"label_a": 3, "label_b": 5, "layer": "Conv2D_2", "common": 0.8, "kept": "12,7", "is_a": 4, "read_as": 9}}
    ),
    "pages/dream.py": DreamLink.read(
        {"dream": {"recipe": {"picture": "hills", "levels": 2, "map_index": 12}, "areas": "1.0.1m27,2.3.3", "area": "1.0.1"}}
    ),
}  # fmt: skip
PAGE_OF = {"training": "pages/train.py", "oip": "pages/oip.py"}


def write_recipes(folder: Path) -> None:
    """Write each recipe as a person would, with its digest."""
    rows = [{"recipe": recipe, "digest": read_recipe(recipe).digest} for recipe in RECIPES]
    (folder / "recipes.json").write_text(json.dumps(rows, indent=1) + "\n")


def write_links(folder: Path) -> None:
    """Write links of every page, with the digest of what each restores."""
    rows = [{"page": page, "link": to_link(view), "digest": view.digest} for page, view in VIEWS.items()]
    for content in RECIPES:
        recipe = read_recipe(content)
        if recipe.kind in PAGE_OF:
            rows.append({"page": PAGE_OF[recipe.kind], "link": to_link(recipe), "digest": recipe.digest})
    (folder / "links.json").write_text(json.dumps(rows, indent=1) + "\n")


def make_store(folder: Path) -> None:
    """Make two trainings, one stopped by a cancel, an atlas and a dream; write what each must give."""
    home = folder / "store"
    shutil.rmtree(home, ignore_errors=True)
    store = Store(home)
    rows = []

    def keep(content: dict[str, Any], name: str, owner: str = "") -> Any:
        recipe = read_recipe(content)
        run = store.create(recipe, name, owner, Wish.of(recipe, store).key)
        state = execute(run, store)
        assert state.name == "finished", state
        rows.append(
            {
                "id": run.id,
                "name": name,
                "kind": recipe.kind,
                "owner": owner,
                "recipe": recipe.digest,
                "key": Wish.of(recipe, store).key,
                "arrays": {array: list(values.shape) for array, values in run.result().items()},
                "network": run.network().digest if recipe.kind == "training" else None,
            }
        )
        return run

    first = keep(TRAINING, "Ada's small network", "0123456789abcdef")
    keep(TRAINING | {"seed": 8, "initial": f"{first.id}@1", "epochs": 1}, "Goes on from epoch 1")
    layer = {"layer": "Conv2D_2", "grid": 2, "levels": [0.2, 0.8], "trial_steps": 2, "keep": 2}
    keep(
        {"kind": "atlas", "model": first.id, "precursor": layer, "ascent": {"steps": 12, "step_size": 0.1}},
        "Small atlas",
    )
    dream = keep(DREAM, "A dream of the sea")
    recipe = dream.recipe()
    assert isinstance(recipe, DreamRecipe)
    (folder / "dream.png").write_bytes(dream_png(recipe, picture_of(recipe, DreamResult.of(dream.result())), None))
    own = photo_file("flower", home)
    (folder / "dream-of-own-photo.png").write_bytes(
        dream_png(recipe, picture_of(recipe, DreamResult.of(dream.result())), own)
    )
    # The arrays of a dream are large; its PNG stands for them.
    shutil.rmtree(dream.path)
    rows.pop()
    for litter in [*home.rglob(".*"), *home.rglob("durations*"), *home.rglob("engines")]:
        shutil.rmtree(litter) if litter.is_dir() else litter.unlink()
    (folder / "store.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write_recipes(target)
    write_links(target)
    make_store(target)

"""The result of a run on the command line -> pictures beside it."""

from typing import Any

import numpy as np

from mnistlab.carving.photos import SAMPLES, photo_file
from mnistlab.dream_files import dream_png, picture_of
from mnistlab.figures import planes
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.pictures import film_gif, gif, png, sheet
from mnistlab.recipes import AtlasRecipe, DreamRecipe, OipRecipe, PrecursorRecipe, TsneRecipe, ZoomRecipe
from mnistlab.settings import settings
from mnistlab.store.files import write_bytes
from mnistlab.store.runs import RunFolder

# A pixel of a pattern as so many of the picture, and patterns in a row of a sheet.
SCALE, COLUMNS, GAP = 8, 16, 2


def write_pictures(run: RunFolder) -> list[str]:
    """Write what there is to see of a finished run into its folder; return the files' names."""
    recipe, pictures = run.recipe(), {}
    if isinstance(recipe, OipRecipe):
        result = run.result()
        growth = np.concatenate([result["start"][None], result["report_images"]])
        pictures = {
            "oip.png": png(enhanced(result["image"]), SCALE),
            "oip_plain.png": png(plain(result["image"]), SCALE),
            "growth.png": png(sheet(enhanced(growth), len(growth), GAP), SCALE // 2),
            "growth.gif": gif(enhanced(growth)),
        }
        if "answers" in result:
            pictures["answers.png"] = png(sheet(enhanced(result["answers"]), COLUMNS, GAP), SCALE // 2)
    elif isinstance(recipe, AtlasRecipe):
        pictures = {"atlas.png": png(sheet(enhanced(run.result()["images"]), COLUMNS, GAP), SCALE // 2)}
    elif isinstance(recipe, PrecursorRecipe):
        patterns = run.result()["patterns"]
        rows = patterns.reshape(-1, *patterns.shape[2:])
        pictures = {"patterns.png": png(sheet(plain(rows), patterns.shape[1], GAP), SCALE // 2)}
    elif isinstance(recipe, DreamRecipe):
        pictures = _dream_pictures(recipe, run.result())
    elif isinstance(recipe, ZoomRecipe):
        pictures = {"film.gif": film_gif(run.result()["frames"])}
    elif isinstance(recipe, TsneRecipe):
        result = run.result()
        pictures = {"plane.png": png(planes.picture(result["plane"], result["labels"]))}
    for name, content in pictures.items():
        write_bytes(run.path / name, content)
    return list(pictures)


def _dream_pictures(recipe: DreamRecipe, result: dict[str, Any]) -> dict[str, bytes]:
    photo = None if recipe.picture in SAMPLES else photo_file(recipe.picture, settings().home, allow_paths=True)
    frames = [picture_of(recipe, result, values) for values in (result["original"], *result["steps"])]
    return {
        "dream.png": dream_png(recipe, picture_of(recipe, result), photo),
        "iterations.gif": film_gif(np.stack(frames), milliseconds=400),
    }

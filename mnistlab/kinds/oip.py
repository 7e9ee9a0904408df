"""The kind of an OIP."""

import numpy as np

from mnistlab.kinds.kind import Kind, Means, PageLink
from mnistlab.kinds.multiplications import GRADIENT, forward
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.pictures.encoding import COLUMNS, GAP, SCALE, gif, png, sheet
from mnistlab.progress import Reports
from mnistlab.recipes import NetworkRecipe, OipRecipe
from mnistlab.recipes.link import to_link
from mnistlab.results.oip import OipResult
from mnistlab.store.run_folder import RunFolder


def _start(recipe: OipRecipe, means: Means) -> Reports:
    from mnistlab.cnn.oip import find_oip

    return find_oip(recipe, means.network(recipe.model), means.allow_paths)


def _work(recipe: OipRecipe, network: NetworkRecipe | None) -> float:
    if network is None:
        return 1.0
    return recipe.answers * recipe.ascent.steps * GRADIENT * forward(network, recipe.target.layer)


def _page_link(recipe: OipRecipe, _: str) -> PageLink:
    return "pages/oip.py", to_link(recipe)


def _pictures(recipe: OipRecipe, run: RunFolder) -> dict[str, bytes]:
    # (The digest of the network is not shown in pictures.)
    result = OipResult.of(run.result(), figures=run.summary(), recipe=recipe.digest, network="")
    growth = np.concatenate([result.start[None], result.report_images])
    pictures = {
        "oip.png": png(enhanced(result.image), SCALE),
        "oip_plain.png": png(plain(result.image), SCALE),
        "growth.png": png(sheet(enhanced(growth), len(growth), GAP), SCALE // 2),
        "growth.gif": gif(enhanced(growth)),
    }
    if result.answers is not None:
        pictures["answers.png"] = png(sheet(enhanced(result.answers), COLUMNS, GAP), SCALE // 2)
    return pictures


OIP = Kind(
    recipe=OipRecipe,
    title="OIP",
    start=_start,
    work=_work,
    pace=lambda _: "oip",
    first_guess={"oip": 1e-10},
    page_link=_page_link,
    pictures=_pictures,
)

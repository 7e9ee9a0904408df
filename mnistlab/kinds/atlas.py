"""The kind of an atlas."""

from mnistlab.kinds.kind import Kind, Means, PageLink, model_link
from mnistlab.kinds.multiplications import GRADIENT, forward, maps_chosen, screening
from mnistlab.patterns.contrast import enhanced
from mnistlab.pictures.encoding import COLUMNS, GAP, SCALE, png, sheet
from mnistlab.progress import Reports
from mnistlab.recipes import AtlasRecipe, NetworkRecipe
from mnistlab.recipes.atlas import steps_of_a_map
from mnistlab.results.atlas import Atlas
from mnistlab.store.run_folder import RunFolder


def _start(recipe: AtlasRecipe, means: Means) -> Reports:
    from mnistlab.cnn.atlas import make_atlas
    from mnistlab.data.sources import data_of, digits

    network = means.network(recipe.model)
    return make_atlas(recipe, network, digits(data_of(network.data), "test"))


def _work(recipe: AtlasRecipe, network: NetworkRecipe | None) -> float:
    if network is None:
        return 1.0
    chosen = recipe.precursor
    climbs = maps_chosen(chosen, network) * steps_of_a_map(recipe)
    return screening(chosen, network) + climbs * GRADIENT * forward(network, chosen.layer)


def _page_link(recipe: AtlasRecipe, _: str) -> PageLink:
    return "pages/atlas.py", {"layer": recipe.precursor.layer, **model_link(recipe.model)}


def _pictures(_: AtlasRecipe, run: RunFolder) -> dict[str, bytes]:
    return {"atlas.png": png(sheet(enhanced(Atlas.of(run.result()).images), COLUMNS, GAP), SCALE // 2)}


ATLAS = Kind(
    recipe=AtlasRecipe,
    title="Atlas",
    start=_start,
    work=_work,
    # (“climbs” means that all climbs are counted; the older “atlas-fast” counted only those of the kept candidates.)
    pace=lambda recipe: f"atlas-climbs-{recipe.precursor.method}",
    first_guess={"atlas-climbs-fast": 5.2e-12, "atlas-climbs-exhaustive": 1.3e-11},
    page_link=_page_link,
    pictures=_pictures,
)

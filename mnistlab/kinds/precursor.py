"""The kind of a precursor run."""

from mnistlab.kinds.kind import Kind, Means, PageLink
from mnistlab.kinds.multiplications import screening
from mnistlab.patterns.contrast import plain
from mnistlab.pictures.encoding import GAP, SCALE, png, sheet
from mnistlab.progress import Reports
from mnistlab.recipes import NetworkRecipe, OipRecipe, PrecursorRecipe
from mnistlab.recipes.link import to_link
from mnistlab.recipes.target import TargetRecipe
from mnistlab.results.precursor import Candidates
from mnistlab.store.run_folder import RunFolder


def _start(recipe: PrecursorRecipe, means: Means) -> Reports:
    from mnistlab.cnn.precursor import precursor

    return precursor(recipe, means.network(recipe.model))


def _work(recipe: PrecursorRecipe, network: NetworkRecipe | None) -> float:
    return 1.0 if network is None else screening(recipe, network)


def _page_link(recipe: PrecursorRecipe, _: str) -> PageLink:
    # Its result is shown beside the OIP of its (first) map.
    target = TargetRecipe(layer=recipe.layer, map_index=recipe.maps[0] if recipe.maps else 0)
    return "pages/oip.py", to_link(OipRecipe(model=recipe.model, target=target))


def _pictures(_: PrecursorRecipe, run: RunFolder) -> dict[str, bytes]:
    patterns = Candidates.of(run.result()).patterns
    rows = patterns.reshape(-1, *patterns.shape[2:])
    return {"patterns.png": png(sheet(plain(rows), patterns.shape[1], GAP), SCALE // 2)}


PRECURSOR = Kind(
    recipe=PrecursorRecipe,
    title="Precursor run",
    start=_start,
    work=_work,
    pace=lambda recipe: f"precursor-{recipe.method}",
    first_guess={"precursor-fast": 6.9e-12, "precursor-exhaustive": 1.3e-11},
    page_link=_page_link,
    pictures=_pictures,
)

"""The kind of a t-SNE."""

from mnistlab.figures import planes
from mnistlab.kinds.kind import Kind, Means, PageLink, model_link
from mnistlab.pictures.encoding import png
from mnistlab.progress import Reports
from mnistlab.recipes import NetworkRecipe, TsneRecipe
from mnistlab.recipes.data_sets import data_set
from mnistlab.results.tsne import TsneResult
from mnistlab.store.run_folder import RunFolder


def _start(recipe: TsneRecipe, means: Means) -> Reports:
    from mnistlab.cnn.tsne import lay_out_digits
    from mnistlab.data.sources import digits

    return lay_out_digits(recipe, means.network(recipe.model), digits(recipe.data, "test"))


def _work(recipe: TsneRecipe, _: NetworkRecipe | None) -> float:
    # Moves of a digit; the search for neighbours takes as long as about a hundred moves.
    return data_set(recipe.data).test * (recipe.steps + 100.0)


def _page_link(recipe: TsneRecipe, _: str) -> PageLink:
    return "pages/classes.py", {"cls.plane": "tsne", **model_link(recipe.model)}


def _pictures(_: TsneRecipe, run: RunFolder) -> dict[str, bytes]:
    result = TsneResult.of(run.result())
    return {"plane.png": png(planes.picture(result.plane, result.labels))}


TSNE = Kind(
    recipe=TsneRecipe,
    title="t-SNE",
    start=_start,
    work=_work,
    # (“moves”: the older “tsne” had no unit.)
    pace=lambda _: "tsne-moves",
    first_guess={"tsne-moves": 4e-6},
    page_link=_page_link,
    pictures=_pictures,
)

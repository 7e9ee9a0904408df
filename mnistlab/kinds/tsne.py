"""The kind of a t-SNE."""

from mnistlab.figures import planes
from mnistlab.kinds.kind import Kind, Means, Place, model_link
from mnistlab.pictures.encoding import png
from mnistlab.progress import Reports
from mnistlab.recipes import NetworkRecipe, TsneRecipe
from mnistlab.results.tsne import TsneResult
from mnistlab.store.run_folder import RunFolder

TEST_DIGITS = 10_000


def _start(recipe: TsneRecipe, means: Means) -> Reports:
    from mnistlab.cnn.tsne import lay_out_digits
    from mnistlab.data.sources import digits

    return lay_out_digits(recipe, means.network(recipe.model), digits(recipe.data, "test"))


def _work(recipe: TsneRecipe, _: NetworkRecipe | None) -> float:
    # Moves of a digit; looking for its neighbours takes about as long as a hundred.
    return TEST_DIGITS * (recipe.steps + 100.0)


def _place(recipe: TsneRecipe, _: str) -> Place:
    return "pages/classes.py", {"cls.plane": "tsne", **model_link(recipe.model)}


def _pictures(_: TsneRecipe, run: RunFolder) -> dict[str, bytes]:
    result = TsneResult.of(run.result())
    return {"plane.png": png(planes.picture(result.plane, result.labels))}


TSNE = Kind(
    recipe=TsneRecipe,
    title="t-SNE",
    start=_start,
    work=_work,
    # (“moves”: under “tsne” nothing was counted.)
    pace=lambda _: "tsne-moves",
    first_guess={"tsne-moves": 4e-6},
    place=_place,
    pictures=_pictures,
)

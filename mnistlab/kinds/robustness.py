"""The kind of robustness curves."""

from mnistlab.kinds.kind import Kind, Means, PageLink, model_link, no_pictures
from mnistlab.kinds.multiplications import GRADIENT, forward
from mnistlab.progress import Reports
from mnistlab.recipes import NetworkRecipe, RobustnessCurvesRecipe


def _start(recipe: RobustnessCurvesRecipe, means: Means) -> Reports:
    from mnistlab.cnn.robustness import read_changed
    from mnistlab.data.sources import digits

    return read_changed(recipe, means.network(recipe.model), digits(recipe.data, "test"))


def _work(recipe: RobustnessCurvesRecipe, network: NetworkRecipe | None) -> float:
    if network is None:
        return 1.0
    # All adversarial steps of a digit follow one gradient.
    once = 1 + GRADIENT * ("adversarial" in recipe.kinds)
    return recipe.digits * (once + recipe.strengths * len(recipe.kinds)) * forward(network)


def _page_link(recipe: RobustnessCurvesRecipe, _: str) -> PageLink:
    return "pages/classes.py", {"cls.tab": "robust", **model_link(recipe.model)}


ROBUSTNESS = Kind(
    recipe=RobustnessCurvesRecipe,
    title="Robustness",
    start=_start,
    work=_work,
    pace=lambda _: "robustness",
    first_guess={"robustness": 2e-11},
    page_link=_page_link,
    pictures=no_pictures,
)

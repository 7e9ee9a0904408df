"""The kind of a search for wrong labels."""

from mnistlab.kinds.kind import Kind, Means, PageLink, no_pictures
from mnistlab.kinds.training import training_work
from mnistlab.progress import Reports
from mnistlab.recipes import LabelsRecipe, NetworkRecipe


def _start(recipe: LabelsRecipe, _: Means) -> Reports:
    from mnistlab.cnn.labels import read_unseen
    from mnistlab.data.sources import first_digits

    return read_unseen(recipe, first_digits(recipe.data, "train", recipe.count))


def _work(recipe: LabelsRecipe, _: NetworkRecipe | None) -> float:
    others = recipe.count - recipe.count // recipe.folds
    return recipe.folds * training_work(recipe.training(others), recipe.count // recipe.folds)


def _page_link(_: LabelsRecipe, __: str) -> PageLink:
    return "pages/classes.py", {"cls.tab": "labels"}


LABELS = Kind(
    recipe=LabelsRecipe,
    title="Wrong labels",
    start=_start,
    work=_work,
    pace=lambda _: "labels",
    first_guess={"labels": 1.4e-11},
    page_link=_page_link,
    pictures=no_pictures,
)

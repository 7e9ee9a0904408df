"""The kind of an explanation."""

import numpy as np

from mnistlab.explanations.curves import CONTROLS, POINTS
from mnistlab.explanations.occlusion import squares
from mnistlab.kinds.kind import Kind, Means, PageLink, model_link
from mnistlab.kinds.multiplications import GRADIENT, forward
from mnistlab.pictures.encoding import GAP, SCALE, png, sheet
from mnistlab.pictures.signed import signed_picture
from mnistlab.progress import Reports
from mnistlab.recipes import ExplanationRecipe, NetworkRecipe
from mnistlab.recipes.digit import DigitChoice
from mnistlab.recipes.explain_view import ExplainLink, ExplainView
from mnistlab.recipes.link import to_link
from mnistlab.results.explanation import ExplanationResult
from mnistlab.store.run_folder import RunFolder

# Passes through the network of a method that is not named below, counted as forward passes: relevance takes most, at most this.
FEW = 5 * GRADIENT


def _start(recipe: ExplanationRecipe, means: Means) -> Reports:
    from mnistlab.cnn.explanations.recipe import explain_digit

    return explain_digit(recipe, means.network(recipe.model), means.allow_paths)


def _work(recipe: ExplanationRecipe, network: NetworkRecipe | None) -> float:
    if network is None:
        return 1.0
    passes = {
        "integrated_gradients": GRADIENT * recipe.steps,
        "smoothgrad": GRADIENT * recipe.samples,
        "occlusion": len(squares(recipe.occlusion.size, recipe.occlusion.step)),
    }
    curves = 2 * (POINTS - 2) * (len(recipe.methods) + len(CONTROLS))
    return (curves + sum(passes.get(name, FEW) for name in recipe.methods)) * forward(network)


def _page_link(recipe: ExplanationRecipe, _: str) -> PageLink:
    digit = DigitChoice(source=recipe.digit.split, index=recipe.digit.index)
    if recipe.digit.pixels is not None:
        digit = DigitChoice(source="drawing", pixels=recipe.digit.pixels)
    why = recipe.why
    if why.layer is not None:
        # The page explains whole maps; a single node of one is in no link.
        number = why.node if why.map_index is None else why.map_index
        view = ExplainView(digit=digit, question="part", layer=why.layer, map_index=number or 0, tab="methods")
    else:
        question = "class" if why.against is None else "against"
        label, against = (-1 if number is None else number for number in (why.class_, why.against))
        view = ExplainView(digit=digit, question=question, label=label, against=against, tab="methods")
    return "pages/explain.py", {**to_link(ExplainLink(why=view)), **model_link(recipe.model)}


def _pictures(_: ExplanationRecipe, run: RunFolder) -> dict[str, bytes]:
    maps = ExplanationResult.of(run.result()).maps
    # Each method has its own scale: their units differ.
    coloured = np.stack([signed_picture(one) for one in maps])
    channels = [sheet(coloured[..., channel], len(maps), GAP, ground=255) for channel in range(3)]
    return {"explanation.png": png(np.stack(channels, axis=-1).repeat(SCALE, axis=0).repeat(SCALE, axis=1))}


EXPLANATION = Kind(
    recipe=ExplanationRecipe,
    title="Explanation",
    start=_start,
    work=_work,
    pace=lambda _: "explanation",
    first_guess={"explanation": 1e-10},
    page_link=_page_link,
    pictures=_pictures,
)

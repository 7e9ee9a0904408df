"""The page OIP."""

import base64
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.brought_sets import known_set
from mnistlab.data.sources import data_of
from mnistlab.engine.tasks.patterns import rate_pattern
from mnistlab.exports.bundle import zipped
from mnistlab.exports.oip import oip_files
from mnistlab.figures import score as score_figure
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.pictures.encoding import data_address, gif, png
from mnistlab.recipes import OipRecipe
from mnistlab.recipes.start import DrawingStart
from mnistlab.recipes.target import MapWeight
from mnistlab.results.oip import OipResult, ScoreCard
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.asking import answer, wait_for_answers
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.answers.oip import find_oip, finished_oip, way_to_oip
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.oip.contrast import Contrast, choose_contrast, contrast_now, shown_with
from mnistlab.ui.pages.oip.form import PAGE, draw_form, read_form
from mnistlab.ui.pages.oip.more import draw_more
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.exports import draw_export
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import as_html, inert
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.frame import choices_and_result, network_in_use
from mnistlab.ui.shell.map_links import OIP, draw_map_links
from mnistlab.ui.state.recipe_state import set_content
from mnistlab.wording import class_name, in_digits, with_article

STATUS = {
    "climbing": "The score still climbs: more steps would raise it.",
    "converged": "The score has settled.",
    "stalled": "The ascent stopped moving: no gradient is left.",
    "no_response": "The target does not react to this pattern at all. Try another random start, larger scales or rescue; “Why blank?” below says more.",
}
# Widths of the pattern and its figures in pixels, side by side on a screen of 1280.
PATTERN_WIDTH, BESIDE_WIDTH = 360, 84
# Heights of the parts that are filled in later, in pixels on a wide page.
PATTERN_HEIGHT, CARD_HEIGHT, BELOW_HEIGHT = 480, 150, 700
# Nine digits fit in one row.
DIGIT_WIDTH = "2.6rem"
SCALE = 8


def draw_oip() -> None:
    """Draw the page: choices on the left, the pattern on the right."""
    st.title("What is it looking for?")
    introduce(
        "An [[OIP]], original input pattern, is the picture a [[map]] reacts to most, grown by [[gradient ascent]]: "
        "a random picture ([[fluctuations]]) changed step by step so that the map's [[score]], its mean value, rises. "
        "It shows what excites this map, not what the network means by a digit.",
        "node",
        "pixel",
        "weights",
        "relu",
        "convolution",
        "dense layer",
        "standardised",
        "large-scale patterns",
        "precursor run",
        "seed",
    )
    left, right = choices_and_result()
    with left:
        recipe = draw_form()
    with right:
        if recipe is not None:
            _result(recipe)
    wait_for_answers()


def target_name(recipe: OipRecipe) -> str:
    """Return the name of the recipe's target within a sentence."""
    target = recipe.target
    if target.node is not None:
        return f"node {target.node} of {target.layer}"
    if target.maps:
        name = f"{_summed(target.maps)} of {target.layer}"
    elif target.map_index is None:
        name = f"all maps of {target.layer}"
    else:
        name = f"map {target.map_index} of {target.layer}"
    return name if target.row is None else f"node ({target.row}, {target.column}) of {name}"


def _summed(maps: Sequence[MapWeight]) -> str:
    """Return a weighted sum as a formula: “map 3 − 0.5 × map 7”."""
    words = ""
    for part in maps:
        sign = " − " if part.weight < 0 else " + " if words else ""
        size = "" if abs(part.weight) == 1 else f"{abs(part.weight):g} × "
        words += f"{sign}{size}map {part.map_index}"
    return words.strip()


def _result(recipe: OipRecipe) -> None:
    result = _current_oip(recipe)
    draw_answer("oip", result, partial(_draw_pattern, recipe, network_in_use().classes), PATTERN_HEIGHT)
    with st.container(key="oip-more"):
        draw_more(recipe)
    draw_answer("oip-below", result, partial(_draw_below, recipe), BELOW_HEIGHT, silent=True)


def _current_oip(recipe: OipRecipe) -> OipResult | Unanswered | None:
    """Return the pattern, or why there is none; if it takes a run, draw the run's button or progress."""
    if way_to_oip(recipe) != "run":
        return find_oip(recipe)
    button = f"Find the pattern in {recipe.ascent.steps:,} steps"
    with st.container():
        run = draw_job(recipe, read_form, lambda oip: f"OIP of {target_name(oip)}", button, _draw_growing)
    return None if run is None else finished_oip(run)


def _draw_below(recipe: OipRecipe, result: OipResult) -> None:
    """Draw the rest of the page: comparison with digits, growth, downloads."""
    contrast = contrast_now()
    card = _digits_beside(recipe, result.image)
    st.header("Compared with real digits")
    names = known_set(data_of(network_in_use().data)).classes
    draw_answer("oip-card", card, partial(_draw_card, result.figures["score"], names), CARD_HEIGHT)
    _draw_growth(recipe, result, contrast, None if isinstance(card, Unanswered) else card)
    _downloads(recipe, result, contrast)


def _draw_pattern(recipe: OipRecipe, classes: Sequence[str], result: OipResult) -> None:
    """Draw the pattern, its score, and sentences about both; `classes`: names of the network's outputs."""
    figures = result.figures
    read_as = class_name(classes, figures["read_as"])
    sentence = (
        f"The pattern for {target_name(recipe)} scores {in_digits(figures['score'], 3)} after {figures['steps']} steps; "
        f"the network reads it as {with_article(read_as)} ({100 * figures['read_with']:.0f} %)."
    )
    row = st.container(horizontal=True)
    picture = row.container(width=PATTERN_WIDTH)
    with row.container(width=BESIDE_WIDTH):
        st.metric("Score", in_digits(figures["score"], 3))
        st.metric(
            "Read as",
            inert(read_as),
            f"{100 * figures['read_with']:.0f} %",
            delta_color="off",
            delta_arrow="off",
        )
    contrast = choose_contrast()
    # Its pixels are in its address, because fetching a file would take longer, and the visitor waits for this picture.
    source = data_address(shown_with(contrast, result.image))
    picture.html(f"<img class='lab-pattern' src='{source}' alt='{as_html(sentence)}'>")
    st.markdown(f"**{inert(sentence)}** {STATUS[figures['status']]}")
    if figures["rescued_steps"]:
        st.markdown(
            "The target was silent at the start, so relu blocked the gradient; "
            f"it was let through for {figures['rescued_steps']} steps to get going."
        )


def _draw_growth(recipe: OipRecipe, result: OipResult, contrast: Contrast, card: ScoreCard | None) -> None:
    st.header("How it grew")
    steps = result.figures["steps"]
    draw_chart(
        score_figure.figure(result.scores, result.report_steps, None if card is None else card.best_digit_score),
        "oip.score",
        f"Score over {steps} steps, from {in_digits(result.scores[0], 3)} to {in_digits(result.scores[-1], 3)}.",
        tools=True,
    )
    captions = ["start"] + [f"step {step}" for step in result.report_steps]
    alts = [f"The pattern for {target_name(recipe)}, {caption}" for caption in captions]
    draw_tiles(shown_with(contrast, _growth(result)), captions, alts)


def _growth(result: OipResult) -> NDArray[np.float32]:
    return np.concatenate([result.start[None], result.report_images])


def _draw_growing(run: RunFolder) -> None:
    pictures = run.pictures()
    if pictures is not None:
        st.image(png(enhanced(pictures["images"][0]), SCALE), alt="The pattern as it grows.")


def _digits_beside(recipe: OipRecipe, image: Any) -> ScoreCard | Unanswered:
    """Return the scores of real digits; the same for all patterns of a target, so they are asked for only once."""
    target = json.dumps(recipe.model_dump(mode="json")["target"], sort_keys=True)
    key = f"card/{target}/{network_in_use().digest}/{data_of(network_in_use().data)}"
    return answer(key, rate_pattern, recipe.model, recipe.to_json(), image, patience=0.0)


def _draw_card(score: float, names: Sequence[str], card: ScoreCard) -> None:
    if card.best_digit_score > 0:
        st.markdown(
            f"Its score is **{score / card.best_digit_score:.1f} times** the largest that any of the test digits reaches "
            f"({in_digits(card.best_digit_score, 3)}). These nine excite it most; the frame marks what the most excited node sees."
        )
    else:
        st.markdown("No test digit excites this target at all.")
        return
    framed = [_framed(image, box) for image, box in zip(card.images, card.boxes, strict=True)]
    # Nine stand in one row: there is no room for more words.
    captions = [
        f"{class_name(names, label)}: {in_digits(value, 3)}"
        for label, value in zip(card.labels, card.digit_scores, strict=True)
    ]
    alts = [f"test digit {number}, {caption}" for number, caption in zip(card.digits, captions, strict=True)]
    draw_tiles(np.stack(framed), captions, alts, DIGIT_WIDTH)


def _framed(image: Any, box: Any) -> Any:
    """Return a digit (28, 28) enlarged, with a thin frame around a box of pixels."""
    zoom = 4
    picture = np.kron(image, np.ones((zoom, zoom), np.uint8))
    top, left, bottom, right = (int(value) for value in box)
    rows, columns = slice(top * zoom, (bottom + 1) * zoom), slice(left * zoom, (right + 1) * zoom)
    for edge in (rows.start, rows.stop - 1):
        picture[edge, columns] = 200
    for edge in (columns.start, columns.stop - 1):
        picture[rows, edge] = 200
    return picture


def _downloads(recipe: OipRecipe, result: OipResult, contrast: Contrast) -> None:
    row = st.container(key="oip-files", horizontal=True)
    name = f"oip-{recipe.digest[:8]}"
    row.download_button(
        "PNG", lambda: png(shown_with(contrast, result.image), SCALE), f"{name}.png", "image/png", on_click="ignore"
    )
    row.download_button(
        "GIF", lambda: gif(shown_with(contrast, _growth(result))), f"{name}.gif", "image/gif", on_click="ignore"
    )
    row.download_button("Data (NPY)", lambda: _npy(result.image), f"{name}.npy", on_click="ignore")
    row.download_button("Recipe", recipe.to_json, f"{name}.json", "application/json", on_click="ignore")
    network = network_in_use()
    draw_export(row, name, lambda: zipped(oip_files(recipe, network)))
    row.button("Start from this pattern", icon=":material/replay:", on_click=attempt, args=(_start_from, result.image))
    target = recipe.target
    if target.map_index is not None or target.node is not None:
        is_dense = target.node is not None
        draw_map_links(target.layer, int((target.node if is_dense else target.map_index) or 0), OIP, row, is_dense)


def _start_from(image: Any) -> None:
    """Copy the pattern into the recipe as the start of another ascent."""
    recipe = read_form()
    pixels = base64.b64encode(plain(image).tobytes()).decode()
    set_content(recipe.model_copy(update={"start": DrawingStart(pixels=pixels)}), PAGE)


def _npy(image: Any) -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    np.save(buffer, image, allow_pickle=False)
    return buffer.getvalue()

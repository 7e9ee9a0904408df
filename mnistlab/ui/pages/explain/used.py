"""What a map is used for over the test set: the digits to whose answers it adds most, beside those that excite it most."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.engine.tasks.surveys import see_uses, survey_key, survey_test_set, uses_key
from mnistlab.figures.digit_sheets import digit_sheet, sentence
from mnistlab.figures.uses import most_used, overlap, use_of
from mnistlab.recipes.network import convolution_name
from mnistlab.results.readings import Survey, Uses
from mnistlab.ui.answers.asking import kept
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.explain.chain import looked_at
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.text import note
from mnistlab.ui.state.views import change_view
from mnistlab.wording import in_digits, with_article, with_sign

# Of both rows of digits, in pixels on a wide page.
HEIGHT = 380


def draw_used(prefix: str, shown: Shown) -> None:
    """Draw what the chosen map is used for; a sentence where none of the last convolution is chosen."""
    index = _chosen_map(shown)
    if index is None:
        note("Choose a map of the last convolution above: what it is used for over the test set stands here then.")
        return
    model, digest, data = shown.model, shown.network.digest, shown.data
    uses = kept(uses_key(digest, data), Uses, see_uses, model, data)
    survey = kept(survey_key(digest, data), Survey, survey_test_set, model, data)
    lacking = next((answer for answer in (uses, survey) if isinstance(answer, Unanswered)), None)
    draw_answer(f"{prefix}-used", lacking or (uses, survey), partial(_draw, prefix, shown, index), HEIGHT)


def _chosen_map(shown: Shown) -> int | None:
    row, place = looked_at(shown)
    target, last = shown.found.target, convolution_name(len(shown.network.recipe.conv))
    if target.layer == last:
        return target.index
    return None if row is None or row.layer != last else row.map_of(place)


def _draw(prefix: str, shown: Shown, index: int, answers: tuple[Uses, Survey]) -> None:
    uses, survey = answers
    layer = convolution_name(len(shown.network.recipe.conv))
    exciting, scores = survey.layers[layer].best[index], survey.layers[layer].best_score[index]
    classes = shown.network.classes
    note(use_of(uses, index, classes))
    adds = uses.best_share[index] > 0
    used = uses.best[index][adds]
    if len(used):
        st.markdown(f"The digits to whose answer map {index} adds most:")
        _nine(prefix, "used", shown, used, [with_sign(share) for share in uses.best_share[index][adds].tolist()])
    else:
        note(f"Map {index} adds to no answer.")
    st.markdown("Those that excite it most:")
    _nine(prefix, "exciting", shown, exciting, [in_digits(score, 3) for score in scores])
    together = f"{overlap(used, exciting)} " if len(used) else ""
    note(f"{together}Choose one to have it explained.")
    if shown.digit.label is not None and shown.digit.label < uses.by_class.shape[1]:
        note(most_used(uses, shown.digit.label, with_article(classes[shown.digit.label])))


def _nine(prefix: str, name: str, shown: Shown, numbers: NDArray[np.int32], words: Sequence[str]) -> None:
    test, names = digits(shown.data, "test"), known_set(shown.data).classes
    labels = [names[label] for label in test.labels[numbers]]
    captions = [f"{label}: {word}" for label, word in zip(labels, words, strict=True)]
    sheet = digit_sheet(test.images[numbers], numbers, captions, columns=len(numbers))
    pick_cell(sheet, f"{prefix}|{name}", sentence(labels, numbers), on_pick=partial(_pick, prefix), narrow=5)


def _pick(prefix: str, number: int) -> None:
    change_view(prefix, "digit", source="test", index=number)

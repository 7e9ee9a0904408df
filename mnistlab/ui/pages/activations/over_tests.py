"""The chosen map or node over the whole test set."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.figures import map_views
from mnistlab.figures.digit_sheets import digit_sheet, sentence
from mnistlab.recipes.data_sets import DataName
from mnistlab.results.readings import Survey
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.activations.chosen import Chosen
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.state.views import change_view
from mnistlab.wording import with_article

# Height in pixels on a wide page.
HEIGHT = 420


def draw_over_tests(prefix: str, chosen: Chosen, survey: Survey | Unanswered, data: DataName) -> None:
    """Draw the chosen map over the test set: histogram, best digits, share of digits it reacts to."""
    draw_answer(f"{prefix}-over", survey, partial(_over_all, prefix, chosen, data), HEIGHT)


def _over_all(prefix: str, chosen: Chosen, data: DataName, survey: Survey) -> None:
    """Draw the histogram of the chosen map and its nine best digits; nothing for a dead map."""
    layer = survey.layers[chosen.layer.row.name]
    counts, edges, reacts = layer.counts[chosen.index], layer.edges[chosen.index], float(layer.reacts[chosen.index])
    if reacts == 0:
        st.warning("Dead: it reacts to none of the test digits.")
        return
    here = float(chosen.values.max())
    text = map_views.histogram_sentence(counts, edges, reacts, here)
    figure = map_views.histogram(counts, edges, here)
    draw_chart(figure, f"{prefix}|histogram", text)
    note(text)
    _best(prefix, layer.best[chosen.index], data)


def _best(prefix: str, best: NDArray[np.int32], data: DataName) -> None:
    test = digits(data, "test")
    names = known_set(data).classes
    labels = [names[label] for label in test.labels[best]]
    st.markdown("The nine digits that excite it most (click one to load it):")
    sheet = digit_sheet(test.images[best], best, [with_article(label) for label in labels], columns=9)
    pick_cell(sheet, f"{prefix}|best", sentence(labels, best), on_pick=partial(_pick, prefix), narrow=5)


def _pick(prefix: str, number: int) -> None:
    change_view(prefix, "digit", source="test", index=number)

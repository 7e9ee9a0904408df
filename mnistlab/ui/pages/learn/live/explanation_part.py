"""The live part about an explanation: what each pixel adds to the answer, tested by blotting out those that add most."""

import numpy as np
import streamlit as st

from mnistlab.data.standardise import standardise
from mnistlab.figures.shares import pixels_picture
from mnistlab.lessons.blots import DRAWS, Explained, blot_facts, explained
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.quick_parts import ExplanationPart
from mnistlab.pictures.encoding import data_address
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way, at_once, digit_of, draw_reading, name_of
from mnistlab.ui.parts.text import as_html, note
from mnistlab.ui.shell.frame import shared_parameters


def explained_digit(part: ExplanationPart, moment: Moment) -> Explained:
    """Return the part's digit and its explanation, computed once for all visitors."""
    case = moment.case
    key = f"blots/{case.network.digest}/{case.data}/{case.throw}/{part.model_dump_json()}"
    return kept_here(key, lambda: explained(part, case))


def _given(part: ExplanationPart, moment: Moment) -> None:
    digit, classes = explained_digit(part, moment), moment.case.network.classes
    read, following = classes[digit.found.target.index], classes[digit.found.target.against]
    words = f"{name_of(part, moment)}. Red speaks for {read}, blue for {following}; the stronger, the more."
    address = data_address(pixels_picture(digit.image, digit.found.pixels))
    # (White between the colours, in both themes.)
    st.html(f"<img class='lab-digit' style='background: #fff' src='{address}' alt='{as_html(words)}'>")
    note(words)


def _look(part: ExplanationPart, moment: Moment, facts: Facts) -> None:
    digit, case = explained_digit(part, moment), moment.case
    left, right = st.columns(2)
    begun = min(part.pixels, digit.most)
    count_key, draw_key = f"{moment.key}.pixels", f"{moment.key}.draw"
    count = left.slider("Pixels blotted out", 1, digit.most, begin_with(count_key, begun), key=count_key)
    draw = right.slider("Which blot at random", 1, DRAWS, begin_with(draw_key, 1), key=draw_key)
    images = digit.blotted(np.stack([digit.marked(count), *digit.at_random(count)]))
    before, marked, *at_random = case.read(standardise(np.concatenate([digit.image[None], images])))
    for place, image, shares, title in zip(
        st.columns(3),
        (digit.image, images[0], images[draw]),
        (before, marked, at_random[draw - 1]),
        ("As it is", f"Without the {count} that add most", f"Without {count} at random"),
        strict=True,
    ):
        with place:
            draw_reading(image, shares, moment, title)
    best = int(before.argmax())
    left_over = [100 * shares[best] for shares in at_random]
    note(
        f"Of its first reading are left {100 * marked[best]:.1f} % without the {count} that add most; without {count} at random {np.mean(left_over):.1f} % in the mean "
        f"of {DRAWS} blots, {min(left_over):.1f} % at least and {max(left_over):.1f} % at most."
    )


def _link(part: ExplanationPart, moment: Moment, facts: Facts) -> Way:
    parameters = {**shared_parameters(), "why.digit.index": str(moment.case.number(part.digit))}
    return "pages/explain.py", "See this explanation part by part, and other methods beside it", parameters


EXPLANATION = Live(at_once(blot_facts), _look, _link, _given, digit_of)

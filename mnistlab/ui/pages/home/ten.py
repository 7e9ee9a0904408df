"""Ten test digits and what the network reads, there with the first page: no worker has to be asked."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.judgement import misread, probabilities, unclear
from mnistlab.data.digits import Digits
from mnistlab.pictures.encoding import data_address
from mnistlab.recipes.data_sets import data_set
from mnistlab.results.readings import Outputs
from mnistlab.ui.answers.first_digits import first_tests, name_of_first
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.reading import readings
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.parts.readings import as_bars, in_words
from mnistlab.ui.parts.text import as_html, inert, tell, warn
from mnistlab.ui.shell.frame import data_in_use, network_in_use, shared_parameters, unreadable_digits
from mnistlab.wording import with_article

# How many of the ten are such, where there are any: ten that are certain prove nothing.
MISREAD, DOUBTFUL = 1, 2
# Doubtful are so many of all, the closest.
CLOSEST = 12
# Of all of them, in pixels on a wide page.
TEN_HEIGHT = 400


def draw_ten(throw: int) -> None:
    """Draw one test digit of each class, others for each throw; each leads to the page Activations."""
    if sentence := unreadable_digits():
        tell(sentence)
        return
    some, outputs = _readings()
    draw_answer("home-ten", outputs, partial(_draw, throw, some), TEN_HEIGHT)


def _draw(throw: int, some: Digits, outputs: NDArray[np.float32]) -> None:
    network = network_in_use()
    seen = Outputs(outputs, some.labels)
    made = "generated" if data_set(data_in_use()).draws else "handwritten"
    cards = st.container(key="home-digits")
    for number in chosen(seen, throw):
        shares = probabilities(seen.outputs[number])
        label, best = seen.labels[number], int(shares.argmax())
        name = as_html(network.classes[label])
        alt = f"a {made} {name}, {as_html(in_words(shares, network.classes))}"
        said = as_html(with_article(network.classes[label]))
        true = said if best == label else f"<span class='odd'>{said}, misread</span>"
        with cards.container(border=True, gap="xxsmall"):
            st.html(
                f"<div class='lab-card'><img src='{data_address(some.images[number])}' alt='{alt}'>"
                f"<small>{true}</small>{as_bars(shares, network.classes)}</div>"
            )
            st.page_link(
                "pages/activations.py",
                label=f"reads **{inert(network.classes[best])}** {100 * shares[best]:.0f} %",
                query_params={**shared_parameters(), "act.digit.index": str(number)},
            )


def _readings() -> tuple[Digits, NDArray[np.float32] | Unanswered]:
    """Return the first digits of the test set at hand, and what the network in use reads."""
    data, some, complaint = first_tests(data_in_use())
    if complaint:
        warn(f"{complaint} The embedded digits are shown instead.")
    return some, readings(name_of_first(data), some.images)


def chosen(seen: Outputs, throw: int) -> NDArray[np.int64]:
    """Return the numbers of one digit of each class, in the order of the classes: one misread, two doubtful, the others as they come."""
    generator = np.random.default_rng(throw)
    labels = seen.labels
    found: dict[int, int] = {}
    wrong = misread(seen.outputs, labels)
    doubtful = unclear(seen.outputs)[:CLOSEST]
    for candidates, most in ((wrong, MISREAD), (np.setdiff1d(doubtful, wrong), DOUBTFUL)):
        for number in generator.permutation(candidates):
            if labels[number] not in found and most:
                found[labels[number]] = number
                most -= 1
    for label in np.unique(labels):
        found.setdefault(label, generator.choice(np.flatnonzero(labels == label)))
    return np.array([found[label] for label in sorted(found)], np.int64)

"""The part of the page Activations with the outputs for a digit over the epochs of a run."""

import hashlib
from collections.abc import Sequence
from functools import partial

import streamlit as st

from mnistlab.data.inputs import Input
from mnistlab.engine.tasks.surveys import follow_epochs, growth_key
from mnistlab.figures import growth
from mnistlab.results.readings import Growth
from mnistlab.store.models import REFERENCE
from mnistlab.ui.answers.asking import kept
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import as_html, note
from mnistlab.ui.shell.epochs import kept_epochs

# Height of an answer, in pixels.
HEIGHT = 380


def draw_growth(prefix: str, model: str, digit: Input, classes: Sequence[str]) -> None:
    """Draw the outputs after each kept epoch; a sentence if there are none. `classes`: their names."""
    if model == REFERENCE:
        st.caption(
            "The reference network keeps only its final weights. Train a network of your own to walk through its epochs."
        )
        return
    run_id = model.partition("@")[0]
    epochs = kept_epochs(model)
    key = growth_key(run_id, len(epochs), hashlib.sha256(digit.image.tobytes()).hexdigest())
    answer = kept(key, Growth, follow_epochs, run_id, epochs, digit.image)
    draw_answer(f"{prefix}-growth", answer, partial(_draw, prefix, epochs, classes), HEIGHT)


def _draw(prefix: str, epochs: list[int], classes: Sequence[str], answer: Growth) -> None:
    text = growth.sentence(epochs, answer.outputs, classes)
    shown = growth.figure(epochs, answer.outputs, [as_html(name) for name in classes])
    draw_chart(shown, f"{prefix}|growth", text)
    note(text)

"""The part of the page Activations with the outputs for a digit over the epochs of a run."""

import hashlib
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
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.epochs import kept_epochs

# Height of an answer, in pixels.
HEIGHT = 380


def draw_growth(prefix: str, model: str, digit: Input) -> None:
    """Draw the outputs after each kept epoch; a sentence if there are none."""
    if model == REFERENCE:
        st.caption(
            "The reference network keeps only its final weights. Train a network of your own to walk through its epochs."
        )
        return
    run_id = model.partition("@")[0]
    epochs = kept_epochs(model)
    key = growth_key(run_id, len(epochs), hashlib.sha256(digit.image.tobytes()).hexdigest())
    answer = kept(key, Growth, follow_epochs, run_id, epochs, digit.image)
    draw_answer(f"{prefix}-growth", answer, partial(_draw, prefix, epochs), HEIGHT)


def _draw(prefix: str, epochs: list[int], answer: Growth) -> None:
    text = growth.sentence(epochs, answer.outputs)
    draw_chart(growth.figure(epochs, answer.outputs), f"{prefix}|growth", text)
    note(text)

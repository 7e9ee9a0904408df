"""The main result of the page Explain: the digit with what its pixels add, and the reason in a sentence."""

import streamlit as st

from mnistlab.analysis.judgement import probabilities
from mnistlab.analysis.reasons import sentence, value_sentence
from mnistlab.figures.shares import pixels_picture, pixels_sentence
from mnistlab.pictures.encoding import data_address
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.readings import in_words
from mnistlab.ui.parts.text import as_html, note

# Of the digit, in pixels on screen.
WIDTH = 168


def draw_verdict(shown: Shown) -> None:
    """Draw the digit and the sentence."""
    found = shown.found
    image = shown.digit.image
    sums = pixels_sentence(image, found.pixels, found.biases)
    row = st.container(horizontal=True, gap="medium")
    alt = f"{shown.digit.name}. {shown.colours}. {sums}"
    address = data_address(pixels_picture(image, found.pixels))
    row.html(f"<img class='lab-digit' src='{address}' alt='{as_html(alt)}'>", width=WIDTH)
    with row.container(width="stretch", gap="small"):
        st.html(f"<p class='lab-verdict'>{as_html(sentence(found, shown.network.classes))}</p>")
        words = in_words(probabilities(found.outputs), shown.network.classes)
        name = shown.digit.name
        note(f"{name[0].upper()}{name[1:]}, {words}. {value_sentence(found, shown.network.classes)}")
        note(f"{shown.colours}; a pixel without ink can speak, too. {sums}")

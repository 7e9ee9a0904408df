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
WIDTH = 152

# Ways of scaling in which black is not 0.
BLACK_SPEAKS = ("standardised", "signed", "mnist")


def draw_verdict(shown: Shown) -> None:
    """Draw the digit and the sentence."""
    found = shown.found
    image = shown.digit.image
    sums = pixels_sentence(image, found.pixels, found.biases)
    row = st.container(key="why|verdict", horizontal=True, gap="medium")
    alt = f"{shown.digit.name}. {shown.colours}. {sums}"
    address = data_address(pixels_picture(image, found.pixels))
    row.html(f"<img class='lab-digit' style='background: #fff' src='{address}' alt='{as_html(alt)}'>", width=WIDTH)
    with row.container(width="stretch", gap="small"):
        st.html(f"<p class='lab-verdict'>{as_html(sentence(found, shown.network.classes))}</p>")
        words = in_words(probabilities(found.outputs), shown.network.classes)
        name, activation = shown.digit.name, shown.network.recipe.output_activation
        value = value_sentence(found, shown.network.classes, activation)
        said = f"{name[0].upper()}{name[1:]}, {words}. {value}"
        if not found.is_output:
            said += f" {_without_it(shown)}"
        # To a network that takes in 0 for black, such a pixel says nothing.
        too = "; a pixel without ink can speak, too" if shown.network.recipe.scaling in BLACK_SPEAKS else ""
        note(f"{said} {shown.colours}{too}.")


def _without_it(shown: Shown) -> str:
    """Return what is read without the explained map or node."""
    target, network = shown.found.target, shown.network
    outputs = shown.outputs_without(target.layer, target.index)
    words = in_words(probabilities(outputs), network.classes)
    return f"Without this {'node' if target.layer.startswith('Dense') else 'map'} alone the digit is {words}."

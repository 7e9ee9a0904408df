"""Live parts about pixels: the numbers of a digit, and its light."""

import numpy as np
import streamlit as st

from mnistlab.data.drawing import to_text
from mnistlab.data.standardise import standardise
from mnistlab.figures import map_views
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.pixels import in_light, light_facts, light_shares, marked_pixel, pixel_facts
from mnistlab.lessons.quick_parts import LightPart, PixelPart
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way, at_once, digit_of, draw_digit, draw_reading, name_of
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.frame import shared_parameters

# Pixels on either side of the marked one whose numbers are shown.
AROUND = 3
STANDARDISED, GREY = "standardised", "grey values"


def _pixel_given(part: PixelPart, moment: Moment) -> None:
    row, column = marked_pixel(part, moment.case)
    box = (row, column, row + 1, column + 1)
    words = f"{name_of(part, moment)}; the pixel in row {row}, column {column} is marked."
    draw_digit(digit_of(part, moment), words, box)


def _pixel_look(part: PixelPart, moment: Moment, facts: Facts) -> None:
    image, key, at = digit_of(part, moment), moment.key, marked_pixel(part, moment.case)
    row_key, column_key = f"{key}.row", f"{key}.column"
    shown = _choose_numbers(f"{key}.shown")
    left, right = st.columns(2)
    row = left.slider("Row", 0, 27, begin_with(row_key, at[0]), key=row_key)
    column = right.slider("Column", 0, 27, begin_with(column_key, at[1]), key=column_key)
    values = image.astype(np.float64) if shown == GREY else standardise(image[None])[0].astype(np.float64)
    rows, columns = (slice(max(place - AROUND, 0), place + AROUND + 1) for place in (row, column))
    patch = values[rows, columns]
    places = 0 if shown == GREY else 1
    title = f"rows {rows.start} to {rows.start + patch.shape[0] - 1}, columns {columns.start} to {columns.start + patch.shape[1] - 1}, {shown}"
    # (Columns of their own: on a narrow screen the two sliders stay together.)
    left, right = st.columns(2)
    with left:
        draw_digit(
            image,
            f"The frame holds the {patch.size} pixels beside it.",
            (rows.start, columns.start, rows.start + patch.shape[0], columns.start + patch.shape[1]),
        )
    figure = map_views.table(patch, "", places)
    with right:
        draw_chart(
            {**figure, "layout": {**figure["layout"], "height": 280, "margin": {"l": 4, "r": 4, "t": 4, "b": 4}}},
            f"{key}.numbers",
            map_views.table_sentence(patch, title),
        )
    with right:
        note(f"In the middle: {values[row, column]:.{places}f}. Shown are {title}.".replace("-", "−"))


def _choose_numbers(key: str) -> str:
    chosen: str = st.segmented_control(
        "Numbers",
        [GREY, STANDARDISED],
        default=begin_with(key, GREY),
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    return chosen


def _light_given(part: LightPart, moment: Moment) -> None:
    image = digit_of(part, moment)
    shares = light_shares(moment.case, image)[0]
    draw_reading(image, shares, moment, f"{name_of(part, moment)}, as it is")
    lit = in_light(image, part.contrast, part.brightness)
    if not np.array_equal(lit, image):
        draw_digit(lit, "The same digit in this light.")


def _light_look(part: LightPart, moment: Moment, facts: Facts) -> None:
    keys = [f"{moment.key}.{name}" for name in ("contrast", "brightness")]
    left, right = st.columns(2)
    contrast = left.slider(
        "Contrast", 0.05, 1.0, begin_with(keys[0], part.contrast), 0.05, key=keys[0], help="1: as it is."
    )
    brightness = right.slider(
        "Brightness",
        0.0,
        1.0,
        begin_with(keys[1], part.brightness),
        0.05,
        key=keys[1],
        help="0: the ground stays black; 1: the strokes stay as bright as they can be.",
    )
    image = in_light(digit_of(part, moment), contrast, brightness)
    standardised, plain = light_shares(moment.case, image)
    left, right = st.columns(2)
    with left:
        draw_reading(image, standardised, moment, "Standardised first")
    with right:
        draw_reading(image, plain, moment, "Not standardised")
    note(f"Its grey values go from {image.min()} to {image.max()}.")


def _light_link(part: LightPart, moment: Moment, facts: Facts) -> Way:
    contrast = float(st.session_state.get(f"{moment.key}.contrast", part.contrast))
    brightness = float(st.session_state.get(f"{moment.key}.brightness", part.brightness))
    image = in_light(digit_of(part, moment), contrast, brightness)
    parameters = {**shared_parameters(), "act.digit.source": "drawing", "act.digit.pixels": to_text(image)}
    return "pages/activations.py", "Look inside with this very picture", parameters


def _pixel_link(part: PixelPart, moment: Moment, facts: Facts) -> Way:
    parameters = {**shared_parameters(), "act.digit.index": str(moment.case.number(part.digit))}
    return "pages/activations.py", "See what every layer makes of this digit", parameters


PIXEL = Live(at_once(pixel_facts), _pixel_look, _pixel_link, _pixel_given, digit_of)
LIGHT = Live(at_once(light_facts), _light_look, _light_link, _light_given, digit_of)

"""The digit of the page Activations and its reading; and the button to keep it for comparison."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.judgement import probabilities
from mnistlab.data.centring import advice
from mnistlab.data.inputs import Input
from mnistlab.figures import outputs
from mnistlab.pictures.encoding import data_address
from mnistlab.recipes.digit import DigitChoice
from mnistlab.recipes.views import NOTHING, ActivationsView
from mnistlab.ui.pages.activations.ablation import factors_of
from mnistlab.ui.pages.activations.answer import Reading, Shown, outputs_of
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.readings import doubt
from mnistlab.ui.parts.text import as_html, inert, note
from mnistlab.ui.state.views import change_view, part_now
from mnistlab.wording import class_name, class_names

# Height of the bars, in pixels.
BARS_HEIGHT = 150


def draw_verdict(prefix: str, reading: Reading) -> None:
    """Draw the digit, its reading, and the outputs for all classes."""
    shown = reading.shown[0]
    before = outputs_of(reading.plain) if factors_of(reading.view) else None
    draw_digit(prefix, shown.digit, shown.outputs, before, reading.network.classes)


def draw_digit(
    prefix: str,
    digit: Input,
    values: NDArray[Any] | None = None,
    before: NDArray[Any] | None = None,
    classes: Sequence[str] | None = None,
) -> None:
    """Draw a digit and the outputs for it, (classes,), beside those without changes; None: not there yet. `classes`: their names."""
    row = st.container(horizontal=True, gap="small")
    # (Three pixels each; the bars beside it need 150, also on a projector.)
    row.html(picture_of(digit), width=84)
    with row.container(width="stretch"):
        if values is None:
            st.markdown("**reads …**")
            st.html(f"<div style='height: {BARS_HEIGHT}px'></div>")
        else:
            names = class_names(classes, len(values))
            st.markdown(f"**reads {inert(names[int(values.argmax())])}**")
            safe = [as_html(name) for name in names]
            shown = outputs.figure(values, digit.label, before, safe)
            draw_chart(shown, f"{prefix}|bars", outputs.sentence(values, safe))
    unclear = doubt(probabilities(values)) if values is not None and digit.label is None else []
    for sentence in [*unclear, *advice(digit.image)]:
        note(sentence)
    note(digit.name[0].upper() + digit.name[1:] + ".")


def draw_beside(prefix: str, shown: Shown, classes: Sequence[str]) -> None:
    """Draw one of several digits in small, above its maps. `classes`: names of the outputs."""
    best = int(shown.outputs.argmax())
    row = st.container(horizontal=True, vertical_alignment="center")
    row.html(picture_of(shown.digit), width=56)
    row.markdown(f"**reads {inert(class_name(classes, best))}**, {shown.outputs[best]:.4f}")
    if shown.slot >= 0:
        row.button("Remove", key=f"{prefix}|remove{shown.slot}", on_click=_put, args=(prefix, shown.slot, NOTHING))


def picture_of(digit: Input) -> str:
    """Return the digit as an <img> with its pixels in its address, because a file may be gone before the browser asks for it."""
    alt = f"{digit.name}, 28×28 pixels, as the network gets it"
    return f"<img class='lab-digit' src='{data_address(digit.image)}' alt='{as_html(alt)}'>"


def draw_pin(prefix: str, view: ActivationsView) -> None:
    """Draw the button that keeps this digit for comparison with the next one."""
    st.button(
        "Pin for comparison",
        icon=":material/view_column:",
        key=f"{prefix}|keep",
        disabled=NOTHING not in view.beside,
        help="Shows this digit together with the one you pick next, at the same layer; up to four at once.",
        on_click=_pin,
        args=(prefix,),
    )


def _pin(prefix: str) -> None:
    free = [slot for slot, choice in enumerate(part_now(prefix, "beside")) if choice["source"] == NOTHING.source]
    if free:
        _put(prefix, free[0], DigitChoice.model_validate(part_now(prefix, "digit")))


def _put(prefix: str, slot: int, digit: DigitChoice) -> None:
    change_view(prefix, f"beside.{slot}", **digit.model_dump(mode="json"))

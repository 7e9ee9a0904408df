"""Charts with their figures in words and, on demand, as a table and a tone; and no more buttons than are used."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import streamlit as st

from mnistlab.figures.plotly import Figure
from mnistlab.figures.tables import table_of
from mnistlab.figures.tone import tone
from mnistlab.ui.mends.unchecked import ready
from mnistlab.ui.parts.text import as_html

# Of Plotly's seven buttons, each a stop on the way by keyboard, what a pointer cannot do on the chart itself.
TOOLS = [["toImage", "resetScale2d"]]


def draw_chart(
    figure: Figure,
    key: str,
    alt: str,
    tools: bool = False,
    heard: Sequence[float] = (),
    **selection: Any,
) -> None:
    """Draw a chart, and a small button in its corner that opens its figures.

    Arguments:
        figure: as `mnistlab.figures` makes it.
        key: of the element.
        alt: its figures in a sentence, for who does not see it.
        tools: whether it can be saved as a picture; of those that one zooms into.
        heard: the values of a curve that falls, to be heard as a tone as well.
        selection: `on_select` and `selection_mode` of `st.plotly_chart`.
    """
    config = {"displaylogo": False, "modeBarButtons": TOOLS} if tools else {"displayModeBar": False}
    # Both keys are named in the style.
    with st.container(key=f"chart|{key}", gap=None):
        st.plotly_chart(ready(figure), key=key, config=config, alt=alt, **selection)
        # Its content is made only while it is open.
        opened = st.popover(
            "Figures",
            key=f"figures|{key}",
            type="tertiary",
            icon=":material/table:",
            help="The figures of this chart as a table.",
            on_change="rerun",
        )
        if opened.open:
            with opened:
                _draw_figures(figure, alt, heard)


def _draw_figures(figure: Figure, alt: str, heard: Sequence[float]) -> None:
    tells = len(heard) > 1
    if tells:
        st.audio(tone(heard, logarithmic=min(heard) > 0), format="audio/wav")
    columns = table_of(figure)
    heads = "".join(f"<th scope='col'>{as_html(name)}</th>" for name in columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{as_html(value)}</td>' for value in row)}</tr>"
        for row in zip_longest(*columns.values(), fillvalue="")
    )
    hear = "<p>As a tone, from left to right in three seconds: high is much, low is little.</p>" if tells else ""
    # A region of its own, which the keyboard reaches and scrolls: a popover lies beside the landmarks of the page.
    st.html(
        f"<section class='lab-wide' aria-label='Figures' tabindex='0'>{hear}<p>{as_html(alt)}</p>"
        f"<table class='lab-roll'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )

"""Digits side by side, each with what a network makes of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.pictures.encoding import data_address
from mnistlab.ui.parts.text import as_html


def draw_digits(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], outputs: NDArray[Any] | None, classes: Sequence[str]
) -> None:
    """Draw digits (count, 28, 28) with their outputs (count, classes); without outputs the places stay as large as with them."""
    items = []
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        if outputs is None:
            read, bars, alt = "…", "", f"a handwritten {as_html(classes[label])}"
        else:
            shares = outputs[place] / max(float(outputs[place].sum()), 1e-12)
            best = int(shares.argmax())
            percent = f"{100 * shares[best]:.1f} %"
            wrong = "" if best == label else f" odd' title='drawn as a {as_html(classes[label])}"
            read = f"<span class='{wrong.strip()}'>reads {as_html(classes[best])}</span> <small>{percent}</small>"
            bars = "".join(f"<span style='height:{100 * share:.1f}%'></span>" for share in shares)
            alt = f"a handwritten {as_html(classes[label])}, read as {as_html(classes[best])} with {percent}"
        axis = "".join(f"<span>{as_html(name)}</span>" for name in classes)
        items.append(
            f"<div role='listitem'><img src='{data_address(image)}' alt='{alt}'><div class='read'>{read}</div>"
            f"<div aria-hidden='true'><div class='lab-bars'>{bars}</div><div class='lab-bars-axis'>{axis}</div></div></div>"
        )
    st.html(f"<div class='lab-digits' role='list'>{''.join(items)}</div>")

"""Small grey pictures side by side, each with a line below it."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.pictures.encoding import data_address
from mnistlab.ui.parts.text import as_html


def draw_tiles(images: NDArray[np.uint8], captions: Sequence[str], alts: Sequence[str], width: str = "6.5rem") -> None:
    """Draw images (count, rows, columns) uint8; captions and alts are plain text, one each."""
    items = "".join(
        f"<figure><img src='{data_address(image)}' alt='{as_html(alt)}'>"
        f"<figcaption>{as_html(caption)}</figcaption></figure>"
        for image, caption, alt in zip(images, captions, alts, strict=True)
    )
    st.html(f"<div class='lab-tiles' style='--tile: {width}'>{items}</div>")

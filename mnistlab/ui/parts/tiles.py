"""Small pictures side by side, each with a caption."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.pictures.encoding import data_address
from mnistlab.ui.parts.text import as_html

# Grey value of the line between two pictures, and the width of a pair.
BETWEEN, PAIR_WIDTH = 128, "9rem"


def draw_tiles(images: NDArray[np.uint8], captions: Sequence[str], alts: Sequence[str], width: str = "6.5rem") -> None:
    """Draw images (count, rows, columns) uint8, or (count, rows, columns, 3) in colours; captions and alts are plain text, one per image."""
    rows, columns = images.shape[1:3]
    shape = "" if rows == columns else f" style='aspect-ratio: {columns}/{rows}'"
    items = "".join(
        f"<figure><img{shape} src='{data_address(image)}' alt='{as_html(alt)}'>"
        f"<figcaption>{as_html(caption)}</figcaption></figure>"
        for image, caption, alt in zip(images, captions, alts, strict=True)
    )
    st.html(f"<div class='lab-tiles' style='--tile: {width}'>{items}</div>")


def draw_pairs(left: NDArray[np.uint8], right: NDArray[np.uint8], captions: Sequence[str], alts: Sequence[str]) -> None:
    """Draw images (count, rows, columns) uint8 in pairs, with one caption and alt per pair."""
    line = np.full((*left.shape[:2], 1), BETWEEN, np.uint8)
    draw_tiles(np.concatenate([left, line, right], axis=2), captions, alts, PAIR_WIDTH)

"""The digit of an uploaded picture: the piece read as it, the doubts, and the choice of another piece or background."""

import hashlib
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mnistlab.data.drawing import to_text
from mnistlab.data.picture_colours import MIDDLE, read_picture
from mnistlab.data.picture_files import ACCEPTED, MOST_BYTES
from mnistlab.data.uploads import Ground, find_digit
from mnistlab.errors import DataError
from mnistlab.keeping import Recent
from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.marking import marked
from mnistlab.recipes.digit import DigitChoice
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.parts.text import as_html, fail, note
from mnistlab.ui.parts.uploads import read_upload
from mnistlab.ui.state.content import Content

# Of the picture that shows what was taken, in pixels.
SHOWN_WIDTH = 200


@dataclass(frozen=True)
class _Found:
    """What the page needs of a finding: the digit as a link has it, what is doubtful, how many pieces there are, and the marked picture's address."""

    pixels: str
    doubts: list[str]
    pieces: int
    address: str


# A page is drawn at every touch; a picture is searched once for each choice.
_found: Recent[_Found] = Recent(most=30)


def draw_upload(prefix: str, part: str, content: Content) -> None:
    """Draw the place for a picture and what corrects it; change `content` to the digit on it."""
    path = f"{prefix}.{part}"
    st.session_state.pop(_doubts_key(prefix), None)
    file = st.file_uploader(
        "Picture of a digit",
        ACCEPTED,
        key=f"{path}.file",
        max_upload_size=MOST_BYTES // 1_000_000,
        help="A dark digit on bright paper, or a bright one on dark ground. It stays on this machine.",
    )
    if st.toggle("Take a photograph instead", key=f"{path}.with_camera"):
        file = st.camera_input("Photograph of a digit", key=f"{path}.camera") or file
    left, right = st.columns([3, 2])
    ground: Any = left.selectbox(
        "Background", ["automatic", "bright", "dark"], key=f"{path}.ground", help="What the digit stands on."
    )
    threshold = right.slider(
        "Threshold",
        0.0,
        1.0,
        MIDDLE,
        0.05,
        key=f"{path}.threshold",
        help="Higher: only the darkest strokes count as ink.",
    )
    picture = read_upload(file)
    if picture is None:
        return
    try:
        found = _draw_finding(path, picture, ground, threshold)
    except DataError as error:
        # The digit from before stays.
        fail(str(error))
        return
    content["pixels"] = found.pixels
    st.session_state[_doubts_key(prefix)] = (found.pixels, found.doubts)


def draw_doubts(prefix: str, digit: DigitChoice) -> None:
    """Say what is doubtful about the digit the page shows, if it was found on a picture."""
    pixels, doubts = st.session_state.get(_doubts_key(prefix), ("", []))
    if digit.source == "drawing" and pixels == digit.pixels:
        for sentence in doubts:
            note(sentence)


def _draw_finding(path: str, picture: bytes, ground: Ground, threshold: float) -> _Found:
    """Draw the piece read as the digit and, if there are several, a choice among them; return the chosen index."""
    digest = hashlib.sha256(picture).hexdigest()[:16]
    # Another picture, ground or threshold has other pieces.
    key = f"{path}.piece.{digest}.{ground}.{threshold}"
    chosen = int(st.session_state.get(key, 0))
    found = _found.get((digest, ground, threshold, chosen), lambda: _find(picture, ground, threshold, chosen))
    left, right = st.columns([2, 3], vertical_alignment="center")
    which = f", piece {chosen + 1} of {found.pieces}" if found.pieces > 1 else ""
    alt = f"Your picture; in blue the piece read as the digit{which}."
    left.html(f"<img src='{found.address}' alt='{as_html(alt)}' style='max-width: 100%; width: {SHOWN_WIDTH}px'>")
    with right:
        note("In blue: the piece read as the digit.")
        if found.pieces > 1:
            st.segmented_control(
                "Which piece is the digit",
                range(found.pieces),
                format_func=lambda place: str(place + 1),
                default=begin_with(key, 0),
                key=key,
                required=True,
                help="The boxes on the picture have these numbers.",
            )
    return found


def _find(picture: bytes, ground: Ground, threshold: float, piece: int) -> _Found:
    finding = find_digit(read_picture(picture), ground, threshold, piece)
    boxes = finding.pieces if len(finding.pieces) > 1 else []
    return _Found(
        to_text(finding.image),
        finding.doubts,
        len(finding.pieces),
        data_address(marked(finding.picture, finding.taken, boxes)),
    )


def _doubts_key(prefix: str) -> str:
    return f"{prefix}|doubts"

"""What would change the answer: the smallest change that makes the digit another class, among all pictures and among written digits."""

import hashlib
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.changes import Size
from mnistlab.analysis.judgement import probabilities
from mnistlab.data.drawing import to_text
from mnistlab.engine.tasks.changes import turn_digit
from mnistlab.figures import turned as pictures
from mnistlab.pictures.signed import signed_picture
from mnistlab.recipes.data_sets import is_brought
from mnistlab.recipes.digit import EditChoice
from mnistlab.results.turned import Turned
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.readings import in_words
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import as_html, note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.state.views import change_view

# Of the whole answer, in pixels on a wide page; pictures of the classes in a row on a narrow one; width of a picture.
HEIGHT, NARROW, TILE = 900, 5, "6rem"


def draw_turned(prefix: str, shown: Shown) -> None:
    """Draw the changes of this digit."""
    image = shown.digit.image
    if not np.ptp(image):
        note("The digit's picture has the same grey value everywhere, so there is nothing to change.")
        return
    is_written = not is_brought(shown.data)
    key = f"turned/{shown.network.digest}/{hashlib.sha256(image.tobytes()).hexdigest()}/{is_written}"
    found = answer(key, turn_digit, shown.model, image, is_written, aside=True)
    draw_answer(f"{prefix}-turned", found, partial(_draw, prefix, shown), HEIGHT)


def _draw(prefix: str, shown: Shown, found: Turned) -> None:
    classes, image, read = shown.network.classes, shown.digit.image, pictures.read_as(found)
    wanted = shown.view.other
    label = wanted if 0 <= wanted < len(classes) and wanted != read else pictures.next_likely(found)
    st.html(f"<p class='lab-verdict'>{as_html(pictures.verdict(found, image, label, classes))}</p>")
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_all(prefix, shown, found, label)
    with right:
        _draw_written(prefix, shown, found, label)
    sizes = (pictures.changed_size(found, image, label), pictures.written_size(found, label))
    draw_table(
        ("Size of the change", "Among all pictures", "Among digits as they are written"), pictures.size_rows(sizes)
    )
    st.markdown("Into which class? Each picture is the smallest change that was found, with its share of the ink.")
    pick_cell(
        pictures.class_sheet(found, image, classes),
        f"{prefix}|classes",
        pictures.sheet_alt(found, image, classes),
        label,
        lambda number: change_view(prefix, "", other=number),
        narrow=NARROW,
    )
    note(pictures.nearest_sentence(found, image, classes))
    if not found.lack:
        text = pictures.walk_sentence(found, label, classes)
        draw_chart(pictures.walk_curve(found, label, classes), f"{prefix}|walk", text)
        note(text)
    note(
        "The smallest that was found: a smaller one may exist. Among all pictures every grey value of every pixel may change, in whole steps from black to "
        "white (FAB: Croce and Hein 2020); the way among written digits is a straight one through the 16 numbers from which our generator draws a digit."
    )


def _draw_all(prefix: str, shown: Shown, found: Turned, label: int) -> None:
    st.markdown("**Among all pictures**")
    size = pictures.changed_size(found, shown.digit.image, label)
    if size is None:
        note("None was found.")
        return
    _tiles(shown, (shown.digit.image, found.pictures[label]), ("the digit", "changed"), size)
    _draw_readings(shown, found.outputs, found.picture_outputs[label])
    _draw_take(prefix, found.pictures[label], "all")


def _draw_written(prefix: str, shown: Shown, found: Turned, label: int) -> None:
    st.markdown("**Among digits as they are written**")
    size, picture = pictures.written_size(found, label), pictures.written(found, label)
    if size is None or picture is None:
        note("None was found; the sentence above says why.")
        return
    _tiles(shown, (found.rebuilt, picture), ("as the generator writes it", "changed"), size)
    _draw_readings(shown, found.rebuilt_outputs, found.walk_outputs[label, found.first[label]])
    _draw_take(prefix, picture, "written")


def _tiles(shown: Shown, pair: tuple[NDArray[np.uint8], NDArray[np.uint8]], words: tuple[str, str], size: Size) -> None:
    change = signed_picture(pair[1].astype(np.float32) - pair[0])
    tiles = [*(np.repeat(one[..., None], 3, axis=-1) for one in pair), change]
    captions = [*words, pictures.legend(size)]
    draw_tiles(np.stack(tiles), captions, [f"{shown.digit.name}: {caption}" for caption in captions], TILE)


def _draw_readings(shown: Shown, before: NDArray[np.float32], after: NDArray[np.float32]) -> None:
    first, then = (in_words(probabilities(outputs), shown.network.classes) for outputs in (before, after))
    note(f"Before {first}; after {then}.")


def _draw_take(prefix: str, picture: NDArray[np.uint8], name: str) -> None:
    st.button(
        "Explain the changed picture",
        icon=":material/help_center:",
        key=f"{prefix}|take|{name}",
        on_click=_take,
        args=(prefix, to_text(picture)),
    )


def _take(prefix: str, pixels: str) -> None:
    change_view(prefix, "digit", source="drawing", pixels=pixels, edit=EditChoice().model_dump(mode="json"))

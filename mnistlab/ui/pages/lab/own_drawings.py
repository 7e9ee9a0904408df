"""Digits that a visitor draws and names, kept for a set of their own: looked through, taken along, trained on, tested with."""

from collections import Counter

import numpy as np
import streamlit as st

from mnistlab.data.drawing import BRUSHES, checked_strokes, drawn
from mnistlab.data.sources import source_in_use
from mnistlab.errors import DataError
from mnistlab.logs import audit
from mnistlab.pictures.encoding import png, sheet
from mnistlab.recipes.data_sets import EMBEDDED, MNIST, DataName
from mnistlab.set_files.drawings import LONGEST_LABEL, Collection, Drawing, Drawings
from mnistlab.set_files.from_drawings import Use, drawings_file, set_of_drawings
from mnistlab.settings import settings
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.complaints import announce, attempt, complain, draw_complaints
from mnistlab.ui.parts.drawing_pad import draw_pad, strokes_of
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell import rights
from mnistlab.ui.shell.digits import title_of, visible_sets
from mnistlab.ui.shell.visitors import network, visitor

PAD, KEPT, LABEL = "lab.drawings.pad", "lab.drawings.kept", "lab.drawings.label"
OUT, NAME, USE = "lab.drawings.out", "lab.drawings.name", "lab.drawings.use"
SHARED, OTHERS = "lab.drawings.shared", "lab.drawings.others"
USES: dict[Use, str] = {"train": "Train and test on them", "test": "Test only, beside digits to train on"}
ROW, GAP = 20, 2


@st.fragment
def draw_own_drawings(look: str, brought: list[DataName]) -> None:
    """Draw the pad, what is kept, and what can be made of it.

    Arguments:
        look: key of the choice of a set that a new one is shown in.
        brought: the sets that the page shows.
    """
    if visible_sets() != brought:
        # A press runs this fragment alone; the set that it made belongs into the lists of the page.
        rerun_page()
    draw_complaints()
    kept = _own().of(visitor().id)
    left, right = st.columns([2, 3])
    with left:
        draw_pad(_pad(), BRUSHES["middle"], lambda: None)
    with right:
        st.text_input("What it is", max_chars=LONGEST_LABEL, key=LABEL, placeholder="7")
        st.button(
            "Keep the drawing",
            key="lab.drawings.keep",
            icon=":material/add:",
            disabled=not strokes_of(_pad()),
            on_click=attempt,
            args=(_keep,),
        )
        note(_said(kept.drawings))
        if kept.drawings:
            _draw_kept(kept.drawings)
    given = _draw_sharing(kept)
    if kept.drawings or given:
        _draw_making(kept.drawings, given, look)


def _draw_kept(drawings: tuple[Drawing, ...]) -> None:
    images = np.stack([one.image for one in drawings])
    st.image(png(sheet(images, ROW, GAP)), alt=f"{len(drawings)} kept drawings, in their order")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Look through them",
            range(len(drawings)),
            index=len(drawings) - 1,
            format_func=lambda number: f"{number + 1}: {drawings[number].label}" if number < len(drawings) else "gone",
            # Another list, another choice: what stood at a place may be elsewhere now.
            key=f"{OUT}.{len(drawings)}",
        )
        number = st.session_state.get(f"{OUT}.{len(drawings)}")
        if isinstance(number, int) and number < len(drawings):
            st.image(png(drawings[number].image, 2), alt=f"Drawing {number + 1}")
            st.button(
                "Take it out",
                key="lab.drawings.take_out",
                on_click=attempt,
                args=(_take_out, number, drawings[number].label),
            )
        with st.popover("Begin anew", key="lab.drawings.sure"):
            note(f"All {len(drawings)} drawings will be gone for good; sets that were made of them stay.")
            st.button("Remove them all", key="lab.drawings.forget", on_click=attempt, args=(_forget,))
    st.download_button(
        "Download (.npz)", drawings_file(drawings), "drawings.npz", on_click="ignore", key="lab.drawings.download"
    )


def _draw_sharing(kept: Collection) -> list[Drawing]:
    """Draw the consent and what others gave, in a lab; return the drawings of others that are to be taken, too."""
    me = visitor()
    if not settings().lab:
        return []
    shared = begin_with(SHARED, kept.shared)
    st.checkbox(
        "Others of this lab may use my drawings, without my name",
        shared,
        key=SHARED,
        on_change=attempt,
        args=(_share,),
        help="You can take it back: then they are in no set that is made from then on. Sets that others have made by then stay.",
    )
    # In a private lab visitors learn nothing of each other; its administrator does.
    if settings().private and not me.may_all:
        return []
    others = _own().of_others(me.id)
    if not others:
        return []
    drawings = [one for collection in others for one in collection.drawings]
    whose = "another visitor" if len(others) == 1 else f"{len(others)} other visitors"
    if not st.checkbox(f"Take the drawings of {whose} as well ({len(drawings):,})", key=OTHERS):
        return []
    note(_said(tuple(drawings)))
    st.image(
        png(sheet(np.stack([one.image for one in drawings]), 2 * ROW, GAP)), alt=f"{len(drawings)} drawings of others"
    )
    return drawings


def _draw_making(own: tuple[Drawing, ...], given: list[Drawing], look: str) -> None:
    count = len(own) + len(given)
    left, right = st.columns(2)
    left.text_input("What the set of drawings is called", max_chars=60, key=NAME, placeholder="My drawings")
    uses = list(USES)
    right.selectbox("What for", uses, key=USE, format_func=lambda use: USES[use])
    st.button(
        f"Make a set of {'this drawing' if count == 1 else f'these {count:,} drawings'}",
        key="lab.drawings.make",
        on_click=attempt,
        args=(_make, look),
    )


def _said(drawings: tuple[Drawing, ...]) -> str:
    """Return how many drawings there are of what."""
    if not drawings:
        return "Nothing is kept yet. Draw, say what it is, and keep it; ten drawings of two kinds are a set."
    counts = Counter(one.label for one in drawings)
    some = [f"{counts[label]} of “{label}”" for label in sorted(counts)[:12]]
    more = f" and {len(counts) - 12} kinds more" if len(counts) > 12 else ""
    return f"{len(drawings)} kept: {', '.join(some)}{more}."


def _pad() -> str:
    # After each drawing that is kept there is a new, empty pad.
    return f"{PAD}.{st.session_state.get(KEPT, 0)}"


def _own() -> Drawings:
    return Drawings(settings().home, network())


def _keep() -> None:
    strokes = checked_strokes(strokes_of(_pad()))
    if not strokes:
        raise DataError("There is nothing drawn yet: the pad is empty.")
    _own().keep(visitor().id, str(st.session_state.get(LABEL) or ""), drawn(strokes, BRUSHES["middle"]))
    st.session_state[KEPT] = st.session_state.get(KEPT, 0) + 1
    announce("The drawing is kept.")


def _take_out(number: int, label: str) -> None:
    _own().take_out(visitor().id, number, label)
    audit("drawings deleted", visitor=visitor().id, by=rights.actor(), count=1)


def _forget() -> None:
    count = len(_own().of(visitor().id).drawings)
    _own().forget(visitor().id)
    st.session_state.pop(SHARED, None)
    audit("drawings deleted", visitor=visitor().id, by=rights.actor(), count=count)


def _share() -> None:
    shared = bool(st.session_state.get(SHARED))
    _own().share(visitor().id, shared)
    audit("drawings shared" if shared else "drawings no longer shared", by=rights.actor())


def _make(look: str) -> None:
    me, drawings = visitor(), list(_own().of(visitor().id).drawings)
    # Read anew: somebody may have taken their consent back since the page was drawn.
    if st.session_state.get(OTHERS) and settings().lab and (me.may_all or not settings().private):
        drawings += [one for collection in _own().of_others(me.id) for one in collection.drawings]
    use: Use = "test" if st.session_state.get(USE) == "test" else "train"
    source, _ = source_in_use()
    beside = source.name if source.name in (MNIST.name, EMBEDDED.name) else EMBEDDED.name
    name = str(st.session_state.get(NAME) or "").strip() or "My drawings"
    brought = set_of_drawings(drawings, use, beside, name, me.id, network())
    found = brought.set
    st.session_state[look] = brought.data
    complain(
        " ".join(
            [
                f"The set “{title_of(brought.data)}” is here: {found.size('train'):,} training and {found.size('test'):,} test digits in {len(found.classes)} classes.",
                *found.notes,
            ]
        )
    )

"""The sets of digits that visitors brought: bring one, look at it, use it, delete it."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.brought_sets import known_set, notes
from mnistlab.data.sources import digits, first_digits
from mnistlab.errors import DataError, RightsError
from mnistlab.logs import audit
from mnistlab.pictures.encoding import png, sheet
from mnistlab.recipes.data_sets import DATA_SETS, DataName, data_set, is_brought
from mnistlab.refusals import refused
from mnistlab.set_files.bring import bring
from mnistlab.set_files.contents import Wishes
from mnistlab.settings import settings
from mnistlab.store.sets import delete_set
from mnistlab.ui.mends.beginning import begin_at
from mnistlab.ui.pages.lab.own_drawings import draw_own_drawings
from mnistlab.ui.pages.lab.published import draw_published
from mnistlab.ui.parts.complaints import attempt, attempt_at, complain, draw_complaints
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import note, tell
from mnistlab.ui.parts.uploads import read_upload
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.digits import is_at_hand, title_of, use_set, visible_sets
from mnistlab.ui.shell.frame import data_in_use
from mnistlab.ui.shell.visitors import network, visitor

FILES, NAME, CLASSES = "lab.sets.files", "lab.sets.name", "lab.sets.classes"
INVERT, TRANSPOSE, LOOK = "lab.sets.invert", "lab.sets.transpose", "lab.sets.look"
TYPES = ["npz", "npy", "gz", "csv", "zip", "idx3-ubyte", "idx1-ubyte", "ubyte"]
# Bytes of one file, and what the browser is told, which binds nobody. The largest file of a published set has 62 MB.
MOST_BYTES, MOST_FILES = 64_000_000, 4
MOST_MEGABYTES = MOST_BYTES // 1_000_000
# Digits of a look, and in a row of it.
LOOKED_AT, ROW, GAP = 100, 10, 2
# Among so many digits they are looked for.
AMONG = 5_000


def draw_sets() -> None:
    """Draw the form to bring a set, the sets that were brought, and a look at one of all."""
    st.header("Digits of your own")
    st.markdown(
        "Any 28×28 grey pictures in 2 to 62 classes: an `.npz`; `x.npy` and `y.npy`; the four files of MNIST, Fashion-MNIST, KMNIST or EMNIST (`…-ubyte.gz`); "
        "a table as Kaggle has it (`.csv`, or packed `.csv.gz`); or a zip with a folder of pictures for each class. "
        f"At most {MOST_MEGABYTES} MB each, packed or not; `python -m mnistlab data add` reads twice as much."
    )
    with st.form("lab.sets", border=False):
        st.file_uploader("Files of one set", TYPES, True, FILES, max_upload_size=MOST_MEGABYTES)
        st.text_input("What the set is called", max_chars=60, key=NAME)
        st.text_input("Classes by name, with commas (optional)", max_chars=2_000, key=CLASSES)
        st.checkbox("Invert: they are dark on a bright ground", key=INVERT)
        st.checkbox("Transpose: they lie on their side", key=TRANSPOSE)
        draw_complaints(FILES)
        st.form_submit_button("Bring", icon=":material/upload:", on_click=attempt_at, args=(FILES, _bring))
    draw_published()
    brought = visible_sets()
    for name in brought:
        _draw_one(name)
    st.header("Digits that you draw")
    draw_own_drawings(LOOK, brought)
    st.header("A look at a set")
    options = [*(known.name for known in DATA_SETS if is_at_hand(known.name)), *brought]
    shown = data_in_use()
    st.selectbox("Set", options, begin_at(LOOK, options, shown), format_func=title_of, key=LOOK)
    _look(st.session_state[LOOK])


def _draw_one(name: DataName) -> None:
    found, (title, owner) = data_set(name), services.about_set(name)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(title)
        note(f"{len(found.classes)} classes, {found.train:,} training and {found.test:,} test digits")
        in_use = data_in_use() == name
        st.button(
            "In use" if in_use else "Use it",
            disabled=in_use,
            key=f"lab.sets.use.{name}",
            on_click=use_set,
            args=(name,),
        )
        st.page_link(
            "pages/train.py", label="Train on it", icon=":material/arrow_forward:", query_params={"data": name}
        )
        if _is_mine(owner):
            st.button("Delete", key=f"lab.sets.delete.{name}", on_click=attempt, args=(_delete, name))


def _look(name: DataName) -> None:
    """Draw some digits of a set by class, the shares of its classes, and what is odd in it."""
    for sentence in notes(name) if is_brought(name) else []:
        tell(sentence)
    found = known_set(name)
    try:
        some = first_digits(name, "test", AMONG if not found.draws else LOOKED_AT)
        left, right = st.columns(2)
        numbers = _by_class(np.asarray(some.labels), len(found.classes))
        picture = png(sheet(some.images[numbers], ROW, GAP), 2)
        left.image(picture, alt=f"{len(numbers)} test digits, class by class")
        note(f"{len(numbers)} of the test digits, class by class.", left)
        if not found.draws:
            _shares(right, found.classes, [np.asarray(digits(name, split).labels) for split in ("train", "test")])
    except DataError as error:
        tell(str(error))


def _by_class(labels: NDArray[np.uint8], classes: int) -> NDArray[np.int64]:
    """Return the numbers of at most LOOKED_AT digits, as many of each class as there is room for, class by class."""
    each = max(1, LOOKED_AT // classes)
    numbers = [np.flatnonzero(labels == label)[:each] for label in range(classes)]
    return np.concatenate(numbers)[:LOOKED_AT]


def _shares(place: Any, classes: tuple[str, ...], labels: list[NDArray[np.uint8]]) -> None:
    counts = [np.bincount(some, minlength=len(classes)) for some in labels]
    shares = [[_with_share(count, some.sum()) for count in some] for some in counts]
    with place:
        draw_table(("Class", "Training", "Test"), zip(classes, *shares, strict=True))


def _with_share(count: int, total: int) -> str:
    return f"{count:,} ({100 * count / total:.1f} %)"


def _bring() -> None:
    files = list(st.session_state.get(FILES) or [])
    if not 1 <= len(files) <= MOST_FILES:
        raise DataError(f"A set is one file, or up to {MOST_FILES} that belong together. Received: {len(files)}.")
    contents = []
    for file in files:
        content = read_upload(file, MOST_BYTES)
        if content is None:
            return
        if len(content) > MOST_BYTES:
            raise DataError(f"One of these files is too large: at most {MOST_MEGABYTES} MB each are read here.")
        contents.append((str(file.name), content))
    text = str(st.session_state.get(CLASSES) or "")
    names = tuple(part.strip() for part in text.split(",")) if text.strip() else ()
    wishes = Wishes(names, bool(st.session_state.get(INVERT)), bool(st.session_state.get(TRANSPOSE)))
    brought = bring(contents, str(st.session_state.get(NAME) or "").strip(), visitor().id, wishes, network())
    st.session_state[LOOK] = brought.data
    found = brought.set
    said = f"The set “{title_of(brought.data)}” is here: {found.size('train'):,} training and {found.size('test'):,} test digits in {len(found.classes)} classes."
    complain(" ".join([said, *found.notes]))


def _delete(name: DataName) -> None:
    owner = services.about_set(name)[1]
    if not _is_mine(owner):
        sentence = "This set was brought by somebody else."
        raise refused(RightsError(sentence), rights.actor(), "the set is another's", data=name)
    gone = delete_set(name, visitor().id if settings().lab and owner == visitor().id else "")
    audit("digits deleted" if gone else "digits left", data=name, visitor=owner, by=rights.actor())


def _is_mine(owner: str) -> bool:
    return visitor().may_all or owner in ("", visitor().id)

"""Words of a stranger, wherever a page shows them, are letters: nothing in them is acted upon, and no page ends in an exception."""

import ast
import itertools
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from google.protobuf.json_format import MessageToDict
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.testing.v1 import AppTest
from support.hostile import WORDS, is_live, leaves, options
from support.layers import answering_engine, make_run
from support.mnist_files import write_mnist
from support.recipes import small_training
from support.set_files import made

from mnistlab.carving.dream_files import TEXT
from mnistlab.recipes import OipRecipe, TrainingRecipe
from mnistlab.recipes.dream_view import DreamLink
from mnistlab.recipes.explain_view import ExplainLink
from mnistlab.recipes.views import ActivationsLink, ClassesLink
from mnistlab.settings import settings
from mnistlab.store.imports import import_network
from mnistlab.store.models import REFERENCE_FOLDER
from mnistlab.store.sets import BroughtSet, keep_set
from mnistlab.store.visitors import Nicknames, visitor_id
from mnistlab.ui.pages.atlas.view import FILTER, LAYER, MAP, SORT
from mnistlab.ui.parts.complaints import COMPLAINTS
from mnistlab.ui.parts.uploads import read_upload
from mnistlab.ui.shell import visitors
from mnistlab.ui.shell.menu import PAGES

ROOT = Path(__file__).parents[2]
KINDS = {
    "pages/train.py": TrainingRecipe,
    "pages/oip.py": OipRecipe,
    "pages/activations.py": ActivationsLink,
    "pages/classes.py": ClassesLink,
    "pages/dream.py": DreamLink,
    "pages/explain.py": ExplainLink,
}
# What Streamlit shows as it is, besides identifiers and addresses.
PLAIN = {
    ("text", "body"),
    ("code", "codeText"),
    ("selectbox", "options"),
    # The option that is chosen.
    ("selectbox", "rawValue"),
    # Our own components write texts with textContent, append and setAttribute only; no Markdown reads them.
    ("bidiComponent", "json"),
    ("multiselect", "options"),
    ("textInput", "value"),
    ("textInput", "default"),
    ("textInput", "placeholder"),
    ("pageLink", "queryString"),
}


def strings(message: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each text in an element as it goes to the browser."""
    if isinstance(message, dict):
        for name, inner in message.items():
            yield from strings(inner, (*path, name))
    elif isinstance(message, list):
        for inner in message:
            yield from strings(inner, path)
    elif isinstance(message, str):
        yield path, message


def drawn(node: Any) -> Iterator[Any]:
    """Each element and block of a page."""
    yield node
    for child in getattr(node, "children", {}).values():
        yield from drawn(child)


def hostile_texts(test: AppTest) -> list[str]:
    """What the page shows of a stranger's words; all of it must be dead."""
    found = []
    for node in drawn(test._tree):
        proto = getattr(node, "proto", None)
        if proto is None:
            continue
        kind = str(node.type)
        for path, text in strings(MessageToDict(proto)):
            if "evil" not in text or path[-1] in ("id", "elementId", "page"):
                continue
            found.append(text)
            if any(kind.replace("_", "").lower() == one.lower() and path[-1] == field for one, field in PLAIN):
                continue
            if kind in ("html", "plotly_chart"):
                assert "<b>evil" not in text
                assert "<img src=//evil" not in text
            else:
                assert not is_live(text), (kind, path, text)
    assert not test.exception
    return found


def follow(test: AppTest, link: dict[str, str]) -> AppTest:
    """Go to another link of the same page, as the browser does by Back and Forward."""
    test.query_params.clear()
    for name, value in link.items():
        test.query_params[name] = value
    with patch("mnistlab.ui.state.links.has_gone_back", return_value=True):
        test.run()
    assert not test.exception, link
    return test


@pytest.fixture(scope="session")
def digits_file(tmp_path_factory) -> Path:
    return write_mnist(tmp_path_factory.mktemp("mnist") / "mnist.npz")


@pytest.fixture
def digits(home, monkeypatch, digits_file) -> None:
    """Digits that are at hand at once, also those to train with."""
    monkeypatch.setenv("MNISTLAB_DATA", str(digits_file))
    settings.cache_clear()


def test_every_recipe_that_a_page_reads_from_its_link_is_walked_here():
    calls = [
        node
        for path in (ROOT / "mnistlab/ui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    read = {ast.unparse(call.args[0]) for call in calls if call.func.id in ("begin_view", "content_of")}
    assert read == {kind.__name__ for kind in KINDS.values()}


@pytest.mark.parametrize("page", KINDS)
def test_hostile_values_and_keys_of_a_link_are_quoted_letter_by_letter(visit, page):
    kind, test = KINDS[page], visit(page)
    first = next(iter(name for name in kind.model_fields if name not in ("kind", "model")))
    places = [(place, needs) for place, _, needs in leaves(kind) if place != "model"]
    seen = 0
    for word in WORDS:
        link = {}
        for place, needs in places:
            link.update(needs)
            link[place] = word
        link |= {f"{first}.{word}": "1", "model": word, "run": word, word: word}
        # Only a part of what a page complains of at once, for each word.
        seen += len(hostile_texts(follow(test, link)))
    assert seen >= 3 * len(WORDS)


@pytest.mark.parametrize("page", KINDS)
def test_every_value_of_every_choice_can_stand_in_a_link(digits, visit, page):
    test = visit(page)
    links = [
        needs | {place: option} for place, annotation, needs in leaves(KINDS[page]) for option in options(annotation)
    ]
    variants = [needs for _, _, needs in leaves(KINDS[page]) if needs]
    for link in [link for link, _ in itertools.groupby([*variants, *links])]:
        follow(test, link)


def test_a_start_from_a_file_is_refused_with_a_sentence(visit):
    test = visit("pages/oip.py", **{"start.source": "file", "start.path": "/etc/passwd"})
    assert any("for the command line only" in warning.value for warning in test.warning)
    assert test.button_group(key="oip.start.source").value == "fluctuations"


def test_hostile_values_of_the_atlas(visit):
    test = visit("pages/atlas.py")
    for word in WORDS:
        assert hostile_texts(follow(test, {LAYER: word, MAP: word, SORT: word, FILTER: word, "model": word}))


@pytest.fixture
def hostile_store(store, monkeypatch):
    """A lab in which everything that has a name has a hostile one."""
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    settings.cache_clear()
    monkeypatch.setattr(visitors, "_proof", lambda: ("browser", "ann"))
    ann, bob = (visitor_id("browser", name) for name in ("ann", "bob"))
    for place, word in enumerate(WORDS):
        Nicknames(store.home).choose(bob if place % 2 else ann, word[:30])
        run = store.create(small_training(seed=place), word, bob if place % 2 else ann)
        run.set_state("failed", f"because of {word}")
        import_network(
            store.home,
            (REFERENCE_FOLDER / "network.json").read_bytes(),
            (REFERENCE_FOLDER / "weights.safetensors").read_bytes(),
            word,
            ann,
        )
    return store


@pytest.mark.parametrize("page", PAGES)
def test_hostile_names_of_runs_visitors_and_networks(visit, hostile_store, page):
    from mnistlab.store.imports import imports

    test = visit(page)
    shown = hostile_texts(test)
    assert shown
    for run in hostile_store.runs() if page == "pages/train.py" else hostile_store.runs()[:2]:
        hostile_texts(follow(test, {"run": run.id, "model": run.id}))
    for network in imports(hostile_store.home) if page == "app.py" else imports(hostile_store.home)[:1]:
        assert hostile_texts(follow(test, {"model": network}))


def hostile_png(word: str) -> bytes:
    info, buffer = PngInfo(), BytesIO()
    key = word.replace('"', "'").replace("\n", "\\n")
    info.add_itxt(TEXT, f'{{"kind": "dream", "{key}": 1}}')
    Image.fromarray(np.arange(1600, dtype=np.uint8).reshape(40, 40) % 251).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


@pytest.mark.parametrize("word", WORDS)
def test_hostile_keys_in_a_png_and_names_of_files(visit, word):
    test = visit("pages/dream.py")
    test.file_uploader(key="dream|file").set_value((f"{word}.png", hostile_png(word), "image/png")).run()
    assert hostile_texts(test)


def test_a_file_that_is_gone_is_told(store):
    def script():
        from streamlit.runtime.uploaded_file_manager import DeletedFile

        from mnistlab.ui.parts.complaints import draw_complaints
        from mnistlab.ui.parts.uploads import read_upload

        assert read_upload(None) is None
        assert read_upload(DeletedFile("x")) is None
        draw_complaints()

    test = AppTest.from_function(script).run()
    assert not test.exception
    assert "bring it again" in test.warning[0].value


@pytest.mark.parametrize("take", ["dream", "digit"])
def test_a_page_whose_upload_is_gone_goes_on(store, monkeypatch, take):
    import streamlit as st

    from mnistlab.ui.pages.dream import form as dream_form

    state: dict[str, Any] = {"key": DeletedFile("x")}
    monkeypatch.setattr(st, "session_state", state)
    if take == "dream":
        dream_form._take_file("key")
    else:
        assert read_upload(state["key"]) is None
    assert state[COMPLAINTS]


@pytest.mark.parametrize("words", [WORDS[:4], WORDS[3:]], ids=["first", "last"])
def test_names_of_classes_and_sets_are_letters(visit, store, monkeypatch, words):
    answering_engine(monkeypatch)
    name = keep_set(BroughtSet(made(len(words)), words), WORDS[1], "")
    run = make_run(store, 1, name)
    for page, link in (
        ("pages/lab.py", {}),
        ("app.py", {}),
        ("pages/activations.py", {}),
        ("pages/classes.py", {}),
        ("pages/classes.py", {"cls.tab": "points"}),
        ("pages/classes.py", {"cls.tab": "plane"}),
        ("pages/train.py", {"run": run.id, "data": name}),
        ("pages/atlas.py", {}),
        ("pages/oip.py", {}),
    ):
        assert hostile_texts(visit(page, model=run.id, **link)), page

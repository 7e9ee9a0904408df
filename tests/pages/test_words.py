"""A word of the glossary that stands on a page is explained on it, before it is met."""

import html
import re

import pytest

from mnistlab.glossary import TERMS
from mnistlab.ui.shell.menu import PAGES

# Where a word means what it means anywhere.
EVERYDAY = {"points", "seed", "map"}
# Explained by each lesson for itself (tests/plain/test_lessons.py).
LESSONS = "pages/learn.py"
LABELLED = ("slider", "select_slider", "selectbox", "toggle", "number_input", "multiselect", "radio", "expander", "tab")


def texts_on(test) -> list[str]:
    """What can be read on the page itself, in order of kind; not the menu, and not what the glossary says."""
    bodies = [re.sub(r"<style.*?</style>", "", one.proto.body, flags=re.DOTALL) for one in test.main.get("html")]
    bodies = [re.sub(r"<details class='lab-words'>.*?</details>", "", body) for body in bodies]
    plain = [
        html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<span class='lab-term'.*?</a></span></span>", "", body)))
        for body in bodies
    ]
    elements = [*test.main.title, *test.main.header, *test.main.markdown, *test.main.caption, *test.main.info]
    labels = [one.label for kind in LABELLED for one in test.main.get(kind)]
    return [*plain, *(one.value for one in elements), *labels]


def explained_on(test) -> set[str]:
    bodies = " ".join(one.proto.body for one in test.main.get("html"))
    keys = set(re.findall(r"aria-describedby='term-([a-z-]+)'", bodies))
    in_text = {name for name in TERMS if re.sub("[^a-z]", "-", name.lower()) in keys}
    return in_text | {html.unescape(word) for word in re.findall(r"<dt>(.*?)</dt>", bodies)}


@pytest.mark.parametrize("page", [page for page in PAGES if page != LESSONS])
def test_every_word_of_the_field_on_a_page_is_explained_on_it(visit, page):
    test = visit(page)
    told = "\n".join(texts_on(test))
    used = {name for name in TERMS if re.search(rf"\b{re.escape(name)}s?\b", told, re.IGNORECASE)}
    assert used - explained_on(test) - EVERYDAY == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_minus_is_a_minus(visit, page):
    told = "\n".join(texts_on(visit(page)))
    assert re.findall(r".{0,20}(?<![\w.\-])-\d.{0,10}", told) == []

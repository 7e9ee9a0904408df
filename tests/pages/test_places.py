"""What visitors bring to a lab takes places of their network address, by each of the ways in."""

import numpy as np
import pytest
from safetensors.numpy import load, save
from support.set_files import made, npz

from mnistlab.data.embedded import sample_digits
from mnistlab.model_files.two_files import packed
from mnistlab.set_files.drawings import Drawings
from mnistlab.settings import settings
from mnistlab.store.imports import imports
from mnistlab.store.models import REFERENCE_FOLDER, reference_network
from mnistlab.store.sets import sets
from mnistlab.ui.shell import visitors

LAB = "pages/lab.py"
NETWORK, WEIGHTS = ((REFERENCE_FOLDER / name).read_bytes() for name in ("network.json", "weights.safetensors"))


@pytest.fixture
def come(store, monkeypatch):
    """Return a function that makes somebody at an address the visitor of a lab, and returns their id."""
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    settings.cache_clear()
    for most in ("imports.MOST_IMPORTS", "sets.MOST_SETS"):
        monkeypatch.setattr(f"mnistlab.store.{most}", 2)

    def come(name, address):
        monkeypatch.setattr(visitors, "_proof", lambda: ("browser", name))
        monkeypatch.setattr(type(visitors.st.context), "ip_address", property(lambda _: address))
        return visitors.visitor_id("browser", name)

    return come


def bring(visit, part, *files):
    """Bring files on the page Lab; return what is said."""
    test = visit(LAB)
    test.file_uploader(key=f"lab.{part}.files").set_value([(name, content, "") for name, content in files])
    next(button for button in test.button if button.label in ("Import", "Bring") and part in button.form_id).click()
    return said(test)


def said(test):
    test.run()
    assert not test.exception
    return " ".join(warning.value for warning in test.warning)


def test_networks(visit, come):
    other = save({name: value + 1 for name, value in load(WEIGHTS).items()})
    come("ann", "2001:db8::1")
    assert "is here" in bring(visit, "import", ("mine.zip", packed(reference_network())))
    come("bob", "2001:db8::2")
    assert "your internet address" in bring(visit, "import", ("a.json", NETWORK), ("b.safetensors", other))
    come("carl", "192.0.2.1")
    assert "is here" in bring(visit, "import", ("a.json", NETWORK), ("b.safetensors", other))
    assert len(imports(settings().home)) == 2


def test_sets_of_files_and_of_drawings(visit, come):
    come("ann", "192.0.2.1")
    assert "is here" in bring(visit, "sets", ("a.npz", npz(**made())))
    for name, address, answer in (("bob", "192.0.2.1", "your internet address"), ("carl", "192.0.2.2", "is here")):
        me = come(name, address)
        for number, digit in enumerate(sample_digits(np.arange(20) % 10, 1)):
            Drawings(settings().home).keep(me, str(number % 10), digit)
        test = visit(LAB)
        next(button for button in test.button if button.label.startswith("Make a set")).click()
        assert answer in said(test)
    assert len(sets()) == 2

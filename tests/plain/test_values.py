"""Values are values: what one has handed on, no other changes."""

import dataclasses
import importlib
from pathlib import Path

import pytest
from support.dreams import photo, saved

from mnistlab.carving.resizing import resizing_matrix
from mnistlab.data.photos import decoded, normalised
from mnistlab.patterns.enlarge import enlarging_matrix
from mnistlab.patterns.screening import screening_patterns
from mnistlab.patterns.smooth import blur_matrix

ROOT = Path(__file__).parents[2]
PLAIN = ("recipes", "data", "store", "patterns", "carving", "analysis", "explanations", "pictures", "results", "kinds")
FILES = [path for folder in PLAIN for path in (ROOT / "mnistlab" / folder).glob("*.py")]
MODULES = sorted({".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES if path.stem != "__init__"})


def dataclasses_of(name):
    found = vars(importlib.import_module(name)).values()
    return [one for one in found if dataclasses.is_dataclass(one) and isinstance(one, type) and one.__module__ == name]


# A way through a lesson, which its own store changes before it writes it.
CHANGED = {"Learnt"}


@pytest.mark.parametrize("name", [*MODULES, "mnistlab.progress", "mnistlab.glossary"])
def test_dataclasses_are_frozen(name):
    assert {one.__name__ for one in dataclasses_of(name) if not one.__dataclass_params__.frozen} <= CHANGED


def test_there_are_dataclasses():
    assert sum(len(dataclasses_of(name)) for name in MODULES) > 20


# Those that are never compared; the others that hold arrays, which no `==` can compare, say that they are told apart as things.
NEVER_COMPARED = {"Digits", "Layout", "Match", "StoredNetwork"}


@pytest.mark.parametrize("name", MODULES)
def test_what_holds_arrays_is_told_apart_as_a_thing(name):
    for one in dataclasses_of(name):
        holds_arrays = any("ndarray" in str(field.type) for field in dataclasses.fields(one))
        if holds_arrays and not name.startswith("mnistlab.results") and one.__name__ not in NEVER_COMPARED:
            assert not one.__dataclass_params__.eq, one


def test_what_is_made_once_for_all_cannot_be_changed():
    made = (
        blur_matrix(1.0),
        enlarging_matrix(3),
        resizing_matrix(40, 28),
        screening_patterns(2, (0.1, 0.9)),
        decoded(normalised(saved(photo(20, 30)))),
    )
    assert [array.flags.writeable for array in made] == [False] * len(made)

"""Values are values: what one has handed on, no other changes."""

import dataclasses
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAIN = ("recipes", "data", "store", "patterns", "carving", "analysis", "pictures", "results", "kinds")
FILES = [path for folder in PLAIN for path in (ROOT / "mnistlab" / folder).glob("*.py")]
MODULES = sorted({".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES if path.stem != "__init__"})


def dataclasses_of(name):
    found = vars(importlib.import_module(name)).values()
    return [one for one in found if dataclasses.is_dataclass(one) and isinstance(one, type) and one.__module__ == name]


@pytest.mark.parametrize("name", [*MODULES, "mnistlab.progress"])
def test_dataclasses_are_frozen(name):
    assert [one.__name__ for one in dataclasses_of(name) if not one.__dataclass_params__.frozen] == []


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

"""What stands in documents and docstrings to be pasted, pasted."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [path for path in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")] if ">>> " in path.read_text("utf-8")]
MODULES = [path for path in (ROOT / "mnistlab").rglob("*.py") if ">>> " in path.read_text("utf-8")]


def test_there_are_examples():
    assert DOCUMENTS
    assert len(MODULES) >= 3


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_of_documents(path):
    assert doctest.testfile(str(path), module_relative=False).failed == 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_of_modules(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    assert doctest.testmod(module).failed == 0

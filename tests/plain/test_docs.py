"""What the code cites is in the repository."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [
    ROOT / "app.py",
    *(path for folder in ("mnistlab", "pages", "scripts", "tests") for path in (ROOT / folder).rglob("*.py")),
]
ALGORITHMS = ROOT / "docs" / "algorithms.md"
DOCS = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]


def test_every_section_of_the_algorithms_that_is_cited_exists():
    sections = set(re.findall(r"^## ([0-9]+)\.", ALGORITHMS.read_text(encoding="utf-8"), re.MULTILINE))
    cited = {
        (path.name, section)
        for path in CODE
        for first, last in re.findall(r"algorithms\.md §([0-9]+)(?:-([0-9]+))?", path.read_text(encoding="utf-8"))
        for section in (first, last)
        if section
    }
    assert cited
    assert not {(name, section) for name, section in cited if section not in sections}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]
    assert not [target for target in targets if not (path.parent / target).exists()]


def test_documents_named_in_the_code_exist():
    missing = {
        (path.name, name)
        for path in CODE
        for name in re.findall(r"\bdocs/[A-Za-z0-9_/-]+\.md", path.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    }
    assert not missing

"""A template and what to fill in -> the cells of a notebook, as a script and as a notebook.

A template is a script of its own that runs as it stands. `# %%` begins a cell, `# %% [markdown]` one of text; `tags=["…"]` behind either keeps the cell for
exports that ask for it. What stands between `# [name]` and `# [end]` is replaced by the block of that name.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from mnistlab.checkout import ASSETS

FOLDER = ASSETS / "exports"
CELL = re.compile(r'^# %%(?P<markdown> \[markdown\])?(?: tags=\["(?P<tag>\w+)"\])?$', re.MULTILINE)
BLOCK = re.compile(r"^# \[(\w+)\]\n.*?^# \[end\]\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A cell; the text of one of Markdown is without the signs of a comment."""

    kind: Literal["code", "markdown"]
    text: str


def cells(template: str, blocks: Mapping[str, str], tags: Collection[str] = ()) -> list[Cell]:
    """Return the cells of a template.

    Arguments:
        template: name of its file, without the ending.
        blocks: code, or lines of Markdown for a block in a cell of text, by the names of blocks; it must name all of the template's.
        tags: cells with a tag are kept if it is one of these.
    """
    text = (FOLDER / f"{template}.py").read_text(encoding="utf-8")
    found = list(CELL.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    kept = []
    for match, end in zip(found, ends, strict=True):
        if match["tag"] and match["tag"] not in tags:
            continue
        body = text[match.end() : end].strip("\n") + "\n"
        if match["markdown"]:
            body = BLOCK.sub(lambda block: _commented(blocks[block[1]]), body)
            body = re.sub(r"^# ?", "", body, flags=re.MULTILINE)
        else:
            body = BLOCK.sub(lambda block: blocks[block[1]], body)
        kept.append(Cell("markdown" if match["markdown"] else "code", body.strip("\n")))
    return kept


def script(parts: list[Cell]) -> str:
    """Return the cells as a script, in the percent format."""
    written = []
    for cell in parts:
        if cell.kind == "markdown":
            written.append("# %% [markdown]\n" + _commented(cell.text))
        else:
            # Two lines, as behind a function.
            written.append(f"# %%\n{cell.text}\n\n")
    return "\n".join(written).rstrip("\n") + "\n"


def notebook(parts: list[Cell]) -> str:
    """Return the cells as a Jupyter notebook (nbformat 4.5), nothing run yet."""
    content = {
        "cells": [_as_json(number, cell) for number, cell in enumerate(parts)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _as_json(number: int, cell: Cell) -> dict[str, object]:
    found: dict[str, object] = {
        "cell_type": cell.kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": cell.text.splitlines(keepends=True),
    }
    return found if cell.kind == "markdown" else {**found, "execution_count": None, "outputs": []}


def _commented(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())

"""The text of a TOML file -> the line on which each key stands; the standard library's reader does not tell."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]
# (The blanks around a name are left to `_parts`: looked for here as well, many of them would be tried in every division.)
TABLE = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]")
KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=(.*)$"""
)
# So many names lead to a value at most; no lesson needs more than seven.
DEEPEST = 32
QUOTES = ('"""', "'''")


def lines_of(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, of each table and key that begins a line of a valid TOML file."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if (header := TABLE.match(line)) and header[2].strip():
            table = _entered(_parts(header[2]), header[1] == "[[", counts)
            for length in range(1, len(table) + 1):
                found.setdefault(table[:length], number)
        elif key := KEY.match(line):
            path = (*table, *_parts(key[1]))
            for length in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:length], number)
            closing = next((quote for quote in QUOTES if key[2].count(quote) % 2), "")
    return found


def is_too_deep(content: Any) -> bool:
    """Return whether the content of a file is nested more than DEEPEST deep; a recursion could not tell of what is too deep for it."""
    level = [content]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)


def path_in(content: Any, place: Sequence[str | int]) -> Path:
    """Return a place as the file has it.

    Arguments:
        content: the file's content.
        place: as pydantic names it, with the names of variants in between, which stand in no file.
    """
    path: Path = ()
    for part in place:
        is_key = isinstance(content, dict) and part in content
        is_number = isinstance(content, list) and isinstance(part, int) and part < len(content)
        if is_key or is_number:
            content, path = content[part], (*path, part)
    return path


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a path, or of the nearest thing around it that has one."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _entered(names: list[str], is_array: bool, counts: dict[Path, int]) -> Path:
    """Return the path of a table, with the numbers of the arrays it stands in; count it if it is one of an array."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if is_array and place == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]

"""The tables of a page in `AppTest`."""

import html
import re
from typing import Any

CELLS = re.compile(r"<t[hd](?: scope='\w+')?>(.*?)</t[hd]>")


def tables(test: Any) -> list[dict[str, list[str]]]:
    """Return each table as its columns by their heads; a row of totals is the last one."""
    bodies = [element.proto.body for element in test.get("html") if "<table" in element.proto.body]
    return [_columns(body) for body in bodies]


def _columns(body: str) -> dict[str, list[str]]:
    heads, *rows = ([html.unescape(cell) for cell in CELLS.findall(row)] for row in body.split("<tr>")[1:])
    return {head: list(column) for head, column in zip(heads, zip(*rows, strict=True), strict=True)}

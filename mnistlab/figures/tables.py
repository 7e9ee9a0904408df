"""A chart's figure -> the same figures as a table, for those who would rather read them, or cannot see the chart."""

from collections.abc import Sequence
from html import unescape
from typing import Any

from mnistlab.figures.plotly import Figure
from mnistlab.wording import in_digits

# More rows are thinned out evenly: nobody reads them, and each costs the browser a row.
MOST_ROWS = 60
# A heat map of more cells than a digit has is no table any more.
MOST_CELLS = 28 * 28
Table = dict[str, list[str]]


def table_of(figure: Figure) -> Table:
    """Return the columns of a table by their heads: a row for each place on the x axis, a column for each trace; of a heat map its cells.

    Arguments:
        figure: as this package makes it: `data` and `layout`, JSON values only.
    """
    traces = figure["data"]
    for trace in traces:
        if "z" in trace and trace["z"] and len(trace["z"]) * len(trace["z"][0]) <= MOST_CELLS:
            return _cells(trace["z"])
    return _over_x([trace for trace in traces if len(_list(trace.get("x"))) and len(_list(trace.get("y")))], figure)


def _cells(rows: Sequence[Sequence[Any]]) -> Table:
    """Return a heat map, row by row as it is seen."""
    columns: Table = {"row": [str(number) for number in range(len(rows))]}
    for number in range(len(rows[0])):
        columns[f"column {number}"] = [_written(row[number]) for row in rows]
    return columns


def _over_x(traces: Sequence[dict[str, Any]], figure: Figure) -> Table:
    places: list[Any] = list(dict.fromkeys(place for trace in traces for place in _list(trace["x"])))
    if all(isinstance(place, int | float) for place in places):
        places.sort()
    if len(places) > MOST_ROWS:
        kept = {round(number * (len(places) - 1) / (MOST_ROWS - 1)) for number in range(MOST_ROWS)}
        # The points of a sparse line, such as one for each epoch, stay.
        few = {place for trace in traces if len(trace["x"]) <= MOST_ROWS // 2 for place in _list(trace["x"])}
        places = [place for number, place in enumerate(places) if number in kept or place in few]
    columns: Table = {_title(figure, "xaxis") or "place": [_written(place) for place in places]}
    for number, trace in enumerate(traces, start=1):
        known = dict(zip(_list(trace["x"]), _list(trace["y"]), strict=False))
        name = unescape(str(trace.get("name") or "")) or _title(figure, "yaxis") or f"values {number}"
        while name in columns:
            name += f" ({number})"
        columns[name] = [_written(known.get(place)) for place in places]
    return columns


def _title(figure: Figure, axis: str) -> str:
    title = figure["layout"].get(axis, {}).get("title", {})
    return unescape(str(title.get("text") or "")) if isinstance(title, dict) else ""


def _written(value: Any) -> str:
    if value is None:
        return "–"
    return in_digits(value) if isinstance(value, float) else str(value)


def _list(values: Any) -> list[Any]:
    return list(values) if values is not None else []

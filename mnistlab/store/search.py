"""What runs to find, and in whose eyes -> a query of the index of runs (`mnistlab.store.index_rows`)."""

from dataclasses import dataclass
from typing import Any

from mnistlab.store.run_life import ACTIVE, StateName

Query = tuple[str, list[Any]]


@dataclass(frozen=True)
class Search:
    """Conditions on runs; those that are given must all hold.

    Attributes:
        words: a part of the name, in capitals or not.
        states: the states in their files.
        kind: the kind of their recipes.
        key: the key of their results.
        digest: the recipe's digest; known only of runs that have neither finished nor been cancelled.
        of: id of a visitor who owns them or waits for them.
        with_epochs: only runs that have kept weights of epochs.
        with_curves: only runs that have reported progress.
    """

    words: str = ""
    states: frozenset[StateName] = frozenset()
    kind: str = ""
    key: str = ""
    digest: str = ""
    of: str = ""
    with_epochs: bool = False
    with_curves: bool = False


ALL = Search()
# Runs that are at work or wait, or are interrupted.
AT_WORK = Search(states=ACTIVE)


def query_of(what: str, search: Search, visitor: str | None, rest: str = "", *more: Any) -> Query:
    """Return a query for these runs, and its values.

    Arguments:
        what: the columns; see `mnistlab.store.index_rows`.
        search: what to find.
        visitor: id of the visitor who sees only their own runs, those they wait for and those of everybody, each under their own
            name for it; None to see all.
        rest: what follows the conditions: more of them, order and groups.
        *more: the values for that.
    """
    conditions, values = _in_the_eyes_of(visitor)
    for condition, value in (
        ("instr(sought, ?) > 0", " ".join(search.words.split()).casefold()),
        ("kind = ?", search.kind),
        ("key = ?", search.key),
        ("digest = ?", search.digest),
        ("id IN (SELECT id FROM runs WHERE visitor = ?)", search.of),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    if search.states:
        conditions.append(f"state IN ({', '.join('?' * len(search.states))})")
        values += sorted(search.states)
    conditions += ["has_epochs = 1"] * search.with_epochs + ["has_curves = 1"] * search.with_curves
    return " ".join(["SELECT", what, "FROM runs WHERE", " AND ".join(conditions), rest]), [*values, *more]


def _in_the_eyes_of(visitor: str | None) -> tuple[list[str], list[Any]]:
    if visitor is None:
        return ["is_owners = 1"], []
    # The owner's name counts where the owner is the visitor or nobody.
    seen = "is_owners AND owner IN ('', ?) OR NOT is_owners AND visitor = ? AND owner NOT IN ('', ?)"
    return [f"({seen})"], [visitor, visitor, visitor]

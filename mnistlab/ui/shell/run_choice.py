"""The runs to choose from: the latest, and a field to find others by their names, because a list of thousands is no choice."""

from collections.abc import Sequence
from dataclasses import replace

from mnistlab.errors import StoreError
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import LONGEST_NAME
from mnistlab.store.search import Search
from mnistlab.ui.mends.reading import st
from mnistlab.ui.shell import services

MOST_LISTED = 24
# Runs that have trained a network to its end.
TRAINED = Search(states=frozenset({"finished"}), with_epochs=True)


def runs_to_choose(search: Search, key: str, chosen: Sequence[str | None]) -> list[RunFolder]:
    """Draw a field for a part of the name if there are more runs than fit into a list; return the runs to list.

    Arguments:
        search: what runs can be chosen.
        key: key of the list, from which that of the field is made.
        chosen: names of networks that are chosen already; their runs stay in the list whatever is searched for.
    """
    store = services.store()
    found = store.find(search, most=MOST_LISTED + 1)
    if len(found) > MOST_LISTED:
        words = st.text_input(
            "Find runs by a part of their name",
            key=f"{key}.words",
            max_chars=LONGEST_NAME,
            help=f"The list below holds the latest {MOST_LISTED} that fit.",
        )
        found = store.find(replace(search, words=words or ""), most=MOST_LISTED)
    listed = {run.id for run in found}
    for name in chosen:
        run_id = (name or "").partition("@")[0]
        if run_id and run_id not in listed:
            try:
                found.append(store.get(run_id))
                listed.add(run_id)
            except StoreError:
                # It is no run's name, or the run has been deleted.
                continue
    return found

"""The run on the page Train: a parameter of its own beside the recipe of the form."""

from mnistlab.ui.state import links

RUN, PAGE = "run", "pages/train.py"


def shown_run() -> str | None:
    """Return the id of the run that the visitor chose or that the link names; None if there is none."""
    return links.parameter(RUN, PAGE)


def show_run(run_id: str | None) -> None:
    """Show another run, or none, and update the address. For callbacks."""
    links.put(RUN, run_id, PAGE)

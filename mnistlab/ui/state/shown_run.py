"""The run that the page Train shows: a parameter of its own beside the recipe in the form."""

from mnistlab.ui.state import links

RUN, PAGE = "run", "pages/train.py"


def shown_run() -> str | None:
    """Return its id as the visitor chose it or as the link they went to asks; None where there is none."""
    return links.parameter(RUN, PAGE)


def show_run(run_id: str | None) -> None:
    """Show another run, or none; the address follows. For callbacks."""
    links.put(RUN, run_id, PAGE)

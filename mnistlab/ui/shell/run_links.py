"""A run -> the page and link that show it."""

from mnistlab.errors import MnistlabError
from mnistlab.kinds import kind_of
from mnistlab.kinds.kind import PageLink
from mnistlab.store.run_folder import RunFolder


def page_link_of(run: RunFolder) -> PageLink | None:
    """Return the page that shows `run` and the parameters of its link; None if its recipe cannot be read."""
    try:
        recipe = run.recipe()
    except MnistlabError:
        return None
    return kind_of(recipe).page_link(recipe, run.id)

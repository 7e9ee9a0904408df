"""The cost of a long job, in one sentence beside its button."""

from mnistlab.engine.admission import in_words, roughly
from mnistlab.engine.estimates import estimate
from mnistlab.store.sharing import Wish
from mnistlab.ui.shell import services


def cost_sentence(wish: Wish) -> str:
    """Return the estimated duration of a wish here: in figures only where jobs of its kind and size tell it."""
    expected = estimate(wish, services.whole_store().home)
    if expected.measured:
        return f"About {in_words(expected.seconds)} once it begins, judging by earlier jobs on this machine."
    return f"Probably {roughly(expected.seconds)} once it begins (a guess: nothing similar has run here yet)."

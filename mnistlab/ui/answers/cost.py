"""What a long job will cost, in one sentence, before anybody presses its button."""

from mnistlab.engine.admission import in_words
from mnistlab.engine.estimates import estimate
from mnistlab.store.sharing import Wish
from mnistlab.ui.shell import services


def cost_sentence(wish: Wish) -> str:
    """Return about how long a wish takes here, and how sure that is."""
    expected = estimate(wish, services.whole_store().home)
    if expected.measured:
        return f"About {in_words(expected.seconds)} once it begins, judging by earlier jobs on this machine."
    return f"About {in_words(expected.seconds)} once it begins (a guess: nothing similar has run here yet)."

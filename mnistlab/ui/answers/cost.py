"""The cost of a long job, in one sentence beside its button."""

from mnistlab.engine.admission import in_words, roughly
from mnistlab.engine.estimates import estimate
from mnistlab.engine.outlooks import last_of_many
from mnistlab.store.sharing import Wish
from mnistlab.ui.shell import services
from mnistlab.ui.shell.own_class import people_in_class


def cost_sentence(wish: Wish) -> str:
    """Return the estimated duration of a wish here: in figures only where jobs of its kind and size tell it."""
    expected = estimate(wish, services.whole_store().home)
    if expected.measured:
        cost = f"About {in_words(expected.seconds)} once it begins, judging by earlier jobs on this machine."
    else:
        cost = f"Probably {roughly(expected.seconds)} once it begins (a guess: nothing similar has run here yet)."
    return f"{cost} {_class_sentence(wish, expected.measured)}".strip()


def _class_sentence(wish: Wish, is_measured: bool) -> str:
    """Return what it would mean if a whole class started this; "" for who is in none."""
    people = people_in_class()
    if people < 2:
        return ""
    last = last_of_many(wish, people, services.engine().settings.long_workers, services.whole_store())
    when = f"in about {in_words(last)}" if is_measured else f"probably after {roughly(last)}"
    return (
        f"{people} people are in your class: all who start this very job share one; if each starts one of their own like it, "
        f"the last begins {when}."
    )

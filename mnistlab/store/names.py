"""The default name of a training: numbered, with the visitor's nickname in a lab."""

from mnistlab.store.run_info import LONGEST_NAME
from mnistlab.store.runs import Store
from mnistlab.store.visitors import LONGEST_NICKNAME, Nicknames

# Even with the longest nickname, the number is not cut off.
MOST_DIGITS = LONGEST_NAME - LONGEST_NICKNAME - len("'s training ")


def next_name(visitor: str, store: Store) -> str:
    """Return a name that no run in `store` has, such as “Training 2” or “Ada's training 2”. Call it while holding the admission lock.

    Arguments:
        visitor: id of the visitor who will own the run; "" on a server without visitors.
        store: the store whose names must not be repeated.
    """
    nicknames = Nicknames(store.home)
    if not visitor:
        form = "Training {}"
    elif nicknames.is_chosen(visitor):
        form = f"{_without_braces(nicknames.of(visitor))}'s training {{}}"
    else:
        form = f"Training {{}} of {nicknames.of(visitor)}"
    before, after = form.split("{}")
    return form.format(store.highest_number(before, after, MOST_DIGITS) + 1)


def _without_braces(nickname: str) -> str:
    return nickname.replace("{", "(").replace("}", ")")

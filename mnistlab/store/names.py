"""What a training is called whose visitor gave it no name: numbered, with the nickname in a lab."""

import re

from mnistlab.store.run_info import LONGEST_NAME
from mnistlab.store.runs import Store
from mnistlab.store.visitors import LONGEST_NICKNAME, Nicknames

# With the most digits, the longest nickname leaves it whole.
MOST_DIGITS = LONGEST_NAME - LONGEST_NICKNAME - len("'s training ")


def next_name(visitor: str, store: Store) -> str:
    """Return a name that no run in `store` has, such as “Training 2” or “Ada's training 2”. Call it with the store's door held.

    Arguments:
        visitor: id of whose run it is going to be; "" where there are no visitors.
        store: with the runs to tell it from.
    """
    nicknames = Nicknames(store.home)
    if not visitor:
        form = "Training {}"
    elif nicknames.is_chosen(visitor):
        form = f"{_without_braces(nicknames.of(visitor))}'s training {{}}"
    else:
        form = f"Training {{}} of {nicknames.of(visitor)}"
    before, after = form.split("{}")
    pattern = re.compile(re.escape(before) + rf"([0-9]{{1,{MOST_DIGITS}}})" + re.escape(after))
    numbers = [int(found[1]) for run in store.runs() if (found := pattern.fullmatch(run.name()))]
    return form.format(max(numbers, default=0) + 1)


def _without_braces(nickname: str) -> str:
    return nickname.replace("{", "(").replace("}", ")")

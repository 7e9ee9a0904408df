"""An explanation -> sentences, each of whose figures was computed; what a map “means” is none of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.muting import EXACT
from mnistlab.analysis.why import ALONE, Explanation
from mnistlab.wording import in_a_row, in_digits

# So many maps are named where more are needed to change the answer; and at most, where these do change it.
NAMED, MOST_NAMED = 3, 5
# From here on they are most of it.
MOST = 0.5
# Outputs below are not told apart, in percent.
SEEN = 0.01


@dataclass(frozen=True)
class Turn:
    """What the fewest muted maps that change the answer make of it.

    Attributes:
        count: how many these are; 0 if none of the first EXACT changes it.
        answer: number of the class that is read then.
    """

    count: int
    answer: int


def winner_and_loser(found: Explanation) -> tuple[int, int]:
    """Return the outputs of a comparison, the larger first; of an output alone, itself and ALONE."""
    pair = found.target.index, found.target.against
    return pair if found.sign > 0 else (pair[1], pair[0])


def turn_of(found: Explanation) -> Turn:
    """Return with how few of the strongest maps muted the answer is another; between the two that are compared, where neither is the answer."""
    assert found.muting is not None
    winner, loser = winner_and_loser(found)
    outputs = found.muting.values
    if winner == int(found.outputs.argmax()):
        answers = outputs.argmax(axis=1)
    else:
        answers = np.where(outputs[:, winner] >= outputs[:, loser], winner, loser)
    exact = found.muting.counts <= min(EXACT, _speaking(found))
    changed = np.flatnonzero((answers != winner) & exact)
    if not len(changed):
        return Turn(0, winner)
    return Turn(int(found.muting.counts[changed[0]]), int(answers[changed[0]]))


def named_maps(found: Explanation) -> NDArray[np.int64]:
    """Return the maps that a sentence names: the fewest that change the answer, if these are few, else the strongest."""
    if found.muting is None:
        return np.zeros(0, np.int64)
    count = NAMED
    if found.is_output and _asks_for_the_larger(found):
        turn = turn_of(found)
        count = turn.count if 0 < turn.count <= MOST_NAMED else NAMED
    return found.muting.order[: min(count, _speaking(found))]


def sentence(found: Explanation, classes: Sequence[str]) -> str:
    """Return the explanation in a sentence or two.

    Arguments:
        found: the explanation.
        classes: names of the outputs.
    """
    if not found.is_output:
        return _of_a_part(found)
    winner, loser = winner_and_loser(found)
    answer = int(found.outputs.argmax())
    if loser == ALONE and winner != answer:
        speak = "speaks" if len(named_maps(found)) == 1 else "speak"
        lead = f"{classes[winner]} is not the answer, which is {classes[answer]}; for {classes[winner]} {speak}"
        return " ".join([f"{lead} {_above_all(found, classes[winner])}.", *_without_one(found, classes)])
    if winner != answer:
        lead = f"Neither is the answer, which is {classes[answer]}; of the two it tends to {classes[winner]}"
    else:
        lead = f"Read as {classes[winner]}"
    lead += f", not {classes[loser]}" if loser != ALONE and winner == answer else ""
    return " ".join([f"{lead}: {_above_all(found, classes[winner])}.", *_without(found, classes)])


def value_sentence(found: Explanation, classes: Sequence[str], activation: str) -> str:
    """Return the number that is explained, to which each row adds up.

    Arguments:
        found: the explanation.
        classes: names of the outputs.
        activation: of the outputs.
    """
    target, adds = found.target, "each row below adds up to that"
    if not found.is_output:
        return f"Its value here is {in_digits(found.total)}: {adds}."
    if target.against == ALONE:
        return f"Before {activation} its output for {classes[target.index]} is {in_digits(found.total)}: {adds}."
    winner, loser = winner_and_loser(found)
    sign = "" if found.sign > 0 else f", below zero since {classes[loser]} is asked for"
    return f"Before {activation} {classes[winner]} has {in_digits(abs(found.total))} more than {classes[loser]}: {adds}{sign}."


def _asks_for_the_larger(found: Explanation) -> bool:
    """Return whether what is explained is why something is larger: the answer, or the larger of two."""
    return found.target.against != ALONE or found.target.index == int(found.outputs.argmax())


def _speaking(found: Explanation) -> int:
    """Return how many maps speak for what is explained."""
    return int((found.sign * found.by_map > 0).sum())


def _above_all(found: Explanation, name: str) -> str:
    """Return which maps speak for it most, and how much of all that does."""
    maps = named_maps(found)
    if not len(maps):
        return "no map of the last convolution speaks for it, only biases do"
    shares = found.sign * found.by_map
    part = shares[maps].sum() / shares[shares > 0].sum()
    assert found.muting is not None
    how = "mostly" if part >= MOST else "above all"
    gives = "gives" if len(maps) == 1 else "give"
    return f"{how} {_maps(maps)} of {found.muting.layer}, which {gives} {100 * part:.0f} % of what speaks for {name}"


def _without(found: Explanation, classes: Sequence[str]) -> list[str]:
    """Return what becomes of the answer without the maps that are named."""
    maps = named_maps(found)
    if not len(maps):
        return []
    turn, them = turn_of(found), _them(maps)
    is_answer = winner_and_loser(found)[0] == int(found.outputs.argmax())
    verb, still = ("read", "still read") if is_answer else ("tend to", "still tend to")
    winner = classes[winner_and_loser(found)[0]]
    if turn.count == len(maps):
        return [f"Without {them} it would {verb} {classes[turn.answer]}."]
    if turn.count:
        end = f"only without the {turn.count} strongest would it {verb} {classes[turn.answer]}"
        return [f"Without {them} it would {still} {winner}; {end}."]
    speaking = _speaking(found)
    many = f"all {speaking} that speak for it" if speaking <= EXACT else f"the {EXACT} strongest"
    also = "" if speaking <= len(maps) else f", even without {many}"
    return [f"Without {them} it would {still} {winner}{also}."]


def _without_one(found: Explanation, classes: Sequence[str]) -> list[str]:
    """Return what becomes of an output that is not the answer without the maps that are named."""
    maps = named_maps(found)
    if not len(maps):
        return []
    assert found.muting is not None
    index = found.target.index
    now, then = (100 * found.muting.values[count, index] for count in (0, len(maps)))
    if max(now, then) < SEEN:
        return [f"Its output is below {SEEN} %, with {_them(maps)} and without."]
    return [f"Without {_them(maps)} its output would be {then:.2f} % instead of {now:.2f} %."]


def _of_a_part(found: Explanation) -> str:
    """Return the explanation of a map or node."""
    target = found.target
    is_map = not target.layer.startswith("Dense")
    what = f"{'Map' if is_map else 'Node'} {target.index} of {target.layer}"
    if found.total == 0:
        return f"{what} stays at zero on this digit: what speaks against it outweighs what speaks for it, so nothing of it goes on."
    has = f"{what} has {'a mean of ' if is_map else ''}{in_digits(found.total, 3)} on this digit"
    maps = named_maps(found)
    if found.muting is None or not len(maps):
        return f"{has}; it is made of the pixels alone." if found.muting is None else f"{has}, from biases alone."
    value = float(found.muting.values[len(maps), target.index])
    shares = found.sign * found.by_map
    part = shares[maps].sum() / shares[shares > 0].sum()
    how = "mostly" if part >= MOST else "above all"
    gives = "gives" if len(maps) == 1 else "give"
    does = "excites" if found.sign > 0 else "holds down"
    return (
        f"{has}: {how} from {_maps(maps)} of {found.muting.layer}, which {gives} {100 * part:.0f} % of what {does} it. "
        f"Without {_them(maps)} it would have {in_digits(value, 3)}."
    )


def _them(maps: NDArray[np.int64]) -> str:
    return "that map" if len(maps) == 1 else "them"


def _maps(maps: NDArray[np.int64]) -> str:
    return f"{'map' if len(maps) == 1 else 'maps'} {in_a_row([str(number) for number in maps])}"

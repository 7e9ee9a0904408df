"""An answer of a learner: whether it is one at all, whether it is right, and how it reads in a sentence."""

from collections.abc import Sequence
from typing import Any

from mnistlab.lessons.declared import Fact
from mnistlab.lessons.lesson import (
    ChoiceQuestion,
    ClassQuestion,
    CurveQuestion,
    NumberQuestion,
    Question,
    SortQuestion,
    SquareQuestion,
)

# The name of an option or class, a number, the heights of a curve, or the piles of statements.
Answer = str | float | list[float] | list[str]
SIDES = (1, 28)
# What is right to the last place of a slider is right.
ROUNDING = 1e-9


def accepted(question: Question, answer: Any, classes: Sequence[str]) -> Answer | None:
    """Return an answer as it came from a browser or a file, if it is one to this question; else None.

    Arguments:
        question: what was asked.
        answer: anything.
        classes: what the network in use calls its classes.
    """
    match question:
        case ChoiceQuestion():
            return answer if isinstance(answer, str) and answer in question.options else None
        case ClassQuestion():
            return answer if isinstance(answer, str) and answer in classes else None
        case NumberQuestion():
            return _number(answer, question.least, question.most)
        case SquareQuestion():
            return _number(answer, *SIDES)
        case CurveQuestion():
            if not isinstance(answer, list) or len(answer) != question.points:
                return None
            heights = [_number(one, question.least, question.most) for one in answer]
            return None if None in heights else [one for one in heights if one is not None]
        case SortQuestion():
            fits = isinstance(answer, list) and len(answer) == len(question.statements)
            known = fits and all(isinstance(one, str) and one in question.piles for one in answer)
            return list(answer) if known else None
    raise AssertionError(f"no kind of question: {question.kind}")


def is_right(question: Question, answer: Answer, fact: Fact | None) -> bool:
    """Return whether an answer is right, or near enough to what was computed; statements are sorted without a fact."""
    if isinstance(question, SortQuestion):
        return len(question.statements) - well_sorted(question, answer) <= question.near
    assert fact is not None
    if isinstance(question, CurveQuestion):
        return apart(answer, fact) <= question.near + ROUNDING
    if isinstance(question, NumberQuestion | SquareQuestion):
        assert isinstance(answer, int | float)
        assert isinstance(fact, int | float)
        return abs(answer - fact) <= question.near + ROUNDING
    return answer == fact


def well_sorted(question: SortQuestion, answer: Answer) -> int:
    """Return how many statements lie where they belong."""
    assert isinstance(answer, list)
    return sum(one.pile == pile for one, pile in zip(question.statements, answer, strict=True))


def apart(answer: Answer, fact: Fact) -> float:
    """Return how far two curves are apart in the mean; infinitely, if they have not as many points."""
    if not isinstance(answer, list) or not isinstance(fact, tuple) or len(answer) != len(fact):
        return float("inf")
    heights: list[Any] = answer
    return float(sum(abs(one - other) for one, other in zip(heights, fact, strict=True)) / len(fact))


def in_words(question: Question, answer: Answer) -> str:
    """Return an answer as it stands in a sentence."""
    match question:
        case ChoiceQuestion():
            return question.options[str(answer)].rstrip(".")
        case NumberQuestion():
            return f"{answer:g}".replace("-", "−")
        case SquareQuestion():
            return f"{answer:g}×{answer:g}"
        case CurveQuestion():
            assert isinstance(answer, list)
            return ", ".join(f"{height:g}" for height in answer)
        case SortQuestion():
            return f"{well_sorted(question, answer)} of {len(question.statements)}"
    return str(answer)


def _number(value: Any, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # (Neither infinity nor what is no number lies between two numbers; an integer of hundreds of digits, of a damaged file, is no float.)
    return value if least <= value <= most else None

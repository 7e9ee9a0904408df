"""The answers of a class to one step -> how they are spread, as bars."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mnistlab.lessons.judging import Answer, accepted, in_words
from mnistlab.lessons.lesson import ChoiceQuestion, ClassQuestion, CurveQuestion, Question, SortQuestion

# More different numbers than that are put together.
MOST_BARS, TOGETHER = 12, 8


@dataclass(frozen=True)
class Bar:
    """`label`: an answer, or a few that lie beside each other; `count`: how many gave it."""

    label: str
    count: int


def answers_to(question: Question, given: Iterable[Any], classes: Sequence[str]) -> list[Answer]:
    """Return those of the answers that are some to this question; another lesson may have had its place."""
    fitting = (accepted(question, one, classes) for one in given)
    return [one for one in fitting if one is not None]


def spread(question: Question, answers: Sequence[Answer], classes: Sequence[str]) -> list[Bar]:
    """Return how answers are spread.

    Arguments:
        question: what was asked.
        answers: to it, from `answers_to`.
        classes: what the network in use calls its classes.

    Returns:
        A bar for each option or class, also where nobody chose it; for each number that somebody said, or eight stretches of them; of curves, for
        where they end; of statements to sort, for each pile of each statement.
    """
    match question:
        case ChoiceQuestion():
            counts = Counter(str(one) for one in answers)
            return [Bar(in_words(question, name), counts[name]) for name in question.options]
        case ClassQuestion():
            counts = Counter(str(one) for one in answers)
            return [Bar(name, counts[name]) for name in classes]
        case SortQuestion():
            return [
                Bar(f"{statement.says} {words}", sum(_at(one, place) == pile for one in answers))
                for place, statement in enumerate(question.statements)
                for pile, words in question.piles.items()
            ]
        case CurveQuestion():
            return [Bar(f"at the end {bar.label}", bar.count) for bar in _of_numbers([_at(one, -1) for one in answers])]
    return _of_numbers(list(answers))


def _at(answer: Any, place: int) -> Any:
    return answer[place]


def _of_numbers(numbers: Sequence[Any]) -> list[Bar]:
    counts = Counter(float(number) for number in numbers)
    if len(counts) <= MOST_BARS:
        return [Bar(_written(number), counts[number]) for number in sorted(counts)]
    least, width = min(counts), (max(counts) - min(counts)) / TOGETHER
    stretches = Counter(min(int((number - least) / width), TOGETHER - 1) for number in counts.elements())
    return [
        Bar(f"{_written(least + place * width)} to {_written(least + (place + 1) * width)}", stretches[place])
        for place in range(TOGETHER)
    ]


def _written(number: float) -> str:
    return f"{number:.4g}".replace("-", "−")

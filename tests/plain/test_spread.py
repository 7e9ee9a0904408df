"""How a class's answers are spread: every answer in one bar, also where nobody gave one; what is no answer is in none."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from mnistlab.lessons.lesson import (
    ChoiceQuestion,
    ClassQuestion,
    CurveQuestion,
    NumberQuestion,
    SortQuestion,
    SquareQuestion,
)
from mnistlab.lessons.shelf import shelf
from mnistlab.lessons.spread import MOST_BARS, TOGETHER, Bar, answers_to, spread

CLASSES = tuple("0123456789")
ASKED = {"asks": "?", "right": "fact"}
CHOICE = ChoiceQuestion(kind="choice", options={"yes": "Yes, it will.", "no": "No."}, **ASKED)
NUMBER = NumberQuestion(kind="number", least=0, most=1000, **ASKED)
CURVE = CurveQuestion(kind="curve", points=2, **ASKED)


def test_every_option_and_class_has_its_bar():
    assert spread(CHOICE, ["no", "no"], CLASSES) == [Bar("Yes, it will", 0), Bar("No", 2)]
    bars = spread(ClassQuestion(kind="class", **ASKED), ["7"], CLASSES)
    assert [bar.label for bar in bars] == list(CLASSES)
    assert [bar.count for bar in bars] == [0] * 7 + [1, 0, 0]


def test_numbers_stand_alone_while_they_are_few():
    assert spread(NUMBER, [7, 7.0, 12], CLASSES) == [Bar("7", 2), Bar("12", 1)]
    assert spread(SquareQuestion(kind="square", **ASKED), [18, 8], CLASSES) == [Bar("8", 1), Bar("18", 1)]
    assert spread(NUMBER, [], CLASSES) == []


def test_many_numbers_are_put_together():
    bars = spread(NUMBER, list(range(0, 801, 10)), CLASSES)
    assert len(bars) == TOGETHER
    assert bars[0] == Bar("0 to 100", 10)
    assert bars[-1] == Bar("700 to 800", 11)


def test_curves_are_told_by_where_they_end():
    assert spread(CURVE, [[10.0, 90.0], [20.0, 90.0], [90.0, 10.0]], CLASSES) == [
        Bar("at the end 10", 1),
        Bar("at the end 90", 2),
    ]


def test_statements_have_a_bar_for_each_pile():
    statements = [{"says": "It knows.", "pile": "no", "why": "w"}, {"says": "It adds.", "pile": "yes", "why": "w"}]
    question = SortQuestion(kind="sort", asks="?", piles={"yes": "shown", "no": "not shown"}, statements=statements)
    bars = spread(question, [["yes", "yes"], ["no", "yes"]], CLASSES)
    assert [(bar.label, bar.count) for bar in bars] == [
        ("It knows. shown", 1),
        ("It knows. not shown", 1),
        ("It adds. shown", 2),
        ("It adds. not shown", 0),
    ]


@settings(max_examples=30)
@given(some.lists(some.integers(0, 1000), max_size=60))
def test_no_number_is_lost(numbers):
    bars = spread(NUMBER, numbers, CLASSES)
    assert sum(bar.count for bar in bars) == len(numbers)
    assert len(bars) <= MOST_BARS


# What may stand in a line of a class's roll.
ANYTHING = some.none() | some.booleans() | some.floats() | some.text(max_size=9) | some.lists(some.floats(), max_size=3)


@settings(max_examples=30)
@given(some.lists(ANYTHING, max_size=10))
def test_whatever_a_line_holds_is_an_answer_or_none(lines):
    for question in (CHOICE, NUMBER, CURVE):
        fitting = answers_to(question, lines, CLASSES)
        assert sum(bar.count for bar in spread(question, fitting, CLASSES)) == len(fitting) <= len(lines)


def test_every_question_of_the_course_can_be_spread():
    for lesson in shelf(Path("no such folder")).own.values():
        for step in lesson.places:
            assert all(bar.count == 0 for bar in spread(step.question, [], CLASSES))

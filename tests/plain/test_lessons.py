"""Lesson files: ours are whole, a bad one is told in one sentence with its line, and nothing in one is ever executed."""

import json
import random
import re
import string
import tomllib
from pathlib import Path

import numpy as np
import pytest
from support.sentences import assert_sentence

from mnistlab.__main__ import main
from mnistlab.lessons.declared import number
from mnistlab.lessons.judging import accepted, in_words, is_right
from mnistlab.lessons.lesson import (
    ChoiceQuestion,
    ClassQuestion,
    CurveQuestion,
    Lesson,
    NumberQuestion,
    SortQuestion,
    SquareQuestion,
)
from mnistlab.lessons.lines import lines_of
from mnistlab.lessons.parts import PARTS
from mnistlab.lessons.reading import LONGEST_FILE, Fault, read_lesson
from mnistlab.lessons.shelf import COURSE, LAB, shelf
from mnistlab.lessons.words import NAME, TERM, filled

ROOT = Path(__file__).parents[2]
OURS = sorted(COURSE.glob("*.toml"))
GOOD = """
title = "Mine"
minutes = 3
can = "say it."
mends = "None."

[[steps]]
title = "First"
text = \"\"\"
Several lines
of text.
\"\"\"

[steps.part]
kind = "light"
digit = 7
contrast = 0.5

[steps.question]
kind = "choice"
asks = "Is it read the same?"
right = "same_plain"

[steps.question.options]
yes = "Yes."
no = "No."

[steps.explain]
right = "It is a {read}."
wrong = "You said {answer}; it is a {read}."
why = "So it is."

[check]
title = "Check"
text = "Again."
part = {kind = "pixel", digit = "new"}
question = {kind = "number", asks = "Which value?", right = "value", most = 255, near = 20}
explain = {right = "{value}.", wrong = "{value}.", why = "So."}
"""


def faults(text: str | bytes) -> list[Fault]:
    found = read_lesson(text.encode() if isinstance(text, str) else text)
    assert isinstance(found, list), "this lesson is a good one"
    return found


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_lessons_are_whole(path):
    lesson = read_lesson(path.read_bytes())
    assert isinstance(lesson, Lesson), lesson
    assert 4 <= lesson.minutes <= 7
    assert len(lesson.steps) >= 3
    parts = [step.part for step in lesson.places]
    assert "new" in lesson.check.part.model_dump().values(), "the check is a new case"
    assert len({part.kind for part in parts}) >= 1
    for step in lesson.places:
        texts = (step.text, step.question.asks, step.explain.right, step.explain.wrong, step.explain.why)
        for text in texts:
            assert text.strip()[-1] in ".?!)”", text
        assert "{answer}" in step.explain.wrong, "what happened is told with the learner's own answer"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_no_lesson_of_ours_states_a_figure_that_it_could_compute(path):
    """Long numbers are facts, but for those that are true of every network: 784 pixels, the 19,683 coarse pictures, the sizes of trainings."""
    lesson = read_lesson(path.read_bytes())
    known = {"784", "255", "19,683", "2,000", "300", "600", "28×28", "26×26", "14×14", "0.001"}
    for step in lesson.places:
        for text in (step.text, step.explain.right, step.explain.wrong, step.explain.why):
            stated = re.findall(r"\d[\d.,×]*\d\d|\d\d[\d.,×]*\d|\d+\.\d+", text)
            assert {one.rstrip(".,") for one in stated} <= known, (step.title, stated)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_no_lesson_of_ours_says_where_on_the_screen_something_stands(path):
    """On a narrow screen what stands beside the text stands below it."""
    lesson = read_lesson(path.read_bytes())
    for step in lesson.places:
        for text in (step.text, step.look or "", step.question.asks, step.explain.why):
            assert not re.search(r"beside this|(left|right) one[ ,]|(stands|lies) on the (left|right)", text, re.I), (
                text
            )


WORDS = (
    "relu",
    "gradient ascent",
    "validation",
    "learning rate",
    "OIP",
    "receptive field",
    "kernel",
    "pool",
    "map",
    "node",
    "convolution",
    "standardised",
    "fluctuations",
    "batch",
    "epoch",
    "loss",
    "accuracy",
    "weights",
    "bias",
    "dense layer",
    "score",
    "pixel",
    "FCP",
    "schedule",
)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_a_word_of_the_field_is_explained_where_it_first_stands(path):
    """Each lesson can be somebody's first."""
    lesson = read_lesson(path.read_bytes())
    told = " ".join(
        f"{step.text} {step.question.asks} {step.explain.right} {step.look or ''} {step.explain.why}"
        for step in lesson.places
    )
    marked = NAME.sub("", TERM.sub(lambda found: f"[[{found[1]}]]", told))
    late = []
    for word in WORDS:
        used = re.search(rf"(\[\[)?\b{word}s?\b", marked, re.IGNORECASE)
        if used and not used[1]:
            late.append(word)
    assert late == []


def test_our_lessons_lie_on_the_shelf_in_their_order(tmp_path):
    found = shelf(tmp_path)
    assert [path.stem.partition("-")[2] for path in OURS] == list(found.own)
    assert (found.lab, found.misfits) == ({}, [])


def test_a_step_keeps_its_id_wherever_it_stands():
    """By its own, or by its title; two of one title are told apart by their order."""
    first = GOOD[GOOD.index("[[steps]]") : GOOD.index("[check]")]
    second = first.replace('title = "First"', 'title = "Second"')
    named = first.replace('title = "First"', 'title = "Third"\nid = "named"')
    before, after = (GOOD.replace(first, text) for text in (first + named, second + first + named))
    (one, name, check), (inserted, *same) = (read_lesson(text.encode()).ids for text in (before, after))
    assert same == [one, name, check]
    assert (name, check) == ("named", "check")
    assert inserted not in same
    twice = read_lesson(GOOD.replace(first, first + first).encode())
    assert len(set(twice.ids)) == 3
    assert twice.ids[0] == one
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,30}", each) for each in twice.ids)
    twins = read_lesson(GOOD.replace(first, named + named).encode())
    assert str(twins[0]).endswith("The id “named” is taken already; each step needs one of its own.")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_steps_have_ids_of_their_own(path):
    lesson = read_lesson(path.read_bytes())
    assert all(step.id for step in lesson.steps)


def test_a_good_lesson_is_read(tmp_path):
    lesson = read_lesson(GOOD.encode())
    assert isinstance(lesson, Lesson)
    assert [step.title for step in lesson.places] == ["First", "Check"]
    assert isinstance(read_lesson(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()), Lesson), (
        "as Windows writes it"
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('kind = "light"', 'kind = "python"', 14, ["no part of the kind “python”", "light"]),
        ("contrast = 0.5", "contrast = 7", 17, ["contrast", "less than or equal to 1", "7"]),
        ("contrast = 0.5", 'contrast = "much"', 17, ["contrast", "a number", "much"]),
        ("digit = 7", 'digit = "seven"', 16, ["digit", "whole number", "'new'", "seven"]),
        ("digit = 7", "digits = 7", 16, ["digits", "mend its spelling"]),
        ('title = "Mine"\n', "", 1, ["“title” is missing"]),
        ('asks = "Is it read the same?"\n', "", 19, ["“asks” is missing"]),
        ('right = "same_plain"', 'right = "same"', 22, ["computes no “same”", "same_plain"]),
        ('right = "same_plain"', 'right = "sure"', 22, ["cannot be answered by “sure”", "same_plain"]),
        ('no = "No."', 'never = "No."', 24, ["never", "yes, no"]),
        ('no = "No."\n', "", 24, ["options", "at least 2"]),
        ("It is a {read}", "It is a {red}", 29, ["{red}", "no fact here"]),
        ("It is a {read}", "It is a {read.__class__}", 29, ["brace"]),
        ("It is a {read}", "It is a {read!r}", 29, ["brace"]),
        ('text = "Again."', 'text = "The answer is {answer}."', 35, ["{answer}", "no fact here"]),
        ('asks = "Which value?"', 'asks = "Is it {value}?"', 37, ["{value}", "no fact here"]),
        ("of text.", "of [[txt]].", 9, ["[[txt]]", "glossary"]),
        ("of text.", "of [[relu.", 9, ["double brackets"]),
        ('yes = "Yes."', 'yes = "By [[relu]]."', 25, ["letter by letter"]),
        ("most = 255", "most = -1", 37, ["2 to 2,000 places"]),
        ("minutes = 3", "minutes = 3 4", 3, ["no TOML"]),
        ("minutes = 3", "minutes = nan", 3, ["minutes"]),
        ("minutes = 3", "minutes = 3\nminutes = 4", 4, ["no TOML", "Cannot overwrite a value"]),
        ('kind = "choice"', 'kind = "exec"', 19, ["no question of the kind “exec”"]),
        ("[check]", "[checks]", 1, ["“check” is missing"]),
        ('title = "Mine"', f'title = "{"x" * 400}"', 2, ["title", "at most 300"]),
        ('title = "First"', 'title = "First"\nid = "Erster!"', 9, ["id", "small letters"]),
        ('title = "First"', 'title = "First"\nid = "check"', 9, ["“check” is taken"]),
        ('title = "Check"', 'title = "Check"\nid = "end"', 35, ["check needs no id"]),
    ],
)
def test_a_fault_is_named_with_its_line_and_reason(old, new, line, words):
    assert GOOD.count(old) >= 1
    found = faults(GOOD.replace(old, new, 1))
    named = next((fault for fault in found if all(word in fault.sentence for word in words)), None)
    assert named, [str(fault) for fault in found]
    assert named.line == line, str(named)
    assert_sentence(named.sentence)


def test_all_faults_are_told_in_the_order_of_their_lines():
    bad = (
        GOOD.replace("minutes = 3", "minutes = 0")
        .replace("contrast = 0.5", "contrast = 7")
        .replace("most = 255", "most = 1e9")
    )
    found = faults(bad)
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "missing"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a = " + b"[" * 3000, ""),
        (b"a = 1" + b"0" * 5000, ""),
        (b"x" * (LONGEST_FILE + 1), "at most"),
        (b"[[steps]]\n" * 13, ""),
        (b"steps = 3", "steps"),
        (b"steps = [3]", "steps"),
        (b"check = [[1]]", "check"),
    ],
)
def test_what_is_no_lesson_at_all_is_told(content, words):
    found = faults(content)
    assert found
    assert any(words in fault.sentence for fault in found)
    for fault in found:
        assert_sentence(fault.sentence)
        assert fault.line >= 1


@pytest.mark.parametrize("depth", [40, 1_200, 2_000])
@pytest.mark.parametrize(
    "whole", ["title{keys} = 1", "[title{keys}]\nb = 1", "title = {begun}{ended}"], ids=["key", "table", "array"]
)
def test_what_is_nested_too_deeply_is_told(whole, depth):
    text = whole.format(keys=".a" * depth, begun="[" * depth, ended="]" * depth)
    assert [str(fault) for fault in faults(text)] == ["line 1: This is nested too deeply for a lesson."]


def test_a_bracket_before_many_blanks_is_gone_through_once():
    """Tried in every division of the blanks, these 99,000 would take years."""
    line = "[" + " " * 99_000
    assert lines_of(line) == {(): 1}
    assert lines_of(f"a = [\n{line}\n1]]\nb = 2") == {(): 1, ("a",): 1, ("b",): 4}
    assert faults(f"minutes = [\n{line}\n1]]")[-1].line == 1
    assert lines_of("[ a . b ]\nc = 1\n[[ d ]]") == {
        (): 1,
        ("a",): 1,
        ("a", "b"): 1,
        ("a", "b", "c"): 2,
        ("d",): 3,
        ("d", 0): 3,
    }


def mutated(text: str, chance: random.Random) -> str:
    """A lesson file after one to three accidents."""
    for _ in range(chance.randint(1, 3)):
        lines = text.split("\n")
        place = chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                del lines[place]
            case 1:
                lines.insert(chance.randrange(len(lines)), lines[place])
            case 2:
                lines[place] = lines[place][: chance.randint(0, len(lines[place]))]
            case 3:
                lines[place] += "".join(chance.choices(string.printable, k=chance.randint(1, 12)))
            case 4:
                lines[place] = re.sub(
                    r"\d+", lambda _: str(chance.choice([-1, 0, 10**9, "inf", "true", '"x"'])), lines[place]
                )
            case 5:
                lines[place] = re.sub(
                    r"\w+(?= =)", lambda found: chance.choice([found[0] + "s", "kind", "a.b"]), lines[place]
                )
            case 6:
                lines[place] = re.sub(r'"[^"]*"', lambda _: chance.choice(HOSTILE), lines[place])
            case 7:
                swap = chance.randrange(len(lines))
                lines[place], lines[swap] = lines[swap], lines[place]
        text = "\n".join(lines)
    return text


HOSTILE = [
    '"{__import__}"',
    '"{0.__class__.__mro__}"',
    '"%(x)s ${x} {{}}"',
    '"<script>alert(1)</script>"',
    '"[[a|b]] [[|]] [["',
    "{a = {b = {c = 1}}}",
    "[1, [2, [3]]]",
    "1979-05-27T07:32:00Z",
    '"\\u0000\\u202e"',
    '"""\nx\n"""',
]


@pytest.mark.parametrize(
    ("path", "bad"),
    [(OURS[0], 60), (OURS[3], 60), *(pytest.param(path, 200, marks=pytest.mark.soak) for path in OURS)],
    ids=lambda value: value.stem if isinstance(value, Path) else str(value),
)
def test_damaged_files_are_told_in_sentences_or_are_good_ones_still(path, bad):
    """In the soak 2,000 bad ones, of all our lessons; what is read of a damaged file is a whole lesson."""
    whole, chance = path.read_text(), random.Random(f"{path.stem} {bad}")
    told = tried = 0
    while told < bad:
        tried += 1
        assert tried < 3 * bad, "most of the accidents are bad ones"
        text = mutated(whole, chance)
        found = read_lesson(text.encode("utf-8", "replace"))
        if isinstance(found, Lesson):
            assert len(found.ids) == len(set(found.ids)) == len(found.places)
            continue
        told += 1
        assert found
        assert found == sorted(found)
        for fault in found:
            assert_sentence(fault.sentence)
            assert 1 <= fault.line <= text.count("\n") + 1


def test_lines_are_found_beside_strings_of_several_lines_and_arrays_of_tables():
    text = "a = 1\nb = '''\nc = 2\n'''\n[[x]]\nd = 3\n[x.y]\ne = 4\n[[x]]\n[x.y]\n'f g' = 5\nh.i = 6\n"
    lines = lines_of(text)
    assert ("c",) not in lines
    assert lines[("b",)] == 2
    assert (lines[("x", 0)], lines[("x", 0, "d")], lines[("x", 0, "y", "e")]) == (5, 6, 8)
    assert (lines[("x", 1)], lines[("x", 1, "y", "f g")], lines[("x", 1, "y", "h", "i")]) == (9, 11, 12)
    assert tomllib.loads(text)["x"][1]["y"]["h"]["i"] == 6


def test_names_in_braces_are_looked_up_and_nothing_else():
    assert filled("{a} {b} {a.b} {} {{a}}", {"a": "1"}) == "1 {b} {a.b} {} {1}"


def test_an_article_before_a_fact_is_the_one_that_one_hears():
    assert filled("A {n} is a {n}, not a {m} or a {x}; via {n}.", {"n": "8", "m": "4"}) == (
        "An 8 is an 8, not a 4 or a {x}; via 8."
    )


def test_a_teachers_lessons_are_read_anew_when_they_change(tmp_path):
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "mine.toml").write_text(GOOD)
    (folder / "UPPER.toml").write_text(GOOD)
    (folder / "notes.txt").write_text("no lesson")
    found = shelf(tmp_path)
    assert list(found.lab) == [f"{LAB}mine"]
    assert [misfit.name for misfit in found.misfits] == ["UPPER.toml"]
    (folder / "mine.toml").write_text(GOOD.replace("minutes = 3", "minutes = 77"))
    found = shelf(tmp_path)
    assert found.lab == {}
    assert str(found.misfits[-1]).startswith("mine.toml, line 3: “minutes” should be less than or equal to 60.")


def test_the_command_looks_a_file_over(tmp_path, capsys):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(GOOD)
    bad.write_text(GOOD.replace("contrast = 0.5", "contrast = 7").replace("minutes = 3", "minutes = 0"))
    assert main(["lesson", "check", str(good)]) == 0
    assert '"steps": 2' in capsys.readouterr().out
    assert main(["lesson", "check", str(bad)]) == 2
    said = capsys.readouterr().err
    assert "line 3: “minutes”" in said
    assert "line 17: “contrast”" in said
    assert main(["lesson", "check", str(tmp_path / "none.toml")]) == 2
    assert "cannot be read" in capsys.readouterr().err


CLASSES = tuple("0123456789")
CHOICE = ChoiceQuestion(kind="choice", asks="?", right="x", options={"yes": "Yes, so.", "no": "No."})
CLASS = ClassQuestion(kind="class", asks="?", right="x")
NUMBER = NumberQuestion(kind="number", asks="?", right="x", least=-2, most=5, step=0.1, near=0.25, unit="points")
SQUARE = SquareQuestion(kind="square", asks="?", right="x", near=1)
SORT = SortQuestion(
    kind="sort",
    asks="?",
    piles={"in": "Shown", "out": "Not shown"},
    statements=[{"says": "A.", "pile": "in", "why": "So."}, {"says": "B.", "pile": "out", "why": "So."}],
    near=0,
)
CURVE = CurveQuestion(kind="curve", asks="?", right="x", points=3, near=10, unit="per cent")


@pytest.mark.parametrize(
    ("question", "answer", "fact", "right", "words"),
    [
        (CHOICE, "yes", "yes", True, "Yes, so"),
        (CHOICE, "no", "yes", False, "No"),
        (CLASS, "4", "4", True, "4"),
        (CLASS, "4", "9", False, "4"),
        (NUMBER, -1.5, -1.25, True, "−1.5"),
        (NUMBER, 2.0, 2.3, False, "2"),
        (SQUARE, 17, 18.0, True, "17×17"),
        (SQUARE, 16, 18.0, False, "16×16"),
        (SORT, ["in", "out"], None, True, "2 of 2"),
        (SORT, ["in", "in"], None, False, "1 of 2"),
        (CURVE, [50, 80, 90], (60.0, 75.0, 85.0), True, "50, 80, 90"),
        (CURVE, [10, 20, 30], (60.0, 75.0, 85.0), False, "10, 20, 30"),
    ],
)
def test_an_answer_is_judged_by_what_was_computed(question, answer, fact, right, words):
    assert accepted(question, answer, CLASSES) == answer
    assert is_right(question, answer, fact) is right
    assert in_words(question, answer) == words


@pytest.mark.parametrize(
    "answer",
    [None, True, float("nan"), float("inf"), 1e9, "", "x" * 1000, [], [1], {"a": 1}, "<b>", [1, 2, "x"], [1, 2, 1e9]],
    ids=repr,
)
@pytest.mark.parametrize("question", [CHOICE, CLASS, NUMBER, SQUARE, CURVE, SORT], ids=lambda one: one.kind)
def test_what_is_no_answer_is_none(question, answer):
    assert accepted(question, answer, CLASSES) is None


@pytest.mark.parametrize(
    ("fact", "shape", "written"),
    [
        (1152.0, ",.0f", "1,152"),
        (-0.001, ".1f", "0.0"),
        (-0.38, ".2f", "−0.38"),
        (0.0, ".3g", "0"),
        (-3.0, ",.0f", "−3"),
    ],
)
def test_a_number_is_written_as_one_reads_it(fact, shape, written):
    assert number("", shape).written(fact) == written


def test_every_part_and_fact_is_in_the_teachers_document():
    text = (ROOT / "docs" / "lessons.md").read_text()
    for part in PARTS:
        kind = part.model_fields["kind"].annotation.__args__[0]
        assert f"### `{kind}`" in text
        section = text.partition(f"### `{kind}`")[2].partition("### ")[0]
        for name, declared in part.FACTS.items():
            assert f"`{name}`" in section, (kind, name)
            assert declared.says in section, (kind, name)
        for name in part.model_fields.keys() - {"kind"}:
            assert f"`{name}`" in section, (kind, name)


def test_the_documents_example_is_a_good_lesson():
    (example,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "lessons.md").read_text(), re.DOTALL)
    assert isinstance(read_lesson(example.encode()), Lesson), read_lesson(example.encode())


def test_a_class_is_never_read_as_a_number():
    assert accepted(CLASS, np.float64(4), CLASSES) is None


def test_500_hostile_answers_are_answers_to_none_of_our_questions():
    """Whatever a browser or a damaged file says: it is one of the few things a question allows, or it is no answer."""
    chance = random.Random(13)
    atoms = [
        *HOSTILE,
        "yes",
        "in",
        "4",
        "",
        None,
        True,
        -1,
        3,
        17.0,
        1e308,
        float("nan"),
        float("inf"),
        10**400,
        {},
        {"yes": "no"},
    ]
    questions = (CHOICE, CLASS, NUMBER, SQUARE, SORT, CURVE)
    taken = 0
    for _ in range(500):
        question, atom = chance.choice(questions), chance.choice(atoms)
        answer = [chance.choice(atoms) for _ in range(chance.randint(0, 4))] if chance.random() < 0.4 else atom
        found = accepted(question, answer, CLASSES)
        if found is None:
            continue
        taken += 1
        assert json.loads(json.dumps(found)) == found
        words = in_words(question, found)
        assert not any(bad.strip('"') in words for bad in HOSTILE)
        assert len(words) < 80
    assert 5 < taken < 250

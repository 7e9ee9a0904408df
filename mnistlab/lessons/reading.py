"""The text of a lesson file -> a checked lesson, or every fault in it with its line. Nothing of it is executed."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mnistlab.lessons.lesson import CHECK_ID, ChoiceQuestion, CurveQuestion, Lesson, SortQuestion, Step
from mnistlab.lessons.lines import Path, is_too_deep, line_at, lines_of, path_in
from mnistlab.lessons.slow_parts import TrainingPart
from mnistlab.lessons.words import ANSWER, faults_of
from mnistlab.recipes.base import EXPECTED

# A lesson of ten steps has 12,000 characters.
LONGEST_FILE, LONGEST_SENTENCE = 100_000, 399
AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
TOO_DEEP = "This is nested too deeply for a lesson."
PLAIN = "is drawn letter by letter, so it can explain no word in double brackets; explain it in “text”."
# Which facts answer which kind of question.
FORMS = {"choice": "words", "class": "class", "number": "number", "square": "number", "curve": "curve"}
# A place in the file, and what is wrong there.
Told = tuple[Path, str]


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong with a lesson file: on which line, counted from 1, and a sentence with the reason."""

    line: int
    sentence: str

    def __post_init__(self) -> None:
        # It may quote what would tear a page or a terminal.
        whole = "".join(letter if letter.isprintable() else " " for letter in self.sentence)
        object.__setattr__(self, "sentence", _short(whole, LONGEST_SENTENCE))

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


def read_lesson(content: bytes) -> Lesson | list[Fault]:
    """Return the lesson that a file's bytes hold, or all that is wrong with it, in the order of its lines."""
    if len(content) > LONGEST_FILE:
        return [Fault(1, f"A lesson has at most {LONGEST_FILE:,} bytes. Received: {len(content):,}.")]
    try:
        # (An editor on Windows may begin a file with a mark that is no letter, and ends lines in its own way.)
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [Fault(line, "This is no text in UTF-8; save the file as UTF-8.")]
    try:
        data = tomllib.loads(text)
    except RecursionError:
        return [Fault(1, TOO_DEEP)]
    except ValueError as error:
        return [_misspelt(text, str(error))]
    if is_too_deep(data):
        return [Fault(1, TOO_DEEP)]
    lines = lines_of(text)
    try:
        lesson = Lesson.model_validate(data)
    except ValidationError as error:
        return sorted(_faults(data, lines, error.errors(include_url=False)))
    faults = {Fault(line_at(lines, place), sentence) for place, sentence in _contradictions(lesson)}
    return sorted(faults) if faults else lesson


def _misspelt(text: str, message: str) -> Fault:
    """Return the fault of a file that is no TOML, from the words of Python's reader."""
    found = AT_LINE.search(message)
    line = int(found[1]) if found else text.count("\n") + 1
    reason = re.sub(r"\s*\(at .*\)$", "", message).rstrip(".")
    return Fault(line, f"This is no TOML: {_short(reason)}.")


def _faults(data: Any, lines: Mapping[Path, int], details: list[ErrorDetails]) -> Iterator[Fault]:
    """Yield one fault for each value that is wrong, also where it might have been one thing or another."""
    places: dict[Path, list[ErrorDetails]] = {}
    for detail in details:
        if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
            # There are enough, but some of them are wrong, which is told by itself.
            continue
        path = path_in(data, detail["loc"])
        places.setdefault((*path, str(detail["loc"][-1])) if detail["type"] == "missing" else path, []).append(detail)
    for path, found in places.items():
        name = _short(next((part for part in reversed(path) if isinstance(part, str)), "the file"))
        expected = [_expected(detail) for detail in found]
        if len(found) > 1 and None not in expected:
            received = _short(repr(found[0]["input"]))
            sentence = f"“{name}” should {' or '.join(one for one in expected if one)}. Received: {received}."
        else:
            sentence = _sentence(name, found[0])
        yield Fault(line_at(lines, path), sentence)


def _expected(detail: ErrorDetails) -> str | None:
    """Return what a plain value should have been, to follow “should”."""
    if detail["type"] in EXPECTED:
        return f"be {EXPECTED[detail['type']]}"
    match detail["type"]:
        case "literal_error":
            return f"be {detail['ctx']['expected']}"
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than" | "multiple_of":
            return re.sub(r"^\w+ should ", "", detail["msg"])
    return None


def _sentence(name: str, detail: ErrorDetails) -> str:
    """Say what is wrong with one value."""
    received, bounds = _short(repr(detail["input"])), detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return f"“{name}” is nothing a lesson knows here; remove it or mend its spelling."
        case "missing":
            return f"“{name}” is missing here."
        case "union_tag_not_found":
            return f"“{name}” needs a “kind”, which says what it is."
        case "union_tag_invalid":
            return (
                f"There is no {name} of the kind “{_short(str(bounds['tag']))}”; there are {bounds['expected_tags']}."
            )
        case "value_error":
            return str(bounds["error"])
        case "too_short" | "too_long" as kind:
            least = kind == "too_short"
            bound = f"at least {bounds['min_length']}" if least else f"at most {bounds['max_length']}"
            return f"“{name}” should have {bound} items. Received: {bounds['actual_length']}."
        case "string_pattern_mismatch" if name == "id":
            return f"“id” should begin with a small letter and have small letters, digits and - only. Received: {received}."
        case "string_pattern_mismatch":
            return f"“{name}” should be a name of letters, digits and _ only. Received: {received}."
        case _:
            expected = _expected(detail) or re.sub(r"^\w+ should ", "", detail["msg"])
            return f"“{name}” should {_short(expected)}. Received: {received}."


def _contradictions(lesson: Lesson) -> Iterator[Told]:
    """Yield the place and sentence of what each value allows and all together do not."""
    steps: list[tuple[Path, Step]] = [(("steps", number), step) for number, step in enumerate(lesson.steps)]
    yield from _odd_ids(lesson)
    yield from (((name,), f"“{name}” {PLAIN}") for name in ("title", "can", "mends") if "[[" in getattr(lesson, name))
    for place, step in [*steps, (("check",), lesson.check)]:
        yield from ((place + inner, sentence) for inner, sentence in _faults_of_step(step))


def _odd_ids(lesson: Lesson) -> Iterator[Told]:
    taken = {CHECK_ID}
    for number, step in enumerate(lesson.steps):
        if step.id in taken:
            yield ("steps", number, "id"), f"The id “{step.id}” is taken already; each step needs one of its own."
        elif step.id:
            taken.add(step.id)
    if lesson.check.id is not None:
        yield ("check", "id"), f"The check needs no id: it is always “{CHECK_ID}”. Remove this line."


def _faults_of_step(step: Step) -> Iterator[Told]:
    yield from _faults_of_answer(step)
    texts, plain = _texts_of(step)
    for place, (text, known) in texts.items():
        yield from ((place, f"“{place[-1]}” {sentence}") for sentence in faults_of(text, known))
    yield from ((place, f"“{place[-1]}” {PLAIN}") for place, text in plain.items() if "[[" in text)


def _faults_of_answer(step: Step) -> Iterator[Told]:
    """Yield what is wrong between a question and what its part computes."""
    facts, question = step.part.FACTS, step.question
    if isinstance(question, SortQuestion):
        for number, one in enumerate(question.statements):
            if one.pile not in question.piles:
                sentence = f"There is no pile “{one.pile}”; there are {', '.join(question.piles)}."
                yield ("question", "statements", number, "pile"), sentence
        return
    fact = facts.get(question.right)
    if fact is None:
        sentence = f"The part “{step.part.kind}” computes no “{question.right}”; it computes {', '.join(facts)}."
        yield ("question", "right"), sentence
    elif fact.form != FORMS[question.kind]:
        some = ", ".join(name for name, one in facts.items() if one.form == FORMS[question.kind]) or "none"
        sentence = f"A question of the kind “{question.kind}” cannot be answered by “{question.right}”; of this part it can by: {some}."
        yield ("question", "right"), sentence
    elif isinstance(question, ChoiceQuestion):
        yield from ((("question", "options"), sentence) for sentence in _odd_options(question, fact.words))
    if isinstance(question, CurveQuestion) and isinstance(step.part, TrainingPart):
        epochs = step.part.epochs
        if question.points != epochs:
            sentence = f"The curve should have as many points as the training has epochs, {epochs}. Received: {question.points}."
            yield ("question", "points"), sentence


def _texts_of(step: Step) -> tuple[dict[Path, tuple[str, set[str]]], dict[Path, str]]:
    """Return the texts of a step with the names they may use, and those that are drawn letter by letter, by their places."""
    facts, question = set(step.part.FACTS), step.question
    # What takes a worker is not there before the answer.
    before = set() if step.part.SLOW else facts
    texts: dict[Path, tuple[str, set[str]]] = {
        ("text",): (step.text, before),
        ("look",): (step.look or "", facts),
        ("question", "asks"): (question.asks, before - {question.right}),
    }
    for name in ("right", "wrong", "why"):
        texts["explain", name] = getattr(step.explain, name), facts | {ANSWER}
    plain: dict[Path, str] = {("title",): step.title}
    if isinstance(question, ChoiceQuestion):
        for name, text in question.options.items():
            plain["question", "options", name] = text
            texts["question", "options", name] = text, set()
    if isinstance(question, SortQuestion):
        for name, text in question.piles.items():
            plain["question", "piles", name] = text
        for number, one in enumerate(question.statements):
            plain["question", "statements", number, "says"] = one.says
            texts["question", "statements", number, "says"] = one.says, before
            texts["question", "statements", number, "why"] = one.why, facts
    return texts, plain


def _odd_options(question: ChoiceQuestion, words: tuple[str, ...]) -> Iterator[str]:
    for name in question.options.keys() - set(words):
        yield f"“{question.right}” can never be “{name}”; it is one of: {', '.join(words)}."
    for word in words:
        if word not in question.options:
            yield f"An option “{word}” is missing: “{question.right}” may turn out to be that."


def _short(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 2] + "…" + text[-1]

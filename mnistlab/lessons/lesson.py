"""A lesson: steps of *predict, look, explain*, and at the end a check on a new case."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from mnistlab.lessons.live_part import Data
from mnistlab.lessons.parts import Part

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
FactName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
OptionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,30}$")]
StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
# The id of every lesson's check.
CHECK_ID = "check"
MOST_PLACES_ON_A_SLIDER = 2_000


class ChoiceQuestion(Data):
    """One of a few sentences; the name of the right one is what the fact says."""

    kind: Literal["choice"]
    asks: Text
    right: FactName
    options: Annotated[dict[OptionName, Line], Field(min_length=2, max_length=8)]


class ClassQuestion(Data):
    """One of the classes that the network knows."""

    kind: Literal["class"]
    asks: Text
    right: FactName


class NumberQuestion(Data):
    """A number on a slider; right is what is near enough."""

    kind: Literal["number"]
    asks: Text
    right: FactName
    least: float = 0
    most: float = 100
    step: Annotated[float, Field(gt=0)] = 1
    near: Annotated[float, Field(ge=0)] = 0
    unit: Annotated[str, Field(max_length=30)] = ""

    @model_validator(mode="after")
    def _must_leave_a_choice(self) -> Self:
        places = (self.most - self.least) / self.step
        if not 1 <= places <= MOST_PLACES_ON_A_SLIDER:
            raise ValueError(
                f"The slider from “least” to “most” by “step” should have 2 to {MOST_PLACES_ON_A_SLIDER:,} places. "
                f"Received: {self.least:g} to {self.most:g} by {self.step:g}."
            )
        return self


class SquareQuestion(Data):
    """The side of a square of pixels, drawn on the digit while it is chosen."""

    kind: Literal["square"]
    asks: Text
    right: FactName
    near: Annotated[int, Field(ge=0, le=10)] = 1


class CurveQuestion(Data):
    """A curve, drawn by a slider for each of its points; right is what is near enough in the mean."""

    kind: Literal["curve"]
    asks: Text
    right: FactName
    points: Annotated[int, Field(ge=2, le=12)]
    least: float = 0
    most: float = 100
    near: Annotated[float, Field(ge=0)] = 10
    unit: Annotated[str, Field(max_length=30)] = ""
    names: Annotated[str, Field(min_length=1, max_length=30)] = "epoch"

    @model_validator(mode="after")
    def _must_go_up(self) -> Self:
        if not 1 <= self.most - self.least <= MOST_PLACES_ON_A_SLIDER:
            raise ValueError(
                f"“most” should be 1 to {MOST_PLACES_ON_A_SLIDER:,} above “least”. Received: {self.least:g} to {self.most:g}."
            )
        return self


class Statement(Data):
    """One of the statements to sort. `pile`: where it belongs; `why`: the reason, told afterwards."""

    says: Line
    pile: OptionName
    why: Line


class SortQuestion(Data):
    """Statements to be sorted into piles. Where each belongs is a matter of reasoning, and stands in the lesson."""

    # No fact of a part decides it.
    right: ClassVar[str] = ""
    kind: Literal["sort"]
    asks: Text
    piles: Annotated[
        dict[OptionName, Annotated[str, Field(min_length=1, max_length=40)]], Field(min_length=2, max_length=4)
    ]
    statements: Annotated[tuple[Statement, ...], Field(min_length=2, max_length=12)]
    near: Annotated[int, Field(ge=0, le=11)] = 0


Question = Annotated[
    ChoiceQuestion | ClassQuestion | NumberQuestion | SquareQuestion | CurveQuestion | SortQuestion,
    Field(discriminator="kind"),
]


class Explanation(Data):
    """What happened: one sentence or two for a right answer or a wrong one, and the reason for both."""

    right: Text
    wrong: Text
    why: Text


class Step(Data):
    """One step.

    Attributes:
        id: what answers to it are kept under, wherever it stands; without one they are kept under its title.
        text: what is told before the question.
        look: what to try with the live part.
    """

    id: StepId | None = None
    title: Line
    text: Text
    question: Question
    part: Part
    look: Text | None = None
    explain: Explanation


class Lesson(Data):
    """One lesson. `can`: what one can do after it, to follow “You can”; `mends`: the wrong idea it mends."""

    title: Line
    minutes: Annotated[int, Field(ge=1, le=60)]
    can: Line
    mends: Line
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=12)]
    check: Step

    @property
    def places(self) -> tuple[Step, ...]:
        """All steps and, at last, the check."""
        return (*self.steps, self.check)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all places: they stay what they are when a step is put between two others."""
        return (*_ids_of(self.steps), CHECK_ID)


def _ids_of(steps: tuple[Step, ...]) -> Iterator[str]:
    taken = {CHECK_ID, *(step.id for step in steps if step.id)}
    for step in steps:
        name = step.id
        if name is None:
            made = "s-" + blake2b(step.title.encode(), digest_size=6).hexdigest()
            # Two steps of one title are told apart by which comes first.
            name = next(
                one for number in range(len(steps)) if (one := f"{made}-{number}" if number else made) not in taken
            )
            taken.add(name)
        yield name

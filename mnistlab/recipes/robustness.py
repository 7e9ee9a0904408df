"""The recipe of robustness curves: how well a network reads digits that are moved, turned, blurred and so on, more and more."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mnistlab.recipes.base import choice
from mnistlab.recipes.data_sets import DATA_NAME, DataName
from mnistlab.recipes.digit import TEST_SIZE
from mnistlab.recipes.oip import model_choice
from mnistlab.recipes.run import RunRecipe

Distortion = Literal["shift", "rotation", "noise", "blur", "thicker", "thinner", "occlusion", "adversarial"]
DistortionKind = Annotated[Distortion, Field(title="Change", description="What is done to each digit.")]


class RobustnessCurvesRecipe(RunRecipe):
    """Read the test digits changed in several ways, each in growing strength."""

    kind: Literal["robustness"] = "robustness"
    model: str = model_choice()
    data: DataName = choice(
        "mnist",
        pattern=DATA_NAME,
        title="Digits",
        help="Whose test digits: those of MNIST, the embedded ones, or those of a set that was brought.",
    )
    kinds: tuple[DistortionKind, ...] = choice(
        ("shift", "rotation", "noise", "blur", "thicker", "thinner", "occlusion", "adversarial"),
        min_length=1,
        max_length=8,
        title="Changes",
        help="In which ways digits are changed.",
    )
    strengths: int = choice(
        10, ge=1, le=20, title="Strengths", help="In how many even steps each change grows to its full strength."
    )
    digits: int = choice(
        TEST_SIZE, ge=1, le=TEST_SIZE, step=500, title="How many", help="How many test digits are read."
    )
    seed: int = choice(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        help="Decides the direction, the noise and the covered place of each digit.",
    )

    @model_validator(mode="after")
    def _kinds_must_differ(self) -> Self:
        if len(set(self.kinds)) < len(self.kinds):
            raise ValueError("A change stands twice in “kinds”. Name each once.")
        return self

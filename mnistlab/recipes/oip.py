"""The recipe of an OIP: the pattern in the input that makes a target react most."""

from typing import Any, Literal, Self

from pydantic import field_validator, model_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.run import RunRecipe
from mnistlab.recipes.start import FluctuationStart, StartRecipe
from mnistlab.recipes.target import TargetRecipe

MODEL_LENGTH = 1000


def model_choice() -> str:
    """Declare the field that names the network of a recipe."""
    name: str = choice(
        "reference",
        min_length=1,
        max_length=MODEL_LENGTH,
        title="Network",
        help="“reference”, or the id of a training (id@3: as it was after epoch 3).",
    )
    return name


class AscentRecipe(RecipePart):
    """How the image climbs (algorithms.md §3)."""

    steps: int = choice(600, ge=1, le=5_000, step=10, title="Steps", help="How often the image is changed.")
    step_size: float = choice(
        0.01,
        ge=0.0001,
        le=1.0,
        title="Step size",
        help="How far each step goes. 0.1 reaches in 100 steps what 0.01 reaches in 1200.",
    )
    convergence: float = choice(
        0.0002,
        ge=0.0,
        le=0.1,
        title="Convergence",
        help="Relative change of the score below which it counts as settled.",
    )
    stop_at_convergence: bool = choice(
        False, title="Stop when settled", help="End before all steps are done, as soon as the score has settled."
    )
    rescue: bool = choice(
        True,
        title="Rescue dead starts",
        help="While the target does not react at all, let the gradient pass its relu, so that the image can move.",
    )


class RobustnessRecipe(RecipePart):
    """Transformations the pattern must withstand; none by default, as in the articles."""

    jitter: int = choice(
        0, ge=0, le=6, title="Jitter", help="The image is shifted at random by up to so many pixels at each step."
    )
    smoothing: float = choice(
        0.0,
        ge=0.0,
        le=3.0,
        step=0.1,
        title="Smoothing",
        help="Blur of each step's change; standard deviation in pixels.",
    )


class OipRecipe(RunRecipe):
    """Find the original input pattern of a target; the defaults are those of the article series."""

    kind: Literal["oip"] = "oip"
    model: str = model_choice()
    target: TargetRecipe = choice(TargetRecipe(), title="Target", help="What the pattern should excite.")
    start: StartRecipe = choice(FluctuationStart(), title="Start", help="The image the ascent starts from.")
    ascent: AscentRecipe = choice(AscentRecipe(), title="Ascent", help="How the image climbs.")
    robustness: RobustnessRecipe = choice(
        RobustnessRecipe(), title="Robustness", help="What the pattern must withstand while it grows."
    )
    answers: int = choice(
        1,
        ge=1,
        le=64,
        title="Starts",
        help="From how many random starts to climb; shows whether the pattern is unique.",
    )
    diversity: float = choice(
        0.0,
        ge=0.0,
        le=4.0,
        step=0.1,
        title="Diversity",
        help="How strongly several answers are pushed apart; 0: not at all.",
    )
    reports: int = choice(
        6,
        ge=0,
        le=12,
        title="Pictures",
        help="At how many steps before the last the growing pattern is kept, each twice as late.",
    )

    @field_validator("start", mode="before")
    @classmethod
    def _default_to_fluctuations(cls, start: Any) -> Any:
        return {"source": "fluctuations"} | start if isinstance(start, dict) else start

    @model_validator(mode="after")
    def _answers_must_differ(self) -> Self:
        if self.answers > 1 and not isinstance(self.start, FluctuationStart):
            raise ValueError("Several starts need fluctuations to start from. Choose those, or one start.")
        if self.diversity and self.answers == 1:
            raise ValueError(
                "Diversity pushes several answers apart. Raise “answers” above 1, or set “diversity” to 0."
            )
        return self


def report_steps(steps: int, reports: int) -> list[int]:
    """Return the steps after which the pattern is kept: each twice as late as the one before, and the last."""
    first = steps // 2**reports
    return sorted({first * 2**number for number in range(reports) if first} | {steps})

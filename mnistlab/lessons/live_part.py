"""What all live parts of lessons have in common: a kind, a few values to set, and the facts they compute."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mnistlab.lessons.declared import Declared
from mnistlab.recipes.network import LAYER_NAME

Digit = Annotated[int, Field(ge=0, le=9_999)] | Literal["new", "doubtful"]
Layer = Annotated[str, Field(pattern=LAYER_NAME[0])]
MapNumber = Annotated[int, Field(ge=0, le=255)] | Literal["strongest"]
NewMap = Annotated[int, Field(ge=0, le=255)] | Literal["new"]
Seed = Annotated[int, Field(ge=0, le=10_000)]
Place = Annotated[int, Field(ge=0, le=27)]
Weight = Annotated[float, Field(ge=-10, le=10)]
SCALES = (3, 7, 14, 28)


class Data(BaseModel):
    """A group of values of a lesson; unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LivePart(Data):
    """What all live parts have. `FACTS`: what it computes; `SLOW`: whether that takes a worker or a training."""

    FACTS: ClassVar[dict[str, Declared]] = {}
    SLOW: ClassVar[bool] = False

"""The live parts a lesson can show, a closed set: what each is set to, and which facts it computes.

A fact is what a question's right answer is, and what sentences may say. Each is computed when it is shown, from the network and the digits in use.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mnistlab.lessons.declared import Declared, curve, number, one_class, text, words, yes_no
from mnistlab.recipes.network import LAYER_NAME

Digit = Annotated[int, Field(ge=0, le=9_999)] | Literal["new"]
Layer = Annotated[str, Field(pattern=LAYER_NAME[0])]
MapNumber = Annotated[int, Field(ge=0, le=255)] | Literal["strongest"]
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


class PixelPart(LivePart):
    """A digit with one of its pixels marked, and the numbers about it; on a new digit some pixel of its strokes."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "value": number("the grey value of the marked pixel, 0 to 255"),
        "label": one_class("what the digit is"),
        "count": number("how many pixels the digit has"),
        "ink": number("how many of them are not 0"),
        "mean": number("the mean of all its grey values", ".0f"),
        "spread": number("their spread, the standard deviation", ".0f"),
        "row": number("the row of the marked pixel, counted from 0"),
        "column": number("its column"),
        "standardised": number("the marked pixel's value once the digit is standardised", ".2f"),
        "ground": number("the value of the empty ground once the digit is standardised", ".2f"),
        "sign": words("the sign of the marked pixel's standardised value", "negative", "positive"),
    }
    kind: Literal["pixel"]
    digit: Digit = 4
    row: Place = 14
    column: Place = 14


class LightPart(LivePart):
    """A digit made darker, brighter or flatter, and how it is read with and without standardising."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "label": one_class("what the digit is"),
        "read": one_class("what the digit is read as before anything is changed"),
        "sure": number("how sure that is, in per cent", ".0f"),
        "read_standardised": one_class("what the changed digit is read as when it is standardised"),
        "sure_standardised": number("how sure that is, in per cent", ".0f"),
        "read_plain": one_class("what the changed digit is read as when it is not standardised"),
        "sure_plain": number("how sure that is, in per cent", ".0f"),
        "same_standardised": yes_no("whether it is read the same when standardised"),
        "same_plain": yes_no("whether it is read the same when not standardised"),
        "lowest": number("the smallest grey value after the change"),
        "highest": number("the largest grey value after the change"),
    }
    kind: Literal["light"]
    digit: Digit = 4
    contrast: Annotated[float, Field(ge=0.05, le=1)] = 1.0
    brightness: Annotated[float, Field(ge=0, le=1)] = 0.0


class FilterPart(LivePart):
    """A filter of nine weights set by hand, laid over a digit; on a new one at some place where much is found or missed."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "label": one_class("what the digit is"),
        "row": number("the row of the marked place, counted from 0"),
        "column": number("its column"),
        "sum": number("patch × kernel + bias at the marked place", ".2f"),
        "sign": words("its sign", "negative", "zero", "positive"),
        "after": number("the same after relu", ".2f"),
        "silent": number("how many per cent of the map relu makes 0", ".0f"),
        "strongest_row": number("the row of the map's largest value, counted from 0"),
        "strongest_column": number("its column, counted from 0"),
        "moved": number("by how many columns the largest value moves when the digit is shifted"),
        "shift": number("by how many pixels the digit is shifted"),
        "nearest": number("the map of Conv2D_1 whose own kernel is most like this one"),
        "alike": number("how alike the two kernels are, 0 to 1", ".2f"),
    }
    kind: Literal["filter"]
    digit: Digit = 4
    weights: Annotated[tuple[Weight, ...], Field(min_length=9, max_length=9)] = (0, 0, 0, 0, 1, 0, 0, 0, 0)
    bias: Weight = 0.0
    row: Annotated[int, Field(ge=0, le=25)] = 12
    column: Annotated[int, Field(ge=0, le=25)] = 12
    shift: Annotated[int, Field(ge=-8, le=8)] = 0


class FieldPart(LivePart):
    """The square of pixels that one node of a layer sees; a new layer is any with maps but the first."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "layer": text("the name of the layer"),
        "side": number("the side of that square in pixels"),
        "pixels": number("how many pixels it has"),
        "maps": number("how many maps the layer has"),
        "rows": number("how many rows each of its maps has"),
        "nodes": number("how many nodes each of its maps has"),
        "before": number("how many maps stand before it", ",.0f"),
        "kernel": number("the side of its kernels"),
        "each": number("how many weights one of its kernels has, over all maps before it", ",.0f"),
        "weights": number("how many weights all its kernels have, without biases", ",.0f"),
    }
    kind: Literal["field"]
    layer: Layer | Literal["new"] = "Conv2D_1"
    digit: Digit = 4
    row: Place = 1
    column: Place = 1


class MapsPart(LivePart):
    """All maps of a layer for one digit."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "label": one_class("what the digit is"),
        "maps": number("how many maps the layer has"),
        "rows": number("how many rows each of its maps has"),
        "values": number("how many values the layer has in all", ",.0f"),
        "more": yes_no("whether these are more than the 784 pixels that came in"),
        "silent": number("how many maps stay at zero everywhere"),
        "strongest": number("the map with the largest value"),
    }
    kind: Literal["maps"]
    layer: Layer = "Conv2D_3"
    digit: Digit = 4


class MutePart(LivePart):
    """One map of a layer muted, and how the reading changes."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "label": one_class("what the digit is"),
        "map": number("the number of the muted map"),
        "maps": number("how many maps the layer has"),
        "read": one_class("what is read with all maps"),
        "sure": number("how sure that is, in per cent", ".1f"),
        "read_muted": one_class("what is read without the map"),
        "sure_muted": number("how sure the first reading still is without the map, in per cent", ".1f"),
        "lost": number("by how many points of per cent it is less sure", ".1f"),
        "same": yes_no("whether the reading stays the same"),
        "turning": number("how many maps of the layer, each muted alone, change this reading"),
    }
    kind: Literal["mute"]
    layer: Layer = "Conv2D_3"
    map: MapNumber = "strongest"
    digit: Digit = 4


class ScalesPart(LivePart):
    """A map's OIP grown from each length scale of fluctuations alone."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "map": number("the number of the map"),
        "best": words("the scale that leads to the highest score", *(str(grid) for grid in SCALES)),
        "score": number("that score", ".3g"),
        **{f"woken_{grid}": yes_no(f"whether scale {grid}×{grid} wakes the map") for grid in SCALES},
        **{f"score_{grid}": number(f"the score from scale {grid}×{grid}", ".3g") for grid in SCALES},
        "woken": number("how many of the four scales wake the map"),
    }
    kind: Literal["scales"]
    layer: Layer = "Conv2D_3"
    map: Annotated[int, Field(ge=0, le=255)] | Literal["new"] = 0
    seed: Annotated[int, Field(ge=0, le=10_000)] = 0
    steps: Annotated[int, Field(ge=1, le=200)] = 120


class GrowthPart(LivePart):
    """A map's OIP as it grows step by step."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "map": number("the number of the map"),
        "steps": number("how many steps it climbed"),
        "first": number("the score after the first step", ".3g"),
        "score": number("the score at the end", ".3g"),
        "half_step": number("the step at which half of that was reached"),
        "read_as": one_class("what the network reads the pattern as"),
        "read_with": number("how sure it is of that, in per cent", ".0f"),
        "late": number("how many per cent of the score the second half of the steps brought", ".0f"),
    }
    kind: Literal["growth"]
    layer: Layer = "Conv2D_3"
    map: Annotated[int, Field(ge=0, le=255)] | Literal["new"] = 0
    seed: Annotated[int, Field(ge=0, le=10_000)] = 0
    steps: Annotated[int, Field(ge=10, le=600)] = 300


class ThrowsPart(LivePart):
    """A map's OIP grown from several throws of the fluctuations."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "map": number("the number of the map"),
        "throws": number("how many throws there are"),
        "woke": number("how many of them wake the map"),
        "patterns": number("how many different patterns they lead to"),
        "one": yes_no("whether all that wake it lead to one pattern"),
    }
    kind: Literal["throws"]
    layer: Layer = "Conv2D_3"
    map: Annotated[int, Field(ge=0, le=255)] | Literal["new"] = 0
    throws: Annotated[int, Field(ge=2, le=16)] = 3
    seed: Annotated[int, Field(ge=0, le=10_000)] = 0


class TrainingPart(LivePart):
    """A short real training; a new rate is one that is far too small, far too large, or neither."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "digits": number("how many digits it learns from", ",.0f"),
        "epochs": number("how many epochs it takes"),
        "rate": number("its learning rate at the start", "g"),
        "rate_end": number("its learning rate at the end", ".2g"),
        "batches": number("how many batches that were", ",.0f"),
        "accuracies": curve("the validation accuracy after each epoch, in per cent"),
        "accuracy": number("the validation accuracy at the end, in per cent", ".1f"),
        "training_accuracy": number("the accuracy on its own digits at the end, in per cent", ".1f"),
        "gap": number("by how many points the second is higher", ".1f"),
        "first": number("the validation accuracy after the first epoch, in per cent", ".1f"),
        "last_gain": number("by how many points the last epoch raised it", ".1f"),
        "learnt": yes_no("whether it reads at least twice as many digits right as guessing would"),
        "by_heart": yes_no("whether its own digits are read at least 2 points better than others"),
    }
    kind: Literal["training"]
    digits: Annotated[int, Field(ge=100, le=5_000, multiple_of=100)] = 2_000
    epochs: Annotated[int, Field(ge=1, le=12)] = 4
    rate: Annotated[float, Field(ge=1e-6, le=1.0)] | Literal["new"] = 0.001
    seed: Annotated[int, Field(ge=0, le=10_000)] = 0

    @model_validator(mode="after")
    def _must_be_short(self) -> "TrainingPart":
        if self.digits * self.epochs > MOST_LEARNT:
            raise ValueError(
                f"A training in a lesson sees at most {MOST_LEARNT:,} digits, all epochs together, so that it takes seconds. "
                f"Received: {self.digits:,} × {self.epochs}."
            )
        return self


# Ten seconds on two cores.
MOST_LEARNT = 12_000
Part = Annotated[
    PixelPart
    | LightPart
    | FilterPart
    | FieldPart
    | MapsPart
    | MutePart
    | GrowthPart
    | ScalesPart
    | ThrowsPart
    | TrainingPart,
    Field(discriminator="kind"),
]
PARTS: tuple[type[LivePart], ...] = (
    PixelPart,
    LightPart,
    FilterPart,
    FieldPart,
    MapsPart,
    MutePart,
    GrowthPart,
    ScalesPart,
    ThrowsPart,
    TrainingPart,
)

"""The live parts whose facts NumPy computes in a moment: they may stand in a question."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from mnistlab.lessons.declared import Declared, number, one_class, text, words, yes_no
from mnistlab.lessons.live_part import Digit, Layer, LivePart, MapNumber, Place, Weight


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
        "tried": number("how many test digits, the first ones, are changed like this and read as well"),
        "share_standardised": number("how many per cent of them are read as before when standardised"),
        "share_plain": number("how many per cent of them are read as before when not standardised"),
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


class BlotPart(LivePart):
    """The pixels an answer rests on, and how the reading changes when ink is taken away: what speaks most for the answer first, or at random."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "label": one_class("what the digit is"),
        "read": one_class("what is read of the whole digit"),
        "sure": number("how sure that is, in per cent", ".0f"),
        "share": number("how many per cent of the ink are taken away"),
        "pixels": number("how many pixels these are, of those that speak most for the answer"),
        "read_marked": one_class("what is read without them"),
        "sure_marked": number("how sure the first reading still is then, in per cent", ".0f"),
        "same_marked": yes_no("whether the reading stays the same then"),
        "tried": number("how many random orders are tried"),
        "sure_random": number(
            "how sure the first reading still is without as much ink at random, in per cent, in the mean", ".0f"
        ),
        "kept_random": number("in how many of the random orders the reading stays the same"),
    }
    kind: Literal["blot"]
    digit: Digit = 4
    share: Annotated[int, Field(ge=5, le=80)] = 30


class SizePart(LivePart):
    """The layers of the network as a table, with their values and weights."""

    FACTS: ClassVar[dict[str, Declared]] = {
        "values": number("how many values the last convolution has in all, which the dense part gets"),
        "more": yes_no("whether these are more than the 784 pixels that came in"),
        "parameters": number("how many parameters the network has"),
        "convolutions": number("how many of them the convolutions have"),
        "dense": number("how many of them the dense layers have"),
        "first_dense": number("how many of them the first dense layer has"),
        "share": number("how many per cent of all the dense layers have", ".0f"),
    }
    kind: Literal["size"]

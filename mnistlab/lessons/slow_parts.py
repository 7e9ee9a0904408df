"""The live parts whose facts take a worker or a training: they stand behind the answer only."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from mnistlab.lessons.declared import Declared, curve, number, one_class, words, yes_no
from mnistlab.lessons.live_part import SCALES, Layer, LivePart, NewMap, Seed

# Of the second network's maps that are shown to choose the partner from.
PLACES = ("first", "second", "third", "fourth")
# Ten seconds on two cores.
MOST_LEARNT = 12_000


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
    map: NewMap = 0
    seed: Seed = 0
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
    map: NewMap = 0
    seed: Seed = 0
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
    map: NewMap = 0
    throws: Annotated[int, Field(ge=2, le=16)] = 3
    seed: Seed = 0


class TrainingPart(LivePart):
    """A short real training; a new rate is one that is far too small, far too large, or neither."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "digits": number("how many digits it learns from", ",.0f"),
        "epochs": number("how many epochs it takes"),
        "rate": number("its learning rate at the start", "g"),
        "rate_end": number("its learning rate at the end", ".2g"),
        "batches": number("how many batches that were", ",.0f"),
        "half_after": number("after how many batches the learning rate is half of what it was at the start"),
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
    seed: Seed = 0

    @model_validator(mode="after")
    def _must_be_short(self) -> "TrainingPart":
        if self.digits * self.epochs > MOST_LEARNT:
            raise ValueError(
                f"A training in a lesson sees at most {MOST_LEARNT:,} digits, all epochs together, so that it takes seconds. "
                f"Received: {self.digits:,} × {self.epochs}."
            )
        return self


class PartnerPart(LivePart):
    """A second network of the usual layers, trained for this, and which of its maps reacts most like one of the network in use."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "map": number("the number of the map"),
        "partner": number("the map of the second network that reacts most like it"),
        "alike": number("how alike the two react, in per cent of their correlation over the digits", ".0f"),
        "same": number("the same for the second network's map of the same number", ".0f"),
        "is_same": yes_no("whether that very map is the partner"),
        "chance": number("the highest such per cent where the digits of one network are shuffled", ".0f"),
        "more": yes_no("whether the partner is more alike than that"),
        "digits": number("over how many test digits this is compared"),
        "maps": number("how many maps the second network's layer has"),
        "place": words("which of four maps of the second network shown is the partner", *PLACES),
        "accuracy": number("how many per cent of these digits the second network reads right", ".0f"),
    }
    kind: Literal["partner"]
    layer: Layer = "Conv2D_3"
    map: NewMap = 56
    seed: Seed = 1
    candidates: bool = False


class PointsPart(LivePart):
    """The points that are active for most digits of one class and few of another, and which of them an unclear digit lacks."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "label_a": one_class("class A, whose points are looked for"),
        "label_b": one_class("class B, with which it is compared"),
        "points": number("how many points the layer has"),
        "unique": number("how many are active in at least 70 % of A's digits and at most 30 % of B's"),
        "by_chance": number(
            "how many such points there are with shuffled labels, in the mean over ten shuffles", ".1f"
        ),
        "most_by_chance": number("and at most in one shuffle"),
        "more": yes_no("whether the true labels give more than every shuffle"),
        "best_a": number(
            "of the point that tells A from B best: in how many per cent of A's digits it is active", ".0f"
        ),
        "best_b": number("and in how many per cent of B's", ".0f"),
        "clear": number("how many of the unique points are active in the clearest digit of A"),
        "unclear": number("how many of them in the most unclear one"),
        "sure_clear": number("how sure the network is of A in the first, in per cent", ".0f"),
        "sure_unclear": number("and in the second", ".0f"),
        "missing": yes_no("whether the unclear digit lacks some that the clear one has"),
    }
    kind: Literal["points"]
    layer: Layer = "Conv2D_3"
    a: Annotated[int, Field(ge=0, le=61)] | Literal["new"] = 4
    b: Annotated[int, Field(ge=0, le=61)] | Literal["new"] = 9
    pair: bool = False


PhotoName = Literal["flower", "hills", "sea", "new"]


class CarvingPart(LivePart):
    """A sample photo in which a map's pattern is carved, with and without giving its quadrants their brightness back."""

    SLOW: ClassVar[bool] = True
    FACTS: ClassVar[dict[str, Declared]] = {
        "map": number("the number of the map"),
        "size": number("the side of the photo in pixels"),
        "shrunk": number("how many of its pixels become one of the 28×28 that the network takes"),
        "areas": number("how many areas are carved: the whole photo, and its quadrants"),
        "score_before": number("the map's score on the whole photo before the last round of carving", ".3g"),
        "score_after": number("and after it", ".3g"),
        "like": number("how alike dream and photo are, pixel by pixel, in per cent of their correlation", ".0f"),
        "differ": number("by how many greys of 255 the brightest quadrant of the photo is brighter than the darkest"),
        "differ_restored": number("the same of the dream"),
        "differ_lost": number("the same of the dream whose quadrants are put back as the network made them"),
        "lost": yes_no("whether that is less than half of what it was"),
        "odd": words("where the dream whose quadrants were not restored stands", "left", "right"),
    }
    kind: Literal["carving"]
    picture: PhotoName = "flower"
    layer: Layer = "Conv2D_3"
    map: NewMap = 56
    levels: Annotated[int, Field(ge=0, le=1)] = 1
    iterations: Annotated[int, Field(ge=1, le=4)] = 2
    compare: bool = False

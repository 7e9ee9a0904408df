"""The live parts a lesson can show, a closed set: what each is set to, and which facts it computes.

A fact is what a question's right answer is, and what sentences may say. Each is computed when it is shown, from the network and the digits in use.
"""

from typing import Annotated

from pydantic import Field

from mnistlab.lessons.live_part import LivePart
from mnistlab.lessons.quick_parts import (
    BlotPart,
    FieldPart,
    FilterPart,
    LightPart,
    MapsPart,
    MutePart,
    PixelPart,
    SizePart,
)
from mnistlab.lessons.slow_parts import (
    CarvingPart,
    GrowthPart,
    PartnerPart,
    PointsPart,
    ScalesPart,
    ThrowsPart,
    TrainingPart,
)

Part = Annotated[
    PixelPart
    | LightPart
    | FilterPart
    | FieldPart
    | MapsPart
    | SizePart
    | PointsPart
    | MutePart
    | BlotPart
    | GrowthPart
    | ScalesPart
    | ThrowsPart
    | PartnerPart
    | TrainingPart
    | CarvingPart,
    Field(discriminator="kind"),
]
PARTS: tuple[type[LivePart], ...] = (
    PixelPart,
    LightPart,
    FilterPart,
    FieldPart,
    MapsPart,
    SizePart,
    PointsPart,
    MutePart,
    BlotPart,
    GrowthPart,
    ScalesPart,
    ThrowsPart,
    PartnerPart,
    TrainingPart,
    CarvingPart,
)

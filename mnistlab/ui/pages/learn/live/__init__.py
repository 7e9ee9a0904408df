"""The live parts of lessons as pages draw them, one of each kind in `lessons/parts.py`."""

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
from mnistlab.ui.pages.learn.live.blot_part import BLOT
from mnistlab.ui.pages.learn.live.carving_part import CARVING
from mnistlab.ui.pages.learn.live.dense_parts import POINTS, SIZE
from mnistlab.ui.pages.learn.live.filter_part import FILTER
from mnistlab.ui.pages.learn.live.layer_parts import FIELD, MAPS, MUTE
from mnistlab.ui.pages.learn.live.moment import Live
from mnistlab.ui.pages.learn.live.partner_part import PARTNER
from mnistlab.ui.pages.learn.live.pattern_parts import GROWTH, SCALE, THROWS
from mnistlab.ui.pages.learn.live.pixel_parts import LIGHT, PIXEL
from mnistlab.ui.pages.learn.live.training_part import TRAINING

LIVE: dict[type[LivePart], Live] = {
    PixelPart: PIXEL,
    LightPart: LIGHT,
    FilterPart: FILTER,
    FieldPart: FIELD,
    MapsPart: MAPS,
    SizePart: SIZE,
    PointsPart: POINTS,
    MutePart: MUTE,
    BlotPart: BLOT,
    GrowthPart: GROWTH,
    ScalesPart: SCALE,
    ThrowsPart: THROWS,
    PartnerPart: PARTNER,
    TrainingPart: TRAINING,
    CarvingPart: CARVING,
}


def live_of(part: LivePart) -> Live:
    """Return how a part is computed and drawn."""
    return LIVE[type(part)]

"""The live parts of lessons as pages draw them, one of each kind in `lessons/parts.py`."""

from mnistlab.lessons.parts import (
    FieldPart,
    FilterPart,
    GrowthPart,
    LightPart,
    LivePart,
    MapsPart,
    MutePart,
    PixelPart,
    ScalesPart,
    ThrowsPart,
    TrainingPart,
)
from mnistlab.ui.pages.learn.live.filter_part import FILTER
from mnistlab.ui.pages.learn.live.layer_parts import FIELD, MAPS, MUTE
from mnistlab.ui.pages.learn.live.moment import Live
from mnistlab.ui.pages.learn.live.pattern_parts import GROWTH, SCALE, THROWS
from mnistlab.ui.pages.learn.live.pixel_parts import LIGHT, PIXEL
from mnistlab.ui.pages.learn.live.training_part import TRAINING

LIVE: dict[type[LivePart], Live] = {
    PixelPart: PIXEL,
    LightPart: LIGHT,
    FilterPart: FILTER,
    FieldPart: FIELD,
    MapsPart: MAPS,
    MutePart: MUTE,
    GrowthPart: GROWTH,
    ScalesPart: SCALE,
    ThrowsPart: THROWS,
    TrainingPart: TRAINING,
}


def live_of(part: LivePart) -> Live:
    """Return how a part is computed and drawn."""
    return LIVE[type(part)]

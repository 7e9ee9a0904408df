"""Questions about what would change an answer."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.engine.aside import follow
from mnistlab.engine.tasks.asked import Context, asked
from mnistlab.results.turned import Turned


@asked
def turn_digit(context: Context, image: NDArray[np.uint8], is_written: bool) -> Turned:
    """Return what would change the answer to a digit (28, 28) uint8; `is_written`: whether its classes are those that our generator writes."""
    from mnistlab.cnn.explanations.turned import turn_digit

    return follow(turn_digit(context.network, image, is_written))

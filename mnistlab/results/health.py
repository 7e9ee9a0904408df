"""Why the picture of a map may stay grey, and what helps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Name = Literal["no_digit", "some_classes", "no_pattern", "few_patterns", "stalled", "no_response", "healthy"]


@dataclass(frozen=True)
class Finding:
    """One thing to know of a map.

    Attributes:
        name: which it is.
        sentence: for the screen.
        remedy: what to change in the OIP recipe, as the part of its JSON that is replaced; empty: nothing.
    """

    name: Name
    sentence: str
    remedy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Health:
    """All that is known of one map.

    Attributes:
        map_index: its number.
        digits: (classes,) int64, how many digits of each class it reacts to.
        patterns: how many of the precursor's patterns it reacts to, of `patterns_tried`.
        findings: what to tell, the most important first.
    """

    map_index: int
    digits: NDArray[np.int64]
    patterns: int
    patterns_tried: int
    findings: tuple[Finding, ...]

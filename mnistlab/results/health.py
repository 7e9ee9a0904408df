"""Why the picture of a map may stay grey, and what to change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Name = Literal["no_digit", "some_classes", "no_pattern", "few_patterns", "stalled", "no_response", "healthy"]


@dataclass(frozen=True)
class Finding:
    """One finding about a map.

    Attributes:
        name: its kind.
        sentence: its text on screen.
        remedy: the change of the OIP recipe that helps, as the part of its JSON to replace; empty: none.
    """

    name: Name
    sentence: str
    remedy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Health:
    """All findings about one map.

    Attributes:
        map_index: number of the map.
        digits: (classes,) int64, number of digits of each class it reacts to.
        patterns: number of the precursor's patterns it reacts to, of `patterns_tried`.
        findings: the most important first.
    """

    map_index: int
    digits: NDArray[np.int64]
    patterns: int
    patterns_tried: int
    findings: tuple[Finding, ...]

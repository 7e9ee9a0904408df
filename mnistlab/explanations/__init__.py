"""Explanations: how much each pixel of a digit counts for an answer or a map, by several methods, and tests of the methods.

A method is a small class (`gradients`, `class_maps`, `occlusion`, `relevance`) over what a network can be asked (`chain`); `mnistlab.cnn.explanations` answers
over the chain of the ascent. `METHODS` has a method's title, formula, source and what it does not show; `explain` computes maps; `deletion_insertion` tests them.
"""

from mnistlab.explanations.chain import Chain
from mnistlab.explanations.curves import CONTROLS, POINTS, Curves, deletion_insertion, names_with_controls
from mnistlab.explanations.explain import METHODS, explain
from mnistlab.explanations.methods import Found, Method, Task

__all__ = [
    "CONTROLS",
    "METHODS",
    "POINTS",
    "Chain",
    "Curves",
    "Found",
    "Method",
    "Task",
    "deletion_insertion",
    "explain",
    "names_with_controls",
]

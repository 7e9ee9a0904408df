"""The control of tests of explanations: a picture that convinces, and asks no network."""

import numpy as np

from mnistlab.explanations.methods import Found, Method, Task, without_sum


class Edges(Method):
    """The outlines of the digit. A test that this passes says nothing about a method."""

    title = "Edges, the control"
    formula = "√((∂x / ∂row)² + (∂x / ∂column)²)"
    source = (
        "Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim 2018, “Sanity checks for saliency maps”, arXiv:1810.03292"
    )
    does_not_show = "Anything about a network: it sees the digit only."

    def find(self, task: Task) -> Found:  # noqa: D102
        rows, columns = np.gradient(task.pictures, axis=(1, 2))
        return without_sum(np.hypot(rows, columns).astype(np.float32))

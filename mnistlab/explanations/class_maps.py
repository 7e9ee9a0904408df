"""Methods that add up the maps of a convolution, weighted by what the score gains from them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.explanations.methods import Found, Method, Task, without_sum
from mnistlab.patterns.enlarge import enlarge


class GradCam(Method):
    """One weight for each map: the mean of its gradient."""

    title = "Grad-CAM"
    formula = "relu(Σₘ wₘ Aₘ), enlarged to 28×28; Aₘ: map m, wₘ: mean of ∂s / ∂Aₘ over its nodes"
    source = "Selvaraju, Cogswell, Das, Vedantam, Parikh and Batra 2017, “Grad-CAM”, arXiv:1610.02391"
    does_not_show = (
        "Single strokes: it is as coarse as the maps it is made of, 3×3 at the last convolution of the default network, where each node sees "
        "most of the digit. And nothing that speaks against the answer: that is cut off."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        layer = task.choices.cam_layer or task.chain.convolutions(task.questions)[-1]
        maps, gradients = task.chain.at_layer(task.pictures, task.questions, layer)
        return _enlarged(maps * gradients.mean(axis=(1, 2), keepdims=True))


class LayerCam(Method):
    """A weight for each node: its own gradient, where that is above zero."""

    title = "Layer-CAM"
    formula = "relu(Σₘ relu(∂s / ∂Aₘ) · Aₘ), node by node, enlarged to 28×28; Aₘ: map m"
    source = "Jiang, Zhang, Hou, Cheng and Wei 2021, “LayerCAM”, IEEE Transactions on Image Processing 30"
    does_not_show = (
        "What speaks against the answer: that is cut off, twice. And single pixels: a node stands for all the pixels it sees, and the picture "
        "puts it on one place."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        # The last but one, if there are two: node by node, finer maps tell more.
        layer = task.choices.cam_layer or task.chain.convolutions(task.questions)[-2:][0]
        maps, gradients = task.chain.at_layer(task.pictures, task.questions, layer)
        return _enlarged(maps * np.maximum(gradients, 0))


def _enlarged(parts: NDArray[np.float32]) -> Found:
    """Return the sum over maps, without what is below zero; parts: (count, rows, columns, maps)."""
    return without_sum(enlarge(np.maximum(parts.sum(axis=3), 0), Image.Resampling.BILINEAR))

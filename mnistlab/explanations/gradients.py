"""Methods that follow the gradient of the score to the pixels."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.baselines import baselines
from mnistlab.explanations.chain import Pictures
from mnistlab.explanations.methods import Found, Method, Task, mean_gradient, without_sum

# How much longer than the mean the last step of integrated gradients is, and how much shorter the first, as a share of the mean.
GRADED = 0.4


class Gradient(Method):
    """The gradient itself."""

    title = "Gradient"
    formula = "∂s / ∂xᵢ"
    source = "Simonyan, Vedaldi and Zisserman 2013, “Deep inside convolutional networks”, arXiv:1312.6034"
    does_not_show = (
        "How much a pixel contributes: only how the answer would change if it became a little brighter. Where the answer is "
        "already certain, that can be next to nothing for the very strokes it rests on."
    )
    by_size = True

    def find(self, task: Task) -> Found:  # noqa: D102
        return without_sum(task.chain.gradients(task.pictures, task.questions))


class GradientTimesInput(Method):
    """The gradient times what there is above the darkest value."""

    title = "Gradient × input"
    formula = "(xᵢ − darkest value of x) · ∂s / ∂xᵢ"
    source = "Shrikumar, Greenside, Shcherbina and Kundaje 2016, “Not just a black box”, arXiv:1605.01713"
    does_not_show = (
        "What the background says: a pixel without ink gets exactly nothing, though a gap between strokes may be what "
        "decides. And it takes the network for a straight line from the blank picture to the digit, which it is not."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        ink = task.pictures - baselines("blank", task.pictures, task.chain.network.recipe.scaling)
        return without_sum(ink * task.chain.gradients(task.pictures, task.questions))


class SmoothGrad(Method):
    """The mean gradient of noisy copies; all pictures get the same noise, so that each is explained as it would be alone."""

    title = "SmoothGrad"
    formula = "mean of ∂s / ∂xᵢ over n copies x + noise"
    source = "Smilkov, Thorat, Kim, Viégas and Wattenberg 2017, “SmoothGrad: removing noise by adding noise”, arXiv:1706.03825"
    does_not_show = (
        "This digit alone: it is the mean over pictures that are noisier than any the network learned from. It looks tidier than the "
        "gradient, which does not make it truer."
    )
    by_size = True

    def find(self, task: Task) -> Found:  # noqa: D102
        choices, pictures = task.choices, task.pictures
        shape = (choices.samples, *pictures.shape[1:])
        noise = np.random.default_rng(choices.seed).normal(0, choices.noise, shape).astype(np.float32)
        spread = np.ptp(pictures, axis=(1, 2), keepdims=True)
        return without_sum(
            mean_gradient(task, choices.samples, lambda which, sample: pictures[which] + noise[sample] * spread[which])
        )


class IntegratedGradients(Method):
    """The gradient averaged on the straight way from a baseline to the digit."""

    title = "Integrated gradients"
    formula = (
        "(xᵢ − bᵢ) · ∫₀¹ ∂s(b + t (x − b)) / ∂xᵢ dt, b: the baseline; the integral as a sum over steps, shorter near the baseline, where "
        "the gradient changes most"
    )
    source = "Sundararajan, Taly and Yan 2017, “Axiomatic attribution for deep networks”, arXiv:1703.01365"
    does_not_show = (
        "An answer without a comparison: its values add up to the difference between digit and baseline, and another baseline gives "
        "another picture. A pixel that equals the baseline gets nothing, whatever it says."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        pictures, network = task.pictures, task.chain.network
        base = baselines(task.choices.baseline, pictures, network.recipe.scaling, network.data)
        way, (places, weights) = pictures - base, nodes(task.choices.steps)

        def between(which: NDArray[np.int64], step: NDArray[np.int64]) -> Pictures:
            share = places[step].astype(np.float32)[:, None, None]
            pictures: Pictures = base[which] + share * way[which]
            return pictures

        return Found(way * mean_gradient(task, len(places), between, weights), task.chain.scores(base, task.questions))


@cache
def nodes(steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places on the way from 0 to 1, and their weights in the integral, (steps,) each.

    The middle of each step, weighted by its length: exact where the gradient changes evenly. A network of relu and max-pools is straight between bends, so its
    gradient changes in jumps, four in five of them in the first half of the way; the error of all steps together is least where their lengths go
    with one over the cube root of the density of jumps. So they grow on the way, by `GRADED`.

    Source: the midpoint rule on a graded mesh; how far it is graded is measured (docs/measured.md), as are rules that were dropped.
    """
    share = np.arange(steps + 1) / steps
    ends = share * (1 - GRADED + GRADED * share)
    found = (ends[1:] + ends[:-1]) / 2, np.diff(ends)
    for values in found:
        values.setflags(write=False)
    return found

"""Methods that follow the gradient of the score to the pixels."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.baselines import baselines
from mnistlab.explanations.methods import PART, Found, Method, Task, mean_gradient, without_sum

# How much longer than the mean the last step of integrated gradients is, and how much shorter the first, as a share of the mean.
GRADED = 0.5
# How large a jump between two nodes has to be, in mean jumps, before it is believed that it happens where the scores say.
PREJUDICE = 2.0
# Jumps are told from rounding from here on, as a share of the largest slope; and what keeps a quotient finite where all slopes are zero.
ROUNDING, TINY = 1e-4, 1e-30


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
        "the gradient jumps most, and weighted by where the scores between them say that it jumps"
    )
    source = "Sundararajan, Taly and Yan 2017, “Axiomatic attribution for deep networks”, arXiv:1703.01365"
    does_not_show = (
        "An answer without a comparison: its values add up to the difference between digit and baseline, and another baseline gives "
        "another picture. A pixel that equals the baseline gets nothing, whatever it says."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        pictures, network = task.pictures, task.chain.network
        base = baselines(task.choices.baseline, pictures, network.recipe.scaling, network.data)
        way, places, maps = pictures - base, nodes(task.choices.steps)[0], np.empty_like(pictures)
        size = max(1, PART // len(places))
        for start in range(0, len(pictures), size):
            part = slice(start, start + size)
            on_way = base[part, None] + places.astype(np.float32)[:, None, None] * way[part, None]
            questions = [question for question in task.questions[part] for _ in places]
            scores, gradients = task.chain.scores_and_gradients(on_way.reshape(-1, *pictures.shape[1:]), questions)
            # (pictures, steps, pixels) each, so that the sums are products of matrices.
            gradients, along = (values.reshape(len(on_way), -1, way[0].size) for values in (gradients, way[part]))
            slopes = (gradients @ along.swapaxes(1, 2))[..., 0].astype(np.float64)
            weights = weights_by_scores(scores.reshape(slopes.shape).astype(np.float64), slopes)
            maps[part] = (along * (weights.astype(np.float32)[:, None] @ gradients)).reshape(way[part].shape)
        return Found(maps, task.chain.scores(base, task.questions))


def weights_by_scores(scores: NDArray[np.float64], slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight of each gradient in the integral, (pictures, steps), once it is known what the score does on the way.

    Between two nodes the gradient jumps from one to the other, and by how much the score has changed there says where: earlier or later than in the middle of both. The
    weight that the two have together is shared out by that, with a prejudice for the middle (`PREJUDICE`), since there are many small jumps and not one.
    So the sum comes nearer to the difference of the scores, and the picture stays about as near to that of many steps (docs/measured.md).

    Arguments:
        scores: (pictures, steps) at the nodes.
        slopes: (pictures, steps) of the score along the way, there.
    """
    places, lengths = nodes(scores.shape[1])
    weights = np.tile(lengths, (len(scores), 1))
    if len(places) == 1:
        return weights
    drops, ends = slopes[:, :-1] - slopes[:, 1:], np.cumsum(lengths)[:-1]
    expected = slopes[:, :-1] * (ends - places[:-1]) + slopes[:, 1:] * (places[1:] - ends)
    least = ROUNDING * np.abs(slopes).max(axis=1, keepdims=True)
    size = PREJUDICE * np.abs(drops).mean(axis=1, keepdims=True) + least
    moved = (np.diff(scores, axis=1) - expected) * drops / np.maximum(drops**2 + size**2, TINY)
    # At most to the one or the other node.
    moved = np.clip(moved, places[:-1] - ends, places[1:] - ends)
    weights[:, :-1] += moved
    weights[:, 1:] -= moved
    return weights


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

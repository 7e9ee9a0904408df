"""Pictures and a question -> how much each pixel counts, by any of the methods."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.chain import Chain, Pictures
from mnistlab.explanations.class_maps import GradCam, LayerCam
from mnistlab.explanations.gradients import Gradient, GradientTimesInput, IntegratedGradients, SmoothGrad
from mnistlab.explanations.methods import Found, Method, Task
from mnistlab.explanations.occlusion import Occlusion
from mnistlab.explanations.relevance import ConceptRelevance, LrpAlphaBeta, LrpEpsilon
from mnistlab.recipes.explanation import ExplanationRecipe, MethodName, WhyRecipe
from mnistlab.recipes.network import IMAGE_SIZE

METHODS: Mapping[MethodName, Method] = {
    "gradient": Gradient(),
    "gradient_x_input": GradientTimesInput(),
    "smoothgrad": SmoothGrad(),
    "integrated_gradients": IntegratedGradients(),
    "grad_cam": GradCam(),
    "layer_cam": LayerCam(),
    "occlusion": Occlusion(),
    "lrp_epsilon": LrpEpsilon(),
    "lrp_alpha_beta": LrpAlphaBeta(),
    "concept_relevance": ConceptRelevance(),
}


def explain(
    chain: Chain,
    pictures: Pictures,
    why: WhyRecipe,
    methods: Sequence[MethodName],
    choices: ExplanationRecipe | None = None,
) -> NDArray[np.float32]:
    """Return how much each pixel counts, (methods, count, 28, 28) float32; below zero: against.

    Arguments:
        chain: the network, as `mnistlab.cnn.explanations` makes it.
        pictures: (count, 28, 28) or (count, 28, 28, 1) float32, standardised.
        why: what is explained, of each picture.
        methods: names of methods.
        choices: what methods are set to; None: the defaults.

    Raises:
        RecipeError: if the network has nothing of the kind that `why` or `choices` name.
        DataError: if a baseline needs digits that cannot be read.
    """
    pictures = pictures.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    task = Task(chain, pictures, chain.questions(why, pictures), choices or ExplanationRecipe())
    return np.stack([found.maps for found in each(task, methods)])


def each(task: Task, methods: Sequence[MethodName]) -> Iterator[Found]:
    """Yield what each method finds, one after the other."""
    for name in methods:
        yield METHODS[name].find(task)

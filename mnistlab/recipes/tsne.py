"""The recipe of a t-SNE: all test digits in a plane, with digits that are similar to the network close together."""

from typing import Literal

from mnistlab.recipes.base import choice
from mnistlab.recipes.data_sets import DATA_NAME, DataName
from mnistlab.recipes.oip import model_choice
from mnistlab.recipes.run import RunRecipe


class TsneRecipe(RunRecipe):
    """Lay out the test digits by their activations in the last layer before the outputs."""

    kind: Literal["tsne"] = "tsne"
    model: str = model_choice()
    data: DataName = choice(
        "mnist",
        pattern=DATA_NAME,
        title="Digits",
        help="Whose test digits: those of MNIST, the embedded ones, or those of a set that was brought.",
    )
    perplexity: float = choice(
        30.0,
        ge=5.0,
        le=100.0,
        step=5.0,
        title="Perplexity",
        help="About how many digits count as neighbours of each; more shows the larger picture, fewer the details.",
    )
    steps: int = choice(
        750,
        ge=250,
        le=2_000,
        step=50,
        title="Steps",
        help="How often the digits are moved; a third of them, at most 250, pull the clouds apart first.",
    )

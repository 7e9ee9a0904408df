"""A t-SNE recipe -> the test digits in a plane, with digits that are similar to the network close together."""

import time

import numpy as np
import tensorflow as tf

from mnistlab.analysis.tsne import MEASURED, lay_out
from mnistlab.cnn.activations import layer_tensors
from mnistlab.cnn.cache import model_of
from mnistlab.cnn.survey import BATCH, principal_plane
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.progress import Progress, Reports, Request, Result
from mnistlab.recipes.tsne import TsneRecipe
from mnistlab.results.tsne import TsneResult
from mnistlab.store.networks import StoredNetwork

# Seconds between two reports: a Cancel must take effect within a quarter of a second.
REPORT_SECONDS = 0.15
LOOKING, SORTING = "looking at the digits", "laying out the digits"


def lay_out_digits(recipe: TsneRecipe, network: StoredNetwork, test: Digits) -> Reports:
    """Lay out all digits of `test` by their activations in the last layer before the outputs.

    Yields:
        `Progress` with the `divergence`; a `Result` at the end: plane (digits, 2) float32, labels (digits,). If answered with STOP, it ends with the current plane.
    """
    model, seen = model_of(network), []
    for start in range(0, len(test), BATCH):
        yield Progress(LOOKING, 0, recipe.steps)
        part = tf.constant(standardise(test.images[start : start + BATCH])[..., None])
        *_, (_, hidden), _ = layer_tensors(model, part)
        seen.append(hidden.numpy().reshape(len(part), -1))
    yield Progress("finding neighbours", 0, recipe.steps)
    activations = np.concatenate(seen)
    start_plane, _ = principal_plane(activations)
    last = time.monotonic()
    for layout in lay_out(activations, start_plane, recipe.perplexity, recipe.steps):
        if time.monotonic() - last >= REPORT_SECONDS:
            last = time.monotonic()
            # JSON has no infinity, and the divergence is not measured before the tenth step.
            values = {"divergence": layout.divergence} if layout.step >= MEASURED else {}
            answer = yield Progress(SORTING, layout.step, recipe.steps, values)
            if answer is Request.STOP:
                break
    summary = {
        "digits": len(test),
        "steps": layout.step,
        "divergence": layout.divergence,
        "network": network.digest,
    }
    yield Result(TsneResult(layout.positions, test.labels).arrays(), summary)

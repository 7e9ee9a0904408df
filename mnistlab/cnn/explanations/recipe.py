"""An explanation's recipe -> a generator of reports, ending with the maps of all methods and the curves that test them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.explanations.chain import NetworkChain, network_chain
from mnistlab.cnn.explanations.questions import Question
from mnistlab.explanations import METHODS, Curves, Task, deletion_insertion, names_with_controls
from mnistlab.explanations.digits import picture_of
from mnistlab.explanations.methods import Found
from mnistlab.explanations.trials import tried
from mnistlab.progress import Progress, Reports, Result, Work
from mnistlab.recipes.explanation import ExplanationRecipe
from mnistlab.results.explanation import ExplanationResult, Trials
from mnistlab.store.networks import StoredNetwork

# The curves take about as long as so many methods.
CURVES = 2


def explain_digit(recipe: ExplanationRecipe, network: StoredNetwork, allow_files: bool = False) -> Reports:
    """Explain what the network reads in one digit, and test each explanation.

    Arguments:
        recipe: the recipe.
        network: the network that `recipe.model` names.
        allow_files: whether the digit may be read from a path: on the command line, never for a page.

    Yields:
        `Progress` with the method at work; a `Result` at the end, of an `ExplanationResult`.

    Raises:
        RecipeError: if the network has nothing of the kind that is asked about, or the digit cannot be used.
        DataError: if digits cannot be read.
    """
    chain = network_chain(network)
    pictures = picture_of(recipe.digit, network.recipe.scaling, allow_files, network.data)
    return _reports(recipe, Task(chain, pictures, chain.questions(recipe.why, pictures), recipe))


def try_methods(recipe: ExplanationRecipe, network: StoredNetwork) -> Work[Trials]:
    """Try the recipe's methods: with weights in random places, and on the digit moved by a pixel.

    Arguments:
        recipe: the recipe; its digit is not read from a path.
        network: the network that `recipe.model` names.

    Yields:
        `Progress` with what is tried.

    Raises:
        RecipeError, DataError: as `explain_digit`.
    """
    chain = network_chain(network)
    pictures = picture_of(recipe.digit, network.recipe.scaling, False, network.data)
    task = Task(chain, pictures, chain.questions(recipe.why, pictures), recipe)
    return tried([METHODS[name] for name in recipe.methods], task, NetworkChain, recipe.seed)


def _reports(recipe: ExplanationRecipe, task: Task) -> Reports:
    total, found = len(recipe.methods) + CURVES, []
    for done, name in enumerate(recipe.methods):
        yield Progress("explaining", done, total, {"method": METHODS[name].title})
        found.append(METHODS[name].find(task))
    yield Progress("testing the explanations", len(found), total)
    ranks = np.stack([METHODS[name].order(one.maps) for name, one in zip(recipe.methods, found, strict=True)])
    curves = deletion_insertion(task, ranks)
    result = ExplanationResult(
        maps=np.concatenate([one.maps for one in found]).astype(np.float32),
        methods=np.array(recipe.methods),
        outputs=task.chain.outputs(task.pictures)[0],
        deletion=curves.deletion[:, 0],
        insertion=curves.insertion[:, 0],
    )
    yield Result(result.arrays(), _summary(recipe.methods, task, found, curves, result.outputs))


def _summary(
    methods: Sequence[str], task: Task, found: Sequence[Found], curves: Curves, outputs: NDArray[np.float32]
) -> dict[str, Any]:
    """Return the figures: what is explained, and for each method the areas below its curves and the part of the score that no pixel has."""
    (question,) = task.questions
    assert isinstance(question, Question)
    deletion, insertion = curves.areas
    elsewhere = {name: float(one.elsewhere[0]) for name, one in zip(methods, found, strict=True)}
    return {
        "read_as": int(outputs.argmax()),
        "class": question.label,
        "against": question.against,
        "score": float(task.chain.scores(task.pictures, task.questions)[0]),
        "areas": {
            name: {"deletion": round(float(taken), 4), "insertion": round(float(put), 4)}
            for name, taken, put in zip(names_with_controls(methods), deletion[:, 0], insertion[:, 0], strict=True)
        },
        "elsewhere": {name: value for name, value in elsewhere.items() if np.isfinite(value)},
        "network": task.chain.network.digest,
    }

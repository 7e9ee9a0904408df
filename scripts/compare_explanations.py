"""Compare methods of explanation with Captum and zennit on the reference network carried over to PyTorch; print a line of JSON for each.

    pip install torch captum zennit
    MNISTLAB_DATA=mnist.npz python scripts/compare_explanations.py [DIGITS [REPEATS]]

PyTorch, Captum and zennit are needed for this comparison only, so no file of requirements has them: install them into an environment of your own that has ours as well; what is missing is named.
For each method, over the first DIGITS (200) test digits, each asked why it is read as it is: the correlation of our maps with the library's, digit by digit, the least and the mean;
and the seconds of both, the best of REPEATS (3) in turn in this process, with as many threads as each takes by itself. How many pictures a library takes in one call is set to the fastest of a few values,
tried before on a few digits.
"""

import importlib.util
import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from mnistlab.cnn.explanations.chain import network_chain  # noqa: E402
from mnistlab.data.sources import first_digits  # noqa: E402
from mnistlab.data.standardise import standardise  # noqa: E402
from mnistlab.explanations import METHODS, Task  # noqa: E402
from mnistlab.recipes.explanation import ExplanationRecipe, MethodName, WhyRecipe  # noqa: E402
from mnistlab.recipes.network import convolution_name, dense_name  # noqa: E402
from mnistlab.store.models import reference_network  # noqa: E402
from mnistlab.store.networks import StoredNetwork  # noqa: E402

NEEDED = ("torch", "captum", "zennit")
CHOICES = ExplanationRecipe()
# Digits on which a setting of a library is tried; the settings: pictures in one call, covers of each picture in one call; and of what can not be set.
TRIED = 32
CALLS, COVERS, ALL = (256, 1024), (1, 4, 16), (0,)
Maps = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """What libraries are given, as tensors: `pictures` and `blank` (count, 1, 28, 28), `labels` (count,)."""

    pictures: Any
    blank: Any
    labels: Any

    def first(self, count: int) -> "Asked":
        """Return the first few."""
        return Asked(self.pictures[:count], self.blank[:count], self.labels[:count])


@dataclass(frozen=True)
class Theirs:
    """A library's method: its library, settings to choose from, and what makes maps (count, 1, 28, 28) of what is asked with a setting."""

    library: str
    settings: tuple[int, ...]
    find: Callable[[Asked, int], Any]


def carried_over(network: StoredNetwork) -> Any:
    """Return the network in PyTorch, (count, 1, 28, 28) -> outputs before softmax.

    Raises:
        ValueError: if it has other layers than convolutions without padding, pools and dense layers, with relu.
    """
    from torch import nn, tensor

    recipe, weights, layers, maps = network.recipe, network.weights, [], 0
    if any(stage.padded or stage.activation != "relu" for stage in recipe.conv):
        raise ValueError("Only convolutions without padding, with relu, are carried over.")
    for number in range(1, len(recipe.conv) + 1):
        kernel, bias = (weights[f"{convolution_name(number)}/{part}"] for part in ("kernel", "bias"))
        layer: Any = nn.Conv2d(kernel.shape[2], kernel.shape[3], kernel.shape[0])
        layer.weight.data, layer.bias.data = tensor(kernel.transpose(3, 2, 0, 1).copy()), tensor(bias.copy())
        layers += [layer, nn.ReLU(), *(nn.MaxPool2d(side) for side in recipe.pool[number - 1 : number])]
        maps = len(bias)
    for number in range(1, len(recipe.dense) + 2):
        kernel, bias = (weights[f"{dense_name(number)}/{part}"] for part in ("kernel", "bias"))
        if number == 1:
            # There maps come before rows and columns.
            kernel = kernel.reshape(-1, maps, kernel.shape[1]).swapaxes(0, 1).reshape(kernel.shape)
        layer = nn.Linear(*kernel.shape)
        layer.weight.data, layer.bias.data = tensor(kernel.T.copy()), tensor(bias.copy())
        layers += [layer, *([nn.ReLU()] if number <= len(recipe.dense) else [])]
    return _module(layers).eval()


def _module(layers: list[Any]) -> Any:
    """Return layers as one module. What makes one row of maps stands between layers: Captum knows no relevance of it."""
    from torch import nn

    class Carried(nn.Module):  # type: ignore[misc]  # of a library without types here
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(layers)

        def forward(self, values: Any) -> Any:
            for layer in self.layers:
                values = layer(values.flatten(1) if isinstance(layer, nn.Linear) else values)
            return values

    return Carried()


def libraries(network: StoredNetwork) -> dict[MethodName, Theirs]:
    """Return what the libraries have, by our names."""
    from captum import attr
    from torch import nn

    model = carried_over(network)
    # Ours multiplies by what is above the darkest value. So does theirs if the model is given that, and adds the rest itself.
    by_ink = attr.InputXGradient(lambda ink, blank: model(ink + blank))
    places = [place for place, layer in enumerate(model.layers) if isinstance(layer, nn.Conv2d)]
    last = model.layers[places[-1] + 1]
    cover = (1, CHOICES.occlusion.size, CHOICES.occlusion.size)

    def grad_cam(asked: Asked, _: int) -> Any:
        small = attr.LayerGradCam(model, last).attribute(asked.pictures, asked.labels, relu_attributions=True)
        return attr.LayerAttribution.interpolate(small, asked.pictures.shape[2:], "bilinear")

    return {
        "gradient": Theirs(
            "Captum", ALL, lambda it, _: attr.Saliency(model).attribute(it.pictures, it.labels, abs=False)
        ),
        "gradient_x_input": Theirs(
            "Captum", ALL, lambda it, _: by_ink.attribute(it.pictures - it.blank, it.labels, it.blank)
        ),
        "integrated_gradients": Theirs(
            "Captum",
            CALLS,
            lambda it, size: attr.IntegratedGradients(model).attribute(
                it.pictures, it.blank, it.labels, n_steps=CHOICES.steps, internal_batch_size=size
            ),
        ),
        "grad_cam": Theirs("Captum", ALL, grad_cam),
        "occlusion": Theirs(
            "Captum",
            COVERS,
            lambda it, covers: attr.Occlusion(model).attribute(
                it.pictures, cover, CHOICES.occlusion.step, it.blank, it.labels, perturbations_per_eval=covers
            ),
        ),
        "lrp_epsilon": Theirs("Captum", ALL, lambda it, _: captum_relevance(model, it)),
        "lrp_alpha_beta": Theirs("zennit", ALL, lambda it, _: zennit_relevance(model, it)),
    }


def captum_relevance(model: Any, asked: Asked) -> Any:
    """Return relevance by the epsilon rule."""
    from captum.attr import LRP
    from captum.attr._utils.lrp_rules import EpsilonRule
    from torch import nn

    for layer in model.layers:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.rule = EpsilonRule(CHOICES.epsilon)
    return LRP(model).attribute(asked.pictures.clone(), asked.labels)


def zennit_relevance(model: Any, asked: Asked) -> Any:
    """Return relevance by the rule of alpha and beta."""
    from torch.nn.functional import one_hot
    from zennit.attribution import Gradient
    from zennit.composites import LayerMapComposite
    from zennit.rules import AlphaBeta, Pass
    from zennit.types import Activation, Convolution, Linear

    rule = AlphaBeta(CHOICES.alpha, CHOICES.alpha - 1)
    composite = LayerMapComposite([(Activation, Pass()), (Convolution, rule), (Linear, rule)])
    with Gradient(model=model, composite=composite) as attributor:
        _, found = attributor(asked.pictures.clone(), lambda outputs: outputs * one_hot(asked.labels, outputs.shape[1]))
    return found


def seconds(work: Callable[[], object]) -> float:
    """Return what a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def correlations(one: Maps, two: Maps) -> NDArray[np.float64]:
    """Return the correlation of two maps of each digit, (count,); NaN where a map is the same everywhere."""
    pairs = [(ours.ravel(), theirs.ravel()) for ours, theirs in zip(one, two, strict=True)]
    return np.array([np.corrcoef(pair)[0, 1] if np.ptp(pair, axis=1).all() else np.nan for pair in pairs])


def compared(name: MethodName, theirs: Theirs, task: Task, asked: Asked, repeats: int) -> dict[str, object]:
    """Return how alike both are, and how long they take, in turn."""
    few = asked.first(TRIED)
    setting = theirs.settings[0]
    if len(theirs.settings) > 1:
        setting = min(theirs.settings, key=lambda one: seconds(lambda: theirs.find(few, one)))

    def ours() -> Maps:
        return METHODS[name].find(task).maps

    def other() -> Maps:
        found: Maps = theirs.find(asked, setting).detach().numpy()[:, 0]
        return found

    alike = correlations(ours(), other())
    times = np.array([(seconds(ours), seconds(other)) for _ in range(repeats)]).min(axis=0)
    return {
        "method": name,
        "beside": theirs.library,
        "correlation, least": round(float(np.nanmin(alike)), 6),
        "mean": round(float(np.nanmean(alike)), 6),
        "digits without a map": int(np.isnan(alike).sum()),
        "seconds, ours": round(float(times[0]), 3),
        "theirs": round(float(times[1]), 3),
        "times as fast": round(float(times[1] / times[0]), 1),
        "their setting": setting,
    }


def main() -> None:
    """Compare, and print."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(
            f"This comparison needs {', '.join(missing)}, which are not installed: pip install {' '.join(missing)}"
        )
    import torch

    # Captum says of each picture that it is going to derive by it.
    warnings.filterwarnings("ignore", module="captum")
    given = [int(text) for text in sys.argv[1:]]
    count, repeats = [*given, *(200, 3)[len(given) :]]
    network = reference_network()
    chain, pictures = network_chain(network), standardise(first_digits("mnist", "test", count).images)
    task = Task(chain, pictures, chain.questions(WhyRecipe.read({}), pictures), CHOICES)
    outputs, blank = chain.outputs(pictures), np.zeros_like(pictures) + pictures.min(axis=(1, 2), keepdims=True)
    asked = Asked(
        *(torch.tensor(values[:, None]) for values in (pictures, blank)), torch.tensor(outputs.argmax(axis=1))
    )
    with torch.no_grad():
        apart = float(np.abs(carried_over(network)(asked.pictures).numpy() - outputs).max())
    print(json.dumps({"digits": count, "threads of PyTorch": torch.get_num_threads(), "outputs apart by": apart}))
    for name, theirs in libraries(network).items():
        print(json.dumps(compared(name, theirs, task, asked, repeats)), flush=True)


if __name__ == "__main__":
    main()

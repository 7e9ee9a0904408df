"""Compare methods of explanation with Captum on the same network, and print one line of JSON.

    MNISTLAB_DATA=mnist.npz python scripts/compare_captum.py ours KEPT.npz [DIGITS]
    python-with-torch scripts/compare_captum.py theirs KEPT.npz

Two processes, since Captum needs PyTorch, which mnistlab does not: a virtual environment of its own, with `pip install torch captum`. The first explains the first DIGITS (100)
test digits, each by the class it is read as, and keeps pictures, weights, maps and seconds; the second does the same with Captum and compares: for each method the smallest
correlation of the maps of one digit, and how many times as long Captum takes for the batch.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
STEPS, SQUARE, STRIDE, ROUNDS = 64, 3, 1, 3
NAMES = ("gradient", "integrated_gradients", "grad_cam", "occlusion", "lrp_epsilon")


def ours(kept: Path, count: int) -> None:
    """Explain, and keep what the comparison needs."""
    sys.path.insert(0, str(ROOT))
    from mnistlab.cnn.explanations.chain import network_chain
    from mnistlab.data.sources import first_digits
    from mnistlab.data.standardise import standardise
    from mnistlab.explanations import METHODS, Task
    from mnistlab.recipes.explanation import ExplanationRecipe, WhyRecipe
    from mnistlab.store.models import reference_network

    chain, pictures = network_chain(reference_network()), standardise(first_digits("mnist", "test", count).images)
    choices = ExplanationRecipe.read({"steps": STEPS, "occlusion": {"size": SQUARE, "step": STRIDE}})
    task = Task(chain, pictures, chain.questions(WhyRecipe.read({}), pictures), choices)
    arrays = {"pictures": pictures, "labels": np.array([question.label for question in task.questions])}
    for name in NAMES:
        arrays[f"maps/{name}"] = METHODS[name].find(task).maps
        arrays[f"seconds/{name}"] = np.array(best(lambda name=name: METHODS[name].find(task)))
    np.savez(kept, **arrays, **{f"weights/{name}": values for name, values in chain.network.weights.items()})


def best(work) -> float:
    """Return the seconds of the fastest of some rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def theirs(kept: Path) -> None:
    """Explain with Captum, compare and print."""
    import torch
    from captum import attr

    with np.load(kept) as file:
        arrays = dict(file)
    model, last_relu = network(arrays)
    pictures, labels = torch.tensor(arrays["pictures"][:, None]), torch.tensor(arrays["labels"])
    blank = pictures.amin(dim=(1, 2, 3), keepdim=True).expand_as(pictures).contiguous()
    window, strides = (1, SQUARE, SQUARE), (1, STRIDE, STRIDE)
    methods = {
        "gradient": lambda: attr.Saliency(model).attribute(pictures, target=labels, abs=False),
        "integrated_gradients": lambda: attr.IntegratedGradients(model).attribute(
            pictures, blank, target=labels, n_steps=STEPS, method="riemann_middle", internal_batch_size=256
        ),
        "grad_cam": lambda: torch.nn.functional.interpolate(
            attr.LayerGradCam(model, last_relu).attribute(pictures, target=labels, relu_attributions=True),
            size=(28, 28),
            mode="bilinear",
        ),
        "occlusion": lambda: attr.Occlusion(model).attribute(
            pictures, window, strides, baselines=blank, target=labels, perturbations_per_eval=4
        ),
        "lrp_epsilon": lambda: attr.LRP(model).attribute(pictures.clone().requires_grad_(), target=labels),
    }
    report = {"digits": len(pictures)}
    for name, work in methods.items():
        maps = work().detach().numpy()[:, 0]
        pairs = zip(maps, arrays[f"maps/{name}"], strict=True)
        # A map of Grad-CAM may be zero everywhere, in both.
        likeness = [
            float(np.corrcoef(one.ravel(), two.ravel())[0, 1]) for one, two in pairs if np.ptp(one) or np.ptp(two)
        ]
        seconds = best(work)
        report[name] = {
            "least correlation": round(min(likeness), 5),
            "seconds": round(float(arrays[f"seconds/{name}"]), 3),
            "times as long": round(seconds / float(arrays[f"seconds/{name}"]), 1),
        }
    print(json.dumps(report))


def network(arrays: dict):
    """Return the default network in PyTorch, and its last activation among convolutions."""
    import torch

    class Network(torch.nn.Module):
        """Three convolutions and two dense layers; each activation is a module of its own, as Captum needs it."""

        def __init__(self) -> None:
            super().__init__()
            shapes = [arrays[f"weights/Conv2D_{number}/kernel"].shape for number in (1, 2, 3)]
            self.convolutions = torch.nn.ModuleList(torch.nn.Conv2d(shape[2], shape[3], shape[0]) for shape in shapes)
            self.relus = torch.nn.ModuleList(torch.nn.ReLU() for _ in range(4))
            self.pools = torch.nn.ModuleList(torch.nn.MaxPool2d(2) for _ in range(2))
            sizes = [arrays[f"weights/Dense_{number}/kernel"].shape for number in (1, 2)]
            self.dense = torch.nn.ModuleList(torch.nn.Linear(*size) for size in sizes)

        def forward(self, values):
            for number in range(3):
                values = self.relus[number](self.convolutions[number](values))
                if number < len(self.pools):
                    values = self.pools[number](values)
            # Keras counts maps last.
            values = values.permute(0, 2, 3, 1).flatten(1)
            return self.dense[1](self.relus[3](self.dense[0](values)))

    model = Network()
    layers = [*((f"Conv2D_{n + 1}", layer) for n, layer in enumerate(model.convolutions))]
    layers += [(f"Dense_{n + 1}", layer) for n, layer in enumerate(model.dense)]
    with torch.no_grad():
        for name, layer in layers:
            kernel = arrays[f"weights/{name}/kernel"]
            order = (3, 2, 0, 1) if kernel.ndim == 4 else (1, 0)
            layer.weight.copy_(torch.tensor(np.ascontiguousarray(kernel.transpose(order))))
            layer.bias.copy_(torch.tensor(arrays[f"weights/{name}/bias"]))
    return model.eval(), model.relus[2]


if __name__ == "__main__":
    side, path, *rest = sys.argv[1:]
    if side == "ours":
        ours(Path(path), int(rest[0]) if rest else 100)
    else:
        theirs(Path(path))

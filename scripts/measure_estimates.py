"""Carry out jobs of each kind and several sizes, and compare what each took with what the app had said before it.

    python -m scripts.measure_estimates --rounds 2

The first round begins with a machine that nothing is known of, where the app gives words in place of figures; in the later ones each kind
has been seen, in other sizes, too. Prints a line for each job (seconds said, seconds taken, their ratio), and at the end a line of JSON: how
many estimates in figures were given, how many of them within a factor of two. Takes about three minutes a round on two cores.
"""

import argparse
import importlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mnistlab.engine.estimates import estimate
from mnistlab.recipes import AtlasRecipe, DreamRecipe, PrecursorRecipe, Recipe, TrainingRecipe, TsneRecipe
from mnistlab.runner import execute
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish

ONE_CONVOLUTION = {"conv": [{"filters": 16}], "pool": [], "dense": [{"units": 32}]}


def _training(seed: int, **content: object) -> Recipe:
    return TrainingRecipe.read({"data": "embedded", "seed": seed, **content})


def jobs(number: int) -> Sequence[tuple[str, Recipe]]:
    """Return the jobs of a round by name; the number makes recipes that no run has had yet."""
    steps = {"steps": 60 + number, "step_size": 0.1}
    return [
        ("training, 300 digits, 2 epochs", _training(number, train_size=300, epochs=2)),
        ("training, 3,000 digits, 3 epochs", _training(number, train_size=3000, epochs=3)),
        ("training, 20,000 digits, 2 epochs", _training(number, train_size=20_000, epochs=2)),
        ("training, one convolution", _training(number, train_size=5000, epochs=2, network=ONE_CONVOLUTION)),
        ("precursor of 2 maps", PrecursorRecipe.read({"maps": [number, number + 1]})),
        ("precursor of 8 maps", PrecursorRecipe.read({"maps": list(range(number, number + 8))})),
        ("atlas of Conv2D_2", AtlasRecipe.read({"precursor": {"layer": "Conv2D_2"}, "ascent": steps})),
        ("atlas of Conv2D_3", AtlasRecipe.read({"precursor": {"layer": "Conv2D_3"}, "ascent": steps})),
        ("dream", DreamRecipe.read({"map_index": number})),
        ("digits laid out, 300 steps", TsneRecipe.read({"steps": 300 + number, "data": "embedded"})),
        ("digits laid out, 600 steps", TsneRecipe.read({"steps": 600 + number, "data": "embedded"})),
    ]


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, choices=range(1, 6), default=2)
    arguments = parser.parse_args()
    # Workers have TensorFlow open before a job begins.
    importlib.import_module("mnistlab.cnn.training")
    ratios: list[float] = []
    with tempfile.TemporaryDirectory(prefix="mnistlab-estimates-") as folder:
        store = Store(Path(folder))
        for number in range(arguments.rounds):
            for name, recipe in jobs(number):
                said = estimate(Wish.of(recipe, store), store.home)
                run = store.create(recipe)
                begun = run.state().since
                execute(run, store)
                end = run.state()
                taken = end.since - begun
                ratio = taken / said.seconds
                kept = "" if said.measured else "(a guess)"
                print(
                    f"{name:36} said {said.seconds:6.1f} s, took {taken:6.1f}, ratio {ratio:5.2f} {end.name} {kept}",
                    flush=True,
                )
                if said.measured:
                    ratios.append(ratio)
    within = sum(0.5 <= ratio <= 2 for ratio in ratios)
    print(
        json.dumps(
            {
                "estimates": len(ratios),
                "within_a_factor_of_two": within,
                "least": min(ratios, default=None),
                "most": max(ratios, default=None),
            }
        )
    )


if __name__ == "__main__":
    main()

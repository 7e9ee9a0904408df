"""How digits on pictures as people bring them are read: `python -m scripts.measure_scenes --count 400`.

Each scene of `scripts/scenes.py` is read by the reference network, and counted: right; refused with a sentence; wrong, though a sentence beside the
reading says that it is doubtful; wrong without a word. Prints one line a kind and ends with a line of JSON. `--keep FOLDER` keeps the
pictures that were not read right, with what was taken for the digit.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.analysis.judgement import probabilities
from mnistlab.analysis.reading import read
from mnistlab.data.standardise import standardise
from mnistlab.data.uploads import find_digit, read_picture
from mnistlab.errors import DataError
from mnistlab.store.models import reference_network
from mnistlab.ui.parts.readings import doubt
from scripts.scenes import KINDS, Scene, scenes

RIGHT, REFUSED, DOUBTED, SILENT = OUTCOMES = ("right", "refused", "wrong with a word", "wrong without a word")


def outcome(scene: Scene) -> tuple[str, NDArray[np.uint8] | None, str]:
    """Return how a scene is read, the digit that was found on it, and what was said."""
    network = reference_network()
    try:
        found = find_digit(read_picture(scene.content))
    except DataError as error:
        return REFUSED, None, str(error)
    shares = read(network.recipe, network.weights, standardise(found.image[None]))[0]
    doubts = [*found.doubts, *doubt(probabilities(shares))]
    said = " ".join([f"{int(shares.argmax())} ({shares.max():.2f})", *doubts])
    if int(shares.argmax()) == scene.label:
        return RIGHT, found.image, said
    return DOUBTED if doubts else SILENT, found.image, said


def keep(folder: Path, place: int, scene: Scene, digit: NDArray[np.uint8] | None) -> None:
    """Write a scene's picture, and beside it the digit."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{place:03}-{scene.kind}-{scene.label}").write_bytes(scene.content)
    if digit is not None:
        Image.fromarray(digit).resize((112, 112)).save(folder / f"{place:03}-digit.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, metavar="KIND")
    parser.add_argument("--keep", type=Path)
    choices = parser.parse_args()
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    doubted = 0
    for place, scene in enumerate(scenes(choices.count, choices.seed)):
        if choices.kinds and scene.kind not in choices.kinds:
            continue
        result, digit, said = outcome(scene)
        counts[scene.kind][result] += 1
        doubted += result == RIGHT and said.count(" ") > 1
        if result != RIGHT:
            print(f"{place} {scene.kind}, a {scene.label}: {result}: {said}")
            if choices.keep:
                keep(choices.keep, place, scene, digit)
    for kind, of_kind in counts.items():
        print(f"{kind:20}", *(f"{of_kind[result]:3} {result}" for result in OUTCOMES))
    total = sum(counts.values(), Counter())
    print(json.dumps({**{result: total[result] for result in OUTCOMES}, "right with a word": doubted}))


if __name__ == "__main__":
    main()

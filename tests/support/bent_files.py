"""Sound pictures and the two files of a network, some bytes of them changed, cut, doubled or moved, and read as the pages do.

python -m support.bent_files safetensors 0 5000
"""

import json
import random
import resource
import struct
import sys
import tempfile
import time
import warnings
from pathlib import Path

from support.keras_files import SMALL, random_weights

from mnistlab.data.photos import normalised
from mnistlab.data.uploads import digit_on, read_picture
from mnistlab.errors import MnistlabError
from mnistlab.recipes import TrainingRecipe, weight_shapes
from mnistlab.store.imports import delete_import, import_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store
from scripts.bad_inputs import TRICKS, Watch, pictures

KINDS = ("picture", "json", "safetensors")
MOST_LETTERS = 400
NETWORK = StoredNetwork(SMALL, random_weights(weight_shapes(SMALL)))
PICTURES = pictures()


def network_files():
    """Return network.json and weights.safetensors."""
    from safetensors.numpy import save

    return NETWORK.recipe.to_json().encode(), save(NETWORK.weights)


def sound(kind, seed):
    """Return a file that is read."""
    network, weights = network_files()
    if kind == "picture":
        return PICTURES[seed % len(PICTURES)]
    if kind == "safetensors":
        return weights
    # What is imported is the file of a network, or the recipe of a training.
    return network if seed % 2 else TrainingRecipe(network=NETWORK.recipe).to_json().encode()


def bent(kind, seed):
    """Return a sound file with a few places changed; of structured ones, more of it where their structure is."""
    chance, content = random.Random(f"{kind} {seed}"), bytearray(sound(kind, seed))
    if kind == "json" and chance.random() < 0.5:
        return _other_values(content, chance)
    for _ in range(chance.randint(1, 6)):
        if not content:
            break
        place = chance.randrange(min(chance.choice([16, 200, len(content)]), len(content)))
        match chance.randrange(6):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                content[place] ^= 1 << chance.randrange(8)
            case 2:
                del content[place : place + chance.randint(1, 60)]
            case 3:
                content[place:place] = content[place : place + chance.randint(1, 60)]
            case 4:
                # A length, an offset or a size that lies.
                content[place : place + 8] = chance.choice(
                    [struct.pack("<Q", chance.randrange(2 * len(content))), b"\xff" * 8, b"\0" * 8, b"\xff\xff\xff\x7f"]
                )
            case _:
                content[place : place + 4] = chance.choice(TRICKS[:40]).encode("utf-8", "surrogatepass")[:200]
    return bytes(content)


def _other_values(content, chance):
    """Return JSON in which some values are others: of another kind, or far too large."""
    tree = json.loads(content)
    for _ in range(chance.randint(1, 3)):
        holder = tree
        while isinstance(holder, dict | list) and holder:
            key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            if isinstance(holder[key], dict | list) and holder[key] and chance.random() < 0.8:
                holder = holder[key]
                continue
            holder[key] = chance.choice(
                [None, -1, 10**9, 10**400, 1e308, "", "x" * 10_000, [], {}, True, [holder[key]] * 300, *TRICKS[:20]]
            )
            break
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def read(kind, content, home):
    """Read a file as the pages do."""
    if kind == "picture":
        for take in (lambda: digit_on(read_picture(content)), lambda: normalised(content)):
            try:
                take()
            except MnistlabError as error:
                refused = error
            else:
                refused = None
        if refused is not None:
            raise refused
        return
    network, weights = network_files()
    files = (content, weights) if kind == "json" else (network, content)
    delete_import(home, import_network(home, *files, "bent", ""), "")


def read_bent(kind, first, count):
    """Read bent files; return how many were read nevertheless and how many refused with a sentence, what escaped, the longest time, and the memory grown.

    Whatever else is raised is not caught.
    """
    found = {"read": 0, "refused": 0, "slowest": 0.0}
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        # Of pictures that are odd Pillow warns, and the app passes over it.
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
        home = Path(name).resolve() / "home"
        Store(home)
        watch = Watch(home)
        read(kind, sound(kind, 1), home)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for seed in range(first, first + count):
            content, began = bent(kind, seed), time.process_time()
            try:
                with watch:
                    read(kind, content, home)
                found["read"] += 1
            except MnistlabError as error:
                assert str(error).endswith(".") and str(error).isprintable() and len(str(error)) < MOST_LETTERS, error
                found["refused"] += 1
            found["slowest"] = max(found["slowest"], round(time.process_time() - began, 3))
        grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        return {**found, "escapes": dict(watch.escapes), "grown": grown}


if __name__ == "__main__":
    print(read_bent(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))

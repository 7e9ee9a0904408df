"""The speed of carving beside the articles' eager loop, measured alternately in the same run; for the command `bench`."""

import subprocess
import sys
import tempfile
from pathlib import Path

import keras

from mnistlab.carving.photos import find_photo
from mnistlab.carving.resizing import down
from mnistlab.carving.shades import grey_of
from mnistlab.cnn.bench.ascent import plain_ascent, timed
from mnistlab.cnn.dream import dream
from mnistlab.cnn.network import load_model
from mnistlab.data.standardise import standardise
from mnistlab.recipes import DreamRecipe
from mnistlab.store.models import reference_network

ROUNDS = 7
# The articles' own problem size: the full picture and four quadrants; and all levels down to 64 tiles.
ARTICLES = DreamRecipe(size=560, iterations=4, levels=1)
LEVELS = DreamRecipe(size=560, iterations=4, levels=3, blend=0.6)
LARGE = DreamRecipe(size=1120, iterations=4, levels=3, blend=0.6)
EAGER_STEPS = 30
KILOBYTE = 1024


def dream_seconds() -> dict[str, float]:
    """Return the seconds of a dream of the full picture and its quadrants, relative to the ascents of the eager loop; and with all levels."""
    network = reference_network()
    photo = find_photo(ARTICLES.picture, Path())
    model = load_model(network)
    inner = keras.Model(model.input, model.get_layer(ARTICLES.layer).output)
    start = standardise(down(grey_of(photo, "601")[None]))[0]
    ours = timed(lambda: list(dream(ARTICLES, network, photo)))
    levels = timed(lambda: list(dream(LEVELS, network, photo)))
    eager = timed(lambda: plain_ascent(inner, 56, start, EAGER_STEPS))
    # Five ascents per iteration, one after the other.
    ascents = 5 * ARTICLES.iterations * ARTICLES.ascent.steps / EAGER_STEPS
    times = [(ours(), levels(), eager() * ascents) for _ in range(ROUNDS)]
    ours_seconds, levels_seconds, eager_seconds = (min(column) for column in zip(*times, strict=True))
    return {
        "dream_seconds": round(ours_seconds, 3),
        "dream_levels_seconds": round(levels_seconds, 2),
        "dream_over_eager": round(eager_seconds / ours_seconds, 1),
    }


def dream_megabytes() -> dict[str, float]:
    """Return the peak memory in MB of a dream of 1120 pixels and 64 tiles, in its own process, including TensorFlow."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipe.json"
        path.write_text(LARGE.to_json(), encoding="utf-8")
        code = (
            "import sys; from pathlib import Path; "
            "from mnistlab.runner import execute; from mnistlab.store.run_folder import RunFolder; from mnistlab.store.runs import Store; "
            "from mnistlab.recipes import read_recipe, parse_json; "
            "run = RunFolder.create(Path(sys.argv[2]) / 'out', read_recipe(parse_json(Path(sys.argv[1]).read_text())), 'bench'); "
            "assert execute(run, Store(Path(sys.argv[2]))).name == 'finished'; "
            # (`ru_maxrss` would start from the parent's memory.)
            "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
        )
        shown = subprocess.run(
            [sys.executable, "-c", code, str(path), folder], capture_output=True, text=True, check=True
        )
    return {"dream_mb": round(int(shown.stdout.splitlines()[-1]) * KILOBYTE / 1e6)}

"""Make the atlases of the reference network's convolutions and write them to assets/reference/atlas.

    MNISTLAB_DATA=mnist.npz python scripts/make_atlases.py

Needs the real MNIST for the digits that excite each map most; only their numbers and labels are kept. The runs lie in build/.
"""

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from mnistlab.commands.run import run as carry_out  # noqa: E402
from mnistlab.results.atlas import Atlas  # noqa: E402
from mnistlab.store.atlases import atlas_recipe, pack, shipped_path  # noqa: E402
from mnistlab.store.models import REFERENCE  # noqa: E402
from mnistlab.store.run_folder import RunFolder  # noqa: E402


def main() -> None:
    """Make one atlas a convolution."""
    for layer in ("Conv2D_1", "Conv2D_2", "Conv2D_3"):
        recipe_file, out = ROOT / "build" / f"atlas_{layer}.json", ROOT / "build" / f"atlas_{layer}"
        recipe_file.parent.mkdir(exist_ok=True)
        # The method may have changed since: an equal recipe would find the run of before.
        shutil.rmtree(out, ignore_errors=True)
        recipe_file.write_text(atlas_recipe(REFERENCE, layer).to_json())
        print(json.dumps(carry_out(recipe_file, out)))
        target = shipped_path(layer)
        target.parent.mkdir(exist_ok=True)
        np.savez_compressed(target, **pack(Atlas.of(RunFolder(out).result())).arrays())


if __name__ == "__main__":
    main()

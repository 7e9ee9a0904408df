"""What a worker loads before its first task, what it does not, and what of other projects' settings reaches it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from support.recipes import small_training

from mnistlab.cnn.training import train
from mnistlab.store.networks import StoredNetwork

PROGRAM = """
import sys
import mnistlab.cnn
print(*(name for name in ("sklearn", "pandas", "pyarrow") if name in sys.modules))
import sklearn.linear_model, pandas
import mnistlab.cnn.network
"""
TRAINED = """
import json, sys
import numpy as np
from mnistlab.cnn.training import train
from mnistlab.data.digits import Digits
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.networks import StoredNetwork
digits = np.load(sys.argv[2])
some = Digits(digits["x"], digits["y"])
recipe = TrainingRecipe.read(json.loads(sys.argv[1]))
*_, result = train(recipe, some, some)
print(StoredNetwork(recipe.network, result.weights).digest)
"""


def test_what_keras_could_use_and_nobody_here_does_is_loaded_only_by_who_asks_for_it():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# By the engine of old recipes all is Keras' own work; epsilon would change weights without an error.
@pytest.mark.parametrize("engine", ["tensorflow", "compiled"])
def test_what_other_projects_want_of_keras_changes_no_weight(tmp_path, training_digits, engine):
    (tmp_path / "keras").mkdir()
    asked = {"floatx": "float16", "epsilon": 1e-2, "backend": "torch", "image_data_format": "channels_first"}
    (tmp_path / "keras" / "keras.json").write_text(json.dumps(asked), encoding="utf-8")
    np.savez(tmp_path / "digits.npz", x=training_digits.images, y=training_digits.labels)
    recipe = small_training(engine=engine, epochs=1)
    done = subprocess.run(
        [sys.executable, "-c", TRAINED, recipe.to_json(), str(tmp_path / "digits.npz")],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_HOME": str(tmp_path / "keras"), "KERAS_BACKEND": "jax"},
    )
    assert done.returncode == 0, done.stderr
    *_, result = train(recipe, training_digits, training_digits)
    assert done.stdout.strip() == StoredNetwork(recipe.network, result.weights).digest

"""What a worker loads before its first task, and what it does not."""

import subprocess
import sys

PROGRAM = """
import sys
import mnistlab.cnn
print(*(name for name in ("sklearn", "pandas", "pyarrow") if name in sys.modules))
import sklearn.linear_model, pandas
import mnistlab.cnn.network
"""


def test_what_keras_could_use_and_nobody_here_does_is_loaded_only_by_who_asks_for_it():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

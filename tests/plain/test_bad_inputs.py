"""Bad inputs, as scripts/bad_inputs.py makes them: a result or a sentence, inside the store's folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A small dose in `make test`; the soak gives the full one.
DOSES = [300, pytest.param(20_500, marks=pytest.mark.soak)]


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("count", DOSES)
def test_bad_inputs_are_answered_with_a_sentence(tmp_path, count):
    command = [sys.executable, "-W", "error", "-m", "scripts.bad_inputs", "--count", str(count), "--seed", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)}
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert shown.stdout, shown.stderr
    figures = json.loads(shown.stdout.splitlines()[-1])
    assert figures["failures"] == {}
    assert figures["escapes"] == {}
    assert figures["inputs"] >= count
    assert all(kind["inputs"] > 0 for kind in figures["by_kind"].values())
    assert shown.returncode == 0

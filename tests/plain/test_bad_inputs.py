"""A thousand bad inputs, as scripts/bad_inputs.py makes twenty thousand: a result or a sentence, inside the store's folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COUNT = 1_000


def test_bad_inputs_are_answered_with_a_sentence(tmp_path):
    command = [sys.executable, "-W", "error", "-m", "scripts.bad_inputs", "--count", str(COUNT), "--seed", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)}
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert shown.stdout, shown.stderr
    figures = json.loads(shown.stdout.splitlines()[-1])
    assert figures["failures"] == {}
    assert figures["escapes"] == {}
    assert figures["inputs"] >= COUNT
    assert all(kind["inputs"] > 0 for kind in figures["by_kind"].values())
    assert shown.returncode == 0

"""`doctor` on an account that is set up for everything else: a worker starts, computes, and all that is odd is named."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_doctor_starts_a_worker_and_says_what_it_met(tmp_path):
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "keras.json").write_text('{"floatx": "float16", "backend": "jax"}', encoding="utf-8")
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "cp1252",
        "KERAS_BACKEND": "torch",
        "KERAS_HOME": str(tmp_path / "keras"),
        "MNISTLAB_HOME": "数字/store",
        "MNISTLAB_DOWNLOAD": "",
    }
    command = [sys.executable, "-m", "mnistlab", "doctor"]
    shown = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="cp1252")
    found = json.loads(shown.stdout.splitlines()[-1])
    assert found["ok"] is True, shown.stdout
    assert "one was started here and read" in found["workers"]
    assert (tmp_path / "数字" / "store").is_dir()
    for word in ("torch", "float16", "jax", "cp1252", str(tmp_path / "数字" / "store")):
        assert word in found["surroundings"]
    # Nothing is left of it.
    assert shown.stderr == ""

"""Files of networks made to do harm: one sentence each, in bounded time and memory, and nothing kept."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.hostile_files import BENDS, GOOD, LEGACY_BENDS, ZIPS, bent, mutated
from support.sentences import assert_sentence, refused

from mnistlab.errors import NetworkError
from mnistlab.model_files.bring import bring

TESTS = Path(__file__).parents[2]
MOST_SECONDS, MOST_MEGABYTES = 2.0, 300
CASES = {
    **{f"{kind}: {name}": (kind, bend) for kind in GOOD for name, bend in BENDS.items()},
    **{f"h5: {name}": ("h5", bend) for name, bend in LEGACY_BENDS.items()},
}


@pytest.mark.parametrize(("kind", "bend"), CASES.values(), ids=CASES.keys())
def test_an_hdf5_file_that_leads_astray_is_one_sentence(home, kind, bend):
    with refused(NetworkError):
        bring(home, bent(kind, bend), "", "")
    assert not (home / "networks").exists()


@pytest.mark.parametrize("make", ZIPS.values(), ids=ZIPS.keys())
def test_a_zip_that_is_a_trap_is_one_sentence(home, make):
    with refused(NetworkError):
        bring(home, make(), "", "")
    assert not (home / "networks").exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"\x80\x04\x95 a pickle", b"GIF89a", b"<html>"]
)
def test_what_is_no_network_is_one_sentence(home, content):
    with refused(NetworkError):
        bring(home, content, "", "")


def _read_mutated(kind, first, last):
    """Return how many mutated files broke the process that read them; each of these is one sentence, too."""
    broken = 0
    while first < last:
        command = [sys.executable, "-m", "support.hostile_files", kind, str(first), str(last)]
        path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
        shown = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, timeout=600, check=False
        )
        end = shown.stdout.splitlines()[-1]
        if shown.returncode == 0:
            words = end.split()
            assert float(words[3]) < MOST_SECONDS
            assert int(words[5]) < MOST_MEGABYTES
            return broken
        broken, first = broken + 1, int(end) + 1

    return broken


@pytest.mark.parametrize("kind", GOOD)
def test_mutated_files_are_read_or_refused(home, kind):
    for seed in range(8):
        start = time.monotonic()
        try:
            bring(home, mutated(kind, seed), "", "")
        except NetworkError as error:
            assert_sentence(error)
        assert time.monotonic() - start < 60
    assert _read_mutated(kind, 0, 200) <= 2


@pytest.mark.soak
@pytest.mark.parametrize("kind", GOOD)
def test_five_thousand_mutated_files_take_little_time_and_memory(kind):
    assert _read_mutated(kind, 0, 5_000) <= 50

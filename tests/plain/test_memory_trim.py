"""Freed memory goes back to the system, also where something in use lies between."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

# One in forty is kept: the free places between them are what the allocator holds on to.
FRAGMENTED = """
import psutil
from mnistlab.ui.mends.memory_trim import trim_memory
held = [bytes(30_000) for _ in range(4000)][::40]
before = psutil.Process().memory_info().rss
assert trim_memory()
print(before, psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps, and can give back")
def test_freed_memory_goes_back() -> None:
    found = subprocess.run(
        [sys.executable, "-c", FRAGMENTED], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    before, after = (int(word) for word in found.stdout.split())
    assert after < before - 60_000_000

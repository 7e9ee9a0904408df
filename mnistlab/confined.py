"""A file from a stranger -> what a process of its own reads in it, which has so much time and memory and may open no file (docs/decisions/0034).

`run_confined` starts the process and waits for it; `confine` is what that process calls before it looks at the file.
"""

import json
import mmap
import os
import subprocess
import sys
from typing import Any

from mnistlab.checkout import ROOT
from mnistlab.errors import MnistlabError

# Half a second of work; a machine may be busy with twenty other things. And bytes of a file that may take a second more then.
MOST_WAIT, BYTES_A_SECOND = 60.0, 1_000_000
# What a Python needs to start; secrets of the app are none of this.
NEEDED = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
# One thread, since a pool of them takes more address space than all else; and no filters of HDF5 from elsewhere.
QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "HDF5_PLUGIN_PRELOAD": "::"}


def run_confined(module: str, content: bytes, error: type[MnistlabError]) -> tuple[Any, bytes]:
    """Run a module with `content` on its standard input; return the first line it writes, as parsed JSON, and what follows.

    Raises:
        error: it says itself what is wrong (“error” in that line); it broke, cannot be started, or took longer than a minute, and a second for
            each megabyte.
    """
    environment = {name: value for name, value in os.environ.items() if name in NEEDED} | QUIET
    command = [sys.executable, "-m", module]
    wait = MOST_WAIT + len(content) / BYTES_A_SECOND
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, timeout=wait, check=False, cwd=ROOT, env=environment
        )
    except subprocess.TimeoutExpired:
        raise error("Reading this took too long; it may be damaged.") from None
    except OSError as reason:
        raise error(f"This cannot be read now ({reason.strerror}).") from None
    line, _, rest = ended.stdout.partition(b"\n")
    if ended.returncode or not line:
        raise error("This is damaged: reading it took too much time or memory, or led nowhere.")
    said = json.loads(line)
    if "error" in said:
        raise error(said["error"])
    return said, rest


def confine(memory: int, seconds: int) -> None:
    """Let this process have so much and no more, where the system can do that; the one that started it ends it after a while in any case.

    Arguments:
        memory: bytes, beside what it has.
        seconds: of processor, together with what it has used.
    """
    try:
        import resource
    except ImportError:
        return
    limits = {
        "RLIMIT_AS": _address_space() + memory,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 0,
    }
    for name, most in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            # Not on this system, or less is allowed already.
            continue


def _address_space() -> int:
    """Return how many bytes of address space are taken already, most of it by code that is only mapped."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # one library less
            return int(file.read().split()[0]) * mmap.PAGESIZE
    except (OSError, ValueError):
        return 1_000_000_000

"""A file from a stranger -> what a process of its own reads in it, which has so much time and memory and may open no file (docs/decisions/0034).

`run_confined` starts the process and waits for it; `confine` is what that process calls before it looks at the file.
"""

import mmap
import os
import subprocess
import sys

from mnistlab.checkout import ROOT

# Half a second of work; a machine may be busy with twenty other things. And bytes of a file that may take a second more then.
MOST_WAIT, BYTES_A_SECOND = 60.0, 1_000_000
# What a Python needs to start; secrets of the app are none of this.
NEEDED = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
# One thread, since a pool of them takes more address space than all else; and no filters of HDF5 from elsewhere.
QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "HDF5_PLUGIN_PRELOAD": "::"}


def run_confined(module: str, content: bytes) -> tuple[bytes, bytes]:
    """Run a module with `content` on its standard input; return the first line it writes, and what follows. The line is empty if it broke.

    Raises:
        TimeoutError: it took longer than a minute, and a second for each megabyte.
        OSError: it cannot be started.
    """
    environment = {name: value for name, value in os.environ.items() if name in NEEDED} | QUIET
    command = [sys.executable, "-m", module]
    wait = MOST_WAIT + len(content) / BYTES_A_SECOND
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, timeout=wait, check=False, cwd=ROOT, env=environment
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    line, _, rest = ended.stdout.partition(b"\n")
    return (line, rest) if ended.returncode == 0 else (b"", b"")


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

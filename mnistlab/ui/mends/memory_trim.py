"""Return freed memory to the system, so that the server does not stay as large as it was at its peak.

glibc keeps freed memory that lies between used blocks.
"""

import ctypes
import threading
import time

EVERY_SECONDS = 20.0


def trim_memory() -> bool:
    """Return freed memory to the system; return False if the system's allocator does not support that."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return False
    trim(0)
    return True


def keep_trimming() -> None:
    """Return freed memory at intervals, in a thread of its own, for the life of the process."""

    def go_on() -> None:
        while trim_memory():
            time.sleep(EVERY_SECONDS)

    threading.Thread(target=go_on, name="give-back", daemon=True).start()

"""What pages have freed -> back to the system: the server of a class stays as large as it needs to be, not as it once was.

glibc keeps freed memory that lies between what is still in use.
"""

import ctypes
import threading
import time

EVERY_SECONDS = 20.0


def give_back() -> bool:
    """Return freed memory to the system; False where the system's allocator knows no such thing."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return False
    trim(0)
    return True


def keep_giving_back() -> None:
    """Give back every now and then, in a thread of its own, as long as the process lives."""

    def go_on() -> None:
        while give_back():
            time.sleep(EVERY_SECONDS)

    threading.Thread(target=go_on, name="give-back", daemon=True).start()

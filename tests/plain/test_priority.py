"""Workers give way to the server, also where the whole app was started with a niceness of its own."""

import os
import subprocess
import sys
import threading

import pytest

from mnistlab.engine import priority

if sys.platform != "linux":
    pytest.skip("other systems have one niceness for all threads of a process", allow_module_level=True)

# Lowers a process that has a second thread, and prints the niceness of both and of a thread that is started afterwards.
PROCESS = """
import os, threading
from mnistlab.engine import priority
def niceness(): print(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
lowered = threading.Event()
before = threading.Thread(target=lambda: (lowered.wait(), niceness()))
before.start()
priority.lower_process(5)
lowered.set()
before.join()
niceness()
after = threading.Thread(target=niceness)
after.start()
after.join()
"""


def test_a_process_is_lowered_with_all_its_threads_from_where_it_was():
    own = os.getpriority(os.PRIO_PROCESS, 0)
    command = ["nice", "-n", "3", sys.executable, "-c", PROCESS]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert told == [str(min(own + 8, 19))] * 3


def test_a_thread_is_lowered_alone():
    own = os.getpriority(os.PRIO_PROCESS, 0)
    seen = []

    def lower():
        priority.lower_thread(3)
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=lower)
    thread.start()
    thread.join()
    assert seen == [min(own + 3, 19)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_an_account_that_may_not_raise_a_priority_is_refused_nothing():
    if os.geteuid():
        pytest.skip("only root can become another account")
    script = "import os\nfrom mnistlab.engine.priority import *\nos.setuid(65534)\nlower_process(19); lower_thread(3); print(os.getpriority(0, 0))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "19"

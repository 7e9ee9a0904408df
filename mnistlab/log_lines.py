"""Whatever a program and its children print -> one JSON object a line on standard error.

What goes through `mnistlab.logs` is such an object already. Besides there is what no logger sees: Streamlit's greeting, TensorFlow's messages
from C++, the last words of a process that crashes. So `serve` sends both its streams into a process of this module, which outlives the
server: it ends when the last of its children has closed the stream.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time

from mnistlab.checkout import ROOT

# What is longer comes in pieces.
LONGEST_LINE = 8_000
STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def print_json_only() -> None:
    """Send what this process and its children print from now on through a process of this module."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mnistlab.log_lines"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        # A Ctrl-C is for the server, whose last words are still to come.
        start_new_session=True,
    )
    assert process.stdin is not None
    for stream in (STANDARD_OUTPUT, STANDARD_ERROR):
        os.dup2(process.stdin.fileno(), stream)
    process.stdin.close()


def as_object(line: bytes) -> str | None:
    """Return a line as JSON: as it is, if it is an object; else as the message of one; None for an empty line."""
    text = COLOURS.sub("", line.decode(errors="replace")).strip()
    if text.startswith("{"):
        with contextlib.suppress(ValueError, RecursionError):
            if isinstance(json.loads(text), dict):
                return text
    message = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    if not message:
        return None
    now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    return json.dumps({"time": now, "level": "info", "from": "output", "message": message}, ensure_ascii=False)


def main() -> None:
    """Pass on standard input, line by line, until it closes."""
    # Whoever ends the server's group of processes means the server.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while line := sys.stdin.buffer.readline(LONGEST_LINE):
        found = as_object(line)
        # A log that nobody takes any more must not stop the server, which would wait for us.
        with contextlib.suppress(OSError):
            if found is not None:
                os.write(STANDARD_ERROR, f"{found}\n".encode(errors="replace"))


if __name__ == "__main__":
    main()

"""All output of a program and its children -> one JSON object per line on standard error.

Output of `mnistlab.logs` is such an object already, and carries the mark of this start in front, which nobody else knows. In addition there is output that no logger sees: Streamlit's greeting, TensorFlow's messages
from C++, the last output of a process that crashes. So `serve` sends both its streams to a process of this module, which outlives the
server: it ends when the last of the server's children has closed the stream.
"""

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time

from mnistlab.checkout import ROOT

# Environment variable with what our lines of JSON begin with (`mnistlab.logs`), so that they can be told from whatever else is printed.
MARK = "LAB_LOG_MARK"
# Longer lines are split.
LONGEST_LINE = 8_000
STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def print_json_only() -> None:
    """Redirect all output of this process and its children to a process of this module.

    From now on their logs mark their lines with a secret (`MARK` in the environment).
    """
    os.environ[MARK] = secrets.token_urlsafe(16)
    process = subprocess.Popen(
        [sys.executable, "-m", "mnistlab.log_lines"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        # A Ctrl-C is for the server, whose last output still has to be read.
        start_new_session=True,
    )
    assert process.stdin is not None
    for stream in (STANDARD_OUTPUT, STANDARD_ERROR):
        os.dup2(process.stdin.fileno(), stream)
    process.stdin.close()


def as_object(line: bytes, mark: str = "") -> str | None:
    """Return a line as JSON; None for an empty line.

    Arguments:
        line: as it was printed.
        mark: what our own lines begin with. They are objects already and stay as they are. Any other line becomes the message of an object,
            whatever it looks like: a traceback that somebody else prints may have a visitor's words on a line of their own.
    """
    text = COLOURS.sub("", line.decode(errors="replace")).strip()
    if mark and text.startswith(mark):
        ours = text.removeprefix(mark)
        with contextlib.suppress(ValueError, RecursionError):
            if isinstance(json.loads(ours), dict):
                return ours
    message = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    if mark:
        # (A line of ours that a crash has cut.)
        message = message.replace(mark, "")
    if not message:
        return None
    now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    return json.dumps({"time": now, "level": "info", "from": "output", "message": message}, ensure_ascii=False)


def main() -> None:
    """Copy standard input to standard error, line by line, until it closes."""
    # A SIGTERM to the server's process group is for the server.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    mark = os.environ.get(MARK, "")
    while line := sys.stdin.buffer.readline(LONGEST_LINE):
        result = as_object(line, mark)
        # If nobody reads the log any more, the server must not block on a full pipe.
        with contextlib.suppress(OSError):
            if result is not None:
                os.write(STANDARD_ERROR, f"{result}\n".encode(errors="replace"))


if __name__ == "__main__":
    main()

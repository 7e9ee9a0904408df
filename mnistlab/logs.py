"""The log: one line an event on standard error, as text or JSON, without secrets and without a visitor's words as structure."""

import json
import logging
import sys
from typing import Any

from mnistlab.settings import Settings

FIELDS = ("run", "visitor", "worker", "seconds", "state")
LONGEST_LINE = 4_000


class JsonLines(logging.Formatter):
    """A record -> one JSON object; what `extra` names of `FIELDS` stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": one_line(record.getMessage()),
        }
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = self.formatException(record.exc_info)[-LONGEST_LINE:]
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A record -> one line for people; a traceback follows below."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        beside = " ".join(f"{name}={value}" for name in FIELDS if (value := getattr(record, name, None)) is not None)
        head = f"{self.formatTime(record, '%H:%M:%S')} {record.levelname.lower()} {one_line(record.getMessage())}"
        line = f"{head} {beside}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up_logs(settings: Settings) -> None:
    """Send what mnistlab says to standard error, in the form the settings want; once a process."""
    logger = logging.getLogger("mnistlab")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    logger.handlers = [handler]


def one_line(text: str) -> str:
    """Return text that cannot pretend to be another line of the log."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST_LINE]

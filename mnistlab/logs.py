"""The log: one line per event on standard error, as text or JSON, without secrets, and with visitors' words only as quoted values.

Events of runs and actions of people are *audit lines*: `audit("run state", run=…, state="finished")`. Each is written once, by the process
that makes the change: a page's server or a worker.
"""

import json
import logging
import os
import sys
import threading
import time
from typing import Any, TextIO

from mnistlab.log_lines import MARK
from mnistlab.settings import Settings

# Fields allowed beside a message. `visitor`: the owner, `by`: who did it, both as ids; `state`: of a run; `count`: number of events.
# The content of a line of JSON.
Line = dict[str, Any]
FIELDS = (
    "run",
    "network",
    "data",
    "kind",
    "visitor",
    "by",
    "state",
    "reason",
    "worker",
    "host",
    "page",
    "seconds",
    "count",
)
# Several processes write to one pipe, and the system keeps a write in one piece only up to 4,096 bytes.
LONGEST_LINE, LONGEST_FIELD, LONGEST_BYTES = 1_000, 300, 4_000
# Of lines of others that are told apart.
MOST_KINDS = 1_000
# Logger of all audit lines, for filtering.
AUDIT = "mnistlab.audit"


def audit(event: str, **fields: Any) -> None:
    """Write an audit line.

    Arguments:
        event: a few fixed words, never a visitor's.
        **fields: any of `FIELDS`; empty ones are left out.
    """
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"the log has no fields {unknown}")
    logging.getLogger(AUDIT).info("%s", event, extra={name: value for name, value in fields.items() if value != ""})


class Seldom:
    """Rate-limited audit lines, for events that anybody can cause: at most one in `seconds`, with the number of events since the last."""

    def __init__(self, event: str, seconds: float = 60.0) -> None:
        self._event, self._seconds = event, seconds
        self._told = -seconds
        self._count = 0
        self._lock = threading.Lock()

    def tell(self, **fields: Any) -> None:
        """Count an event, and write the line if it is due."""
        with self._lock:
            self._count += 1
            count, now = self._count, time.monotonic()
            if now - self._told < self._seconds:
                return
            self._told, self._count = now, 0
        audit(self._event, **fields, count=count)


class NotTooOften(logging.Filter):
    """Lets pass at most `most` lines in `seconds` of one kind from another package: from one line of its code, and of one error there.

    A visitor can cause some errors at will, each with a traceback: Streamlit's "Error handling backend operation request" by asking for a file that is not there.
    The first line after some were left out has their number.
    """

    def __init__(self, most: int = 10, seconds: float = 60.0) -> None:
        super().__init__()
        self._most, self._seconds = most, seconds
        # Kind of line -> begin of its time, lines since then, lines left out since the last.
        self._since: dict[tuple[str, ...], tuple[float, int, int]] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write the line."""
        if record.name == "mnistlab" or record.name.startswith("mnistlab."):
            return True
        kind, now = _kind(record), time.monotonic()
        with self._lock:
            while len(self._since) >= MOST_KINDS and kind not in self._since:
                del self._since[next(iter(self._since))]
            began, written, left_out = self._since.get(kind, (now, 0, 0))
            if now - began >= self._seconds:
                began, written = now, 0
            passes = written < self._most
            self._since[kind] = (began, written + 1, 0) if passes else (began, written, left_out + 1)
        if passes and left_out:
            record.count = left_out + 1
        return passes


def _kind(record: logging.LogRecord) -> tuple[str, ...]:
    """Return what tells lines of others apart: all errors of pages come from one line of Streamlit's, all warnings from one of Python's."""
    if record.name == "py.warnings":
        # It begins with a path and a line.
        return record.name, record.getMessage().partition(" ")[0][:LONGEST_FIELD]
    where = (record.name, str(record.lineno))
    if not record.exc_info or record.exc_info[0] is None:
        return where
    trace = record.exc_info[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    innermost = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return *where, record.exc_info[0].__name__, innermost


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object, with the `FIELDS` in its `extra` beside the message.

    Arguments:
        mark: what each line begins with, for `log_lines`; "" if nothing reads them on the way.
    """

    def __init__(self, mark: str = "") -> None:
        super().__init__()
        self._mark = mark

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, at most `LONGEST_BYTES` long unless its fields alone are longer."""
        line: Line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": one_line(record.getMessage()),
        }
        line |= _fields(record)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            room = LONGEST_BYTES - len(_as_json(line).encode()) - 100
            line["traceback"] = _last(self.formatException(record.exc_info), room)
        return self._mark + _as_json(line)


class TextLines(logging.Formatter):
    """Formats a record as one line for people, followed by its traceback, which is indented: a visitor's words in it cannot pass for another line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        beside = " ".join(f"{name}={_quoted(value)}" for name, value in _fields(record).items())
        head = f"{self.formatTime(record, '%H:%M:%S')} {record.levelname.lower()} {one_line(record.getMessage())}"
        line = f"{head} {beside}".rstrip()
        if not record.exc_info:
            return line
        return "\n".join(
            [line, *(f"    {one_line(below)}" for below in self.formatException(record.exc_info).splitlines())]
        )


def set_up_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Send the log of this process to standard error in the form of the settings; once per process.

    Other packages' loggers, warnings and uncaught exceptions use the same handler; the first two not too often.

    Arguments:
        settings: they choose between text and JSON.
        stream: a duplicate of standard error, for a process that closes its own for a while.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(os.environ.get(MARK, "")) if settings.log_format == "json" else TextLines())
    handler.addFilter(NotTooOften())
    root = logging.getLogger()
    root.handlers = [*(other for other in root.handlers if not _is_plain(other)), handler]
    logging.getLogger("mnistlab").setLevel(logging.INFO)
    logging.captureWarnings(True)
    take_over()
    sys.excepthook = _tell
    threading.excepthook = _tell_of_thread


def take_over() -> None:
    """Remove the handlers of other packages' loggers; call it again after an import that adds some."""
    for logger in list(logging.getLogger().manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and any(map(_is_plain, logger.handlers)):
            logger.handlers = [handler for handler in logger.handlers if not _is_plain(handler)]
            logger.propagate = True


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Return text without line breaks or control characters, so that it cannot fake another line of the log."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:longest]


def _is_plain(handler: logging.Handler) -> bool:
    """Return whether a handler only writes to a stream."""
    return type(handler) is logging.StreamHandler


def _fields(record: logging.LogRecord) -> Line:
    fields = {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
    return {name: one_line(value, LONGEST_FIELD) if isinstance(value, str) else value for name, value in fields.items()}


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) and " " in value else str(value)


def _as_json(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, default=str)


def _last(text: str, room: int) -> str:
    """Return the longest end of `text` that takes at most `room` bytes in JSON."""
    while len(json.dumps(text, ensure_ascii=False).encode()) > room and text:
        text = text[-(len(text) * 3 // 4) :] if len(text) > 1 else ""
    return text


def _tell(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
    else:
        logging.getLogger("mnistlab").critical("An error that nobody foresaw", exc_info=(kind, error, traceback))


def _tell_of_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_type is not SystemExit:
        _tell(arguments.exc_type, arguments.exc_value or arguments.exc_type(), arguments.exc_traceback)

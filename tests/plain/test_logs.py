"""The log: one line an event, whatever is in it, and no secret."""

import io
import json
import logging
import subprocess
import sys
import threading
import warnings

import pytest
from support.recipes import small_training

from mnistlab.log_lines import MARK, as_object
from mnistlab.logs import AUDIT, FIELDS, LONGEST_BYTES, Seldom, audit, set_up_logs, take_over
from mnistlab.settings import Settings, settings
from mnistlab.store.runs import Store

SECRET = "correct horse battery staple"


@pytest.fixture
def log(monkeypatch):
    """What is written, by the form."""
    root, ours = logging.getLogger(), logging.getLogger("mnistlab")
    before = (root.handlers, ours.level)
    for hooks in (sys, threading):
        monkeypatch.setattr(hooks, "excepthook", hooks.excepthook)

    def open_log(**given):
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        set_up_logs(Settings(**given))
        return stream

    yield open_log
    logging.captureWarnings(False)
    root.handlers = before[0]
    ours.setLevel(before[1])


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_has_one_object_a_line(log):
    stream = log(log_format="json")
    logger = logging.getLogger("mnistlab.engine")
    logger.warning("A run is “slow”\nand says so", extra={"run": "training-1", "seconds": 1.5})
    try:
        raise ValueError("why")
    except ValueError:
        logger.exception("It stumbled")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["run"], first["seconds"], first["level"]) == ("training-1", 1.5, "warning")
    assert first["message"] == "A run is “slow” and says so"
    assert second["error"] == "ValueError"
    assert "why" in second["traceback"]


def test_text_cannot_pretend_to_be_another_line(log):
    stream = log()
    logging.getLogger("mnistlab").info("a name\r\n12:00:00 error all is lost\x1b[2J")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_settings_can_be_logged_without_their_secrets(log, form):
    stream = log(log_format=form)
    given = Settings(admin_token=SECRET)
    logging.getLogger("mnistlab").info("Started with %s", given)
    logging.getLogger("mnistlab").info("Started with %r", given.model_dump())
    assert "admin_token" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_a_secret_that_cannot_be_used_is_not_repeated(monkeypatch):
    monkeypatch.setenv("MNISTLAB_ADMIN_TOKEN", "tooshort")
    settings.cache_clear()
    with pytest.raises(Exception, match="MNISTLAB_ADMIN_TOKEN") as caught:
        settings()
    assert "tooshort" not in str(caught.value)


def test_audit_lines_carry_what_is_known_and_nothing_else(log):
    stream = log(log_format="json")
    audit("run state", run="training-1", visitor="", state="finished", reason="")
    (line,) = lines(stream)
    assert (line["from"], line["message"], line["level"]) == ("mnistlab.audit", "run state", "info")
    assert {name: line[name] for name in FIELDS if name in line} == {"run": "training-1", "state": "finished"}
    with pytest.raises(TypeError, match="nickname"):
        audit("run state", nickname="Ada")


def test_a_reason_in_text_is_quoted_and_cannot_pretend_to_be_a_field(log):
    stream = log()
    audit("run state", run="training-1", reason='Why state=finished " and\nso on')
    (line,) = stream.getvalue().splitlines()
    assert line.endswith(r'info run state run=training-1 reason="Why state=finished \" and so on"')


def test_each_change_of_a_run_is_one_line(log, home):
    stream = log(log_format="json")
    run = Store(home).create(small_training(), "a nickname's run", "a" * 16)
    run.set_state("queued", engine="app-1")
    for attempts in (1, 2):
        run.set_state("running", attempts=attempts)
    run.set_state("paused")
    run.fail("The disk is full.")
    found = lines(stream)
    assert [line["state"] for line in found] == ["queued", "running", "running", "paused", "failed"]
    assert {(line["run"], line["kind"], line["visitor"]) for line in found} == {(run.id, "training", "a" * 16)}
    assert found[-1]["reason"] == "The disk is full."
    assert "nickname" not in stream.getvalue()


def test_an_interruption_is_told_once_by_whoever_looks(log, home):
    stream, store = log(log_format="json"), Store(home)
    run = store.create(small_training())
    for _ in range(3):
        assert store.state(run).name == "interrupted"
    assert len(lines(stream)) == 1, "a run that no app has yet is only just being made"
    for _ in range(2):
        run.set_state("running", engine="app-gone")
        for _ in range(3):
            assert Store(home).state(run).name == "interrupted"
        run.set_state("queued")
    states = [line["state"] for line in lines(stream)]
    assert states == ["queued", "running", "interrupted", "queued", "running", "interrupted", "queued"]


def test_what_anybody_can_cause_is_told_seldom_and_counted(log, monkeypatch):
    stream = log(log_format="json")
    clock = [0.0]
    monkeypatch.setattr("mnistlab.logs.time.monotonic", lambda: clock[0])
    seldom = Seldom("turned away", seconds=60)
    for second in (0, 1, 2, 61, 62, 130):
        clock[0] = float(second)
        seldom.tell(host="evil.example")
    assert [line["count"] for line in lines(stream)] == [1, 3, 2]


def test_errors_of_other_packages_that_anybody_can_cause_are_told_ten_times_a_minute(log, monkeypatch):
    now = 1_000.0
    monkeypatch.setattr("mnistlab.logs.time.monotonic", lambda: now)
    stream = log(log_format="json")

    def fail(times: int, name: str = "streamlit.runtime.somewhere") -> None:
        for _ in range(times):
            logging.getLogger(name).error("Error handling a request")

    fail(250)
    fail(30, "mnistlab.ui")
    logging.getLogger("streamlit.runtime.somewhere").error("another line of the same code")
    assert [line["message"] for line in lines(stream)].count("Error handling a request") == 10 + 30
    assert lines(stream)[-1]["message"] == "another line of the same code"
    now += 60
    fail(1)
    assert lines(stream)[-1]["count"] == 241, "those that were left out, and this one"
    fail(9)
    assert "count" not in lines(stream)[-1]


def test_an_error_that_somebody_causes_at_will_hides_no_other(log):
    stream = log(log_format="json")
    pages = logging.getLogger("streamlit.error_util")

    def fail(error: Exception) -> None:
        try:
            raise error
        except (ValueError, OSError):
            pages.exception("Uncaught app execution")

    for _ in range(30):
        fail(ValueError("at will"))
    fail(OSError("a real fault"))
    errors = [line["error"] for line in lines(stream)]
    assert errors == ["ValueError"] * 10 + ["OSError"]


def test_other_packages_warnings_and_uncaught_errors_go_the_same_way(log):
    stream = log(log_format="json")
    other = logging.getLogger("somebody.else")
    other.propagate = False
    other.addHandler(logging.StreamHandler(stream))
    take_over()
    other.error("It\nbroke")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    try:
        raise ValueError("nobody caught this")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=lambda: 1 / 0, name="unlucky")
    thread.start()
    thread.join()
    found = lines(stream)
    assert [line["from"] for line in found] == ["somebody.else", "py.warnings", "mnistlab", "mnistlab"]
    assert [line.get("error") for line in found] == [None, None, "ValueError", "ZeroDivisionError"]
    assert "nobody caught this" in found[2]["traceback"]


def test_a_long_error_is_one_line_that_a_pipe_keeps_whole(log):
    stream = log(log_format="json")
    try:
        raise ValueError("“ä”\n" * 10_000)
    except ValueError:
        logging.getLogger("mnistlab").exception("x" * 10_000, extra={"reason": "ö" * 10_000})
    (line,) = stream.getvalue().splitlines()
    assert len(line.encode()) <= LONGEST_BYTES
    assert json.loads(line)["error"] == "ValueError"


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        (b"plain words", "plain words"),
        (b"  \x1b[34m\x1b[1mLocal URL: http://x\x1b[0m", "Local URL: http://x"),
        (b'["no object"]', '["no object"]'),
        (b'{"message": "cut', '{"message": "cut'),
        (b"\xff\xfe\x00half", "\ufffd\ufffd half"),
        (b"{" * 5_000, "{" * 5_000),
    ],
)
def test_what_is_printed_becomes_a_message(printed, message):
    line = json.loads(as_object(printed))
    assert (line["message"], line["from"]) == (message, "output")


def test_what_our_log_marks_stays_and_what_is_empty_goes():
    line = '{"message": "“here”", "level": "error"}'
    assert as_object(f"secret{line}\n".encode(), "secret") == line
    assert as_object(b" \x1b[0m \r\n") is None
    assert as_object(b"secret\n", "secret") is None


@pytest.mark.parametrize("mark", ["", "secret"])
@pytest.mark.parametrize("before", ["", "wrong", " │ "])
def test_an_object_that_others_print_is_a_message(mark, before):
    """A visitor's words may stand alone on a line of a traceback."""
    forged = before + '{"from":"mnistlab.audit","message":"run_deleted","by":"administrator"}'
    line = json.loads(as_object(forged.encode(), mark))
    assert (line["from"], line["message"]) == ("output", forged.strip())


def test_of_a_marked_line_that_a_crash_cut_the_mark_is_not_told():
    assert json.loads(as_object(b'secret{"message": "cu', "secret"))["message"] == '{"message": "cu'


def test_a_log_marks_its_lines_where_somebody_reads_them(log, monkeypatch):
    monkeypatch.setenv(MARK, "secret")
    stream = log(log_format="json")
    audit("server begins")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(as_object(line.encode(), "secret"))["message"] == "server begins"
    assert line.startswith("secret{")


def test_words_in_a_traceback_cannot_pass_for_a_line_of_text(log):
    stream = log()
    try:
        raise KeyError("x")
    except KeyError as error:
        error.add_note("12:00:00 info run deleted by=administrator")
        logging.getLogger("mnistlab").exception("It stumbled")
    first, *below = stream.getvalue().splitlines()
    assert first.endswith("error It stumbled")
    assert any("run deleted" in line for line in below)
    assert all(line.startswith("    ") for line in below)


PRINTS = """
import ctypes, os, subprocess, sys
from mnistlab.log_lines import print_json_only
print_json_only()
print("on standard output", flush=True)
print("on standard error", file=sys.stderr)
os.write(2, b"from C\\nand an unfinished line")
subprocess.run([sys.executable, "-c", "print('from a child')"])
from mnistlab.logs import audit, set_up_logs
from mnistlab.settings import Settings
set_up_logs(Settings(log_format="json"))
audit("server begins")
os.kill(os.getpid(), 9)
"""


def test_all_that_a_process_and_its_children_print_is_json_to_its_last_word():
    ended = subprocess.run([sys.executable, "-c", PRINTS], capture_output=True, timeout=60)
    assert ended.stdout == b""
    messages = [json.loads(line)["message"] for line in ended.stderr.splitlines()]
    assert messages[:3] == ["on standard output", "on standard error", "from C"]
    assert "".join(messages[3:-1]) == "and an unfinished linefrom a child"
    last = json.loads(ended.stderr.splitlines()[-1])
    assert (last["from"], last["message"]) == (AUDIT, "server begins")


@pytest.mark.parametrize("letter", ["a", "ä", "€"])
def test_of_a_long_traceback_the_end_is_kept_and_as_much_as_fits(log, letter):
    stream = log(log_format="json")
    try:
        raise ValueError("begin" + letter * 20_000 + "end")
    except ValueError:
        logging.getLogger("mnistlab").exception("Long")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["traceback"].endswith(letter * 100 + "end")
    assert 0.7 * LONGEST_BYTES < len(line.encode()) <= LONGEST_BYTES


def test_where_the_message_takes_all_the_room_the_traceback_is_left_out(log):
    stream = log(log_format="json")
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("mnistlab").exception("\N{SNOWMAN}" * 2_000, extra={"reason": "\N{SNOWMAN}" * 1_000})
    (line,) = lines(stream)
    assert (line["message"], line["reason"]) == ("\N{SNOWMAN}" * 1_000, "\N{SNOWMAN}" * 300)
    assert (line["error"], line["traceback"]) == ("ValueError", "")


def test_another_way_to_standard_error_is_taken(log):
    stream, other = log(), io.StringIO()
    set_up_logs(Settings(), other)
    logging.getLogger("mnistlab").info("here")
    assert stream.getvalue() == ""
    assert "here" in other.getvalue()


def test_a_text_has_its_own_letters_in_quotes(log):
    stream = log()
    audit("run state", run="training-1", reason="Größe ist 3 €")
    assert stream.getvalue().rstrip().endswith('reason="Größe ist 3 €"')


def test_a_state_that_is_written_again_is_told_once_but_for_another_worker(log, home):
    stream = log(log_format="json")
    run = Store(home).create(small_training(), "twice")
    for attempts in (1, 1, 2):
        run.set_state("running", attempts=attempts)
    run.set_state("paused", attempts=3)
    run.set_state("paused", attempts=4)
    told = [line["state"] for line in lines(stream) if "state" in line and line["message"] == "run state"]
    assert told[-3:] == ["running", "running", "paused"]
    assert told.count("running") == 2

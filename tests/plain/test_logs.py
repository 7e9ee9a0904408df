"""The log: one line an event, whatever is in it, and no secret."""

import io
import json
import logging

import pytest

from mnistlab.logs import set_up_logs
from mnistlab.settings import Settings, settings

SECRET = "correct horse battery staple"


@pytest.fixture
def log(monkeypatch):
    """What is written, by the form."""
    logger = logging.getLogger("mnistlab")
    before = (logger.handlers, logger.propagate, logger.level)

    def open_log(**given):
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        set_up_logs(Settings(**given))
        return stream

    yield open_log
    logger.handlers, logger.propagate = before[:2]
    logger.setLevel(before[2])


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

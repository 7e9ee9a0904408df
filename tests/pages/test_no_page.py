"""Addresses that are no page are answered 404, whatever Streamlit makes of them."""

import asyncio

import pytest

from mnistlab.ui.server.no_page import NoPage
from mnistlab.ui.shell.menu import PAGES


async def streamlit(scope, receive, send):
    """Streamlit's way: what is a file or a route of it is that; all else is its page, in two pieces."""
    if scope["path"].startswith("/media/"):
        headers = [(b"content-type", b"text/html"), (b"content-disposition", b'attachment; filename="report.html"')]
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, (b"content-length", b"8")]})
        await send({"type": "http.response.body", "body": b"a report"})
        return
    kind = b"application/json" if "." in scope["path"] or "_stcore" in scope["path"] else b"text/html; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", b"10")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<html>", "more_body": True})
    await send({"type": "http.response.body", "body": b"page"})


def ask(path, method="GET"):
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(NoPage(streamlit, PAGES)({"type": "http", "method": method, "path": path}, None, send))
    begun, *bodies = sent
    body = b"".join(message["body"] for message in bodies)
    length = dict(begun["headers"])[b"content-length"]
    assert method == "HEAD" or int(length) == len(body)
    return begun["status"], body


@pytest.mark.parametrize("path", ["/", "/oip", "/lab/", "/static/js/index.js", "/_stcore/health"])
def test_pages_and_what_belongs_to_them_are_let_out(path):
    assert ask(path) == (200, b"<html>page")


def test_a_report_that_is_downloaded_is_let_out():
    assert ask("/media/0123.html") == (200, b"a report")


@pytest.mark.parametrize("path", ["/nothing", "/nothing/health", "/mnist/oip", "/app", "/oip/nothing", "/OIP"])
def test_what_is_no_page_is_said_to_be_none(path):
    status, body = ask(path)
    assert status == 404
    assert b"There is no such page here. There are: /, /learn, " in body
    assert ask(path, "HEAD") == (404, b"")

"""The messages of a run reach the event loop in batches, in order; the theme is what the configuration says."""

import asyncio
import threading
from functools import partial
from types import SimpleNamespace

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime

from mnistlab.ui.mends.messages import keep_messages_cheap

READ_EACH_TIME = app_session._populate_theme_msg


class Session(SimpleNamespace):
    """As much of a session as a message needs."""

    __hash__ = object.__hash__


def test_callbacks_wake_the_loop_once_come_in_order_and_do_not_fall_with_one_another(caplog) -> None:
    keep_messages_cheap()
    loop, done, woken = asyncio.new_event_loop(), [], []
    session = Session(_event_loop=loop)
    schedule = loop.call_soon_threadsafe
    loop.call_soon_threadsafe = lambda callback: (woken.append(callback), schedule(callback))  # type: ignore[method-assign]

    def send() -> None:
        for number in range(100):
            AppSession._call_soon_on_event_loop(
                session, lambda number=number: done.append(1 / (number - 50) and number)
            )

    sender = threading.Thread(target=send)
    sender.start()
    sender.join()
    assert len(woken) == 1
    loop.run_until_complete(asyncio.sleep(0))
    assert done == [number for number in range(100) if number != 50]
    assert "ZeroDivisionError" in caplog.text
    # What comes later wakes it again.
    AppSession._call_soon_on_event_loop(session, lambda: done.append("later"))
    loop.run_until_complete(asyncio.sleep(0))
    assert done[-1] == "later"
    loop.close()


def test_none_is_lost_while_the_loop_runs() -> None:
    keep_messages_cheap()
    done = []

    async def receive() -> None:
        session = Session(_event_loop=asyncio.get_running_loop())

        def send(name: int) -> None:
            for number in range(2000):
                AppSession._call_soon_on_event_loop(session, partial(done.append, (name, number)))

        senders = [threading.Thread(target=send, args=(name,)) for name in range(2)]
        for sender in senders:
            sender.start()
        async with asyncio.timeout(30):
            while len(done) < 4000:
                await asyncio.sleep(0.001)

    asyncio.run(receive())
    assert [[number for sender, number in done if sender == name] for name in range(2)] == [[*range(2000)]] * 2


def test_the_runtime_is_told_of_messages_from_any_thread() -> None:
    keep_messages_cheap()

    async def told() -> None:
        objects = SimpleNamespace(eventloop=asyncio.get_running_loop(), need_send_data=asyncio.Event())
        runtime = SimpleNamespace(_get_async_objs=lambda: objects)
        Runtime._enqueued_some_message(runtime)
        assert objects.need_send_data.is_set()
        objects.need_send_data.clear()
        await asyncio.to_thread(Runtime._enqueued_some_message, runtime)
        async with asyncio.timeout(10):
            await objects.need_send_data.wait()

    asyncio.run(told())


@pytest.mark.parametrize(
    "section", ["theme", *(f"theme.{category.value}" for category in config.CustomThemeCategories)]
)
def test_the_theme_is_the_configurations(section: str) -> None:
    keep_messages_cheap()
    for _ in range(2):
        ours, theirs = CustomThemeConfig(), CustomThemeConfig()
        app_session._populate_theme_msg(ours, section)
        READ_EACH_TIME(theirs, section)
        assert ours == theirs

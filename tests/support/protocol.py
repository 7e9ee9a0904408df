"""A visitor without a browser: messages of Streamlit's protocol, sent when a test says, however busy the page is."""

import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

PATIENCE_SECONDS = 120.0


@contextmanager
def visitor(address: str) -> Iterator["Visitor"]:
    """Open a tab at the server of that address."""
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": "text/html"})) as answer:
        cookie = "; ".join(value.split(";")[0] for value in answer.headers.get_all("set-cookie") or [])
    with connect(
        address.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=["streamlit"],
        origin=address,
        additional_headers={"Cookie": cookie},
        max_size=None,
        # The server does not say good-bye.
        close_timeout=0.5,
    ) as socket:
        yield Visitor(socket)


class Visitor:
    """One tab: what the page has said, and messages back."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.query = ""
        # By label: buttons, sliders and fields of text, as the page described them last.
        self.buttons: dict[str, str] = {}
        self.sliders: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.warnings: list[str] = []

    def open(self, page: str, query: str = "") -> None:
        """Go to a page and wait until it is drawn."""
        self.page, self.query = page, query
        self.send()
        self.wait()

    def send(self, widgets: Iterable[WidgetState] = ()) -> None:
        """Send what the widgets say now, with the address as it is known here."""
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self.query, self.page
        message.rerun_script.widget_states.widgets.extend(widgets)
        self._socket.send(message.SerializeToString())

    def moved(self, label: str, value: float) -> WidgetState:
        """Return what a slider says that was moved."""
        state = WidgetState(id=self.sliders[label])
        state.double_array_value.data.append(value)
        return state

    def typed(self, label: str, text: str) -> WidgetState:
        """Return what a field says that was typed into."""
        return WidgetState(id=self.fields[label], string_value=text)

    def pressed(self, label: str) -> WidgetState:
        """Return what a button says that was pressed."""
        return WidgetState(id=self.buttons[label], trigger_value=True)

    def wait(self) -> None:
        """Listen until a run of the script has come to its end."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            message = ForwardMsg.FromString(self._socket.recv(timeout=PATIENCE_SECONDS))
            kind = message.WhichOneof("type")
            if kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                self._note(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return
        raise TimeoutError("the page did not come to its end")

    def _note(self, element) -> None:
        kind = element.WhichOneof("type")
        if kind == "slider":
            self.sliders[element.slider.label] = element.slider.id
        elif kind == "button":
            self.buttons[element.button.label] = element.button.id
        elif kind == "text_input":
            self.fields[element.text_input.label] = element.text_input.id
        elif kind == "alert":
            self.warnings.append(element.alert.body)

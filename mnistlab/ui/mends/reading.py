"""A form that is drawn in a run and read in a callback, by the same function.

The arguments of a callback are those of the last completed run, and a visitor is faster than a page on a busy machine: a slider moved just before
pressing Start would be ignored. So a callback takes no recipe. It calls the form again inside `reading()`: each
widget then returns its current value, and nothing is drawn. Forms import `st` from here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import streamlit

# Streamlit's widgets that have a value, which is read by their keys.
WIDGETS = {
    "checkbox",
    "multiselect",
    "number_input",
    "pills",
    "segmented_control",
    "select_slider",
    "selectbox",
    "slider",
    "text_area",
    "text_input",
    "toggle",
}
# Widgets whose value lasts for one run only; their own callback has already been called.
TRIGGERS = {"button", "camera_input", "file_uploader", "form_submit_button"}
_is_read: ContextVar[bool] = ContextVar("a form is read", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Make forms return their values without drawing; for callbacks."""
    token = _is_read.set(True)
    try:
        yield
    finally:
        _is_read.reset(token)


class _Silent:
    """A substitute for Streamlit, or for a container, that draws nothing."""

    def __getattr__(self, name: str) -> Any:
        if name in WIDGETS:
            return _value
        if name in TRIGGERS:
            return lambda *arguments, **options: None
        return self._draw

    def _draw(self, *arguments: Any, **options: Any) -> "_Silent":
        return self

    def tabs(self, labels: Sequence[str], **options: Any) -> list["_Silent"]:
        return [self] * len(labels)

    def columns(self, spec: int | Sequence[float], **options: Any) -> list["_Silent"]:
        return [self] * (spec if isinstance(spec, int) else len(spec))

    def __enter__(self) -> "_Silent":
        return self

    def __exit__(self, *problem: object) -> None:
        pass


class _Streamlit:
    """Streamlit itself, or a silent substitute while a form is read."""

    def __getattr__(self, name: str) -> Any:
        silent = _is_read.get() and name not in ("session_state", "query_params")
        return getattr(_SILENT if silent else streamlit, name)


def _value(label: str, *arguments: Any, key: str, **options: Any) -> Any:
    return streamlit.session_state.get(key)


_SILENT = _Silent()
st: Any = _Streamlit()

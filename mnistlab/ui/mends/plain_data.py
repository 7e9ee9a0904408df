"""What a component is given is not looked through for tables.

Streamlit 1.67 asks of each list and dictionary among a component's data whether it is a data frame, and loads pandas and PyArrow to know: 80 MB of the server's
memory and half a second of its processor. Ours are given plain values only.
"""

from functools import cache

from streamlit.components.v2.bidi_component import serialization


@cache
def take_plain_data() -> None:
    """Do so in all sessions from now on; call it once per process."""
    ask = serialization.is_dataframe_like  # type: ignore[attr-defined]

    def is_table(value: object) -> bool:
        return not isinstance(value, list | dict) and ask(value)

    serialization.is_dataframe_like = is_table  # type: ignore[attr-defined, assignment]

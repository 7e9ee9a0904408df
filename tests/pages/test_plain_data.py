"""What a component is given reaches the browser as it is, without a look for tables in it."""

import json

import numpy as np
import pytest
from streamlit import dataframe_util
from streamlit.components.v2.bidi_component.serialization import serialize_mixed_data
from streamlit.proto.BidiComponent_pb2 import BidiComponent

from mnistlab.ui.mends.plain_data import take_plain_data

DATA = {"rows": [[1, 2], [3, 4]], "names": {"a": "b"}, "many": [], "title": "Maps", "number": 3}


def test_lists_and_dictionaries_are_not_looked_through(monkeypatch):
    take_plain_data()
    monkeypatch.setattr(dataframe_util, "determine_data_format", lambda value: pytest.fail(f"pandas for {value!r}"))
    message = BidiComponent()
    serialize_mixed_data(DATA, message)
    assert json.loads(message.json) == DATA


def test_a_table_is_still_one():
    take_plain_data()
    message = BidiComponent()
    serialize_mixed_data({"table": np.zeros((2, 2))}, message)
    assert list(message.mixed.arrow_blobs)

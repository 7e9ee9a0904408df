"""Pictures and the two files of a network that were bent: a result or a sentence, in little time and memory, and nothing outside the store.

Files of Keras are bent in `store/test_hostile_networks.py`, files of digits in `sets/test_hostile_sets.py`.
"""

import pytest
from support.bent_files import KINDS, read_bent

MOST_SECONDS, MOST_MEMORY = 2.0, 300_000_000
DOSES = [100, pytest.param(5_000, marks=pytest.mark.soak)]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", DOSES)
def test_bent_files_are_read_or_refused_with_a_sentence(kind, count):
    found = read_bent(kind, 0, count)
    assert found["read"] + found["refused"] == count
    assert found["refused"] > count / 10, "they are hardly bent"
    assert found["escapes"] == {}
    assert found["slowest"] < MOST_SECONDS
    assert found["grown"] < MOST_MEMORY

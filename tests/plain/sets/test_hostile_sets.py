"""Files of digits from strangers: whatever they claim, one sentence, little time and memory, and nothing outside the store."""

import resource
import time

import pytest
from support.hostile_sets import HARMFUL, SOUND, read_bent
from support.sentences import assert_sentence, refused

from mnistlab.errors import DataError
from mnistlab.set_files.contents import contents_of
from mnistlab.set_files.extract import extract
from mnistlab.set_files.parts import UnreadableError

MOST_SECONDS, MOST_MEMORY = 2.0, 300_000_000
# Those that would take memory or time if they were believed go through the process that reads them, which takes a second to start.
BELIEVED = (
    "a gzip that unpacks to 600 MB",
    "a zip that claims no more than is read",
    "a header of brackets",
    "a pickle",
)


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_file_costs_little(name):
    case, before = HARMFUL[name](), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with pytest.raises(
        Exception
    ) as raised:  # what is no sentence itself is answered with one by the process that reads
        extract([case], [])
    assert time.process_time() - began < MOST_SECONDS
    assert 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < MOST_MEMORY
    if isinstance(raised.value, UnreadableError):
        assert_sentence(raised.value)


@pytest.mark.parametrize("name", BELIEVED)
def test_the_process_that_reads_says_it_in_a_sentence(name, home):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with refused(DataError):
        contents_of([HARMFUL[name]()])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # A Python with NumPy and Pillow that has read a file of each kind has taken a second by then.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < MOST_SECONDS + 2
    assert not home.exists()


@pytest.mark.parametrize("kind", SOUND)
def test_bent_files_cost_little(kind):
    found = read_bent(kind, 0, 60)
    assert found["read"] + sum(found["refused"].values()) == 60
    assert sum(found["refused"].values()) > 0, "no file was bent enough"
    assert found["slowest"] < MOST_SECONDS
    assert found["grown"] < MOST_MEMORY


@pytest.mark.soak
@pytest.mark.parametrize("kind", SOUND)
def test_thousands_of_bent_files_cost_little(kind):
    found = read_bent(kind, 1_000, 5_000)
    assert found["read"] + sum(found["refused"].values()) == 5_000
    assert found["slowest"] < MOST_SECONDS
    assert found["grown"] < MOST_MEMORY

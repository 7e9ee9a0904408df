"""What an administrator lets in at the moment: kept for all servers, asked at admission."""

import pytest
from support.recipes import small_training
from support.sentences import refused

from mnistlab.engine.admission import admit
from mnistlab.errors import BusyError
from mnistlab.settings import Settings
from mnistlab.store.doors import Door, door_of, set_door
from mnistlab.store.runs import Store


def wish(store: Store, seed: int, **limits):
    settings = Settings(home=store.home, disk_reserve=0, **limits)
    return admit(small_training(seed=seed), "", "", store, settings, lambda run: run.set_state("queued")).run


def test_what_was_said_is_kept(tmp_path):
    assert door_of(tmp_path) == Door()
    set_door(tmp_path / "lab", Door(True, 90.0))
    assert door_of(tmp_path / "lab") == Door(True, 90.0)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"is_closed": "no", "longest": "long"}', '{"longest": NaN}', '{"longest": -5}']
)
def test_a_damaged_file_lets_everything_in(tmp_path, content):
    (tmp_path / "doors.json").write_text(content)
    assert door_of(tmp_path) == Door()


def test_a_closed_door_takes_no_new_job_and_shows_the_ones_there_are(tmp_path):
    store = Store(tmp_path)
    known = wish(store, 1)
    known.set_state("finished")
    set_door(tmp_path, Door(is_closed=True))
    with refused(BusyError, "takes no new jobs"):
        wish(store, 2)
    assert wish(store, 1).id == known.id, "what is there already is found"
    set_door(tmp_path, Door())
    assert wish(store, 2).id != known.id


def test_the_shorter_of_two_limits_counts(tmp_path):
    store = Store(tmp_path)
    set_door(tmp_path, Door(longest=0.001))
    for limits in ({}, {"longest_job": 1_000.0}):
        with refused(BusyError, "here a job may take"):
            wish(store, 1, **limits)
    set_door(tmp_path, Door(longest=100_000.0))
    with refused(BusyError, "here a job may take"):
        wish(store, 1, longest_job=0.001)
    assert wish(store, 1).name()

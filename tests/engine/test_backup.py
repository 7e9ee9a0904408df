"""A store is copied in the middle of a training; another machine goes on from the copy, to the same bits."""

import shutil
import subprocess
import sys
import tarfile

import pytest
from support.deployment import DEPLOY
from support.engines import RECIPE, assert_same_weights, ready_engine, submit, wait_for_middle_of_epoch, wait_for_state

from mnistlab.store.runs import Store


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux" or shutil.which("tar") is None, reason="backup.sh needs GNU tar and find")
def test_a_copy_of_a_living_store_goes_on_where_it_was(store, engine, undisturbed, tmp_path) -> None:
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    subprocess.run([DEPLOY / "backup.sh", store.home, tmp_path / "copy.tar"], check=True)
    with tarfile.open(tmp_path / "copy.tar") as archive:
        archive.extractall(tmp_path / "copy", filter="data")
    copy = Store(tmp_path / "copy")
    assert copy.state(copy.get(run.id)).name == "interrupted"
    # It goes on in the original as if nothing had been.
    wait_for_state(run, "finished")
    assert_same_weights(run, undisturbed)
    with ready_engine(copy) as other:
        copied = copy.get(run.id)
        if copy.state(copied).name == "interrupted":
            other.resume(copied)
        wait_for_state(copied, "finished")
        assert_same_weights(copied, undisturbed)

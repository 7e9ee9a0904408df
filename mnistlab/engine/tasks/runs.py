"""Runs carried out by a worker, and their networks as files."""

from pathlib import Path

from mnistlab.engine.preload import load_tensorflow
from mnistlab.engine.tasks.asked import Context, asked
from mnistlab.exports.bundle import zipped
from mnistlab.exports.runs import run_files
from mnistlab.runner import execute
from mnistlab.store.format import check_format
from mnistlab.store.runs import Store


def carry_out(home: str, run_id: str, ticket: str) -> str:
    """Start or continue the run; return the name of its state afterwards.

    Arguments:
        home: the store's folder.
        run_id: id of the run.
        ticket: allows one worker to take it. If a worker dies, Dask gives its task to another by itself; that one finds the ticket
            used, and the app decides what to do.

    Raises:
        StoreError: if a newer mnistlab than this worker's has written the store.
    """
    check_format(Path(home))
    store = Store(Path(home))
    return execute(store.get(run_id), store, ticket=ticket, prepare=load_tensorflow).name


def export_script(home: str, run_id: str) -> bytes:
    """Return the zip with script and notebook of a run.

    Arguments:
        home: the store's folder.
        run_id: id of the run.

    Raises:
        MnistlabError: there is none of its kind, or something that it needs is gone.
    """
    store = Store(Path(home))
    return zipped(run_files(store.get(run_id), store))


@asked
def export_keras(context: Context) -> bytes:
    """Return the network as the bytes of a .keras file."""
    from mnistlab.cnn.export import keras_file

    return keras_file(context.network)

"""A file with a network -> a network in the store, and the name recipes know it by."""

import sys
from pathlib import Path

from mnistlab.commands import Printed
from mnistlab.errors import NetworkError
from mnistlab.model_files.bring import bring
from mnistlab.model_files.extract import MOST_FILE_BYTES
from mnistlab.settings import settings
from mnistlab.store.format import check_format


def import_network(file: Path, name: str) -> Printed:
    """Return the network's name, parameters, scaling, and what of the file was left out.

    Raises:
        MnistlabError: the file cannot be read, or holds no network that is known here.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise NetworkError(f"The file {file.name} cannot be read ({error.strerror}).") from None
    check_format(settings().home)
    brought = bring(settings().home, content, name, "")
    print(brought.trial.sentence, file=sys.stderr)
    return {
        "model": brought.model,
        "parameters": brought.network.parameters,
        "scaling": brought.trial.scaling,
        "left_out": list(brought.left_out),
    }

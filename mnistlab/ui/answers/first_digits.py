"""The test digits that Home takes its ten from: asked for by the page, and made in advance by the server."""

from mnistlab.data.digits import Digits
from mnistlab.data.sources import first_digits, source_in_use
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import EMBEDDED, DataName

# The ten are taken from so many: more would keep the first visitor waiting, and among these some are doubtful.
CHOSEN_FROM = 300


def first_tests(data: DataName | None = None) -> tuple[DataName, Digits, str]:
    """Return the first digits of a test set, and a sentence where its file cannot be read and others stand in for it.

    Arguments:
        data: the set; None: the one at hand.
    """
    data = data or source_in_use()[0].name
    try:
        return data, first_digits(data, "test", CHOSEN_FROM), ""
    except DataError as error:
        return EMBEDDED.name, first_digits(EMBEDDED.name, "test", CHOSEN_FROM), str(error)


def name_of_first(data: DataName) -> str:
    """Return under which name their readings are kept."""
    return f"the first of {data}"

"""The epochs of the run in use: a slider that replaces the final weights by those of an epoch."""

from mnistlab.errors import MnistlabError
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.mends.reading import reading, st
from mnistlab.ui.parts.complaints import complain
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import model_in_use, network_in_use
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view

FINAL = -1


def kept_epochs(model: str) -> list[int]:
    """Return the epochs of a network whose weights are kept; empty for the reference network."""
    if model == REFERENCE:
        return []
    try:
        return services.store().get(model.partition("@")[0]).epochs()
    except MnistlabError:
        return []


def choose_epoch(prefix: str, content: Content) -> tuple[str, StoredNetwork]:
    """Draw the slider over the epochs if there are any; return name and weights of the chosen network."""
    model = model_in_use()
    epochs = kept_epochs(model)
    if not epochs:
        content["epoch"] = FINAL
        return model, network_in_use()
    key = f"{prefix}.epoch"
    if content["epoch"] not in epochs:
        content["epoch"] = FINAL
    content["epoch"] = st.select_slider(
        "Walk through the epochs",
        [*epochs, FINAL],
        begin_with(key, content["epoch"]),
        format_func=lambda epoch: "trained" if epoch == FINAL else f"epoch {epoch}",
        key=key,
        help="The network as it was after each epoch of its training; epoch 0 is before it has learned anything.",
    )
    if content["epoch"] == FINAL:
        return model, network_in_use()
    name = f"{model.partition('@')[0]}@{content['epoch']}"
    try:
        return name, find_network(name, services.store())
    except MnistlabError as error:
        complain(str(error))
        change_view(prefix, "", epoch=FINAL)
        return model, network_in_use()


def read_epoch(prefix: str, content: Content) -> str:
    """Return the name of the chosen network at this moment; for callbacks."""
    with reading():
        return choose_epoch(prefix, content)[0]

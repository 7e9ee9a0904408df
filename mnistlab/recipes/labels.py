"""The recipe of a search for wrong labels: what networks think of training digits that they have not learned from."""

from typing import Any, Literal, Self

from pydantic import model_validator

from mnistlab.recipes.base import choice
from mnistlab.recipes.data_sets import DATA_NAME, LEAST_TRAINING, DataName, data_set
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.recipes.run import RunRecipe
from mnistlab.recipes.training import TrainingRecipe, fitted


class LabelsRecipe(RunRecipe):
    """Divide the training digits into parts, and let each part be read by a network that has learned from the others."""

    kind: Literal["labels"] = "labels"
    network: NetworkRecipe = choice(NetworkRecipe(), title="Network", help="The layers of the networks that read.")
    data: DataName = choice(
        "mnist",
        pattern=DATA_NAME,
        title="Digits",
        help="Whose training digits: those of MNIST, the embedded ones, or those of a set that was brought.",
    )
    digits: int = choice(
        60_000,
        ge=2 * LEAST_TRAINING,
        le=60_000,
        step=1_000,
        title="How many",
        help="How many training digits are looked at, the first ones; all, where there are fewer.",
    )
    folds: int = choice(
        4,
        ge=2,
        le=10,
        title="Parts",
        help="In how many parts the digits are divided; each is read by a network of its own, which has learned from all others.",
    )
    epochs: int = choice(1, ge=1, le=20, title="Epochs", help="How often each network sees the digits it learns from.")
    seed: int = choice(
        0, ge=0, le=2**31 - 1, title="Seed", help="Decides the parts, the start weights and the order of the digits."
    )

    @model_validator(mode="before")
    @classmethod
    def _fit_a_set_that_was_brought(cls, content: Any) -> Any:
        # As a training does it, which says it once.
        if not isinstance(content, dict) or not isinstance(content.get("data"), str):
            return content
        network = fitted({"data": content["data"], "network": content.get("network", {})})["network"]
        return {**content, "network": network} if network else content

    @model_validator(mode="after")
    def _must_be_a_training(self) -> Self:
        if self.count < 2 * LEAST_TRAINING:
            raise ValueError(
                f"{data_set(self.data).title} has {data_set(self.data).train} training digits; this needs {2 * LEAST_TRAINING} at least."
            )
        self.training(LEAST_TRAINING)
        return self

    @property
    def count(self) -> int:
        """How many digits are looked at."""
        return min(self.digits, data_set(self.data).train)

    def training(self, size: int) -> TrainingRecipe:
        """Return the training of one of the networks, which learns from `size` digits."""
        return TrainingRecipe(network=self.network, data=self.data, train_size=size, epochs=self.epochs, seed=self.seed)

"""The base class of recipes that a run carries out: they have a kind, and most have a network."""

from typing import Self

from mnistlab.recipes.base import RecipePart


class RunRecipe(RecipePart):
    """A recipe with its own kind. Subclasses name their network in a field `model`, or override these two methods."""

    @property
    def network_name(self) -> str | None:
        """The name of the network it works on or starts from; None if it needs no network."""
        name: str | None = getattr(self, "model", None)
        return name

    def on_network(self, name: str) -> Self:
        """Return the same recipe on the network `name`; unchanged if it needs no network."""
        return self.model_copy(update={"model": name}) if "model" in type(self).model_fields else self

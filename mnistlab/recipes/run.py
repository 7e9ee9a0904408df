"""What all recipes that a run carries out have in common: a kind, and perhaps a network they work on."""

from typing import Self

from mnistlab.recipes.base import RecipePart


class RunRecipe(RecipePart):
    """A recipe of a kind of its own. One that works on a network has a field `model`; others say so in these two methods."""

    @property
    def network_name(self) -> str | None:
        """The name of the network it works on or starts from; None: it needs none."""
        name: str | None = getattr(self, "model", None)
        return name

    def on_network(self, name: str) -> Self:
        """Return the same recipe on the network `name`; one that needs none stays as it is."""
        return self.model_copy(update={"model": name}) if "model" in type(self).model_fields else self

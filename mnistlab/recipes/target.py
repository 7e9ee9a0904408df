"""The target that an ascent maximises: a map, a node, a dense node, a class, a whole layer, or a weighted sum of maps."""

from typing import Self

from pydantic import model_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.network import LAYER_NAME

# A convolution has at most 256 maps (network.py), a hidden dense layer 1024 nodes.
LAST_MAP, LAST_NODE = 255, 1023
MOST_SUMMED = 32


class MapWeight(RecipePart):
    """One map of a weighted sum."""

    map_index: int = choice(0, ge=0, le=LAST_MAP, title="Map", help="Number of the map, counted from 0.")
    weight: float = choice(
        1.0, ge=-10, le=10, step=0.1, title="Weight", help="How much this map counts; below zero: it should stay quiet."
    )


class TargetRecipe(RecipePart):
    """The part of the network that the pattern should excite.

    In a convolution or pool: `map_index` (null: all maps), optionally one of its nodes (`row` and `column`), or `maps` with weights.
    In a dense layer: `node` (null: all nodes); in the last layer its value before softmax.
    """

    layer: str = choice(
        "Conv2D_3", pattern=LAYER_NAME, title="Layer", help="The layer whose maps or nodes look for their pattern."
    )
    map_index: int | None = choice(
        0, ge=0, le=LAST_MAP, title="Map", help="Number of the map, counted from 0; none: the whole layer at once."
    )
    row: int | None = choice(
        None, ge=0, le=27, title="Row", help="Row of a single node of the map; none: the mean over all its nodes."
    )
    column: int | None = choice(
        None, ge=0, le=27, title="Column", help="Column of a single node of the map; none: the mean over all its nodes."
    )
    node: int | None = choice(
        None,
        ge=0,
        le=LAST_NODE,
        title="Node",
        help="Number of a node of a dense layer, counted from 0; in the last layer it is the class.",
    )
    maps: tuple[MapWeight, ...] = choice(
        (),
        max_length=MOST_SUMMED,
        title="Sum of maps",
        help="Several maps at once, each with a weight; then “Map” is none.",
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_default_map(cls, content: object) -> object:
        # Map 0 is only the default: it gives way to a node or a sum of maps.
        if (
            isinstance(content, dict)
            and "map_index" not in content
            and (content.get("maps") or content.get("node") is not None)
        ):
            return content | {"map_index": None}
        return content

    @model_validator(mode="after")
    def _must_name_one_target(self) -> Self:
        if (self.row is None) != (self.column is None):
            raise ValueError("A node of a map needs both “row” and “column”. Give both, or none for the whole map.")
        named = [name for name, given in self._named().items() if given]
        if len(named) > 1:
            raise ValueError(
                f"A target is one thing, but “{named[0]}” and “{named[1]}” are both given. Set one to null."
            )
        if self.row is not None and self.map_index is None and not self.maps:
            raise ValueError("A row and a column need a map they belong to. Give “map_index”.")
        numbers = [part.map_index for part in self.maps]
        if len(set(numbers)) < len(numbers):
            raise ValueError("A map stands twice in “maps”. Name each map once, with one weight.")
        if self.maps and not any(part.weight for part in self.maps):
            raise ValueError("All weights in “maps” are zero. Give at least one map another weight.")
        return self

    def _named(self) -> dict[str, bool]:
        return {"map_index": self.map_index is not None, "node": self.node is not None, "maps": bool(self.maps)}

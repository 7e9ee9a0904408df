"""What a file of Keras says of its layers (parsed JSON) -> the layers, one after the other, each with its kind, name and choices.

All of it may be a stranger's: whatever is not as expected is one sentence.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mnistlab.errors import NetworkError

MOST_LAYERS = 100
CONTAINERS = ("Sequential", "Functional", "Model")


@dataclass(frozen=True)
class KerasLayer:
    """One layer. `kind`: its class in Keras; `key`: under which a .keras file keeps its arrays; `config`: its choices, by Keras' names."""

    kind: str
    name: str
    key: str
    config: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        kind, name = (
            "".join(letter if letter.isprintable() else " " for letter in text[:60]) for text in (self.kind, self.name)
        )
        return f"{kind} “{name}”"


def chain_of(config: Any) -> list[KerasLayer]:
    """Return the layers of a Sequential, or of a functional model that is a chain.

    Raises:
        NetworkError: it is something else.
    """
    kind = _text(config, "class_name")
    if kind not in CONTAINERS:
        raise NetworkError(
            f"This network is a “{kind[:60]}”; only a Sequential or a functional chain of layers can be brought."
        )
    inside = config.get("config")
    # The first files of Sequentials were no more than the list.
    described = inside if isinstance(inside, list) else inside.get("layers") if isinstance(inside, dict) else None
    if not isinstance(described, list) or not described:
        raise NetworkError("This network has no layers.")
    if len(described) > MOST_LAYERS:
        raise NetworkError(f"This network has too many layers: {len(described)}.")
    layers = list(_layers(described))
    if kind != "Sequential":
        _check_chain(described, layers)
        outputs = inside.get("output_layers") if isinstance(inside, dict) else None
        if outputs is not None and list(_sources(outputs)) != [layers[-1].name]:
            raise NetworkError(
                "The layers of this network are no chain: its output is not that of its last layer alone."
            )
    return layers


def _layers(described: list[Any]) -> Iterator[KerasLayer]:
    counts: Counter[str] = Counter()
    for layer in described:
        kind = _text(layer, "class_name")
        choices = layer.get("config")
        if not isinstance(choices, dict):
            raise NetworkError(f"The layer {kind[:60]} has no description.")
        name = choices.get("name")
        key = _snake_case(kind)
        # As Keras numbers them: by class, whatever their names are.
        numbered = f"{key}_{counts[key]}" if counts[key] else key
        counts[key] += 1
        yield KerasLayer(kind, name if isinstance(name, str) else key, numbered, choices)


def _check_chain(described: list[Any], layers: list[KerasLayer]) -> None:
    """Check that each layer sees the one before it and nothing else."""
    before: KerasLayer | None = None
    for content, layer in zip(described, layers, strict=True):
        seen = list(_sources(content.get("inbound_nodes")))
        if seen != ([before.name] if before else []):
            raise NetworkError(
                f"The layers of this network are no chain: {layer} sees more or others than the one before it."
            )
        before = layer


def _sources(nodes: Any) -> Iterator[str]:
    """Yield the name of each layer that a layer's calls take in, as Keras 2 and 3 write them."""
    match nodes:
        case [str() as name, int(), int(), *_]:
            yield name
        case list():
            for node in nodes:
                yield from _sources(node)
        case {"keras_history": history}:
            yield from _sources(history)
        case {"args": arguments}:
            yield from _sources(arguments)
        case {"config": config}:
            yield from _sources(config)


def _text(content: Any, key: str) -> str:
    found = content.get(key) if isinstance(content, dict) else None
    if not isinstance(found, str):
        raise NetworkError("What this file says of its layers cannot be read.")
    return found


def _snake_case(kind: str) -> str:
    # Keras' own rule.
    kind = re.sub(r"\W+", "", kind)
    kind = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub("([a-z])([A-Z])", r"\1_\2", kind).lower()

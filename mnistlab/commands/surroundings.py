"""What of this account and machine is not as usual, and what mnistlab makes of it; each as a few words."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from mnistlab.data.sources import keras_folder
from mnistlab.settings import PATHS, PREFIX, account_home, settings

# What networks are computed with here, by Keras' own names of its settings.
OURS = {"backend": "tensorflow", "floatx": "float32", "image_data_format": "channels_last", "epsilon": 1e-7}
LONGEST = 80


def surroundings(given: Mapping[str, str]) -> str:
    """Return what is unusual, for the line of a check; `given`: the environment as it was before the settings were read."""
    return "; ".join([*_places(given), *_keras(given), *_code_page()]) or "nothing unusual"


def _places(given: Mapping[str, str]) -> Iterator[str]:
    if account_home() is None:
        yield "this account has no home folder, so there is no cache of Keras to look into"
    for name in PATHS:
        said, meant = given.get(PREFIX + name.upper()), getattr(settings(), name)
        if said and said != str(meant):
            yield f"{PREFIX}{name.upper()} is “{_short(said)}”, which here is {meant}"


def _keras(given: Mapping[str, str]) -> Iterator[str]:
    wanted: dict[str, Any] = {}
    folder = keras_folder()
    # Keras itself passes over a file that it cannot read.
    with suppress(OSError, ValueError):
        read = json.loads((folder / "keras.json").read_text(encoding="utf-8")) if folder else {}
        wanted = {f"{name} in keras.json": read[name] for name in OURS if name in read}
    wanted["KERAS_BACKEND"] = given.get("KERAS_BACKEND", OURS["backend"])
    for name, value in wanted.items():
        ours = OURS["backend" if name == "KERAS_BACKEND" else name.partition(" ")[0]]
        if value != ours:
            yield f"{name} is “{_short(str(value))}”, for other projects; mnistlab keeps to {ours}"


def _code_page() -> Iterator[str]:
    encoding = (sys.stdout.encoding or "").lower().replace("_", "-")
    if encoding not in ("utf-8", "utf8"):
        yield f"what is printed here is {encoding or 'of no known code page'}; letters it lacks are written as numbers"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

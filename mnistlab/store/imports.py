"""Networks that visitors brought: two files, checked to the last number, kept under the digest of what they hold.

Nothing of a visitor's file reaches the disk as it came: what is written was read, checked and made anew.
"""

import contextlib
import re
import shutil
from functools import lru_cache
from pathlib import Path

from mnistlab.errors import NetworkError, RecipeError, StoreError
from mnistlab.recipes.base import parse_json
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.store.files import read_json, write_json
from mnistlab.store.networks import NETWORK_FILE, StoredNetwork, parse_weights, read_network, write_network
from mnistlab.store.runs import clean_name

IMPORT_ID = re.compile(r"network-[0-9a-f]{16}")
# At most 20 MB each.
MOST_IMPORTS = 100


def import_network(home: Path, network_json: bytes, weights: bytes, name: str, owner: str) -> str:
    """Check and keep a network; return the name recipes know it by. The same network has one name, whoever brings it.

    Arguments:
        home: the store's folder.
        network_json: content of network.json.
        weights: content of weights.safetensors.
        name: what the visitor calls it.
        owner: id of the visitor.

    Raises:
        NetworkError: it is no network, or the two files do not belong together.
        StoreError: there is no room for it.
    """
    try:
        recipe = NetworkRecipe.read(parse_json(network_json))
    except RecipeError as error:
        raise NetworkError(f"{NETWORK_FILE} cannot be used: {error}") from None
    network = StoredNetwork(recipe, parse_weights(weights, recipe, "The file of weights"))
    known = f"network-{network.digest[:16]}"
    folder = home / "networks" / known
    if not (folder / "about.json").exists():
        if len(imports(home)) >= MOST_IMPORTS:
            raise StoreError(f"There are {MOST_IMPORTS} imported networks already. Delete one on the page Lab first.")
        write_network(folder, network)
        write_json(folder / "about.json", {"name": clean_name(name) or known, "owner": owner})
    return known


def imported_network(home: Path, name: str) -> StoredNetwork:
    """Return an imported network.

    Raises:
        StoreError: there is none of this name.
        NetworkError: it is damaged.
    """
    folder = _folder(home, name)
    if not folder.is_dir():
        raise StoreError(f"There is no network “{name[:80]}” here; it may have been deleted.")
    return _read(folder)


def imports(home: Path) -> list[str]:
    """Return the names of all imported networks."""
    with contextlib.suppress(OSError):
        return sorted(path.name for path in (home / "networks").iterdir() if IMPORT_ID.fullmatch(path.name))
    return []


def about_import(home: Path, name: str) -> tuple[str, str]:
    """Return what a visitor called an imported network, and whose it is."""
    try:
        content = read_json(_folder(home, name) / "about.json")
    except StoreError:
        content = None
    found = content if isinstance(content, dict) else {}
    title, owner = found.get("name"), found.get("owner")
    return (clean_name(title) if isinstance(title, str) else "") or name, owner if isinstance(owner, str) else ""


def delete_import(home: Path, name: str) -> None:
    """Remove an imported network."""
    shutil.rmtree(_folder(home, name), ignore_errors=True)
    _read.cache_clear()


def _folder(home: Path, name: str) -> Path:
    if not IMPORT_ID.fullmatch(name):
        raise StoreError(f"There is no network “{name[:80]}” here; it may have been deleted.")
    return home / "networks" / name


# Its name is the digest of what it holds: it never changes.
@lru_cache(maxsize=16)
def _read(folder: Path) -> StoredNetwork:
    return read_network(folder)

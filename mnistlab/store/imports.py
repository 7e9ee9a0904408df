"""Networks uploaded by visitors, fully checked, kept under the digest of their content.

No uploaded bytes are written to disk: the files are written anew from the checked content.
"""

import contextlib
import re
import shutil
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mnistlab.errors import NetworkError, RecipeError, StoreError
from mnistlab.logs import audit
from mnistlab.recipes.base import parse_json
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.refusals import refused
from mnistlab.store.disk import require_disk
from mnistlab.store.files import read_json, write_json
from mnistlab.store.networks import NETWORK_FILE, StoredNetwork, parse_weights, read_network, write_network
from mnistlab.store.origins import Brought, Origins
from mnistlab.store.run_info import clean_name
from mnistlab.store.runs import Store

IMPORT_ID = re.compile(r"network-[0-9a-f]{16}")
# At most 20 MB each; of one visitor a share. Of one address half: a class of thirty behind one router has a place for each of them.
MOST_IMPORTS, MOST_OF_ONE = 100, 20
# Limits the names stored per network, so that a script that makes up visitors cannot fill its file.
MOST_NAMES = 500
_origins = Origins("networks")


def import_network(home: Path, network_json: bytes, weights: bytes, name: str, owner: str, address: str = "") -> str:
    """Check and keep a network; return its name for recipes. The same network has one name for all visitors.

    Arguments:
        home: the store's folder.
        network_json: content of network.json, or of the recipe of a training.
        weights: content of weights.safetensors.
        name: the visitor's name for it.
        owner: id of the visitor.
        address: a token for their network address; "" if addresses are not counted.

    Raises:
        NetworkError: if it is not a network, or the two files do not belong together.
        StoreError: if there is no room for it.
    """
    try:
        content = parse_json(network_json)
        # What a finished training offers for download is its whole recipe.
        is_training = isinstance(content, dict) and content.get("kind") == "training"
        recipe = NetworkRecipe.read(content.get("network", {}) if is_training else content)
    except RecipeError as error:
        raise NetworkError(f"{NETWORK_FILE} cannot be used: {error}") from None
    network = StoredNetwork(recipe, parse_weights(weights, recipe, "The file of weights"))
    return keep_network(home, network, name, owner, address)


def keep_network(home: Path, network: StoredNetwork, name: str, owner: str, address: str = "") -> str:
    """Keep a checked network that a visitor brought; return the name recipes know it by, as `import_network` does.

    Raises:
        StoreError: there is no room for it.
    """
    known = f"network-{network.digest[:16]}"
    # Who brings or deletes the same one meanwhile must not write what they read before.
    with Store(home).admission_lock():
        _keep(home, known, network, name, owner, address)
        _origins.note((home / "networks" / known, owner), address)
    return known


def _keep(home: Path, known: str, network: StoredNetwork, name: str, owner: str, address: str) -> None:
    folder = home / "networks" / known
    if not (folder / "about.json").exists():
        if len(imports(home)) >= MOST_IMPORTS:
            raise refused(
                StoreError(f"There are {MOST_IMPORTS} imported networks already. Delete one on the page Lab first."),
                owner,
            )
        if sum(_belongs_to(home, other, owner) for other in imports(home)) >= MOST_OF_ONE:
            raise refused(
                StoreError(f"You have brought {MOST_OF_ONE} networks already. Delete one on the page Lab first."), owner
            )
        require_disk(home, "a network", owner)
        _require_place(home, owner, address)
        write_network(folder, network)
        write_json(folder / "about.json", {"name": clean_name(name) or known, "owner": owner})
        audit("network imported", network=known, by=owner)
    elif owner == (about := _about(home, known)).get("owner"):
        if clean_name(name):
            write_json(folder / "about.json", {**about, "name": clean_name(name)})
    elif owner:
        _origins.require_name([(folder, other) for other in _names(about)], MOST_NAMES, address, owner)
        if len(_names(about)) >= MOST_NAMES:
            raise refused(StoreError("Too many visitors have brought this very network already."), owner)
        write_json(
            folder / "about.json",
            {**about, "names": {**_names(about), owner: clean_name(name) or _names(about).get(owner, known)}},
        )
        audit("network imported again", network=known, by=owner)


def _require_place(home: Path, owner: str, address: str) -> None:
    """Raise an error if a network address has taken its half of the places; call it while holding the admission lock."""
    owners: list[Brought] = []
    others: list[Brought] = []
    for name in imports(home):
        about, folder = _about(home, name), home / "networks" / name
        owners.append((folder, str(about.get("owner", ""))))
        others += [(folder, other) for other in _names(about)]
    _origins.keep_only([*owners, *others])
    _origins.require_place(owners, MOST_IMPORTS, address, owner)


def _belongs_to(home: Path, name: str, visitor: str) -> bool:
    """Return whether a visitor brought an imported network; never outside of a lab, where nobody has an id."""
    about = _about(home, name)
    return bool(visitor) and (about.get("owner") == visitor or visitor in _names(about))


def imported_network(home: Path, name: str) -> StoredNetwork:
    """Return an imported network.

    Raises:
        StoreError: if there is none of this name.
        NetworkError: if it is damaged.
    """
    folder = _folder(home, name)
    if not folder.is_dir():
        raise StoreError(f"There is no network “{name[:80]}” here; it may have been deleted.")
    return _read(folder)


def imported_recipe(home: Path, name: str) -> NetworkRecipe:
    """Return the layers of an imported network, without reading its weights.

    Raises:
        MnistlabError: there is none of this name, or it is damaged.
    """
    return NetworkRecipe.read(read_json(_folder(home, name) / NETWORK_FILE))


def imports(home: Path) -> list[str]:
    """Return the names of all imported networks."""
    with contextlib.suppress(OSError):
        return sorted(path.name for path in (home / "networks").iterdir() if IMPORT_ID.fullmatch(path.name))
    return []


def about_import(home: Path, name: str, visitor: str = "") -> tuple[str, str]:
    """Return the name and owner of an imported network; for a visitor who imported it too, their own name for it and their own id."""
    about = _about(home, name)
    if visitor in _names(about):
        return clean_name(_names(about)[visitor]) or name, visitor
    title, owner = about.get("name"), about.get("owner")
    return (clean_name(title) if isinstance(title, str) else "") or name, owner if isinstance(owner, str) else ""


def delete_import(home: Path, name: str, visitor: str = "") -> bool:
    """Remove a visitor from the owners of an imported network; return whether it was deleted because nobody else imported it.

    Arguments:
        home: the store's folder.
        name: name of the network.
        visitor: the visitor who deletes it; "": all of them.

    Raises:
        StoreError: there is none of this name, or the disk is full or read-only.
    """
    with Store(home).admission_lock():
        return _delete(home, name, visitor)


def _delete(home: Path, name: str, visitor: str) -> bool:
    about, folder = _about(home, name), _folder(home, name)
    names = _names(about)
    if visitor and visitor in names:
        del names[visitor]
        write_json(folder / "about.json", {**about, "names": names})
        return False
    if visitor and names:
        heir = next(iter(names))
        write_json(folder / "about.json", {"name": names.pop(heir), "owner": heir, "names": names})
        return False
    shutil.rmtree(folder, ignore_errors=True)
    _read.cache_clear()
    return True


def _about(home: Path, name: str) -> dict[str, Any]:
    try:
        content = read_json(_folder(home, name) / "about.json")
    except StoreError:
        return {}
    return content if isinstance(content, dict) else {}


def _names(about: Mapping[str, Any]) -> dict[str, str]:
    """Return the names given by later visitors who imported it too, by their ids."""
    names = about.get("names")
    return {who: name for who, name in names.items() if isinstance(name, str)} if isinstance(names, dict) else {}


def _folder(home: Path, name: str) -> Path:
    if not IMPORT_ID.fullmatch(name):
        raise StoreError(f"There is no network “{name[:80]}” here; it may have been deleted.")
    return home / "networks" / name


# Its name is the digest of its content, so it never changes.
@lru_cache(maxsize=16)
def _read(folder: Path) -> StoredNetwork:
    return read_network(folder)

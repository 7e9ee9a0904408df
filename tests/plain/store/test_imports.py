"""Networks that visitors bring: two files, checked to the last number."""

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from safetensors.numpy import load, save
from support.sentences import refused

from mnistlab.errors import NetworkError, StoreError
from mnistlab.recipes import TrainingRecipe
from mnistlab.store import imports as store_imports
from mnistlab.store.imports import about_import, delete_import, import_network, imports
from mnistlab.store.models import REFERENCE_FOLDER, find_network, reference_network
from mnistlab.store.runs import Store

NETWORK = (REFERENCE_FOLDER / "network.json").read_bytes()
WEIGHTS = (REFERENCE_FOLDER / "weights.safetensors").read_bytes()
OWNER = "a" * 16


def test_what_is_brought_can_be_used_by_its_name(home):
    known = import_network(home, NETWORK, WEIGHTS, "Mine\n<b>", OWNER)
    assert imports(home) == [known]
    assert about_import(home, known) == ("Mine <b>", OWNER)
    assert find_network(known, Store(home)).digest == reference_network().digest
    assert import_network(home, NETWORK, WEIGHTS, "again", "b" * 16) == known
    assert about_import(home, known)[1] == OWNER
    delete_import(home, known)
    with refused(StoreError, "There is no network"):
        find_network(known, Store(home))


def test_the_recipe_of_a_training_stands_for_its_network(home):
    recipe = TrainingRecipe(network=reference_network().recipe)
    assert import_network(home, recipe.to_json().encode(), WEIGHTS, "", OWNER) == import_network(
        home, NETWORK, WEIGHTS, "", OWNER
    )


def test_nothing_is_kept_as_it_came(home):
    """The same numbers with something smuggled in the header: what lies on disk is made anew."""
    header = int.from_bytes(WEIGHTS[:8], "little")
    content = json.loads(WEIGHTS[8 : 8 + header])
    content["__metadata__"] = {"smuggled": "x" * 500}
    text = json.dumps(content).encode()
    known = import_network(home, NETWORK, len(text).to_bytes(8, "little") + text + WEIGHTS[8 + header :], "", OWNER)
    kept = b"".join(path.read_bytes() for path in (home / "networks" / known).iterdir())
    assert b"smuggled" not in kept


@pytest.mark.parametrize(
    ("network", "weights"),
    [
        (b"", WEIGHTS),
        (b'{"conv": [{}], "pool": []}', WEIGHTS),
        (b"[" * 100_000, WEIGHTS),
        (b'{"conv": [{"filters": 1e9}]}', WEIGHTS),
        (NETWORK, b""),
        (NETWORK, WEIGHTS[:-1]),
        (NETWORK, WEIGHTS + b"x"),
        (NETWORK, (2**63).to_bytes(8, "little") + b"{}"),
        (NETWORK, b"\x80\x04\x95 a pickle"),
        (NETWORK, save({"Conv2D_1/kernel": np.zeros((3, 3, 1, 32), np.float32)})),
        (NETWORK, save(reference_network().weights | {"Conv2D_1/bias": np.full(32, np.nan, np.float32)})),
        (NETWORK, save(reference_network().weights | {"Conv2D_1/bias": np.zeros(32, np.float64)})),
        (NETWORK, save(reference_network().weights | {"../../escape": np.zeros(32, np.float32)})),
    ],
)
def test_what_is_no_network_is_refused_and_leaves_nothing(home, network, weights):
    with refused(NetworkError):
        import_network(home, network, weights, "", OWNER)
    assert not (home / "networks").exists()


@pytest.mark.parametrize(
    "name", ["network-../../../etc/pass", "network-ABCDEF0123456789", "network-0123456789abcdef/.."]
)
def test_a_name_is_never_a_path(home, name):
    with refused(StoreError, "There is no network"):
        find_network(name, Store(home))


def test_imports_do_not_fill_the_disk(home, monkeypatch):
    monkeypatch.setattr("mnistlab.store.imports.MOST_IMPORTS", 0)
    with refused(StoreError, "imported networks already"):
        import_network(home, NETWORK, WEIGHTS, "", OWNER)


def test_one_visitor_takes_no_more_than_a_share_of_the_room_and_the_log_says_so(home, monkeypatch, caplog):
    monkeypatch.setattr("mnistlab.store.imports.MOST_OF_ONE", 1)
    caplog.set_level("INFO", "mnistlab.audit")
    import_network(home, NETWORK, WEIGHTS, "", OWNER)
    other = save({name: value + 1 for name, value in load(WEIGHTS).items()})
    with refused(StoreError, "You have brought 1 networks"):
        import_network(home, NETWORK, other, "", OWNER)
    assert [(line.getMessage(), line.by) for line in caplog.records][-1] == ("visitor refused", OWNER)
    import_network(home, NETWORK, other, "", "b" * 16)


def another(number):
    """Return the weights of a network that nobody has brought."""
    return save({name: value + number for name, value in load(WEIGHTS).items()})


def test_one_address_takes_half_of_the_room_at_most_and_the_log_says_so(home, monkeypatch, caplog):
    monkeypatch.setattr("mnistlab.store.imports.MOST_IMPORTS", 4)
    caplog.set_level("INFO", "mnistlab.audit")
    kept = [import_network(home, NETWORK, another(number), "", f"{number}" * 16, "here") for number in (1, 2)]
    with refused(StoreError, "2 networks, half of all", "your internet address"):
        import_network(home, NETWORK, another(3), "", "3" * 16, "here")
    assert [(line.getMessage(), line.by) for line in caplog.records][-1] == ("visitor refused", "3" * 16)
    # Others have their half, and what is deleted makes room.
    for number in (4, 5):
        import_network(home, NETWORK, another(number), "", f"{number}" * 16, "there")
    delete_import(home, kept[0])
    import_network(home, NETWORK, another(3), "", "3" * 16, "here")
    with refused(StoreError, "There are 4 imported networks"):
        import_network(home, NETWORK, another(6), "", "6" * 16, "elsewhere")


def test_what_one_inherits_takes_a_place_of_theirs(home, monkeypatch):
    monkeypatch.setattr("mnistlab.store.imports.MOST_IMPORTS", 2)
    first = import_network(home, NETWORK, another(1), "", "1" * 16, "there")
    import_network(home, NETWORK, another(1), "", "2" * 16, "here")
    delete_import(home, first, "1" * 16)
    with refused(StoreError, "1 networks, half of all"):
        import_network(home, NETWORK, another(2), "", "2" * 16, "here")
    import_network(home, NETWORK, another(2), "", "1" * 16, "there")


def test_a_class_behind_one_router_brings_a_network_each(home):
    assert len({import_network(home, NETWORK, another(n), "", f"{n:016x}", "school") for n in range(30)}) == 30


def test_one_address_gives_half_of_a_networks_names_at_most(home, monkeypatch):
    monkeypatch.setattr("mnistlab.store.imports.MOST_NAMES", 4)
    for visitor in "0abc":
        address = "there" if visitor == "0" else "here"
        if visitor == "c":
            with refused(StoreError, "visitors at your internet address"):
                import_network(home, NETWORK, WEIGHTS, "", visitor * 16, address)
        else:
            import_network(home, NETWORK, WEIGHTS, "", visitor * 16, address)
    assert import_network(home, NETWORK, WEIGHTS, "mine", "d" * 16, "elsewhere")


def test_where_addresses_are_not_counted_there_is_room_for_all(home, monkeypatch):
    monkeypatch.setattr("mnistlab.store.imports.MOST_IMPORTS", 2)
    for number in (1, 2):
        import_network(home, NETWORK, another(number), "", f"{number}" * 16)


def test_a_disk_that_is_nearly_full_takes_no_network(home, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 10**7, 10**7))
    with refused(StoreError, "10 MB are left"):
        import_network(home, NETWORK, WEIGHTS, "", OWNER)


def test_each_who_brings_it_has_a_name_for_it_and_the_last_takes_it_along(home):
    known = import_network(home, NETWORK, WEIGHTS, "Ann at first", OWNER)
    import_network(home, NETWORK, WEIGHTS, "Ann's", OWNER)
    about = json.loads((home / "networks" / known / "about.json").read_text())
    assert about == {"name": "Ann's", "owner": OWNER}
    for visitor in ("b" * 16, "c" * 16):
        import_network(home, NETWORK, WEIGHTS, f"{visitor[0]}'s", visitor)
    assert about_import(home, known, "b" * 16) == ("b's", "b" * 16)
    assert about_import(home, known, "d" * 16) == about_import(home, known) == ("Ann's", OWNER)
    # Who came later goes; then who came first, and leaves it to the next; then the last.
    assert not delete_import(home, known, "b" * 16)
    assert about_import(home, known, "b" * 16) == ("Ann's", OWNER)
    assert not delete_import(home, known, OWNER)
    assert about_import(home, known) == ("c's", "c" * 16)
    assert delete_import(home, known, "c" * 16)
    assert imports(home) == []


def slowly(monkeypatch, of):
    """Let a pause follow each time that `of` has read something, so that others read the same before it is written."""
    function = getattr(store_imports, of)

    def slow(*arguments):
        found = function(*arguments)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(store_imports, of, slow)


def test_all_who_bring_it_at_once_stay(home, monkeypatch):
    slowly(monkeypatch, "_about")
    visitors = [letter * 16 for letter in "abcdef"]
    with ThreadPoolExecutor(len(visitors)) as threads:
        found = set(threads.map(lambda who: import_network(home, NETWORK, WEIGHTS, f"{who[0]}'s", who), visitors))
    (known,) = found
    monkeypatch.undo()
    assert [about_import(home, known, who) for who in visitors] == [(f"{who[0]}'s", who) for who in visitors]


def test_who_brings_it_while_others_delete_it_stays(home, monkeypatch):
    visitors = [letter * 16 for letter in "abcd"]
    for who in visitors[:3]:
        known = import_network(home, NETWORK, WEIGHTS, f"{who[0]}'s", who)
    slowly(monkeypatch, "_about")
    with ThreadPoolExecutor(3) as threads:
        gone = [threads.submit(delete_import, home, known, who) for who in visitors[1:3]]
        threads.submit(import_network, home, NETWORK, WEIGHTS, "d's", visitors[3]).result()
        assert [one.result() for one in gone] == [False, False]
    monkeypatch.undo()
    about = json.loads((home / "networks" / known / "about.json").read_text())
    assert about == {"name": "a's", "owner": visitors[0], "names": {visitors[3]: "d's"}}


def test_nobody_named_takes_it_from_all(home):
    known = import_network(home, NETWORK, WEIGHTS, "Ann's", OWNER)
    import_network(home, NETWORK, WEIGHTS, "Bob's", "b" * 16)
    assert delete_import(home, known)
    assert imports(home) == []


@pytest.mark.parametrize("owner", ["", OWNER])
def test_who_brings_a_network_again_renames_their_own(home, owner):
    known = import_network(home, NETWORK, WEIGHTS, "mine", owner)
    import_network(home, NETWORK, WEIGHTS, "", owner)
    assert about_import(home, known, owner) == ("mine", owner)
    import_network(home, NETWORK, WEIGHTS, "better", owner)
    assert about_import(home, known, owner) == ("better", owner)
    if owner:
        for name in ("theirs", ""):
            import_network(home, NETWORK, WEIGHTS, name, "b" * 16)
            assert about_import(home, known, "b" * 16) == ("theirs", "b" * 16)
        assert about_import(home, known, owner) == ("better", owner)

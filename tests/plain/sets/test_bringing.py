"""A set of digits is read by a process that may do nothing else, kept under its digest, owned, used and deleted; on the command line likewise."""

import gzip
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from support.sentences import refused
from support.set_files import NAMES, idx, made, npy, npz, pictures

from mnistlab.__main__ import main
from mnistlab.data import brought
from mnistlab.data.sources import data_of, digits, find_source, first_digits
from mnistlab.errors import DataError, RecipeError, StoreError
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.data_sets import data_set
from mnistlab.set_files import bring, contents
from mnistlab.set_files.contents import Wishes, contents_of, files_at
from mnistlab.settings import settings
from mnistlab.store import sets as stored
from mnistlab.store.files import is_held, lock_file, write_bytes
from mnistlab.store.networks import StoredNetwork, read_network, write_network
from mnistlab.store.sets import BroughtSet, about_set, delete_set, keep_set, named_set

SET = made()


def a_set(seed=0, classes=13):
    return BroughtSet(
        made(classes, seed=seed), (NAMES * 5)[:classes] if classes <= 13 else tuple(map(str, range(classes)))
    )


def test_files_become_a_set_by_a_process_of_its_own():
    found = contents_of([("a.npz", npz(**SET))], Wishes(NAMES))
    np.testing.assert_array_equal(found.train.images, SET["x_train"])
    np.testing.assert_array_equal(found.test.labels, SET["y_test"])
    assert (found.classes, found.notes) == (NAMES, ())


def test_a_set_is_found_by_its_name(home):
    name = keep_set(a_set(), "Clothes", "")
    assert name.startswith("set-")
    assert name.endswith("-13-130-39")
    known = find_source(data_set(name))
    assert known is not None
    assert (known.title, known.set.classes, known.set.test) == ("Clothes", NAMES, 39)
    np.testing.assert_array_equal(digits(name, "train").images, SET["x_train"])
    assert len(first_digits(name, "test", 5)) == 5
    assert (data_of(name), data_of("mnist"), data_of(None)) == (name, "embedded", "embedded")
    assert stored.sets() == [name]
    assert keep_set(a_set(), "Clothes", "") == name
    assert keep_set(a_set(1), "Others", "") != name


def test_a_recipe_speaks_of_a_set_by_name():
    name = keep_set(a_set(), "Clothes", "")
    recipe = TrainingRecipe.read({"data": name})
    assert (recipe.data, recipe.train_size, recipe.network.classes) == (name, 130, 13)
    assert TrainingRecipe.read(recipe.model_dump()) == recipe
    with refused(RecipeError, "13 classes", "12 outputs"):
        TrainingRecipe.read({"data": name, "network": {"classes": 12}})
    with refused(RecipeError, "60 training digits", "100 at least"):
        TrainingRecipe.read({"data": "set-0123456789abcdef-13-60-20", "train_size": 100})
    with refused(RecipeError, "“data”", "the name of a set"):
        TrainingRecipe.read({"data": "set-../../etc-13-60-20"})


def test_owners_share_a_set_and_the_last_one_deletes_it(home):
    name = keep_set(a_set(), "Ann's", "ann")
    assert keep_set(a_set(), "Bob's", "bob") == name
    assert about_set(name) == ("Ann's", "ann")
    assert about_set(name, "bob") == ("Bob's", "bob")
    assert not delete_set(name, "ann")
    assert about_set(name) == ("Bob's", "bob")
    assert delete_set(name, "bob")
    assert not (home / "sets" / name).exists()
    with refused(DataError, "not here any more"):
        digits(name, "test")
    with refused(StoreError, "may have been deleted"):
        delete_set(name)


def test_who_brings_a_set_again_renames_their_own():
    name = keep_set(a_set(), "Clothes", "ann")
    keep_set(a_set(), "", "ann")
    assert about_set(name, "ann") == ("Clothes", "ann")
    keep_set(a_set(), "Fashion", "ann")
    keep_set(a_set(), "", "bob")
    assert about_set(name, "ann") == ("Fashion", "ann")
    assert about_set(name, "bob") == ("Digits without a name", "bob")


def test_there_is_room_for_so_many(monkeypatch):
    monkeypatch.setattr(stored, "MOST_OF_ONE", 1)
    monkeypatch.setattr(stored, "MOST_SETS", 2)
    keep_set(a_set(), "one", "ann")
    with refused(StoreError, "You have brought 1"):
        keep_set(a_set(1), "two", "ann")
    keep_set(a_set(1), "two", "bob")
    with refused(StoreError, "There are 2 sets"):
        keep_set(a_set(2), "three", "carl")


def test_one_address_takes_half_of_the_room_at_most(monkeypatch, caplog):
    monkeypatch.setattr(stored, "MOST_SETS", 4)
    monkeypatch.setattr(stored, "MOST_NAMES", 2)
    caplog.set_level("INFO", "mnistlab.audit")
    first = keep_set(a_set(0), "one", "ann", "here")
    keep_set(a_set(1), "two", "bob", "here")
    with refused(StoreError, "2 sets of digits, half of all", "your internet address"):
        keep_set(a_set(2), "three", "carl", "here")
    assert [(line.getMessage(), line.by) for line in caplog.records][-1] == ("visitor refused", "carl")
    keep_set(a_set(2), "three", "dora", "there")
    keep_set(a_set(0), "mine", "carl", "here")
    with refused(StoreError, "visitors at your internet address"):
        keep_set(a_set(0), "mine", "eve", "here")
    keep_set(a_set(0), "mine", "dora", "there")
    # What one inherits is theirs from then on, at their address.
    delete_set(first, "ann")
    assert about_set(first)[1] == "carl"
    with refused(StoreError, "half of all"):
        keep_set(a_set(3), "four", "carl", "here")
    delete_set(first)
    keep_set(a_set(3), "four", "carl", "here")


def test_the_next_set_is_read_once_this_one_is_kept(monkeypatch):
    def keep(*_):
        with ThreadPoolExecutor() as other:
            assert not other.submit(contents.one_at_a_time.acquire, blocking=False).result()
        return "kept"

    monkeypatch.setattr(bring, "keep_set", keep)
    assert bring.bring([("a.npz", npz(**SET))], "Clothes", "").data == "kept"


def test_a_set_is_written_before_jobs_have_to_wait_and_a_failed_write_leaves_nothing(home, monkeypatch):
    written = []

    def write(path, content):
        assert not is_held(lock_file(home / ".door.lock"))
        written.append(path.name)
        if path.name == "x_test.npy":
            raise StoreError("The disk is full.")
        write_bytes(path, content)

    monkeypatch.setattr(stored, "write_bytes", write)
    with refused(StoreError, "The disk is full"):
        keep_set(a_set(), "Clothes", "ann")
    assert "x_train.npy" in written
    assert list((home / "sets").iterdir()) == []


def test_the_reserve_of_the_disk_is_kept_and_remains_of_a_crash_are_removed(home, monkeypatch):
    monkeypatch.setenv("MNISTLAB_DISK_RESERVE", "10000000")
    settings.cache_clear()
    with refused(StoreError, "The disk is nearly full"):
        keep_set(a_set(), "Clothes", "ann")
    monkeypatch.delenv("MNISTLAB_DISK_RESERVE")
    settings.cache_clear()
    remains = home / "sets" / a_set(1).name
    remains.mkdir(parents=True)
    (remains / "x_train.npy").write_bytes(b"half")
    assert keep_set(a_set(), "Clothes", "ann") == a_set().name
    assert [path.name for path in (home / "sets").iterdir()] == [a_set().name]


def test_long_names_do_not_strip_a_set_of_its_owner(home):
    name = keep_set(a_set(), "Clothes", "ann")
    path = home / "sets" / name / "about.json"
    long = "\U0001d518" * 60
    path.write_text(json.dumps({"name": "Clothes", "owner": "ann", "names": {f"v{at}": long for at in range(266)}}))
    with refused(StoreError, "Too many visitors"):
        for at in range(20):
            keep_set(a_set(), long, f"w{at}")
    assert about_set(name) == ("Clothes", "ann")
    path.write_text("{")
    assert about_set(name)[1] == stored.NOBODY
    with refused(StoreError, "cannot be read now"):
        keep_set(a_set(), "mine now", "eve")


@pytest.mark.parametrize("name", ["x_train.npy", "y_test.npy"])
def test_a_damaged_set_is_said(home, name):
    known = keep_set(a_set(), "Clothes", "")
    (home / "sets" / known / name).write_bytes(npy(np.zeros((3, 28, 28), np.uint8)))
    brought._mapped.cache_clear()
    with refused(DataError, "damaged"):
        digits(known, "train" if "train" in name else "test")


def test_a_network_knows_its_classes_when_its_set_is_gone(tmp_path):
    name = keep_set(a_set(), "Clothes", "")
    recipe = TrainingRecipe.read({"data": name, "network": {"conv": [{"filters": 1}], "pool": [], "dense": []}}).network
    from mnistlab.recipes import weight_shapes

    weights = {key: np.zeros(shape, np.float32) for key, shape in weight_shapes(recipe).items()}
    write_network(tmp_path, StoredNetwork(recipe, weights, name))
    assert read_network(tmp_path).classes == NAMES
    delete_set(name)
    assert (read_network(tmp_path).data, read_network(tmp_path).classes) == (name, NAMES)
    assert StoredNetwork(recipe, weights, name).classes == tuple(str(label) for label in range(13))


def test_titles_name_a_set_on_the_command_line():
    name = keep_set(a_set(), "Clothes", "")
    assert [named_set(text) for text in (name, "Clothes", "mnist")] == [name, name, "mnist"]
    with refused(DataError, "no set of digits “Shoes”"):
        named_set("Shoes")
    keep_set(a_set(1), "Clothes", "")
    with refused(DataError, "Several sets"):
        named_set("Clothes")


def added(capsys, *arguments):
    capsys.readouterr()
    status = main(["data", "add", *map(str, arguments)])
    out, said = capsys.readouterr()
    return status, json.loads(out.splitlines()[-1]) if out else None, said


def test_a_file_is_added_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "fashion.npz"
    path.write_bytes(npz(**SET | {"x_test": SET["x_train"][:39]}))
    status, found, said = added(capsys, path, "--name", "Clothes", "--classes", ",".join(NAMES))
    assert status == 0
    assert found == {"data": stored.sets()[0], "train": 130, "test": 39, "classes": list(NAMES)}
    assert "39 of the 39 test digits are training digits" in said
    assert about_set(found["data"])[0] == "Clothes"


FOLDERS = {
    "x.npy": {"x.npy": npy(SET["x_train"]), "y.npy": npy(SET["y_train"])},
    "train-images-idx3-ubyte.gz": {
        "train-images-idx3-ubyte.gz": idx(SET["x_train"]),
        "train-labels-idx1-ubyte.gz": idx(SET["y_train"]),
        "t10k-images-idx3-ubyte.gz": idx(SET["x_test"]),
        "t10k-labels-idx1-ubyte.gz": idx(SET["y_test"]),
    },
    "": {
        "x_train.npy": npy(SET["x_train"]),
        "y_train.npy": npy(SET["y_train"]),
        "x_test.npy": npy(SET["x_test"]),
        "y_test.npy": npy(SET["y_test"]),
        ".DS_Store": b"clutter",
    },
}


@pytest.mark.parametrize("named", FOLDERS)
def test_what_belongs_to_a_file_is_found_beside_it(tmp_path, named):
    for name, content in FOLDERS[named].items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "outside").mkdir()
    files = files_at(tmp_path / named)
    assert {name for name, _ in files} == set(FOLDERS[named]) - {".DS_Store"}


def test_a_folder_of_pictures_is_added_and_links_out_of_it_are_not_followed(tmp_path, capsys):
    with zipfile.ZipFile(BytesIO(pictures(SET))) as archive:
        archive.extractall(tmp_path / "mine")
    (tmp_path / "secret.png").write_bytes(b"none of theirs")
    (tmp_path / "mine" / "digits" / "train" / "Bag" / "x.png").symlink_to(tmp_path / "secret.png")
    status, found, _ = added(capsys, tmp_path / "mine")
    assert (status, found["train"], found["test"]) == (0, 130, 39)
    assert "T-shirt-top" in found["classes"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "it is empty"), (b"no set", "no digits"), (gzip.compress(b"no set"), "no digits")],
    ids=["empty", "text", "packed"],
)
def test_what_is_no_set_ends_with_a_sentence(tmp_path, capsys, content, words):
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    status, found, said = added(capsys, path)
    assert (status, found) == (2, None)
    assert words in said
    assert stored.sets() == []
    assert added(capsys, tmp_path / "nowhere.npz")[0] == 2

"""Sets that MNISTLAB_DATA names are taken up once; published ones are fetched, and kept only if they are what they should be."""

import hashlib
import http.server
import io
import json
import threading
import zipfile
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
import pytest
from support.mnist_files import mnist_arrays, write_mnist
from support.sentences import assert_sentence, refused
from support.set_files import idx, made, npy, npz
from support.waiting import wait_for

from mnistlab.__main__ import main
from mnistlab.brought_sets import known_set
from mnistlab.commands import doctor
from mnistlab.data import published, published_archive
from mnistlab.data.embedded import sample_digits
from mnistlab.data.sources import data_at_hand, digits, find_source, source_in_use
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import EMBEDDED, MNIST
from mnistlab.set_files.fetching import ARCHIVES, FETCHED, Fetching
from mnistlab.set_files.given import take_up_given
from mnistlab.settings import settings
from mnistlab.store.sets import about_set, sets

SET, TEN = made(), made(10, seed=5)


def give(monkeypatch, path):
    monkeypatch.setenv("MNISTLAB_DATA", str(path))
    settings.cache_clear()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with MNIST, a set in one file, one in two, one in a folder of its own, and what is none."""
    path = tmp_path / "sets"
    (path / "of its own").mkdir(parents=True)
    write_mnist(path / "mnist.npz")
    (path / "clothes.npz").write_bytes(npz(**SET))
    (path / "x.npy").write_bytes(npy(TEN["x_train"]))
    (path / "y.npy").write_bytes(npy(TEN["y_train"]))
    for name, array in made(3).items():
        (path / "of its own" / f"{name}.npy").write_bytes(npy(array))
    (path / "README").write_text("not a set")
    (path / "broken.npz").write_bytes(b"PK\x03\x04 broken")
    give(monkeypatch, path)
    return path


def test_a_folder_of_several_sets_is_taken_up_once(folder):
    (complaint,) = take_up_given()
    assert_sentence(complaint)
    assert "broken.npz" in complaint
    assert {about_set(name)[0] for name in sets()} == {"clothes", "x", "of its own"}
    assert source_in_use()[0].path == folder / "mnist.npz"
    before = {name: (settings().home / "sets" / name / "set.json").stat().st_mtime_ns for name in sets()}
    (folder / "broken.npz").unlink()
    assert take_up_given() == []
    assert before == {name: (settings().home / "sets" / name / "set.json").stat().st_mtime_ns for name in sets()}
    (folder / "clothes.npz").write_bytes(npz(**made(seed=9)))
    take_up_given()
    assert len(sets()) == 4
    # Neither changes the time of its folder or of the file that the set is known by.
    (folder / "y.npy").write_bytes(npy(TEN["y_train"][::-1]))
    take_up_given()
    assert len(sets()) == 5
    with (folder / "of its own" / "x_train.npy").open("wb") as file:
        file.write(npy(255 - made(3)["x_train"]))
    take_up_given()
    assert len(sets()) == 6


def test_without_mnist_in_it_mnist_is_looked_for_elsewhere(folder):
    (folder / "mnist.npz").unlink()
    assert find_source(MNIST) is None
    assert source_in_use() == (find_source(EMBEDDED), "")


def test_another_set_of_ten_classes_is_at_hand_instead_of_mnist(tmp_path, monkeypatch):
    """Also MNIST itself, as NumPy writes it with labels of eight bytes."""
    path = tmp_path / "clothes.npz"
    path.write_bytes(npz(**TEN | {"y_train": TEN["y_train"].astype(np.int64)}))
    give(monkeypatch, path)
    with refused(DataError, "is not MNIST"):
        digits("mnist", "train")
    assert take_up_given() == []
    assert data_at_hand() == sets()[0]
    assert source_in_use()[0].title == "clothes (from MNISTLAB_DATA)"


def test_doctor_says_what_is_wrong_with_it(tmp_path, monkeypatch, capsys):
    path = tmp_path / "mnist.npz"
    path.write_bytes(b"<!DOCTYPE html>" * 50)
    give(monkeypatch, path)
    main(["doctor"])
    shown = capsys.readouterr().out
    assert "BAD  digits" in shown
    assert json.loads(shown.splitlines()[-1])["ok"] is False


ODD = {
    "transposed": (lambda images: images.transpose(0, 2, 1), "look transposed"),
    "inverted": (lambda images: 255 - images, "dark on a bright ground"),
    "of another range": (lambda images: (images > 100).astype(np.uint8), "values 0 and 1 only"),
    "as it is": (lambda images: images, ""),
}


@pytest.mark.parametrize("case", ODD.values(), ids=ODD)
def test_mnist_that_somebody_changed_is_a_set_that_says_so(tmp_path, monkeypatch, case):
    change, said = case
    # As often as MNIST has them; those that are looked at are right.
    labels = np.random.default_rng(0).permutation(mnist_arrays()["y_test"])
    images = np.concatenate([change(sample_digits(labels[:250], 3))] * 40)
    give(monkeypatch, write_mnist(tmp_path / "mnist.npz", x_test=images, y_test=labels))
    found = doctor._digits()
    assert said in found
    assert ("MNIST (from MNISTLAB_DATA)" in found) == (not said)
    assert (source_in_use()[0].name == "mnist") == (not said)


FILES = {
    "train-images-idx3-ubyte.gz": idx(SET["x_train"]),
    "train-labels-idx1-ubyte.gz": idx(SET["y_train"]),
    "t10k-images-idx3-ubyte.gz": idx(SET["x_test"]),
    "t10k-labels-idx1-ubyte.gz": idx(SET["y_test"]),
}


# The sets of EMNIST, smaller and with their labels: digits from 0, letters from 1.
EMNIST = {"digits": made(10, 130, 39, 1), "letters": made(26, 130, 52, 2), "balanced": made(47, 141, 94, 3)}


def archive_of(sets):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, arrays in sets.items():
            for split in ("train", "test"):
                # They lie on their side.
                pictures, labels = arrays[f"x_{split}"].transpose(0, 2, 1), arrays[f"y_{split}"]
                stem = f"gzip/emnist-{name}-{split}"
                archive.writestr(f"{stem}-images-idx3-ubyte.gz", idx(np.ascontiguousarray(pictures)))
                archive.writestr(f"{stem}-labels-idx1-ubyte.gz", idx(labels + (name == "letters")))
        archive.writestr("gzip/emnist-byclass-mapping.txt", "0 48")
    return packed.getvalue()


ARCHIVE = archive_of(EMNIST)
ZIPS = {"gzip.zip": ARCHIVE, "part.zip": archive_of({"digits": EMNIST["digits"]})}


class Handler(http.server.BaseHTTPRequestHandler):
    """Sends the files of a set."""

    def do_GET(self):
        content = (FILES | ZIPS).get(self.path.strip("/"))
        # NIST's server turns Python's own name away.
        turned_away = self.path.endswith(".zip") and "urllib" in self.headers["User-Agent"]
        self.send_response(403 if turned_away else 200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_):
        pass


def about(content):
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@pytest.fixture
def server(monkeypatch):
    """A server of this machine that publishes the set, named as Fashion-MNIST's."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made_here:
        threading.Thread(target=made_here.serve_forever, daemon=True).start()
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
        known = replace(
            published.PUBLISHED["fashion-mnist"],
            address=f"http://127.0.0.1:{made_here.server_port}",
            files=sums,
            classes=tuple(f"kind {label}" for label in range(13)),
        )
        monkeypatch.setitem(published.PUBLISHED, "fashion-mnist", known)
        emnist = replace(ARCHIVES["emnist"], address=f"{known.address}/gzip.zip", **about(ARCHIVE))
        monkeypatch.setitem(ARCHIVES, "emnist", emnist)
        yield known
        made_here.shutdown()


def test_a_published_set_is_fetched(server, capsys):
    assert main(["data", "fetch", "fashion-mnist"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["train"], found["test"], found["classes"][3]) == (130, 39, "kind 3")
    assert about_set(found["data"])[0] == "Fashion-MNIST"


def test_a_page_need_not_wait_for_it(server):
    fetching = Fetching("fashion-mnist")
    fetching.start("", 5.0)
    wait_for(lambda: fetching.state == "done", 30, "the set to be here")
    (name,) = fetching.sets
    assert known_set(name).title == "Fashion-MNIST"


WRONG = {
    "another sum": (
        lambda known: {"files": {**known.files, "t10k-labels-idx1-ubyte.gz": "0" * 64}},
        "its SHA-256 is another",
    ),
    "too large": (lambda known: {"megabytes": 0}, "larger than 0 MB"),
    "not there": (lambda known: {"address": f"{known.address}/elsewhere"}, "could not be fetched"),
    "nobody": (lambda known: {"address": "http://127.0.0.1:9"}, "could not be fetched"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_is_something_else_is_thrown_away(server, monkeypatch, case):
    change, said = case
    monkeypatch.setitem(published.PUBLISHED, "fashion-mnist", replace(server, **change(server)))
    fetching = Fetching("fashion-mnist")
    fetching.start("", 5.0)
    wait_for(lambda: fetching.state == "failed", 30, "it to be refused")
    assert_sentence(fetching.reason)
    assert said in fetching.reason
    assert sets() == []


def test_the_published_sums_are_whole():
    for known in published.PUBLISHED.values():
        assert len(known.files) == 4
        assert all(len(sum_of) == 64 and int(sum_of, 16) for sum_of in known.files.values())
        assert len(set(known.classes)) == len(known.classes) == 10
        assert known.address.startswith("https://")


def test_three_sets_are_taken_out_of_one_archive(server, home, capsys):
    assert main(["data", "fetch", "emnist"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [about_set(one["data"])[0] for one in said] == ["EMNIST digits", "EMNIST letters", "EMNIST balanced"]
    letters, balanced = said[1], said[2]
    assert letters["classes"] == list(ascii_uppercase)
    assert (balanced["classes"][10], balanced["classes"][-1], len(balanced["classes"])) == ("A", "t", 47)
    kept = digits(letters["data"], "test")
    assert np.array_equal(kept.labels, EMNIST["letters"]["y_test"])
    assert np.array_equal(kept.images, EMNIST["letters"]["x_test"]), "upright again"
    assert list((home / "data").iterdir()) == []


ARCHIVES_WRONG = {
    "another sum": (lambda known: {"sha256": "0" * 64}, "its SHA-256 is another"),
    "too large": (lambda known: {"size": 1000}, "larger than 0 MB"),
    "not there": (lambda known: {"address": f"{known.address}/elsewhere"}, "could not be fetched"),
    "too large for the disk": (lambda known: {"size": 10**18}, "of the disk"),
    "another archive": (
        lambda known: {"address": known.address.replace("gzip.zip", "part.zip"), **about(ZIPS["part.zip"])},
        "is not in the archive",
    ),
}


@pytest.mark.parametrize("case", ARCHIVES_WRONG.values(), ids=ARCHIVES_WRONG)
def test_what_is_another_archive_is_thrown_away(server, home, monkeypatch, case):
    change, said = case
    known = ARCHIVES["emnist"]
    monkeypatch.setitem(ARCHIVES, "emnist", replace(known, **change(known)))
    fetching = Fetching("emnist")
    fetching.start("", 5.0)
    wait_for(lambda: fetching.state == "failed", 30, "it to be refused")
    assert_sentence(fetching.reason)
    assert said in fetching.reason
    assert [about_set(name)[0] for name in sets()] == ["EMNIST digits"] * ("not in" in said)
    assert list((home / "data").iterdir()) == []


def test_a_fetching_is_cancelled(server, home, monkeypatch):
    monkeypatch.setattr(published_archive, "BLOCK", 100)
    fetching = Fetching("emnist")
    fetching.start("", 5.0)
    fetching.cancel()
    wait_for(lambda: fetching.state == "idle", 30, "it to end")
    assert_sentence(fetching.reason)
    assert sets() == []
    assert list((home / "data").iterdir()) == []


def test_the_published_archive_is_whole():
    for known in ARCHIVES.values():
        assert len(known.sha256) == 64
        assert int(known.sha256, 16)
        assert known.address.startswith("https://")
        assert all(len(set(part.classes)) == len(part.classes) for part in known.sets)
    assert set(FETCHED) == {*published.PUBLISHED, *ARCHIVES}

"""Each way in which people have digits on disk is read, with the very pictures and labels that are in it."""

import gzip
import io
import resource
import zipfile

import numpy as np
import pytest
from support.set_files import NAMES, csv, idx, made, npy, npz, pictures

from mnistlab.data.embedded import sample_digits
from mnistlab.set_files.contents import contents_of
from mnistlab.set_files.extract import BYTES_A_SECOND, MOST_SECONDS, extract
from mnistlab.set_files.parts import UnreadableError
from mnistlab.set_files.tables import _bytes_of

SET = made()
X, Y, X_TEST, Y_TEST = (SET[name] for name in ("x_train", "y_train", "x_test", "y_test"))
ONE_HOT = np.eye(13)
UNIT = {"x_train": X / 255, "x_test": X_TEST / 255, "y_train": Y, "y_test": Y_TEST}


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


IDX = {
    "train-images-idx3-ubyte.gz": idx(X),
    "train-labels-idx1-ubyte.gz": idx(Y),
    "t10k-images-idx3-ubyte.gz": idx(X_TEST),
    "t10k-labels-idx1-ubyte.gz": idx(Y_TEST),
}
# With a training set and a test set: files, by name.
WITH_BOTH = {
    "npz of Keras": {"mnist.npz": npz(**SET)},
    "int64 labels": {"a.npz": npz(**SET | {"y_train": Y.astype(np.int64), "y_test": Y_TEST.astype(np.int64)})},
    "int64 all": {"a.npz": npz(**{name: array.astype(np.int64) for name, array in SET.items()})},
    "one-hot": {"a.npz": npz(x_train=X, y_train=ONE_HOT[Y], x_test=X_TEST, y_test=ONE_HOT[Y_TEST].astype(int))},
    "0 to 1": {"a.npz": npz(**UNIT)},
    "0 to 1, float32": {"a.npz": npz(**{name: array.astype(np.float32) for name, array in UNIT.items()})},
    "floats to 255": {"a.npz": npz(**SET | {"x_train": X.astype(float), "x_test": X_TEST.astype(float)})},
    "fourth axis": {"a.npz": npz(**SET | {"x_train": X[..., None], "x_test": X_TEST[..., None]})},
    "channels first": {"a.npz": npz(**SET | {"x_train": X[:, None], "x_test": X_TEST[:, None]})},
    "rows of 784": {"a.npz": npz(**SET | {"x_train": X.reshape(-1, 784), "x_test": X_TEST.reshape(-1, 784)})},
    "columns": {"a.npz": npz(**SET | {"x_train": np.asfortranarray(X)})},
    "a column of labels": {"a.npz": npz(**SET | {"y_train": Y[:, None], "y_test": Y_TEST[:, None]})},
    "TensorFlow's words": {
        "a.npz": npz(
            train_images=X, train_labels=Y, test_images=X_TEST, test_labels=Y_TEST, val_images=X_TEST, val_labels=Y_TEST
        )
    },
    "Capitals": {"a.npz": npz(X_train=X, Y_train=Y, X_test=X_TEST, Y_test=Y_TEST)},
    "no words": {"a.npz": npz(arr_0=X, arr_1=Y, arr_2=X_TEST, arr_3=Y_TEST)},
    "a number beside": {"a.npz": npz(**SET, version=np.array(3), made_by=np.array("us"))},
    "four npy": {f"{name}.npy": npy(array) for name, array in SET.items()},
    "KMNIST's npz": {
        f"kmnist-{split}-{kind}.npz": npz(arr_0=array)
        for (split, kind), array in zip(
            [("train", "imgs"), ("train", "labels"), ("test", "imgs"), ("test", "labels")], SET.values(), strict=True
        )
    },
    "an npz for each": {
        "train.npz": npz(x=X, y=Y),
        "test.npz": npz(x=X_TEST, y=Y_TEST),
    },
    "idx, gz": IDX,
    "idx": {name.removesuffix(".gz"): gzip.decompress(content) for name, content in IDX.items()},
    "EMNIST's": {f"gzip/emnist-balanced-{name.replace('t10k', 'test')}": content for name, content in IDX.items()},
    "a zip of idx": {"archive.zip": zipped(**IDX)},
    "tables": {"fashion-mnist_train.csv": csv(X, Y), "fashion-mnist_test.csv": csv(X_TEST, Y_TEST)},
    "tables without names": {
        "mnist_train.csv": csv(X, Y, header=False),
        "mnist_test.csv": csv(X_TEST, Y_TEST, header=False),
    },
    "tables, packed": {
        "a.zip": zipped(**{"train.csv": csv(X, Y), "test.csv.gz": gzip.compress(csv(X_TEST, Y_TEST, separator=";"))})
    },
}


@pytest.mark.parametrize("files", WITH_BOTH.values(), ids=WITH_BOTH)
def test_a_set_of_two_splits_is_read(files):
    found = extract(list(files.items()), [])
    order = np.argsort(found.arrays["y_train"], kind="stable")
    expected = np.argsort(Y, kind="stable")
    np.testing.assert_array_equal(found.arrays["x_train"][order], X[expected])
    np.testing.assert_array_equal(found.arrays["x_test"], X_TEST)
    np.testing.assert_array_equal(found.arrays["y_test"], Y_TEST)
    assert all(array.dtype == np.uint8 for array in found.arrays.values())
    assert found.classes == tuple(str(label) for label in range(13))


WITH_ONE = {
    "x.npy and y.npy": {"x.npy": npy(X), "y.npy": npy(Y)},
    "npz": {"a.npz": npz(X=X / 255, y=ONE_HOT[Y])},
    "images and labels": {"a.npz": npz(images=X, labels=Y)},
    "data and target": {"a.npz": npz(data=X.reshape(-1, 784).astype(float), target=Y.astype(str))},
    "a table": {"train.csv": csv(X, Y)},
    "idx of one split": {"images-idx3-ubyte": idx(X, packed=False), "labels-idx1-ubyte": idx(Y, packed=False)},
    "numbered folders": {"a.zip": pictures(SET, [str(label) for label in range(13)], ("train",))},
}


@pytest.mark.parametrize("files", WITH_ONE.values(), ids=WITH_ONE)
def test_of_a_single_split_a_seventh_is_for_tests(files):
    found = extract(list(files.items()), [])
    assert (len(found.arrays["y_train"]), len(found.arrays["y_test"])) == (111, 19)
    assert "19 of the 130" in " ".join(found.notes)
    both = np.concatenate([found.arrays["x_train"], found.arrays["x_test"]])
    labels = np.concatenate([found.arrays["y_train"], found.arrays["y_test"]])
    known = {image.tobytes(): label for image, label in zip(X, Y, strict=True)}
    assert [known[image.tobytes()] for image in both] == labels.tolist()
    assert len({image.tobytes() for image in both}) == 130
    again = extract(list(files.items()), [])
    np.testing.assert_array_equal(again.arrays["x_test"], found.arrays["x_test"])


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "L"), ("PNG", "RGB"), ("PNG", "P"), ("BMP", "L"), ("GIF", "L"), ("TIFF", "L")]
)
def test_folders_of_pictures_are_classes(form, mode):
    found = extract([("a.zip", pictures(SET, form=form, mode=mode))], [])
    names = sorted((name.replace("/", "-") for name in NAMES), key=str)
    assert found.classes == tuple(names)
    known = {image.tobytes(): NAMES[label].replace("/", "-") for image, label in zip(X_TEST, Y_TEST, strict=True)}
    if mode != "P":
        named = [known[image.tobytes()] for image in found.arrays["x_test"]]
        assert named == [found.classes[label] for label in found.arrays["y_test"]]


def test_classes_are_named_by_the_file_or_by_who_brings_it():
    content = npz(**SET, class_names=np.array(NAMES))
    assert extract([("a.npz", content)], []).classes == NAMES
    others = [f"kind {number}" for number in range(13)]
    assert extract([("a.npz", content)], others).classes == tuple(others)
    # Fewer names than classes, or one twice, are no names.
    fewer = extract([("a.npz", content)], others[:-1])
    assert fewer.classes == tuple(str(label) for label in range(13))
    assert "The 12 names given do not fit the classes (there are 13); others are used." in fewer.notes
    assert not any("names given" in note for note in extract([("a.npz", content)], others).notes)


def test_labels_that_are_words_become_classes_in_their_order():
    words = np.array([f"class {label}" for label in range(13)])
    found = extract([("a.npz", npz(**SET | {"y_train": words[Y], "y_test": words[Y_TEST]}))], [])
    assert found.classes == tuple(words)
    np.testing.assert_array_equal(found.arrays["y_test"], Y_TEST)


def test_labels_from_one_keep_their_numbers_as_names():
    """As EMNIST's letters have them, 1 to 26."""
    found = extract([("a.npz", npz(**SET | {"y_train": Y + 1, "y_test": Y_TEST + 1}))], [])
    assert found.classes == tuple(str(label) for label in range(1, 14))
    np.testing.assert_array_equal(found.arrays["y_test"], Y_TEST)
    assert "run from 1 to 13" in " ".join(found.notes)


def test_a_class_without_digits_keeps_the_others_in_their_places():
    kept = Y != 9
    found = extract([("a.npz", npz(x_train=X[kept], y_train=Y[kept], x_test=X_TEST, y_test=Y_TEST % 9))], [])
    assert len(found.classes) == 13
    assert "no digit of class 9" in " ".join(found.notes)


RANGES = {
    "0 and 1": ((X > 0).astype(np.uint8), "0 and 1 only", (X > 0) * 255),
    "0 to 16": (np.rint(X / 255 * 16).astype(np.uint8), "from 0 to", None),
    "16 bits": (X.astype(np.uint16) * 257, "16 bits", X),
    "-1 to 1": (X / 127.5 - 1, "from −1 to 1", X),
    "standardised": ((X - X.mean()) / X.std(), "the lowest was taken as black", None),
    "a bool": (X > 0, "0 and 1 only", (X > 0) * 255),
}


@pytest.mark.parametrize("case", RANGES.values(), ids=RANGES)
def test_another_range_is_brought_to_255_and_told(case):
    values, said, expected = case
    found = extract([("a.npz", npz(**SET | {"x_train": values}))], [])
    assert said in " ".join(found.notes)
    assert "training pictures" in " ".join(found.notes)
    order = np.argsort(Y, kind="stable")
    grey = found.arrays["x_train"][np.argsort(found.arrays["y_train"], kind="stable")]
    if expected is not None:
        np.testing.assert_array_equal(grey, expected[order])
    assert grey.max() == 255 or expected is not None
    assert np.corrcoef(grey.ravel(), X[order].ravel())[0, 1] > 0.99 or values.max() <= 1


def test_what_is_wished_is_done():
    found = extract([("a.npz", npz(**SET))], [], invert=True, transpose=True)
    np.testing.assert_array_equal(found.arrays["x_test"], 255 - X_TEST.transpose(0, 2, 1))


def test_a_training_set_sorted_by_class_is_mixed():
    order = np.argsort(Y, kind="stable")
    found = extract([("a.npz", npz(**SET | {"x_train": X[order], "y_train": Y[order]}))], [])
    assert "sorted by class" in " ".join(found.notes)
    assert len(set(found.arrays["y_train"][:40].tolist())) > 8


def test_of_a_larger_set_as_many_as_mnist_has_are_kept(monkeypatch):
    monkeypatch.setattr("mnistlab.set_files.extract.MOST_DIGITS", {"train": 100, "test": 20})
    found = extract([("a.npz", npz(**SET))], [])
    assert (len(found.arrays["x_train"]), len(found.arrays["x_test"])) == (100, 20)
    assert "Of 130 training digits 100 were kept" in " ".join(found.notes)
    known = {image.tobytes(): label for image, label in zip(X, Y, strict=True)}
    assert [known[image.tobytes()] for image in found.arrays["x_train"]] == found.arrays["y_train"].tolist()


def test_pictures_of_other_sizes_are_brought_to_28():
    large = {"x_train": X.repeat(3, axis=1).repeat(3, axis=2), "y_train": Y}
    found = extract([("a.zip", pictures(large, splits=("train",)))], [])
    assert "another size" in " ".join(found.notes)
    known = {image.tobytes() for image in X}
    assert all(image.tobytes() in known for image in found.arrays["x_train"])


REFUSED = {
    "nothing": ([], "no digits"),
    "a text": ([("a.txt", b"hello")], "no digits"),
    "a web page": ([("a.npz", b"<!DOCTYPE html><html></html>" * 30)], "no digits"),
    "coloured": ([("a.npz", npz(x=np.zeros((20, 28, 28, 3), np.uint8), y=Y[:20]))], "coloured"),
    "another size": ([("a.npz", npz(x=np.zeros((20, 32, 32), np.uint8), y=Y[:20]))], "20×32×32"),
    "no labels": ([("a.npz", npz(x=X))], "no labels"),
    "too few labels": ([("a.npz", npz(x=X, y=Y[1:]))], "130 pictures and 129 labels"),
    "one class": ([("a.npz", npz(x=X, y=0 * Y))], "one class"),
    "too many classes": ([("a.npz", npz(x=X, y=np.arange(130)))], "130 classes"),
    "half a label": ([("a.npz", npz(x=X, y=Y + 0.5))], "no whole numbers"),
    "NaN in a picture": ([("a.npz", npz(x=np.where(X > 200, np.nan, X / 255), y=Y))], "no finite number"),
    "NaN in a label": ([("a.npz", npz(x=X, y=np.where(Y > 5, np.nan, Y)))], "no finite number"),
    "all the same": ([("a.npz", npz(x=0 * X, y=Y))], "the same grey"),
    "no single one": ([("a.npz", npz(x=X, y=np.zeros((130, 13))))], "single largest"),
    "a pickle": ([("a.npy", npy(np.array([{"x": 1}], object)))], "pickle"),
    "Kaggle's test.csv": ([("test.csv", "\n".join([",".join(["0"] * 784)] * 20).encode())], "no labels"),
    "a million columns": ([("a.csv", b",".join([b"0"] * 1_000_000))], "far too many columns"),
    "ragged": ([("a.csv", csv(X[:20], Y[:20]) + b"\n1,2,3")], "line 22 of a.csv has 3 columns instead of 785"),
    "letters": (
        [("a.csv", csv(X[:20], Y[:20]).replace(b",255,", b",x,").replace(b",200,", b",x,").replace(b",0\n", b",x\n"))],
        "else than a number",
    ),
    "loose pictures": ([("a.zip", zipped(**{"1.png": b"x"}))], "in no folders"),
    "a broken picture": ([("a.zip", zipped(**{"1/1.png": b"x"}))], "cannot be read"),
    "a network": ([("a.zip", zipped(**{"config.json": b"{}", "model.weights.h5": b"x"}))], "import it as a network"),
    "few": ([("a.npz", npz(x=X[:5], y=Y[:5]))], "only 5 digits"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_no_set_is_refused_with_a_sentence(case):
    files, said = case
    with pytest.raises(UnreadableError) as refused:
        extract(files, [])
    assert said in str(refused.value)
    assert str(refused.value).endswith((".", "“…"))
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_whole_numbers_of_a_table_are_what_stands_there(separator):
    numbers = np.arange(1_000)
    text = separator.join(str(number) for number in numbers).encode()
    np.testing.assert_array_equal(_bytes_of(text, separator.encode()), numbers)
    np.testing.assert_array_equal(
        _bytes_of(separator.join(["007", "0", "255"]).encode(), separator.encode()), [7, 0, 255]
    )
    for other in ("1000", "-1", "1.5", "", " 3", "3 ", "/1", ":", "\xff", "1e2", "٣"):
        assert _bytes_of(separator.join(["12", other, "7"]).encode(), separator.encode()) is None, other


@pytest.mark.soak
def test_a_table_twice_as_large_as_mnists_is_read_in_the_time_it_has():
    """As Kaggle has EMNIST: 240 MB of text, of which 30 MB are left when it is packed."""
    count = 112_800
    drawn = sample_digits(np.arange(4_000) % 10, 1)
    images = np.concatenate([np.roll(drawn, (at % 3, at % 5), (1, 2)) for at in range(count // 4_000 + 1)])[:count]
    content = gzip.compress(csv(images, np.arange(count) % 47), 6)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = contents_of([("emnist-balanced-train.csv.gz", content)])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (len(found.train), len(found.test), len(found.classes)) == (60_000, 10_000, 47)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert taken < 0.8 * (MOST_SECONDS + len(content) // BYTES_A_SECOND)

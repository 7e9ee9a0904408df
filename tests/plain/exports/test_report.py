"""A report is one file that needs nothing else, shows what was there, and in which a stranger's words are letters."""

import html.parser
import json
import re

import numpy as np
import pytest
from support.set_files import made

from mnistlab.__main__ import main
from mnistlab.exports.report import MOST_RUNS, report
from mnistlab.progress import Result
from mnistlab.recipes import DreamRecipe, OipRecipe, TrainingRecipe, ZoomRecipe
from mnistlab.store.runs import Store
from mnistlab.store.sets import BroughtSet, keep_set

HOSTILE = "<script>alert(1)</script>\u202e\"'&amp; [x](javascript:1)"
EMPTY = {"meta", "img", "link", "br", "circle", "polyline"}


class Reader(html.parser.HTMLParser):
    """Collects tags, attributes and words, and holds that what is opened is closed."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.attributes, self.words, self._open = [], [], "", []
        self.feed(content.decode())
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag not in EMPTY:
            assert self._open.pop() == tag

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def store(home):
    return Store(home)


def finished_training(store, name="a training"):
    run = store.create(TrainingRecipe(epochs=3), name)
    for epoch, loss in enumerate((2.0, 1.0, 0.5), start=1):
        event = {"time": 0, "done": epoch, "total": 3, "epoch": epoch, "loss": loss, "val_loss": loss / 2}
        run.append_event({**event, "accuracy": 0.9, "val_accuracy": float("nan") if epoch == 2 else 0.95})
    confusion = np.diag(np.arange(1000, 1010))
    run.write_result(Result({"confusion": confusion}, {"val_accuracy": 0.954321, "complete": True}), None)
    run.set_state("finished")
    return run


def finished_oip(store):
    run, image = store.create(OipRecipe(), "an OIP"), np.linspace(-1, 1, 784, dtype=np.float32).reshape(28, 28)
    arrays = {
        "start": image,
        "image": image,
        "scores": np.ones(3),
        "report_steps": np.array([1]),
        "status": np.array("x"),
    }
    run.write_result(Result(arrays | {"report_images": image[None]}, {"score": 1.5, "status": "converged"}), None)
    run.set_state("finished")
    return run


def test_it_holds_pictures_figures_recipes_and_links(store):
    runs = [finished_training(store), finished_oip(store)]
    read = Reader(report(runs, "An hour", "https://lab.example.org/mnist"))
    for words in (
        "An hour",
        "a training",
        "an OIP",
        "0.95432",
        "converged",
        "1,009",
        '"optimizer": "rmsprop"',
        "3 epochs",
    ):
        assert words in read.words
    pictures = [value for name, value in read.attributes if name == "src"]
    assert len(pictures) == 3
    assert all(picture.startswith("data:image/png;base64,") for picture in pictures)
    assert read.tags.count("svg") == 2
    links = [value for name, value in read.attributes if name == "href"]
    assert links == [f"https://lab.example.org/mnist/train?run={runs[0].id}", "https://lab.example.org/mnist/oip"]
    # A recipe can be copied out of it and carried out.
    (text,) = re.findall(r"\{\n \"kind\": \"oip\".*?\n\}", read.words, re.DOTALL)
    assert OipRecipe.read(json.loads(text)) == OipRecipe()


def test_classes_of_a_set_that_was_brought_have_their_names(store):
    data = keep_set(BroughtSet(made(2), ("<b>left</b>", "right & wrong")), "Two", "")
    run = store.create(TrainingRecipe.read({"data": data, "epochs": 1}), "of two")
    run.write_result(Result({"confusion": np.eye(2, dtype=np.int64)}, {"val_accuracy": 1.0, "complete": True}), None)
    run.set_state("finished")
    read = Reader(report([run], "x"))
    assert "<b>left</b>right & wrong" in read.words
    assert "b" not in read.tags


def test_a_dream_and_a_film_are_stills(store):
    grey = np.linspace(-1, 1, 280 * 280, dtype=np.float32).reshape(280, 280)
    empty = {"areas": np.zeros((0, 3), int), "area_maps": np.zeros(0, int), "area_scores": np.zeros((0, 2))}
    empty |= {name: np.zeros((0, 28, 28), np.float32) for name in ("area_saw", "area_made")}
    dream, film = store.create(DreamRecipe(size=280), "a dream"), store.create(ZoomRecipe(), "a film")
    dream.write_result(Result({"picture": grey, "original": -grey, "steps": grey[None], **empty}, {"areas": 0}), None)
    film.write_result(Result({"frames": np.zeros((2, 280, 280), np.uint8)}, {"frames": 2}), None)
    for run in (dream, film):
        run.set_state("finished")
    read = Reader(report([dream, film], "x"))
    labels = [value for name, value in read.attributes if name == "alt"]
    assert labels == ["photo", "dream", "first frame", "last frame"]


def test_it_needs_nothing_and_runs_nothing(store):
    read = Reader(report([finished_training(store)], "x"))
    fetched = [value for name, value in read.attributes if name in ("src", "href", "srcset", "action")]
    assert fetched == []
    assert {"script", "link", "iframe", "form"}.isdisjoint(read.tags)
    (policy,) = (value for name, value in read.attributes if name == "content" and "src" in value)
    assert policy.startswith("default-src 'none'")


def test_what_visitors_named_is_letters(store):
    run = finished_training(store, HOSTILE)
    run.set_state("failed", reason=HOSTILE)
    content = report([run], HOSTILE, f"javascript:{HOSTILE}")
    read = Reader(content)
    assert "script" not in read.tags
    assert "<script>alert(1)" in read.words
    assert "\u202e" not in read.words
    assert [name for name, _ in read.attributes if name == "href" or name.startswith("on")] == []


def test_a_run_that_has_not_ended_or_is_damaged_is_told(store):
    waiting, damaged = store.create(TrainingRecipe(), "waiting"), store.create(TrainingRecipe(), "damaged")
    (damaged.path / "recipe.json").write_bytes(b"{")
    read = Reader(report([waiting, damaged], "x"))
    assert "queued" in read.words
    assert read.words.count("damaged") >= 2


def test_there_is_an_end_to_it(store, monkeypatch):
    monkeypatch.setattr("mnistlab.exports.report.MOST_PICTURES", 100)
    run = finished_oip(store)
    read = Reader(report([run] * (MOST_RUNS + 1), "x"))
    assert f"The {MOST_RUNS} latest of {MOST_RUNS + 1} runs" in read.words
    assert read.tags.count("section") == MOST_RUNS
    assert "img" not in read.tags
    assert "left out" in read.words
    assert "There is no run" in Reader(report([], "x")).words


def test_the_command_writes_it_and_the_script_of_a_run(store, tmp_path, capsys):
    run = finished_training(store)
    for form, name in (("report", "it.html"), ("script", "it.zip")):
        assert main(["export", run.id, "--as", form, "--to", str(tmp_path / name)]) == 0
        assert json.loads(capsys.readouterr().out)["bytes"] == (tmp_path / name).stat().st_size
    assert main(["export", str(run.path), "--as", "report", "--to", str(tmp_path / "again.html")]) == 0
    assert main(["export", "training-00000000", "--as", "script", "--to", str(tmp_path / "none")]) == 2
    assert "no run" in capsys.readouterr().err

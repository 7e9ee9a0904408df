"""Sentences, tables and curves about changes of an answer and about changed digits: their words follow from the numbers."""

import numpy as np
import pytest

from mnistlab.analysis.intervals import wilson
from mnistlab.figures import robustness, turned
from mnistlab.figures.tables import table_of
from mnistlab.patterns.distortions import CHANGES, strengths_of
from mnistlab.recipes import RobustnessCurvesRecipe
from mnistlab.results.robustness import RobustnessResult
from mnistlab.results.turned import Turned

NAMES = [str(label) for label in range(10)]
IMAGE = np.zeros((28, 28), np.uint8)
IMAGE[4:20, 10:14] = 200
KINDS = RobustnessCurvesRecipe().kinds


def turned_into(label, among_all, among_written, lack=""):
    """Return changes of a 4 of which one class is reached: by pixels of ink (None: not), among all and among written digits."""
    outputs = np.full(10, 0.01, np.float32)
    outputs[4], outputs[label] = 0.7, 0.2
    pictures, walks = (np.repeat(IMAGE[None], 10, axis=0) for _ in range(2))
    walks = np.repeat(walks[:, None], 3, axis=1)
    if among_all is not None:
        pictures[label, 0, : among_all[0]] = among_all[1]
    if among_written is not None:
        walks[label, 1:, 1, : among_written[0]] = among_written[1]
    after = np.eye(10, dtype=np.float32)
    walk_outputs = np.repeat(np.repeat(after[4][None, None], 10, axis=0), 3, axis=1)
    walk_outputs[label, 2] = after[label]
    return Turned(
        outputs=outputs,
        pictures=pictures,
        found=np.arange(10) == (label if among_all else -1),
        picture_outputs=after,
        rebuilt=IMAGE,
        rebuilt_outputs=after[4],
        walks=walks,
        walk_outputs=walk_outputs,
        first=np.where(np.arange(10) == (label if among_written else -1), 2, -1).astype(np.int32),
        lack=lack,
    )


def test_the_verdict_follows_from_the_sizes():
    thin, said = (20, 32), "A change of 5 % of the ink, spread over 20 pixels, none of them by more than 32 of 255"
    much = turned.verdict(turned_into(9, thin, (20, 255)), IMAGE, 9, NAMES)
    assert much.startswith(said)
    assert (
        "makes it a 9: it is faint everywhere. Among written digits it takes 40 %, and 8.0 times the distance." in much
    )
    alike = turned.verdict(turned_into(8, thin, (20, 40)), IMAGE, 8, NAMES)
    assert "makes it an 8: it is faint everywhere. Among written digits it takes hardly more" in alike
    seen = turned.verdict(turned_into(9, (20, 200), (20, 255)), IMAGE, 9, NAMES)
    assert "by 200 of 255 grey values on average and 200 at most, makes it a 9: it can be seen." in seen
    mixed = turned_into(9, (20, 20), (20, 255))
    mixed.pictures[9, 0, 0] = 104
    said = turned.verdict(mixed, IMAGE, 9, NAMES)
    assert "by 24 of 255 grey values on average and 104 at most, makes it a 9: faint on the whole, but single" in said


def test_what_was_not_found_is_said():
    nothing = turned.verdict(turned_into(9, None, None), IMAGE, 9, NAMES)
    assert nothing.startswith("No change was found among all pictures that makes it a 9: that does not mean")
    assert "none was found on the way to a 9" in nothing
    assert "our generator writes nothing else" in turned.verdict(
        turned_into(9, (2, 9), None, "no generator"), IMAGE, 9, NAMES
    )
    assert "writes no digit like this one that is read as 4" in turned.verdict(
        turned_into(9, (2, 9), None, "not rebuilt"), IMAGE, 9, NAMES
    )
    assert (
        turned.nearest_sentence(turned_into(9, None, None), IMAGE, NAMES) == "No change into any other class was found."
    )
    assert turned.nearest_sentence(turned_into(9, (2, 9), None), IMAGE, NAMES) == (
        "Only a change into 9 was found. Into 8 classes none was found."
    )


def test_the_classes_stand_on_a_sheet_without_the_one_that_is_read():
    found = turned_into(9, (20, 32), None)
    sheet = turned.class_sheet(found, IMAGE, NAMES)
    assert list(sheet.numbers) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert sheet.words[0] == "0: –"
    assert sheet.words[-1] == "9: 5 %"
    assert "9: 5 %" in turned.sheet_alt(found, IMAGE, NAMES)


def test_the_table_of_sizes_leaves_out_what_there_is_not():
    found = turned_into(9, (20, 32), None)
    rows = {
        title: words
        for title, *words in turned.size_rows([turned.changed_size(found, IMAGE, 9), turned.written_size(found, 9)])
    }
    assert rows["Share of the ink"] == ["5 %", "–"]
    assert rows["Average step of the pixels changed"] == ["32 of 255", "–"]
    assert rows["Largest step of a pixel"] == ["32 of 255", "–"]


def test_the_way_among_written_digits_is_told_with_what_lies_between():
    found = turned_into(9, None, (20, 255))
    assert turned.walk_sentence(found, 9, NAMES).endswith("read as 9 from 100 % of the way on.")
    found.walk_outputs[9, 1] = np.eye(10)[8]
    assert turned.walk_sentence(found, 9, NAMES).endswith("and in between as 8.")
    assert "there the network reads 4" in turned.walk_sentence(found, 3, NAMES)
    table = table_of(turned.walk_curve(found, 9, NAMES))
    assert table["read as 9"] == ["0", "0", "100"]


def test_names_of_strangers_stay_words_in_a_chart():
    names = ["<b>x</b>"] * 10
    assert "<b>" not in str(turned.walk_curve(turned_into(9, None, (20, 255)), 9, names)["data"])


def read(name="A", plain=0.99, fall=0.08, digits=1000):
    accuracy = np.repeat((plain - fall * np.arange(1, 11))[None], 8, axis=0)
    lower, upper = wilson(np.rint(accuracy * digits), digits)
    strengths = np.stack([strengths_of(kind, 10) for kind in KINDS])
    arrays = [values.astype(np.float32) for values in (strengths, accuracy, lower, upper)]
    return robustness.Read(name, plain, digits, RobustnessResult(np.array(KINDS), *arrays))


@pytest.mark.parametrize("kind", KINDS)
def test_how_far_a_change_is_borne_lies_between_two_strengths(kind):
    one = read()
    # 9 points above 90 %, 8 of them lost with each tenth of the full strength.
    assert one.borne(kind) == pytest.approx(robustness.full(kind) * 9 / 80, rel=1e-4)
    assert read(fall=0.005).borne(kind) == pytest.approx(robustness.full(kind))
    assert read(plain=0.8).borne(kind) == 0


def test_a_chart_has_the_unchanged_digits_and_both_ends_of_the_interval():
    one = read()
    figure = robustness.figure([one, read("<i>B</i>", fall=0.02)], "blur")
    assert [trace["x"][0] for trace in figure["data"]] == [0] * 6
    assert len(figure["data"][2]["y"]) == 11
    low, high, middle = (np.array(trace["y"]) for trace in figure["data"][:3])
    assert (low < middle).all()
    assert (middle < high).all()
    assert "<i>" not in str(figure["data"])
    assert "A" in table_of(figure)


def test_sentences_about_changed_digits():
    one, other = read("A"), read("B", fall=0.04)
    assert "A reads 99.0 % of 1,000 digits right as they are. It still reads 90 % right up to shift 1.1 pixels" in (
        robustness.sentence(one)
    )
    assert "nothing that it bears" in robustness.sentence(read(plain=0.5, fall=0.01))
    assert "everywhere more than 90 %" in robustness.sentence_of(read(fall=0.005), "noise")
    assert "90 % are read right up to 0.45 pixels" in robustness.sentence_of(one, "blur")
    better = robustness.comparison(one, other, "rotation")
    assert better == robustness.comparison(other, one, "rotation")
    assert better.startswith("B bears this (rotation) better than A: at 90 degrees it reads 59.0 % right, A 19.0 %.")
    assert "alike" in robustness.comparison(one, read("C", fall=0.0801), "rotation")
    heads, rows = robustness.rows([one, other])
    assert len(heads) == 5
    assert [len(row) for row in rows] == [5] * 8
    assert rows[0][-1] == "59.0 %"


def test_a_run_at_work_is_drawn_as_far_as_it_is():
    assert robustness.live_figure([{"stage": "reading unchanged digits"}], 100) is None
    told = [
        {"change": CHANGES[kind].title, "strength": strength, "accuracy": 0.9 - strength / 10}
        for kind, strength in (("shift", 1.0), ("shift", 2.0), ("noise", 0.1), ("noise", 0.2))
    ]
    figure, text = robustness.live_figure(told, 100)
    assert text == "Noise: 88.0 % are read right at 0.2 of the range of grey."
    assert figure["data"][-1]["y"] == [89.0, 88.0]

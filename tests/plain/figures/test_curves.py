"""Curves stay small enough for a browser and lose no epoch; their sentences say what they show."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistlab.figures.curves import COLOURS, MOST_POINTS, Curve, figure, sentence, training_points

BATCHES = 100


def curve(name="A run", reports=0, epochs=0, batches=BATCHES):
    """A run with evenly spread reports of falling loss, and the ends of its epochs."""
    total = max(epochs, 1) * batches
    events = [
        {
            "time": 0.0,
            "stage": "training",
            "done": total * (place + 1) / reports,
            "total": total,
            "loss": 1 / (place + 1),
            "accuracy": 0.5,
        }
        for place in range(reports)
    ]
    events += [
        {
            "stage": "epoch done",
            "done": epoch * batches,
            "epoch": epoch,
            "val_loss": 0.25 / epoch,
            "val_accuracy": 0.9 + epoch / 10_000,
        }
        for epoch in range(1, epochs + 1)
    ]
    return Curve(name, events, batches)


@given(st.integers(0, 3000))
def test_a_curve_has_few_points_and_ends_where_the_run_is(reports):
    epochs, values = training_points(curve(reports=reports), "loss")
    assert len(epochs) == len(values) == len(set(epochs))
    assert min(reports, MOST_POINTS / 2) <= len(values) <= MOST_POINTS
    if reports:
        assert epochs == sorted(epochs)
        assert epochs[-1] == 1
        assert max(values) <= 1


def test_few_reports_are_drawn_as_they_are():
    assert training_points(curve(reports=4), "loss") == (
        [0.25, 0.5, 0.75, 1.0],
        [1, 0.5, pytest.approx(1 / 3, abs=1e-6), 0.25],
    )


def test_many_reports_are_averaged():
    events = [{"stage": "training", "done": place + 1, "loss": place % 2} for place in range(2 * MOST_POINTS)]
    assert set(training_points(Curve("", events, BATCHES), "loss")[1]) == {0.5}


@pytest.mark.parametrize("value", [None, "0.5", [0.5]])
def test_a_value_that_is_no_number_is_left_out(value):
    events = [{"stage": "training", "done": 1, "loss": value}, {"stage": "training", "done": 2, "loss": 0.5}]
    assert training_points(Curve("", events, BATCHES), "loss") == ([0.02], [0.5])


@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
def test_validation_is_kept_for_every_epoch(quantity):
    traces = figure([curve(reports=1000, epochs=200)], quantity)["data"]
    assert [trace["x"] for trace in traces][1] == list(range(1, 201))
    assert len(traces[1]["y"]) == 200
    assert None not in traces[1]["y"]


def test_a_run_that_has_said_nothing_is_drawn_empty():
    traces = figure([curve()], "loss")["data"]
    assert [(trace["x"], trace["y"]) for trace in traces] == [([], []), ([], [])]


def test_the_axes_of_an_empty_figure_are_those_of_what_will_come():
    def ranges(reports: int, quantity: str, logarithmic: bool = False) -> list:
        layout = figure([curve(reports=reports)], quantity, logarithmic)["layout"]
        return [layout[axis].get("range") for axis in ("xaxis", "yaxis")]

    assert ranges(0, "accuracy") == [[0, 1], [0, 1]]
    assert ranges(0, "loss") == [[0, 1], [0, 3]]
    low, high = (10**power for power in ranges(0, "loss", logarithmic=True)[1])
    assert low < 2.3 < high, "where an untrained network begins, the logarithm of ten"
    assert ranges(3, "loss") == [None, None]


def test_several_runs_are_told_apart_by_name_and_colour():
    traces = figure([curve(name, reports=3, epochs=1) for name in "ABC"], "loss")["data"]
    assert [trace["name"] for trace in traces] == [
        f"{name}, {part}" for name in "ABC" for part in ("training", "validation")
    ]
    assert [trace["line"]["color"] for trace in traces] == [colour for colour in COLOURS[:3] for _ in range(2)]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_figures_can_be_sent_to_a_browser(logarithmic):
    json.dumps(figure([curve(reports=5, epochs=1)], "loss", logarithmic), allow_nan=False)


def test_the_axis_is_logarithmic_where_asked_for():
    assert figure([curve(reports=5)], "loss", logarithmic=True)["layout"]["yaxis"]["type"] == "log"
    assert figure([curve(reports=5)], "loss")["layout"]["yaxis"].get("type", "linear") == "linear"


def test_the_sentence_says_where_the_curve_begins_and_ends():
    text = sentence([curve("Mine", reports=10, epochs=2)], "loss")
    for part in ("Loss", "Mine", "training 1 at first", "0.1 at epoch 2.0", "validation 0.125 after epoch 2"):
        assert part in text
    assert text.endswith(".")


def test_the_sentence_of_a_run_that_has_said_nothing_says_so():
    assert "Mine: nothing yet" in sentence([curve("Mine")], "accuracy")


def test_the_sentence_names_every_run():
    text = sentence([curve("Mine", reports=2), curve("Yours", reports=2)], "accuracy")
    assert "Mine" in text
    assert "Yours" in text

"""The figures of a chart as a table and as a tone: what is shown, in numbers and in pitch."""

import io
import wave

import numpy as np
import pytest

from mnistlab.figures import curves, growth, map_views, outputs, score
from mnistlab.figures.tables import MOST_ROWS, table_of
from mnistlab.figures.tone import HIGH, LOW, RATE, SECONDS, tone

DRAW = np.random.default_rng(0)
EVENTS = [{"stage": "training", "done": done, "loss": 1 / done, "accuracy": 0.5} for done in range(1, 401)] + [
    {"stage": "epoch done", "epoch": epoch, "val_loss": 0.1 * epoch, "val_accuracy": 0.9} for epoch in (1, 2)
]
CURVE = curves.Curve("<b>mine</b>", EVENTS, 200)


def test_a_map_is_a_table_of_its_values_row_by_row():
    values = np.array([[1.0, -2.5], [0.0, 3.25]], np.float32)
    table = table_of(map_views.large(values, "jet", 0, 1))
    assert table == {"row": ["0", "1"], "column 0": ["1", "0"], "column 1": ["−2.5", "3.25"]}


def test_bars_are_a_row_for_each_class():
    table = table_of(outputs.figure(np.linspace(0, 0.9, 10).astype(np.float32), 3))
    heads = list(table)
    assert len(table[heads[0]]) == 10
    assert table[heads[1]][:2] == ["0", "0.1"]


def test_curves_of_several_lengths_lie_on_one_axis_and_epochs_are_never_thinned_out():
    table = table_of(curves.figure([CURVE], "loss", legend=False))
    assert list(table) == ["epoch", "training", "validation"]
    lengths = {len(column) for column in table.values()}
    assert len(lengths) == 1 and lengths.pop() <= MOST_ROWS + 2
    told = dict(zip(table["epoch"], table["validation"], strict=True))
    assert (told["1"], told["2"]) == ("0.1", "0.2")
    assert table["training"][0] == f"{np.mean([1 / 1, 1 / 2]):.4g}"


def test_two_trainings_of_one_name_have_a_column_each():
    table = table_of(curves.figure([CURVE, CURVE], "accuracy"))
    assert len(table) == 5
    assert "<b>mine</b>, training" in table, "as it is called, not as Plotly wants it"


@pytest.mark.parametrize(
    "figure",
    [
        growth.figure([0, 1, 2], DRAW.random((3, 10)).astype(np.float32)),
        score.figure(DRAW.random(300), np.array([10, 20])),
        score.figure(DRAW.random(300), np.array([10, 20]), 0.5),
        map_views.table(DRAW.random((3, 3)), "kernel"),
    ],
    ids=["growth", "score", "score beside digits", "kernel"],
)
def test_every_chart_has_a_table_of_its_figures(figure):
    table = table_of(figure)
    assert len(table) >= 2
    assert len({len(column) for column in table.values()}) == 1
    assert sum(value != "–" for column in table.values() for value in column) > len(table)


def pitches(sound: bytes) -> np.ndarray:
    """Pitch in each tenth of a second, by counting where the tone goes up through zero."""
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, RATE, int(RATE * SECONDS))
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    parts = samples.reshape(-1, RATE // 10)
    return np.array([10 * ((part[:-1] < 0) & (part[1:] >= 0)).sum() for part in parts])


def test_a_falling_curve_is_a_falling_tone_of_two_octaves():
    heard = pitches(tone([2.0, 1.0, 0.5, 0.25], logarithmic=True))
    assert (np.diff(heard) <= 10).all()
    assert heard[0] == pytest.approx(HIGH, rel=0.1)
    assert heard[-1] == pytest.approx(LOW, rel=0.1)
    assert heard[len(heard) // 2] == pytest.approx(np.sqrt(LOW * HIGH), rel=0.1), "equal factors are equal steps"


@pytest.mark.parametrize("values", [[1.0], [0.3, 0.3, 0.3]], ids=["one value", "no change"])
def test_a_curve_that_does_not_move_is_one_tone(values):
    assert np.ptp(pitches(tone(values))[1:-1]) <= 10

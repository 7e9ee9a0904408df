"""The recipes oip, precursor and atlas end to end on small networks; score card and doctor."""

import numpy as np
import pytest
from support.networks import ODD_NETWORKS, network, starts

from mnistlab.analysis.receptive import receptive_field
from mnistlab.cnn.atlas import make_atlas
from mnistlab.cnn.doctor import examine, findings
from mnistlab.cnn.oip import find_oip
from mnistlab.cnn.precursor import precursor
from mnistlab.cnn.responses import observer_of
from mnistlab.cnn.score_card import score_card
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.progress import Progress, Result, ended
from mnistlab.recipes import AtlasRecipe, OipRecipe, PrecursorRecipe
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.recipes.target import TargetRecipe

DIGITS = Digits(
    np.random.default_rng(0).integers(0, 256, (60, 28, 28)).astype(np.uint8), (np.arange(60) % 10).astype(np.uint8)
)
SCREEN = {"grid": 2, "levels": [0.2, 0.5, 0.8], "keep": 3}


def result_of(reports):
    *progress, result = list(reports)
    assert all(isinstance(report, Progress) for report in progress)
    assert [report.done for report in progress] == sorted(report.done for report in progress)
    assert isinstance(result, Result)
    return result


def oip(**content):
    return OipRecipe.read({"kind": "oip", "ascent": {"steps": 32, "step_size": 0.05}, **content})


def test_oip_has_what_the_design_promises():
    arrays = result_of(find_oip(oip(reports=3), network())).arrays
    assert arrays["image"].shape == arrays["start"].shape == (28, 28)
    assert arrays["scores"].shape == (32,)
    assert arrays["report_steps"].tolist() == [4, 8, 16, 32]
    assert arrays["report_images"].shape == (4, 28, 28)
    assert arrays["scores"][-1] > arrays["scores"][0]
    np.testing.assert_array_equal(arrays["report_images"][-1], arrays["image"])


def test_equal_recipes_give_equal_patterns():
    first, second = (result_of(find_oip(oip(), network())).arrays["image"] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_staged_scales_join_at_their_stage():
    start = {"strategy": "staged", "stages": [0, 9, 20, 30], "amplitudes": [0.3, 0.3, 0, 0.3]}
    staged = result_of(find_oip(oip(start=start), network())).arrays
    mixture = result_of(find_oip(oip(start=start | {"strategy": "mixture"}), network())).arrays
    assert np.abs(np.diff(staged["start"])).mean() < np.abs(np.diff(mixture["start"])).mean()


def test_several_starts_are_grouped():
    result = result_of(find_oip(oip(answers=5), network()))
    assert result.arrays["answers"].shape == (5, 28, 28)
    assert result.arrays["groups"].max() + 1 == result.summary["distinct_patterns"]


def test_a_grey_drawing_is_one_sentence():
    with pytest.raises(RecipeError, match="same grey value"):
        find_oip(oip(start={"source": "drawing"}), network())


@pytest.mark.parametrize("method", ["fast", "exhaustive"])
def test_precursor_keeps_the_best(method):
    recipe = PrecursorRecipe.read({"kind": "precursor", "maps": [2, 5], "method": method, **SCREEN})
    arrays = result_of(precursor(recipe, network())).arrays
    assert arrays["patterns"].shape == (2, 3, 28, 28)
    assert arrays["map_index"].tolist() == [2, 5]
    assert (np.diff(arrays["trial_scores"], axis=1) <= 0).all()
    assert (arrays["responding"] <= 81).all()


def test_fast_precursor_finds_the_winner_of_the_exhaustive():
    best = [
        result_of(precursor(PrecursorRecipe.read({"kind": "precursor", "method": method, **SCREEN}), network()))
        for method in ("fast", "exhaustive")
    ]
    fast, exhaustive = (result.arrays["trial_scores"][:, 0] for result in best)
    assert (fast >= 0.99 * exhaustive).all()


@pytest.mark.parametrize("content", ODD_NETWORKS.values(), ids=ODD_NETWORKS)
def test_atlas_of_any_network(content):
    stored = network(content)
    layer = f"Conv2D_{len(stored.recipe.conv)}"
    recipe = AtlasRecipe.read(
        {"kind": "atlas", "precursor": {"layer": layer, **SCREEN}, "ascent": {"steps": 30, "step_size": 0.1}}
    )
    arrays = result_of(make_atlas(recipe, stored, DIGITS)).arrays
    count = stored.recipe.conv[-1].filters
    assert arrays["images"].shape == (count, 28, 28)
    assert arrays["examples"].shape == (count, 9)
    # Without training some map may be unable to react; then it says so.
    assert ((arrays["scores"] > 0) == (arrays["status"] != "no_response")).all()
    assert np.median(arrays["scores"]) > 0


def test_atlas_shows_tiles_before_anything_else():
    first = next(make_atlas(AtlasRecipe.read({"kind": "atlas", "precursor": SCREEN}), network(), DIGITS))
    assert first.pictures["images"].any(axis=(1, 2)).all()


def test_an_atlas_of_a_dense_layer_is_one_sentence():
    with pytest.raises(RecipeError, match="has no maps"):
        make_atlas(AtlasRecipe.read({"kind": "atlas", "precursor": {"layer": "Dense_1"}}), network(), DIGITS)


def test_score_card_compares_with_real_digits():
    card = score_card(TargetRecipe(map_index=2), network(), starts(1)[0], DIGITS)
    assert card.relative == pytest.approx(card.score / card.digit_scores[0])
    assert (np.diff(card.digit_scores) <= 0).all()
    assert card.boxes.min() >= 0
    assert card.boxes.max() <= 27


def test_a_node_of_the_last_convolution_sees_a_large_square():
    # Worked out by hand: 3 + 1 (pool) + 2·2 + 2 (pool) + 2·4 = 18 pixels, 4 apart.
    first, below = (receptive_field(NetworkRecipe(), "Conv2D_3", row, 0) for row in (0, 1))
    assert (first.bottom - first.top, first.right - first.left, below.top - first.top) == (18, 18, 4)


def test_a_box_is_what_the_most_excited_node_sees():
    stored, target = network(), TargetRecipe(layer="Conv2D_2", map_index=1)
    card = score_card(target, stored, starts(1)[0], DIGITS)
    for digit, box in zip(card.digits, card.boxes, strict=True):
        activations = observer_of(stored, "Conv2D_2").maps(standardise(DIGITS.images[digit][None]))[0, ..., 1]
        row, column = np.unravel_index(activations.argmax(), activations.shape)
        # 3 + 1 (pool) + 2·2 = 8 pixels, 2 apart.
        assert box.tolist() == [2 * row, 2 * column, 2 * row + 7, 2 * column + 7]


def test_doctor_names_what_is_wrong_and_a_remedy():
    health = ended(examine(network(Conv2D_3=-1000), "Conv2D_3", [1], DIGITS))[0]
    assert {finding.name for finding in health.findings} == {"no_digit", "no_pattern"}
    assert health.patterns == 0


@pytest.mark.parametrize(
    ("digits", "patterns", "status", "names"),
    [
        ([0] * 10, 0, "no_response", ["no_response", "no_pattern", "no_digit"]),
        ([50] * 4 + [0] * 6, 19_000, "climbing", ["some_classes"]),
        ([50] * 10, 12, "stalled", ["stalled", "few_patterns"]),
        ([50] * 10, 19_000, None, ["healthy"]),
    ],
)
def test_findings(digits, patterns, status, names):
    found = findings(np.array(digits), np.full(10, 100), patterns, 19_683, status)
    assert [finding.name for finding in found] == names
    for finding in found:
        OipRecipe.read({"kind": "oip", **finding.remedy})

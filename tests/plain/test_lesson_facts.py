"""What lessons say was computed: each fact against a second way to it."""

import re
from pathlib import Path

import numpy as np
import pytest

from mnistlab.analysis.reading import after, layers_of, read
from mnistlab.data.sources import first_digits
from mnistlab.data.standardise import standardise
from mnistlab.lessons import layers as layer_facts
from mnistlab.lessons.blots import DRAWS, blot_facts, blots
from mnistlab.lessons.carvings import odd_is_left
from mnistlab.lessons.case import DOUBTFUL, NEW, Case, NotHereError
from mnistlab.lessons.dense import points_facts, points_found, size_facts
from mnistlab.lessons.judging import SIDES
from mnistlab.lessons.layers import field_facts, maps_facts, mute_facts, window_of
from mnistlab.lessons.lesson import NumberQuestion, SquareQuestion
from mnistlab.lessons.live_part import SCALES
from mnistlab.lessons.partners import partner_facts, partners
from mnistlab.lessons.patterns import scale_recipes, scales_facts, throws_facts, throws_recipe
from mnistlab.lessons.pixels import filter_facts, in_light, light_facts, pixel_facts
from mnistlab.lessons.quick_parts import (
    BlotPart,
    FieldPart,
    FilterPart,
    LightPart,
    MapsPart,
    MutePart,
    PixelPart,
    SizePart,
)
from mnistlab.lessons.shelf import shelf
from mnistlab.lessons.slow_parts import PLACES, PartnerPart, PointsPart, ScalesPart, ThrowsPart, TrainingPart
from mnistlab.lessons.trainings import RATES, training_facts, training_recipe
from mnistlab.pictures.frames import FRAME, ZOOM, framed
from mnistlab.recipes import NetworkRecipe, weight_shapes
from mnistlab.recipes.training import learning_rate_after
from mnistlab.results.oip import OipResult
from mnistlab.results.readings import PointCounts, Survey
from mnistlab.store.models import reference_network
from mnistlab.store.networks import StoredNetwork


@pytest.fixture(scope="module")
def case() -> Case:
    return Case(reference_network(), "embedded")


def network_of(**content) -> StoredNetwork:
    recipe = NetworkRecipe.read(content)
    generator = np.random.default_rng(1)
    shapes = weight_shapes(recipe)
    return StoredNetwork(recipe, {name: generator.normal(0, 0.2, s).astype(np.float32) for name, s in shapes.items()})


AT_ONCE = {
    "pixel": pixel_facts,
    "light": light_facts,
    "filter": filter_facts,
    "field": field_facts,
    "maps": maps_facts,
    "mute": mute_facts,
    "blot": blot_facts,
    "size": size_facts,
}
ODD = {"conv": [{"filters": 5, "kernel": 4}, {"filters": 7, "kernel": 2}], "pool": [3], "dense": []}


def test_layers_lead_to_what_is_read_and_can_be_gone_on_from(case):
    network = case.network
    images = standardise(np.stack([case.digit(number) for number in range(3)]))
    outputs = read(network.recipe, network.weights, images)
    layers = layers_of(network.recipe, network.weights, images)
    np.testing.assert_array_equal(list(layers.values())[-1], outputs)
    for name in ("Conv2D_1", "Max_Pool_2", "Conv2D_3", "Flatten", "Dense_1"):
        np.testing.assert_allclose(after(network.recipe, network.weights, name, layers[name]), outputs, atol=1e-6)


def test_a_pixel_is_what_stands_in_the_digit(case):
    image = case.digit(4).astype(float)
    facts = pixel_facts(PixelPart(kind="pixel", digit=4, row=11, column=7), case)
    assert facts["value"] == image[11, 7]
    assert facts["standardised"] == pytest.approx((image[11, 7] - facts["mean"]) / facts["spread"], abs=1e-4)
    assert (facts["count"], facts["ink"]) == (784, np.count_nonzero(image))


@pytest.mark.parametrize("throw", range(5))
def test_a_new_pixel_holds_ink_and_a_new_digit_is_another_for_each_throw(case, throw):
    other = Case(case.network, "embedded", throw)
    facts = pixel_facts(PixelPart(kind="pixel", digit="new"), other)
    assert facts["value"] >= 64
    assert facts["label"] == str(other.number(NEW) % 10), "the embedded digits repeat their classes"


def test_new_digits_differ(case):
    assert len({Case(case.network, "embedded", throw).number(NEW) for throw in range(20)}) > 15


@pytest.mark.parametrize("count", [3, 10, 300])
def test_no_case_comes_again_before_all_have_been(case, count):
    rounds = [
        [Case(case.network, "embedded", around * count + one).pick(count) for one in range(count)] for around in (0, 1)
    ]
    assert [sorted(one) for one in rounds] == [list(range(count))] * 2
    assert count == 3 or rounds[0] != rounds[1]


def test_the_odd_dream_stands_on_either_side_of_each_photo(case):
    seen = [Case(case.network, "embedded", throw) for throw in range(60)]
    assert {(one.pick(3), odd_is_left(one)) for one in seen} == {
        (photo, left) for photo in range(3) for left in (True, False)
    }


def test_the_doubtful_digit_is_the_one_whose_best_two_are_closest(case):
    number = case.number(DOUBTFUL)
    shares = np.sort(case.read(standardise(np.stack([case.digit(one) for one in range(300)]))), axis=1)
    assert number == int((shares[:, -1] - shares[:, -2]).argmin())


def test_light_is_undone_by_standardising_and_not_without(case):
    image = case.digit(4)
    lit = in_light(image, 0.5, 1.0)
    assert (lit.min(), lit.max()) == (128, 255)
    np.testing.assert_allclose(
        standardise(lit[None]), standardise(image[None]), atol=0.03, err_msg="one grey of 255, here"
    )
    facts = light_facts(LightPart(kind="light", digit=4, contrast=0.3, brightness=1.0), case)
    kept = 0
    for number in range(50):
        digit = case.digit(number)
        dim = in_light(digit, 0.3, 1.0).astype(np.float32) / 255
        before, now = (case.read(one[None])[0].argmax() for one in (standardise(digit[None])[0], dim))
        kept += before == now
    assert (facts["tried"], facts["share_plain"]) == (50, 2 * kept)
    assert facts["share_standardised"] > facts["share_plain"]


def test_a_filters_sum_is_that_of_nine_products(case):
    part = FilterPart(kind="filter", digit=4, weights=tuple(range(-4, 5)), bias=0.5, row=16, column=8, shift=2)
    values = standardise(case.digit(4)[None])[0].astype(float)
    total = 0.5
    for row in range(3):
        for column in range(3):
            total += values[16 + row, 8 + column] * part.weights[3 * row + column]
    facts = filter_facts(part, case)
    assert facts["sum"] == pytest.approx(total, abs=1e-3)
    assert facts["after"] == pytest.approx(max(total, 0), abs=1e-3)
    assert facts["moved"] == 2
    kernel = case.network.weights["Conv2D_1/kernel"][..., 0, int(facts["nearest"])].ravel()
    own = np.array(part.weights)
    assert facts["alike"] == pytest.approx(kernel @ own / np.linalg.norm(kernel) / np.linalg.norm(own), abs=1e-4)


def test_filters_of_another_size_do_not_fit():
    with pytest.raises(NotHereError, match="4×4"):
        filter_facts(FilterPart(kind="filter"), Case(network_of(**ODD), "embedded"))


@pytest.mark.parametrize("layer", ["Conv2D_1", "Max_Pool_1", "Conv2D_2"])
@pytest.mark.parametrize("content", [{}, ODD], ids=["default", "odd"])
def test_a_node_sees_exactly_the_pixels_that_can_change_it(content, layer):
    """Random weights without relu's zeros: each pixel of the square changes the node, none outside does."""
    content = {**content, "conv": [{**one, "activation": "tanh"} for one in content.get("conv", [{"filters": 3}] * 3)]}
    network = network_of(**content)
    part = FieldPart(kind="field", layer=layer, row=2, column=1)
    where = Case(network, "embedded")
    window = window_of(part, where)
    image = np.random.default_rng(0).normal(size=(28, 28)).astype(np.float32)
    changed = np.repeat(image[None], 784, axis=0).reshape(28, 28, 28, 28).copy()
    for row in range(28):
        for column in range(28):
            changed[row, column, row, column] += 50
    nodes = layers_of(network.recipe, network.weights, np.concatenate([image[None], changed.reshape(-1, 28, 28)]))
    values = nodes[layer][:, 2, 1]
    seen = (np.abs(values[1:] - values[0]) > 1e-7).any(axis=1).reshape(28, 28)
    rows, columns = np.nonzero(seen)
    assert (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1) == (
        window.top,
        window.left,
        window.bottom,
        window.right,
    )
    assert field_facts(part, where)["side"] == window.bottom - window.top


PADDED = [{"filters": 3, "padding": "same"}] * 3


@pytest.mark.parametrize(("layer", "side"), [("Conv2D_1", 3), ("Conv2D_2", 8), ("Conv2D_3", 18)])
def test_with_zeros_around_a_node_in_the_middle_sees_a_whole_square(layer, side):
    facts = field_facts(
        FieldPart(kind="field", layer=layer, row=0, column=0), Case(network_of(conv=PADDED), "embedded")
    )
    assert (facts["side"], facts["pixels"]) == (side, side**2)


def test_where_even_the_middle_node_sees_the_zeros_around_the_step_does_not_fit():
    wide = [{**one, "kernel": 5} for one in PADDED]
    with pytest.raises(NotHereError, match="nodes of Conv2D_3 here see beyond its rim"):
        field_facts(FieldPart(kind="field", layer="Conv2D_3"), Case(network_of(conv=wide), "embedded"))


@pytest.mark.parametrize("layer", ["Conv2D_1", "Conv2D_2", "Conv2D_3"])
def test_weights_are_counted_as_they_are(case, layer):
    kernel = case.network.weights[f"{layer}/kernel"]
    facts = field_facts(FieldPart(kind="field", layer=layer), case)
    assert (facts["each"], facts["weights"]) == (kernel[..., 0].size, kernel.size)


def test_sizes_add_up(case):
    facts = size_facts(SizePart(kind="size"), case)
    assert facts["parameters"] == case.network.parameters
    assert facts["convolutions"] + facts["dense"] == facts["parameters"]
    assert facts["values"] == maps_facts(MapsPart(kind="maps"), case)["values"]


@pytest.mark.parametrize(("layer", "digit"), [("Conv2D_3", "doubtful"), ("Conv2D_1", 4)])
def test_a_muted_map_is_one_whose_values_are_zero(case, layer, digit):
    part = MutePart(kind="mute", layer=layer, digit=digit)
    facts = mute_facts(part, case)
    network, image = case.network, standardise(case.digit(digit)[None])
    factors = [(layer, int(facts["map"]), 0.0)]
    muted = list(layers_of(network.recipe, network.weights, image, factors).values())[-1][0]
    assert facts["read_muted"] == str(muted.argmax())
    assert facts["sure_muted"] == pytest.approx(100 * muted[int(facts["read"])], abs=1e-3)
    count = network.weights[f"{layer}/bias"].size
    turned = 0
    for index in range(count):
        one = list(layers_of(network.recipe, network.weights, image, [(layer, index, 0.0)]).values())[-1][0]
        turned += str(one.argmax()) != facts["read"]
    assert (facts["turning"], facts["maps"]) == (turned, count)


def test_what_speaks_most_for_the_answer_is_taken_away_and_as_much_at_random(case):
    part = BlotPart(kind="blot", digit=4, share=30)
    found, facts = blots(part, case), blot_facts(part, case)
    picture = standardise(case.digit(4)[None])[0]
    ink, taken = picture - picture.min(), found.taken(0.3)
    np.testing.assert_allclose((ink * taken).sum(axis=(1, 2)) / ink.sum(), 0.3, atol=0.02)
    assert not taken[:, ink == 0].any()
    assert facts["pixels"] == taken[0].sum()
    # What goes first says more for the answer than any pixel that stays.
    assert found.pixels[taken[0]].min() >= found.pixels[(ink > 0) & ~taken[0]].max()
    shares = case.read(np.where(taken, picture.min(), picture))
    best = int(facts["read"])
    assert facts["sure_marked"] == pytest.approx(100 * shares[0, best], abs=1e-3)
    assert facts["kept_random"] == (shares[1:].argmax(axis=1) == best).sum()
    assert (facts["tried"], len(shares)) == (DRAWS, 1 + DRAWS)


def test_over_some_digits_what_an_answer_rests_on_counts_more_than_the_lot(case):
    """What the lesson says of its picture; a picture that ignores the network does not reach that."""
    facts = [blot_facts(BlotPart(kind="blot", digit=number), case) for number in range(20)]
    assert np.mean([one["sure_marked"] for one in facts]) < 0.5 * np.mean([one["sure_random"] for one in facts])


def points_of(case: Case) -> tuple[Survey, PointCounts]:
    """A survey and counts in which three points of the last convolution are 4's alone."""
    labels = np.tile(np.arange(10, dtype=np.uint8), 1000)
    outputs = np.eye(10, dtype=np.float32)[labels]
    outputs[4] = 0.05
    outputs[4, 4] = 0.55
    counts = np.zeros((2, 1152), np.int32)
    counts[0, [5, 700, 1100]] = 900
    counts[1, [5, 700, 1100]] = 100
    shuffled = np.zeros((4, 2, 1152), np.int32)
    shuffled[2, 0, 7] = 800
    arrays = {"outputs": outputs, "labels": labels, "plane": np.zeros((10_000, 2)), "explained": np.zeros(2)}
    figures = ("ceiling", "reacts", "counts", "edges", "best", "best_score", "by_class", "mean")
    arrays |= {f"Conv2D_3/{figure}": np.full(128, 0.001, np.float32) for figure in figures}
    return Survey.of(arrays), PointCounts(counts, np.array([1000, 1000]), shuffled)


def test_points_are_counted_beside_chance(case):
    part = PointsPart(kind="points", a=4, b=9)
    found = points_found(part, case, *points_of(case))
    facts = points_facts(part, case, found)
    assert (facts["unique"], facts["most_by_chance"], facts["by_chance"], facts["more"]) == (3, 1, 0.25, "yes")
    assert (facts["best_a"], facts["best_b"]) == (90, 10)
    assert found.numbers == (14, 4), "the first of the surest, and the least sure"
    values = case.layers(4)["Conv2D_3"].reshape(-1)
    assert facts["unclear"] == (values[[5, 700, 1100]] > 0.0001).sum()


def test_classes_that_are_not_there_and_maps_that_are_not_there_are_told(case):
    with pytest.raises(NotHereError, match="classes 4 and 4"):
        points_facts(PointsPart(kind="points", a=4, b=4), case, None)
    for recipe in (scale_recipes, throws_recipe):
        kind = ScalesPart if recipe is scale_recipes else ThrowsPart
        part = kind(kind="scales" if kind is ScalesPart else "throws", map=200)
        with pytest.raises(NotHereError, match="map 200"):
            recipe(part, case, "reference")


@pytest.mark.parametrize(("wanted", "said"), [(3, "No start woke map 3 here."), ("new", "here; take another case.")])
def test_where_no_start_wakes_the_map_nothing_is_said_of_patterns(case, wanted, said):
    silent = OipResult(
        figures={"status": "silent", "score": 0.0, "steps": 3, "rescued_steps": 0, "read_as": 0, "read_with": 0.1},
        recipe="",
        network="",
        start=np.zeros((28, 28), np.float32),
        image=np.zeros((28, 28), np.float32),
        scores=np.zeros(3, np.float32),
        report_steps=np.zeros(0, np.int64),
        report_images=np.zeros((0, 28, 28), np.float32),
        status=np.array("silent"),
        groups=np.full(3, -1),
    )
    with pytest.raises(NotHereError, match=re.escape(said)):
        throws_facts(ThrowsPart(kind="throws", map=wanted), case, silent)
    with pytest.raises(NotHereError, match=re.escape(said)):
        scales_facts(ScalesPart(kind="scales", map=wanted), case, dict.fromkeys(SCALES, silent))


def test_maps_are_muted_few_at_a_time_and_it_comes_to_the_same(case, monkeypatch):
    part = MutePart(kind="mute", layer="Conv2D_2", digit=5)
    whole = layer_facts.shares_muted(part, case)
    asked = []
    monkeypatch.setattr(layer_facts, "MOST_MUTED_BYTES", 3 * 11 * 11 * 64 * 4)
    read_behind = Case.read_behind
    monkeypatch.setattr(Case, "read_behind", lambda self, *told: asked.append(len(told[1])) or read_behind(self, *told))
    for one, other in zip(layer_facts.shares_muted(part, case), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert max(asked) == 3


def test_a_map_finds_itself_in_the_same_network_and_only_by_chance_in_shuffled_digits(case):
    """And where the second network is the first with its maps in another order, the partner is where its map has gone."""
    weights, order = dict(case.network.weights), np.random.default_rng(5).permutation(128)
    for name in ("Conv2D_3/kernel", "Conv2D_3/bias"):
        weights[name] = weights[name][..., order]
    second = StoredNetwork(case.network.recipe, weights)
    for index in (0, 56):
        found = partners(PartnerPart(kind="partner", map=index), case, second)
        facts = partner_facts(found)
        assert order[int(facts["partner"])] == index
        assert facts["alike"] == pytest.approx(100, abs=0.01)
        assert facts["is_same"] == ("yes" if order[index] == index else "no")
        assert 0 < facts["chance"] < 50
        assert facts["more"] == "yes"
        assert found.candidates[PLACES.index(facts["place"])] == facts["partner"]
        assert len(set(found.candidates)) == 4
        np.testing.assert_array_equal(found.mine, found.theirs[PLACES.index(facts["place"])])
    shallow = network_of(conv=[{"filters": 8}, {"filters": 16}], pool=[2])
    with pytest.raises(NotHereError, match="no such layer"):
        partners(PartnerPart(kind="partner"), case, shallow)


def test_where_the_second_network_is_read_its_accuracy_is_that_of_the_digits(case):
    facts = partner_facts(partners(PartnerPart(kind="partner"), case, case.network))
    found = first_digits("embedded", "test", 300)
    outputs = read(case.network.recipe, case.network.weights, standardise(found.images))
    assert facts["accuracy"] == pytest.approx(100 * (outputs.argmax(axis=1) == found.labels).mean())


def test_a_new_rate_is_one_of_three_and_a_training_is_told_as_it_ended(case):
    part = TrainingPart(kind="training", rate="new", epochs=2)
    rates = {training_recipe(part, Case(case.network, "embedded", throw)).learning_rate for throw in range(20)}
    assert rates == set(RATES)
    recipe = training_recipe(TrainingPart(kind="training", epochs=2), case)
    ends = [
        {"epoch": 1, "val_accuracy": 0.5},
        {"images_per_second": 1, "accuracy": 0.99},
        {"epoch": 2, "val_accuracy": 0.75},
    ]
    facts = training_facts(TrainingPart(kind="training", epochs=2), recipe, ends)
    assert facts is not None
    assert facts["accuracies"] == (50, 75)
    assert (facts["first"], facts["accuracy"], facts["last_gain"], facts["gap"]) == (50, 75, 25, 24)
    assert (facts["learnt"], facts["by_heart"], facts["batches"]) == ("yes", "yes", 64)
    assert facts["rate_end"] == pytest.approx(0.001 / 1.064)
    assert learning_rate_after(recipe, round(facts["half_after"])) == pytest.approx(facts["rate"] / 2)
    assert training_facts(part, recipe, []) is None


@pytest.mark.parametrize("name", shelf(Path()).own)
def test_every_number_that_is_asked_for_lies_on_its_slider(case, name):
    for step in shelf(Path()).own[name].places:
        if step.part.SLOW or not isinstance(step.question, NumberQuestion | SquareQuestion):
            continue
        asked = step.question
        least, most, by = (*SIDES, 1) if isinstance(asked, SquareQuestion) else (asked.least, asked.most, asked.step)
        # (Rare pixels are very bright on nearly empty digits, and are looked up quickly.)
        throws = 1 if "new" not in step.part.model_dump().values() else 300 if step.part.kind == "pixel" else 12
        for throw in range(throws):
            fact = AT_ONCE[step.part.kind](step.part, Case(case.network, "embedded", throw))[asked.right]
            assert least <= round(fact / by) * by <= most, (step.title, throw)


def test_a_framed_picture_keeps_the_pixels_within():
    image = np.arange(784, dtype=np.uint8).reshape(28, 28)
    picture = framed(image, 3, 5, 4, 6)
    assert picture.shape == (28 * ZOOM, 28 * ZOOM, 3)
    assert (picture[3 * ZOOM : 4 * ZOOM, 5 * ZOOM : 6 * ZOOM] == image[3, 5]).all()
    assert tuple(picture[3 * ZOOM - 1, 5 * ZOOM]) == FRAME
    assert tuple(framed(image, 0, 0, 28, 28)[0, 0]) == (0, 0, 0), "there is no room outside of the picture"

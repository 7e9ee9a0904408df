"""What a finished run leaves on the command line, and what its recipe counts as work, number by number."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support.dreams import photo, saved
from support.sentences import refused

from mnistlab.carving.dream_files import read_dream_png
from mnistlab.carving.photos import KEPT
from mnistlab.carving.preview import TILE_STEPS_PER_SECOND, seconds_of
from mnistlab.errors import StoreError
from mnistlab.kinds import KINDS, Means, kind_of
from mnistlab.kinds.kind import model_link
from mnistlab.kinds.multiplications import forward, maps_chosen
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.pictures.encoding import sheet
from mnistlab.progress import Result
from mnistlab.recipes import (
    AtlasRecipe,
    DreamRecipe,
    ExplanationRecipe,
    NetworkRecipe,
    OipRecipe,
    PrecursorRecipe,
    TrainingRecipe,
    TsneRecipe,
    ZoomRecipe,
    read_recipe,
)
from mnistlab.store.models import reference_network
from mnistlab.store.networks import write_network
from mnistlab.store.runs import Store

RANDOM = np.random.default_rng(0)
NETWORK = NetworkRecipe()
# Weights and biases of a layer, times the places where they are used.
CONV_1, CONV_2, CONV_3 = (9 + 1) * 32 * 26**2, (9 * 32 + 1) * 64 * 11**2, (9 * 64 + 1) * 128 * 3**2
TO_CONV_3 = CONV_1 + CONV_2 + CONV_3
WHOLE = TO_CONV_3 + (1152 + 1) * 100 + (100 + 1) * 10


def pictures_of(home, recipe, arrays, **summary):
    run = Store(home).create(recipe, "drawn")
    run.write_result(Result(arrays, summary), None)
    return kind_of(recipe).pictures(recipe, run)


def pixels(content):
    return np.asarray(Image.open(BytesIO(content)))


def larger(image, scale):
    return image.repeat(scale, axis=0).repeat(scale, axis=1)


def patterns(*shape):
    return RANDOM.normal(size=(*shape, 28, 28)).astype(np.float32)


def frames(content):
    film = Image.open(BytesIO(content))
    return film.n_frames, film.info["duration"]


def oip_arrays(**more):
    whole = {"start": patterns(), "image": patterns(), "report_images": patterns(2), "report_steps": np.array([3, 6])}
    return whole | {"scores": np.zeros(6, np.float32), "status": np.array("climbing")} | more


def test_an_oip_leaves_its_pattern_and_how_it_grew(home):
    arrays = oip_arrays()
    found = pictures_of(home, OipRecipe(), arrays)
    assert found.keys() == {"oip.png", "oip_plain.png", "growth.png", "growth.gif"}
    np.testing.assert_array_equal(pixels(found["oip.png"]), larger(enhanced(arrays["image"]), 8))
    np.testing.assert_array_equal(pixels(found["oip_plain.png"]), larger(plain(arrays["image"]), 8))
    growth = enhanced(np.stack([arrays["start"], *arrays["report_images"]]))
    np.testing.assert_array_equal(pixels(found["growth.png"]), larger(sheet(growth, 3, 2), 4))
    assert frames(found["growth.gif"])[0] == 3


def test_several_answers_are_left_side_by_side(home):
    answers = patterns(18)
    several = {"answers": answers, "answer_scores": np.zeros(18), "answer_status": np.full(18, "climbing")}
    found = pictures_of(home, OipRecipe(answers=18), oip_arrays(**several, groups=np.zeros(18, np.int64)))
    np.testing.assert_array_equal(pixels(found["answers.png"]), larger(sheet(enhanced(answers), 16, 2), 4))


def test_an_atlas_leaves_a_sheet(home):
    names = ("map_index", "scores", "status", "rescued", "responding", "candidates", "classes", "relative")
    arrays = {name: np.zeros(17) for name in (*names, "examples", "example_scores", "example_labels")}
    arrays["images"] = patterns(17)
    found = pictures_of(home, AtlasRecipe(), arrays)
    assert found.keys() == {"atlas.png"}
    np.testing.assert_array_equal(pixels(found["atlas.png"]), larger(sheet(enhanced(arrays["images"]), 16, 2), 4))


def test_a_precursor_run_leaves_a_row_for_each_map(home):
    arrays = {name: np.zeros(2) for name in ("map_index", "trial_scores", "responding", "numbers")}
    arrays["patterns"] = patterns(2, 3)
    found = pictures_of(home, PrecursorRecipe(), arrays)
    assert found.keys() == {"patterns.png"}
    rows = plain(arrays["patterns"].reshape(6, 28, 28))
    np.testing.assert_array_equal(pixels(found["patterns.png"]), larger(sheet(rows, 3, 2), 4))


def test_a_dream_leaves_itself_and_its_iterations(home):
    size = {"picture": (280, 280), "original": (280, 280), "steps": (2, 280, 280), "areas": (1, 3), "area_maps": (1,)}
    tiles = {"area_saw": (1, 28, 28), "area_made": (1, 28, 28), "area_scores": (1, 2)}
    arrays = {name: RANDOM.normal(size=shape).astype(np.float32) for name, shape in {**size, **tiles}.items()}
    found = pictures_of(home, DreamRecipe(size=280), arrays)
    assert found.keys() == {"dream.png", "iterations.gif"}
    assert pixels(found["dream.png"]).shape[:2] == (280, 280)
    # The original, and what it was after each iteration.
    assert frames(found["iterations.gif"]) == (3, 400)


def test_a_film_leaves_a_film(home):
    found = pictures_of(home, ZoomRecipe(), {"frames": RANDOM.integers(0, 256, (3, 20, 30, 3), dtype=np.uint8)})
    assert found.keys() == {"film.gif"}
    assert frames(found["film.gif"]) == (3, 80)


def test_a_training_leaves_no_picture_and_a_plane_one(home):
    assert pictures_of(home, TrainingRecipe(), {}) == {}
    plane = {"plane": RANDOM.normal(size=(40, 2)).astype(np.float32), "labels": np.arange(40) % 10}
    assert pictures_of(home, TsneRecipe(), plane).keys() == {"plane.png"}


def test_an_explanation_leaves_a_map_for_each_method(home):
    maps = np.zeros((2, 28, 28), np.float32)
    maps[0, 3, 4], maps[0, 5, 6], maps[1, 0, 0] = 2, -1, 0.5
    arrays = {name: np.zeros(2) for name in ("methods", "outputs", "deletion", "insertion")} | {"maps": maps}
    found = pictures_of(home, ExplanationRecipe(), arrays)
    assert found.keys() == {"explanation.png"}
    seen = pixels(found["explanation.png"])[::8, ::8].astype(int)
    assert seen.shape == (28, 28 + 2 + 28, 3)
    # Red speaks for, blue against, half as strong; each method on its own scale.
    assert seen[3, 4].tolist() == seen[0, 30].tolist() == [178, 24, 43]
    assert seen[5, 6].tolist() == [144, 178, 214]
    assert (seen[27] == 255).all()


def test_an_image_costs_each_weight_wherever_it_is_used():
    assert forward(NETWORK) == WHOLE
    wanted = {"Conv2D_1": CONV_1, "Conv2D_2": CONV_1 + CONV_2, "Conv2D_3": TO_CONV_3, "Dense_2": WHOLE}
    assert {layer: forward(NETWORK, layer) for layer in wanted} == wanted


def test_maps_are_those_named_or_all_of_the_layer():
    choices = PrecursorRecipe(layer="Conv2D_2")
    assert maps_chosen(choices, NETWORK) == 64
    assert maps_chosen(choices.model_copy(update={"maps": (3, 4, 5)}), NETWORK) == 3
    assert maps_chosen(choices.model_copy(update={"layer": "Conv2D_9"}), NETWORK) == 1


@pytest.mark.parametrize(
    ("content", "work"),
    [
        (
            {"kind": "training", "epochs": 3, "train_size": 1000, "batch_size": 50},
            3 * ((3 * 1000 + 10_000) * WHOLE + 20 * 2e7),
        ),
        ({"kind": "oip", "answers": 5, "ascent": {"steps": 70}}, 5 * 70 * 3 * TO_CONV_3),
        ({"kind": "tsne", "steps": 300}, 10_000 * 400),
        # Three trainings on two thirds each, which read the other third after their epoch.
        (
            {"kind": "labels", "digits": 3000, "folds": 3},
            3 * ((3 * 2000 + 1000) * WHOLE + 32 * 2e7),
        ),
        # All digits unchanged, shifted, and a step aside: all steps of a digit follow one gradient.
        (
            {"kind": "robustness", "kinds": ["shift", "adversarial"], "strengths": 3, "digits": 200},
            200 * (1 + 3 + 3 * 2) * WHOLE,
        ),
        # Nine inner points of two curves of five methods and two controls; a gradient and relevance are few passes.
        (
            {
                "kind": "explanation",
                "methods": ["gradient", "lrp_epsilon", "integrated_gradients", "smoothgrad", "occlusion"],
                "steps": 10,
                "samples": 7,
                "occlusion": {"size": 14, "step": 14},
            },
            (2 * 9 * 7 + 2 * 15 + 3 * 10 + 3 * 7 + 4) * WHOLE,
        ),
        # All patterns once, and the best of each map some steps; never more of them than there are.
        (
            {"kind": "precursor", "maps": [1, 2], "keep": 4, "trial_steps": 6},
            (19_683 + 2 * 24 * 6 * 3) * TO_CONV_3,
        ),
        (
            {"kind": "precursor", "maps": [1, 2], "method": "exhaustive", "trial_steps": 6},
            2 * 19_683 * 7 * 3 * TO_CONV_3,
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_work_is_so_many_multiplications(content, work):
    recipe = read_recipe(content)
    assert kind_of(recipe).work(recipe, NETWORK) == pytest.approx(work)


def test_the_work_of_a_dream_is_its_seconds_and_of_a_film_its_dreams():
    dream = DreamRecipe(levels=2)
    once = seconds_of(dream) * TILE_STEPS_PER_SECOND * 3 * TO_CONV_3
    assert KINDS["dream"].work(dream, NETWORK) == pytest.approx(once)
    assert KINDS["zoom"].work(ZoomRecipe(dream=dream, frames=7), NETWORK) == pytest.approx(7 * once)


@pytest.mark.parametrize("name", ["oip", "precursor", "atlas", "dream", "explanation", "robustness"])
def test_on_a_network_that_nobody_knows_all_recipes_cost_the_same(name):
    assert KINDS[name].work(KINDS[name].recipe(), None) == 1


def test_a_dream_of_ones_own_picture_takes_it_along(home, tmp_path):
    (tmp_path / "mine.png").write_bytes(saved(photo(300, 400)))
    size = {"picture": (280, 280), "original": (280, 280), "steps": (1, 280, 280), "areas": (1, 3), "area_maps": (1,)}
    tiles = {"area_saw": (1, 28, 28), "area_made": (1, 28, 28), "area_scores": (1, 2)}
    arrays = {name: RANDOM.normal(size=shape).astype(np.float32) for name, shape in {**size, **tiles}.items()}
    found = pictures_of(home, DreamRecipe(size=280, picture=str(tmp_path / "mine.png")), arrays)
    recipe, picture = read_dream_png(found["dream.png"])
    assert picture is not None
    assert KEPT.fullmatch(recipe.picture)
    assert read_dream_png(pictures_of(home, DreamRecipe(size=280), arrays)["dream.png"])[1] is None


def test_paths_are_for_those_who_say_so(home, tmp_path):
    network = reference_network()
    write_network(tmp_path / "mine", network)
    with refused(StoreError, "There is no network"):
        Means(Store(home)).network(str(tmp_path / "mine"))
    assert Means(Store(home), allow_paths=True).network(str(tmp_path / "mine")).digest == network.digest
    assert Means(Store(home)).network("reference").digest == network.digest
    assert Means(Store(home)).checkpoint is None


def test_a_link_names_every_network_but_the_reference():
    assert model_link("reference") == {}
    assert model_link("training-0a1b2c3d") == {"model": "training-0a1b2c3d"}

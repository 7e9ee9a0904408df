"""The page Dream, without a browser and without workers."""

import numpy as np
import pytest
from support.dreams import photo, saved

from mnistlab.carving.dream_files import dream_png
from mnistlab.carving.photos import keep_photo
from mnistlab.recipes import DreamRecipe
from mnistlab.recipes.dream_view import FIRST_DREAM
from mnistlab.ui.pages.dream.area import area_name

DREAM = "pages/dream.py"
KEY = "dream.recipe."


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption]
    return "\n".join(element.value for element in elements)


def test_it_begins_with_a_flower_and_says_that_workers_are_missing(visit) -> None:
    test = visit(DREAM)
    assert test.button_group(key=KEY + "picture").value == "flower"
    assert test.slider(key=KEY + "ascent.steps").value == FIRST_DREAM.ascent.steps
    assert "The workers are" in texts(test) or "MNISTLAB_SCHEDULER" in texts(test)


def test_moved_sliders_are_in_the_link(visit) -> None:
    test = visit(DREAM)
    test.slider(key=KEY + "blend").set_value(0.3).run()
    test.slider(key=KEY + "contrast.height").set_value(1.5).run()
    assert test.query_params["dream.recipe.blend"] == "0.3"
    assert test.query_params["dream.recipe.contrast.height"] == "1.5"


def test_a_link_fills_the_form(visit) -> None:
    test = visit(
        DREAM,
        **{
            "dream.recipe.picture": "sea",
            "dream.recipe.layer": "Conv2D_2",
            "dream.recipe.map_index": "5",
            "dream.recipe.by_level.1.steps": "7",
        },
    )
    assert test.button_group(key=KEY + "picture").value == "sea"
    assert test.selectbox(key=KEY + "layer").value == "Conv2D_2"
    assert test.number_input(key=KEY + "map_index").value == 5
    assert test.number_input(key=KEY + "by_level.1.steps").value == 7


def test_an_empty_map_is_the_whole_layer(visit) -> None:
    test = visit(DREAM, **{"dream.recipe.map_index": "none"})
    assert test.number_input(key=KEY + "map_index").value is None
    assert not test.exception


def test_moving_levels_takes_back_single_areas(visit) -> None:
    test = visit(DREAM, **{"dream.areas": "1.0.0,2.3.3m5"})
    test.slider(key=KEY + "levels").set_value(2).run()
    assert "dream.areas" not in test.query_params
    assert test.slider(key=KEY + "levels").value == 2


def test_a_tile_is_counted_from_1_on_screen() -> None:
    assert area_name((2, 0, 3)) == "Tile of level 2, row 1, column 4"
    assert area_name((1, 0, 1)) == "Upper right quadrant"


def test_the_roulette_throws_another_dream_of_the_same_picture(visit) -> None:
    test = visit(DREAM, **{"dream.recipe.picture": "hills"})
    (button,) = [button for button in test.button if button.label == "Dream roulette"]
    before = dict(test.query_params)
    button.click().run()
    assert not test.exception
    assert dict(test.query_params) != before
    assert test.query_params["dream.recipe.picture"] == "hills"


def test_a_brought_picture_is_yours(visit, store) -> None:
    name = keep_photo(saved(photo()), store.home)
    test = visit(DREAM, **{"dream.recipe.picture": name})
    assert test.button_group(key=KEY + "picture").value == "yours"
    test.button_group(key=KEY + "picture").set_value("sea").run()
    assert test.query_params["dream.recipe.picture"] == "sea"


@pytest.mark.parametrize(
    "link",
    [
        {"dream.recipe.layer": "Conv2D_9"},
        {"dream.recipe.layer": "Flatten"},
        {"dream.recipe.map_index": "9999"},
        {"dream.recipe.map_index": "200"},
        {"dream.recipe.size": "1"},
        {"dream.recipe.by_level.length": "64"},
        {"dream.recipe.by_level.length": "0"},
        {"dream.recipe.areas.length": "3"},
        {"dream.areas": "nonsense"},
        {"dream.areas": "3.0.0", "dream.recipe.levels": "1"},
        {"dream.area": "3.7.7", "dream.recipe.levels": "0"},
        {"dream.recipe.picture": "../../etc/passwd"},
        {"dream.recipe.picture": "<b>x</b>"},
    ],
)
def test_bad_links_break_nothing(visit, link: dict) -> None:
    test = visit(DREAM, **link)
    assert test.button_group(key=KEY + "picture").value in ("flower", "yours")


def test_the_first_dream_is_a_recipe_of_its_own() -> None:
    assert DreamRecipe.read(FIRST_DREAM.model_dump(mode="json")) == FIRST_DREAM


@pytest.mark.parametrize("picture", ["../../etc/passwd", "kept-" + 32 * "0"])
def test_a_png_whose_picture_is_not_here_changes_nothing(visit, picture: str) -> None:
    test = visit(DREAM, **{"dream.recipe.levels": "2"})
    recipe = DreamRecipe(picture=picture, levels=3)
    test.file_uploader(key="dream|file").set_value(
        ("dream.png", dream_png(recipe, np.zeros((280, 280), np.uint8), None), "image/png")
    ).run()
    assert not test.exception
    assert any("a picture that is not here" in error.value for error in [*test.error, *test.warning])
    assert test.slider(key="dream.recipe.levels").value == 2


def test_a_picture_of_one_colour_changes_nothing(visit) -> None:
    test = visit(DREAM, **{"dream.recipe.picture": "sea"})
    test.file_uploader(key="dream|file").set_value(
        ("white.png", saved(np.full((50, 50, 3), 255, np.uint8)), "image/png")
    ).run()
    assert any("the same colour everywhere" in error.value for error in [*test.error, *test.warning])
    assert test.query_params["dream.recipe.picture"] == "sea"

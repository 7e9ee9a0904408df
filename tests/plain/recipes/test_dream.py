"""Dream recipes: what they refuse, their areas, and their links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recipes import json_values
from support.sentences import assert_sentence, refused

from mnistlab.errors import RecipeError
from mnistlab.recipes import DreamRecipe, ZoomRecipe, read_recipe
from mnistlab.recipes.dream import AreaRecipe, CarvingAscent, every_area
from mnistlab.recipes.dream_areas import FULL, children, is_within, leaves, parent, read_areas, write_areas
from mnistlab.recipes.dream_view import DreamLink, DreamView, carved_areas, view_of
from mnistlab.recipes.link import from_link, to_link

AREAS = st.lists(
    st.builds(
        AreaRecipe,
        level=st.just(3),
        row=st.integers(0, 7),
        column=st.integers(0, 7),
        map_index=st.none() | st.integers(-1, 127),
    ),
    max_size=12,
    unique_by=lambda area: area.position,
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"areas": [{"level": 1, "row": 2, "column": 0}]}, ("2 rows",)),
        ({"areas": [{"level": 2, "row": 0, "column": 0}]}, ("levels", "level 2, row 0, column 0")),
        ({"areas": [{"level": 1}, {"level": 1}]}, ("twice",)),
        ({"size": 1121}, ("size",)),
        ({"size": 0}, ("size",)),
        ({"levels": 4}, ("levels",)),
        ({"map_index": -2}, ("map_index",)),
        ({"gray": "green"}, ("gray",)),
        ({"blend": 1.5}, ("blend",)),
        ({"contrast": {"height": 0}}, ("contrast.height",)),
        ({"nonsense": 1}, ("nonsense",)),
        ({"picture": ""}, ("picture",)),
    ],
)
def test_what_cannot_be_is_told(content, words):
    with refused(RecipeError, *words):
        read_recipe({"kind": "dream"} | content)


@given(st.dictionaries(st.sampled_from(list(DreamRecipe.model_fields)), json_values, max_size=4))
def test_whatever_json_holds_becomes_a_recipe_or_a_sentence(content):
    try:
        recipe = read_recipe(content | {"kind": "dream"})
    except RecipeError as error:
        assert_sentence(error)
    else:
        assert DreamRecipe.read(recipe.model_dump(mode="json")) == recipe


def test_the_articles_map_minus_one_is_the_whole_layer():
    assert DreamRecipe.read({"map_index": -1}) == DreamRecipe(map_index=None)


@pytest.mark.parametrize(("levels", "count"), [(0, 0), (1, 4), (2, 20), (3, 84)])
def test_all_areas_of_all_levels_are_carved_by_default(levels, count):
    assert len(DreamRecipe(levels=levels).all_areas()) == count


@given(AREAS)
def test_areas_survive_as_text(areas):
    text = write_areas(tuple(areas))
    assert read_areas(text, 3) == tuple(sorted(areas, key=lambda area: area.position))
    assert len(text) <= 2000


@given(AREAS)
def test_leaves_cover_the_picture_without_overlap(areas):
    found = leaves({area.position: area for area in areas})
    assert sum(4.0 ** -place[0] for place in found) == 1
    assert not any(is_within(one, other) for one in found for other in found)


def test_quadrants_are_part_of_their_area():
    for area in (FULL, (1, 1, 0), (2, 3, 1)):
        for part in children(area):
            assert parent(part) == area
            assert is_within(part, area)
            assert is_within(part, FULL)


@given(AREAS, st.sampled_from(["flower", "kept-" + "0" * 32]), st.integers(0, 60))
def test_the_pages_link_restores_picture_recipe_and_areas(areas, picture, steps):
    recipe = DreamRecipe(picture=picture, levels=3, areas=tuple(areas), ascent=CarvingAscent(steps=steps))
    view = view_of(recipe, area="1.0.1", view="areas")
    again, complaints = from_link(DreamLink, to_link(DreamLink(dream=view)))
    assert complaints == []
    assert again.dream == view
    assert again.dream.dream().all_areas() == recipe.all_areas()


def test_a_view_of_all_areas_carves_all():
    view = DreamView()
    assert set(carved_areas(view)) == {area.position for area in every_area(3)}
    assert view.dream().areas is None


@pytest.mark.parametrize("text", ["", "1.0", "4.0.0", "1.2.0", "1.0.0,1.0.0", "1.0.0m", "1.0.0m99999", "1.0.0;2.0.0"])
def test_bad_areas_in_a_link_cost_only_themselves(text):
    found, complaints = from_link(DreamLink, {"dream.areas": text, "dream.recipe.picture": "sea"})
    assert found.dream.areas == "all"
    assert found.dream.recipe.picture == "sea"
    assert len(complaints) == 1


def test_a_film_names_the_network_of_its_dream():
    assert ZoomRecipe(dream=DreamRecipe(model="training-0a1b2c3d")).model == "training-0a1b2c3d"

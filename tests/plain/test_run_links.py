"""The link from a run in the Lab leads to the page that shows it, whatever its kind."""

import pytest

from mnistlab.kinds import KINDS as KINDS_OF_RUNS
from mnistlab.recipes import KINDS, OipRecipe
from mnistlab.recipes.link import from_link
from mnistlab.store.runs import Store
from mnistlab.ui.shell.run_links import page_link_of


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_of_every_kind_has_a_page(tmp_path, kind):
    run = Store(tmp_path).create(KINDS[kind]())
    page_link = page_link_of(run)
    assert page_link is not None
    page, link = page_link
    assert page.startswith("pages/")
    assert ("run" in link) == (kind == "training")


def test_a_precursor_run_is_shown_beside_the_oip_of_its_map(tmp_path):
    run = Store(tmp_path).create(KINDS["precursor"].read({"layer": "Conv2D_2", "maps": [9], "method": "exhaustive"}))
    page_link = page_link_of(run)
    assert page_link is not None
    page, link = page_link
    recipe, complaints = from_link(OipRecipe, link)
    assert (page, recipe.target.layer, recipe.target.map_index, complaints) == ("pages/oip.py", "Conv2D_2", 9, [])


@pytest.mark.parametrize(
    ("name", "page", "own"),
    [
        ("oip", "pages/oip.py", {}),
        ("precursor", "pages/oip.py", {}),
        ("atlas", "pages/atlas.py", {"layer": "Conv2D_3"}),
        ("dream", "pages/dream.py", {"dream.recipe.iterations": "4"}),
        ("zoom", "pages/dream.py", {"dream.recipe.iterations": "1"}),
        ("tsne", "pages/classes.py", {"cls.plane": "tsne"}),
        ("explanation", "pages/explain.py", {"why.tab": "methods", "why.question": "class"}),
    ],
)
def test_each_kind_leads_to_its_page_and_names_its_network(name, page, own):
    kind = KINDS_OF_RUNS[name]
    found, link = kind.page_link(kind.recipe(), "the run")
    assert found == page
    assert own.items() <= link.items()
    assert "model" not in link
    assert kind.page_link(kind.recipe().on_network("training-0a1b2c3d"), "the run")[1]["model"] == "training-0a1b2c3d"


@pytest.mark.parametrize(
    ("why", "own"),
    [
        ({"class": 4, "against": 9}, {"why.label": "4", "why.against": "9"}),
        (
            {"layer": "Conv2D_2", "map_index": 7},
            {"why.question": "part", "why.layer": "Conv2D_2", "why.map_index": "7"},
        ),
        ({"layer": "Dense_1", "node": 3}, {"why.question": "part", "why.layer": "Dense_1", "why.map_index": "3"}),
    ],
)
def test_an_explanation_is_shown_with_its_digit_and_its_question(why, own):
    recipe = KINDS["explanation"].read({"digit": {"index": 12}, "why": why})
    page, link = KINDS_OF_RUNS["explanation"].page_link(recipe, "the run")
    assert page == "pages/explain.py"
    assert link == {"why.digit.index": "12", "why.tab": "methods", **own}

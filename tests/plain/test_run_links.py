"""The link from a run in the Lab leads to the page that shows it, whatever its kind."""

import pytest

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

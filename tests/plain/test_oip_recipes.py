"""The recipes oip, precursor and atlas: the JSON of the design, and one sentence for everything that is wrong."""

import base64

import pytest

from mnistlab.errors import NetworkError, RecipeError
from mnistlab.recipes import AtlasRecipe, OipRecipe, PrecursorRecipe, read_recipe
from mnistlab.recipes.oip import report_steps

DESIGN = [
    {
        "kind": "oip",
        "model": "reference",
        "target": {"layer": "Conv2D_3", "map_index": 56, "row": None, "column": None},
        "start": {
            "source": "fluctuations",
            "grids": [3, 7, 14, 28],
            "amplitudes": [0.2, 0.2, 0, 0],
            "strategy": "staged",
            "stages": [20, 50, 100, 400],
            "smoothing": 0,
            "seed": 0,
        },
        "ascent": {
            "steps": 600,
            "step_size": 0.01,
            "convergence": 0.0002,
            "stop_at_convergence": False,
            "rescue": True,
        },
        "reports": 6,
    },
    {"kind": "oip", "start": {"source": "digit", "split": "test", "index": 19}},
    {"kind": "oip", "start": {"source": "file", "path": "start.npy"}},
    {
        "kind": "precursor",
        "model": "reference",
        "layer": "Conv2D_3",
        "maps": [56],
        "grid": 3,
        "levels": [0.2, 0.5, 0.8],
        "trial_steps": 10,
        "keep": 8,
        "method": "exhaustive",
    },
    {"kind": "atlas", "model": "reference", "precursor": {"layer": "Conv2D_2"}, "ascent": {"steps": 50}},
]


@pytest.mark.parametrize("content", DESIGN)
def test_the_recipes_of_the_design_are_read(content):
    recipe = read_recipe(content)
    assert read_recipe(recipe.model_dump(mode="json")) == recipe


@pytest.mark.parametrize("kind", [OipRecipe, PrecursorRecipe, AtlasRecipe])
def test_every_choice_has_a_title_and_help(kind):
    for name, field in kind.model_fields.items():
        assert name == "kind" or (field.title and field.description), name


def test_articles_report_steps():
    assert report_steps(600, 6) == [9, 18, 36, 72, 144, 288, 600]
    assert report_steps(3, 6) == [3]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"target": {"layer": "Conv2D_3", "mapindex": 1}}, "not a key"),
        ({"target": {"map_index": -1}}, "map_index"),
        ({"target": {"map_index": 1, "row": 2}}, "both"),
        ({"target": {"map_index": 1, "node": 2}}, "one thing"),
        ({"target": {"map_index": None, "row": 2, "column": 1}}, "need a map"),
        ({"target": {"maps": [{"map_index": 1}, {"map_index": 1}]}}, "twice"),
        ({"start": {"source": "fluctuations", "amplitudes": [0, 0, 0, 0]}}, "All amplitudes are zero"),
        ({"start": {"source": "fluctuations", "amplitudes": [0.2]}}, "4 amplitudes"),
        ({"start": {"source": "dream"}}, "start"),
        ({"start": {"source": "digit", "index": 10_000}}, "10,000 test digits"),
        ({"start": {"source": "drawing", "pixels": "not base64!"}}, "base64"),
        ({"start": {"source": "drawing", "pixels": base64.b64encode(b"123").decode()}}, "784 pixels"),
        ({"start": {"source": "digit"}, "answers": 4}, "need fluctuations"),
        ({"diversity": 1.0}, "answers"),
        ({"ascent": {"steps": 0}}, "steps"),
    ],
)
def test_what_is_wrong_is_one_sentence(content, complaint):
    with pytest.raises(RecipeError, match=complaint):
        OipRecipe.read({"kind": "oip", **content})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"grid": 4}, "43,046,721 patterns"),
        ({"levels": [0.2, 0.2]}, "differ"),
        ({"maps": [1, 1]}, "twice"),
        ({"maps": []}, "maps"),
    ],
)
def test_an_impossible_precursor_is_one_sentence(content, complaint):
    with pytest.raises(RecipeError, match=complaint):
        PrecursorRecipe.read({"kind": "precursor", **content})


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "oip", "diversity": 1.0},
        {"kind": "oip", "answers": 2, "start": {"source": "digit"}},
        {"kind": "precursor", "levels": [0.2, 0.2]},
        {"kind": "atlas", "precursor": {"levels": [0.2, 0.2]}},
        {"kind": "dream", "areas": [{"level": 2}], "levels": 1},
    ],
)
def test_only_a_networks_own_rules_speak_of_a_network(content):
    with pytest.raises(RecipeError) as refusal:
        read_recipe(content)
    assert not isinstance(refusal.value, NetworkError)

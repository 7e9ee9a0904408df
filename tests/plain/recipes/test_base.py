"""Whatever a stranger's JSON holds, it becomes a valid recipe or one sentence; equal recipes have equal digests."""

import json
import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recipes import json_values, trainings
from support.sentences import assert_sentence, refused

from mnistlab.errors import NetworkError, RecipeError
from mnistlab.recipes import KINDS, RecipePart, TrainingRecipe, parse_json, read_recipe
from mnistlab.recipes.base import LONGEST_JSON, choice

DEFAULT = TrainingRecipe().model_dump(mode="json")


def read_text(text: str | bytes) -> TrainingRecipe:
    return read_recipe(parse_json(text))


def assert_recipe_or_sentence(text: str | bytes) -> None:
    try:
        recipe = read_text(text)
    except RecipeError as error:
        assert_sentence(error)
    else:
        assert read_text(recipe.to_json()) == recipe


@given(trainings())
def test_json_holds_the_whole_recipe(recipe):
    assert read_text(recipe.to_json()) == recipe


@given(trainings())
def test_json_names_every_choice(recipe):
    named = json.loads(recipe.to_json()).keys()
    # (Digits left out are named where there are some, and the engine where it is not TensorFlow, so that recipes of before keep their digests.)
    assert named | {"without", "engine"} == TrainingRecipe.model_fields.keys()
    assert ("without" in named) == bool(recipe.without)


@given(trainings(), trainings())
def test_digests_are_equal_exactly_for_equal_recipes(one, other):
    assert (one.digest == other.digest) == (one == other)
    assert one.digest == read_text(one.to_json()).digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"learning_rate": 1}, {"learning_rate": 1.0}),
        ({"momentum": 0}, {"momentum": -0.0}),
        ({"epochs": 5}, {"epochs": 5.0}),
        ({"network": {"conv": [{}, {"filters": 64}, {"filters": 128}]}}, {"network": {}}),
        ({"initial": None}, {}),
    ],
)
def test_two_ways_to_write_one_recipe_give_one_digest(one, other):
    first, second = (TrainingRecipe.read({"kind": "training", **content}) for content in (one, other))
    assert first == second
    assert first.digest == second.digest


def test_digest_does_not_depend_on_the_order_of_keys():
    assert TrainingRecipe.read(dict(reversed(DEFAULT.items()))).digest == TrainingRecipe().digest


def test_recipes_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        TrainingRecipe().epochs = 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"epohcs": 3}, ["“epohcs”", "not a key"]),
        ({"network": {"conf": []}}, ["“network.conf”"]),
        ({"network": {"conv": [{"filters": 8, "size": 3}]}}, ["“network.conv.0.size”"]),
        ({"epochs": 0}, ["“epochs”", "greater than or equal to 1", "Received: 0"]),
        ({"epochs": 201}, ["“epochs”", "200"]),
        ({"epochs": 1.5}, ["“epochs”", "1.5"]),
        ({"epochs": "many"}, ["“epochs”", "'many'"]),
        ({"epochs": None}, ["“epochs”"]),
        ({"epochs": True}, ["“epochs”", "True"]),
        ({"epochs": 10**400}, ["“epochs”"]),
        ({"learning_rate": 10**400}, ["“learning_rate”"]),
        ({"learning_rate": 0}, ["“learning_rate”"]),
        ({"learning_rate": [0.1]}, ["“learning_rate”"]),
        ({"learning_rate": False}, ["“learning_rate”"]),
        ({"train_size": 60_001}, ["“train_size”", "60000"]),
        ({"seed": -1}, ["“seed”"]),
        ({"optimizer": "adagrad"}, ["“optimizer”", "rmsprop", "'adagrad'"]),
        ({"data": "fashion"}, ["“data”", "mnist"]),
        ({"initial": "../../etc/passwd"}, ["“initial”"]),
        ({"initial": "x" * 300}, ["“initial”"]),
        ({"network": None}, ["“network”"]),
        ({"network": {"conv": {}}}, ["“network.conv”"]),
        ({"network": 3}, ["“network” should be an object with named values. Received: 3."]),
        ({"network": {"conv": 3}}, ["“network.conv” should be a list."]),
        ({"network": {"conv": [3]}}, ["“network.conv.0” should be an object with named values."]),
        ({"epochs": "1.x"}, ["“epochs” should be a whole number."]),
        ({"learning_rate": "quick"}, ["“learning_rate” should be a number."]),
        ({"initial": 7}, ["“initial” should be a text."]),
        ({"initial": "a b"}, ["“initial” should be the id of a run"]),
        ({"initial": "x" * 300}, ["“initial” should have at most 200 characters."]),
        (
            {"kind": "oip", "target": {"layer": "Conv2D 3"}},
            ["“target.layer” should be a name of letters, digits and _ only, at most 40."],
        ),
        ({"network": {"conv": []}}, ["“network.conv” should have at least 1"]),
        ({"network": {"conv": [{}] * 7}}, ["“network.conv” should have at most 6"]),
        ({"network": {"dense": [{}] * 5}}, ["“network.dense” should have at most 4"]),
        ({"kind": "flight"}, ["“kind”", "'flight'"]),
        ({"kind": None}, ["“kind”"]),
        ({"kind": ["training"]}, ["“kind”"]),
    ],
)
def test_what_is_wrong_is_named(content, words):
    with refused(RecipeError, *words):
        read_recipe({"kind": "training"} | content)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("choice", ["learning_rate", "epochs"])
def test_numbers_that_are_not_finite_are_refused(choice, text):
    with refused(RecipeError):
        read_text(f'{{"kind": "training", "{choice}": {text}}}')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"training"',
        "{'kind': 'training'}",
        b"\xff\xfe\x00",
        b"\x80",
        "\x00",
        '{"kind": 1}',
        "9" * 5000,
    ],
)
def test_text_that_is_no_recipe_is_refused(text):
    with refused(RecipeError):
        read_text(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"kind": "training", "seed": }', "cannot be read from line 1, place 30 on"),
        ('{"kind":\n "training', "cannot be read from line 2, place 2 on"),
        ("", "cannot be read from line 1, place 1 on"),
        (b"\xff\x80", "no text"),
        ("[" * 20_000, "nested too deeply"),
        ("9" * 5000, "thousands of digits"),
        ('{"seed": NaN}', "NaN is not a number that a recipe can hold"),
    ],
)
def test_what_is_no_json_is_said_in_plain_words(text, why):
    with refused(RecipeError, "no recipe in JSON", why):
        parse_json(text)


def test_no_sentence_shows_how_pydantic_says_it():
    """What any value at any place is answered with has none of its words."""
    wrong = [None, 3, -7.5, "a b", "x" * 5000, [], [[]], {}, True, 10**30]
    for kind, recipe in KINDS.items():
        content = recipe().model_dump(mode="json")
        for name, inner in content.items():
            places = [(name,)] + [(name, key) for key in inner] if isinstance(inner, dict) else [(name,)]
            for place, value in product(places, wrong):
                tried = json.loads(json.dumps(content))
                holder = tried if len(place) == 1 else tried[place[0]]
                holder[place[-1]] = value
                for sentence in recipe.wrong_values(tried).values():
                    assert not re.search(r"valid|pattern|instance|dictionary|should be Str|Input|parse", sentence), (
                        kind,
                        sentence,
                    )


def test_giant_text_is_refused_unread():
    with refused(RecipeError, "too long"):
        parse_json("[" + "0," * LONGEST_JSON)


# Each depth at which one of parser, checks and message could be the first to run out of stack.
@pytest.mark.parametrize("depth", [*range(900, 1000, 3), 20_000])
@pytest.mark.parametrize("key", ["kind", "epochs", "network", "other"])
def test_deeply_nested_json_is_refused(key, depth):
    nested = "[" * depth + "]" * depth
    with refused(RecipeError):
        read_text(nested)
    content = {"kind": '"training"', key: nested}
    with refused(RecipeError):
        read_text("{" + ", ".join(f'"{name}": {value}' for name, value in content.items()) + "}")


@given(json_values)
def test_any_json_is_a_recipe_or_one_sentence(content):
    assert_recipe_or_sentence(json.dumps(content))


@given(st.sampled_from(sorted(DEFAULT)), json_values)
def test_any_value_of_a_choice_is_taken_or_refused_with_one_sentence(choice, value):
    assert_recipe_or_sentence(json.dumps({"kind": "training", choice: value}))


@given(st.sampled_from(sorted(DEFAULT["network"])), json_values)
def test_any_value_of_a_networks_choice_is_taken_or_refused_with_one_sentence(choice, value):
    assert_recipe_or_sentence(json.dumps({"kind": "training", "network": {choice: value}}))


@given(st.text(), json_values)
def test_any_other_key_is_refused_with_one_sentence(key, value):
    with refused(RecipeError):
        read_recipe({"kind": "training", f"_{key}": value})


@given(st.binary(max_size=200))
def test_any_bytes_are_a_recipe_or_one_sentence(content):
    assert_recipe_or_sentence(content)


def test_an_impossible_network_is_a_network_error():
    with refused(NetworkError, "3 convolutions need 2 pools", "Received: 1"):
        TrainingRecipe.read({"network": {"pool": [2]}})


def test_a_default_is_checked_like_everything_else():
    class Wrong(RecipePart):
        steps: int = choice(5, le=3, title="Steps", help="More than it may be.")

    with refused(RecipeError, "steps"):
        Wrong.read({})


@pytest.mark.parametrize("length", [79, 80, 81, 5_000])
def test_a_sentence_repeats_what_it_received_up_to_eighty_characters(length):
    for content in ({"x" * length: 1}, {"optimizer": "x" * (length - 2)}):
        with pytest.raises(RecipeError) as caught:
            TrainingRecipe.read(content)
        longest = max(re.findall(r"['x]+…?", str(caught.value)), key=len)
        assert len(longest) == min(length, 80)
        assert longest.endswith("…") == (length > 80)


def test_a_file_of_a_recipe_has_one_choice_a_line():
    assert TrainingRecipe().to_json().splitlines()[:2] == ["{", ' "kind": "training",']
    assert TrainingRecipe().to_json().endswith("\n}\n")

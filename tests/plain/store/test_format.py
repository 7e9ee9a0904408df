"""Who wrote a store and a run: what is newer is refused with a sentence, what is older opens."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recipes import json_values, small_training
from support.sentences import assert_sentence, refused

from mnistlab import __version__
from mnistlab.commands.evaluate import evaluate
from mnistlab.commands.run import run as carry_out_recipe
from mnistlab.engine.tasks.runs import carry_out
from mnistlab.errors import StoreError
from mnistlab.store.format import FORMAT, begin_store, check_format, is_newer
from mnistlab.store.runs import Store


@pytest.fixture
def run(home):
    return Store(home).create(small_training(), "My run")


def rewrite(path, **changes):
    content = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}))


def test_a_store_is_marked_when_it_is_first_used_and_not_by_who_only_looks(home):
    check_format(home)
    assert not home.exists()
    begin_store(home)
    assert json.loads((home / "store.json").read_text()) == {"format": FORMAT}
    before = (home / "store.json").stat().st_mtime_ns
    begin_store(home)
    assert (home / "store.json").stat().st_mtime_ns == before


def test_a_store_without_a_number_is_of_the_first_format(home, run):
    begin_store(home)
    assert json.loads((home / "store.json").read_text()) == {"format": 1}
    assert run.recipe() == small_training()


def test_a_store_that_cannot_be_written_to_is_used_all_the_same(home, monkeypatch):
    def refuse(path, content):
        raise StoreError("store.json could not be written.")

    monkeypatch.setattr("mnistlab.store.format.write_json", refuse)
    begin_store(home)
    # A file where the folder should be: not even that can be made.
    home.rmdir()
    home.touch()
    begin_store(home)


@pytest.mark.parametrize("look", [begin_store, check_format])
def test_a_newer_store_is_refused_and_left_alone(home, look):
    begin_store(home)
    rewrite(home / "store.json", format=FORMAT + 1, more="than we know")
    before = (home / "store.json").read_bytes()
    with refused(StoreError, "newer mnistlab", f"format is {FORMAT + 1}", __version__, "MNISTLAB_HOME"):
        look(home)
    assert (home / "store.json").read_bytes() == before


@given(st.binary(max_size=40) | json_values.map(json.dumps).map(str.encode))
def test_any_store_json_is_a_format_or_a_sentence(tmp_path_factory, content):
    home = tmp_path_factory.mktemp("home")
    (home / "store.json").write_bytes(content)
    try:
        begin_store(home)
    except StoreError as error:
        assert_sentence(error)
    else:
        assert json.loads(content)["format"] == FORMAT


def test_neither_a_worker_nor_a_command_touches_a_newer_store(home, run, tmp_path):
    (home / "store.json").write_text(json.dumps({"format": FORMAT + 1}))
    recipe = tmp_path / "recipe.json"
    recipe.write_text(small_training().to_json())
    for use in (
        lambda: carry_out(str(home), run.id, "ticket"),
        lambda: carry_out_recipe(recipe, tmp_path / "out"),
        lambda: evaluate("reference", "embedded"),
    ):
        with refused(StoreError, "newer mnistlab"):
            use()
    assert run.state().name == "queued"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["text", "json"])
def test_serve_ends_with_the_sentence(home, form):
    home.mkdir()
    (home / "store.json").write_text(json.dumps({"format": FORMAT + 1}))
    ended = subprocess.run(
        [sys.executable, "-m", "mnistlab", "serve"],
        env={**os.environ, "MNISTLAB_HOME": str(home), "MNISTLAB_LOG_FORMAT": form},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert ended.returncode == 2
    last = ended.stderr.splitlines()[-1]
    sentence = json.loads(last)["message"] if form == "json" else last
    assert sentence.startswith("mnistlab: This store was written by a newer mnistlab")
    assert [path.name for path in home.iterdir()] == ["store.json"]


def test_a_run_knows_the_version_that_made_it(run):
    assert run.version() == __version__
    run.rename("Other")
    assert run.version() == __version__


@pytest.mark.parametrize("version", [None, __version__, "0.0.9", 3, "", "next week"])
def test_a_key_nobody_knows_is_damage_in_a_run_that_is_not_newer(run, version):
    rewrite(run.path / "run.json", version=version)
    assert run.recipe() == small_training()
    rewrite(run.path / "recipe.json", warmup=3)
    with refused(StoreError, "damaged", "“warmup” is not a key"):
        run.recipe()


@pytest.mark.parametrize(
    "change", [{"warmup": 3}, {"optimizer": "lion"}, {"kind": "sculpture"}, {"epochs": "until it is good"}]
)
def test_a_newer_run_says_which_version_knows_its_choices(run, change):
    rewrite(run.path / "run.json", version="0.2.0")
    assert run.recipe() == small_training(), "what this version knows it reads"
    rewrite(run.path / "recipe.json", **change)
    with refused(StoreError, "made by mnistlab 0.2.0", f"mnistlab {__version__} does not know", "Update"):
        run.recipe()
    assert run.name() == "My run"


@pytest.mark.parametrize(
    ("version", "newer"),
    [
        ("0.1.0", False),
        ("0.1.1", True),
        ("0.10.0", True),
        ("1.0.0rc1", True),
        ("0.0.99", False),
        ("0.1", False),
        ("v9", False),
        ("9" * 5_000 + ".0.0", False),
        ("", False),
    ],
)
def test_versions_are_compared_as_numbers(version, newer, monkeypatch):
    monkeypatch.setattr("mnistlab.store.format.__version__", "0.1.0")
    assert is_newer(version) is newer

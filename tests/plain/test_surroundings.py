"""Accounts and machines that are not as usual: relative paths, no home folder, another code page, Keras set up for other projects."""

import ast
import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest
from support.sentences import refused

from mnistlab.commands import doctor
from mnistlab.commands.surroundings import surroundings
from mnistlab.data.sources import find_source
from mnistlab.engine import local
from mnistlab.errors import DataError, RecipeError
from mnistlab.recipes.data_sets import MNIST
from mnistlab.settings import PATHS, SERVER_ENVIRONMENT, settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def homeless(monkeypatch):
    """As in a container under the number of an account that nobody has entered."""

    def unknown(number):
        raise KeyError(number)

    monkeypatch.delenv("HOME")
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.parametrize("field", PATHS)
def test_a_path_means_the_same_in_every_folder(tmp_path, monkeypatch, field):
    """`serve` and the workers run in another folder than the one the path was written in."""
    name = f"MNISTLAB_{field.upper()}"
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.chdir(tmp_path)
    for written, meant in {"./x": tmp_path / "x", "~/x": tmp_path / "me" / "x"}.items():
        monkeypatch.setenv(name, written)
        settings.cache_clear()
        assert getattr(settings(), field) == meant
        assert os.environ[name] == str(meant), "processes started elsewhere read it again"


def test_without_a_home_folder_a_sentence_says_what_to_do(homeless, monkeypatch):
    monkeypatch.delenv("MNISTLAB_HOME")
    settings.cache_clear()
    with refused(RecipeError, "no home folder", "MNISTLAB_HOME"):
        settings()
    monkeypatch.setenv("MNISTLAB_HOME", "~/runs")
    settings.cache_clear()
    with refused(RecipeError, "no home folder", "MNISTLAB_HOME"):
        settings()


def test_without_a_home_folder_there_is_no_cache_of_keras(homeless):
    assert find_source(MNIST) is None
    assert "no home folder" in surroundings({})


@pytest.mark.parametrize("encoding", ["cp437", "ascii"])
def test_commands_speak_in_any_code_page(encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "MNISTLAB_HOME": "/tmp/数字"}
    for arguments in (["evaluate", "--help"], ["import", "数字.h5"]):
        shown = subprocess.run([sys.executable, "-m", "mnistlab", *arguments], capture_output=True, env=environment)
        assert b"Traceback" not in shown.stderr
        assert b"error" not in shown.stderr or arguments[0] == "import"
        assert shown.stdout or b"cannot be read" in shown.stderr


def test_no_text_is_read_or_written_in_the_code_page_of_the_machine():
    found = []
    for path in sorted((ROOT / "mnistlab").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if name in ("read_text", "write_text") and not any(word.arg == "encoding" for word in node.keywords):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_what_is_unusual_is_said(tmp_path, monkeypatch):
    folder = tmp_path / "keras"
    folder.mkdir()
    asked = {"backend": "torch", "floatx": "float16", "epsilon": 1e-7, "image_data_format": "channels_first"}
    (folder / "keras.json").write_text(json.dumps(asked), encoding="utf-8")
    monkeypatch.setenv("MNISTLAB_HOME", "~/runs")
    settings.cache_clear()
    said = surroundings({"KERAS_BACKEND": "jax", "MNISTLAB_HOME": "~/runs"})
    for word in ("jax", "torch", "float16", "channels_first", "“~/runs”", str(settings().home)):
        assert word in said
    assert "epsilon" not in said


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff\xfe", b'{"floatx": {"a": 1}}'])
def test_a_file_of_keras_that_is_odd_is_no_reason_to_stop(tmp_path, content):
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "keras.json").write_bytes(content)
    assert surroundings({})


def test_digits_that_cannot_be_read_are_bad(tmp_path, monkeypatch):
    (tmp_path / "html.npz").write_text("<html>", encoding="utf-8")
    monkeypatch.setenv("MNISTLAB_DATA", str(tmp_path / "html.npz"))
    settings.cache_clear()
    with refused(DataError, "html.npz"):
        doctor._digits()


def test_workers_get_neither_secrets_nor_what_is_set_for_the_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVER_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MNISTLAB_ADMIN_TOKEN", "secret")
    monkeypatch.setenv("MNISTLAB_HOME", "kept")
    given = local._environment()
    assert given["MNISTLAB_HOME"] == "kept"
    assert not {*SERVER_ENVIRONMENT, "MNISTLAB_ADMIN_TOKEN"} & set(given)
    # What somebody has set for all programs is for workers, too.
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert local._environment()["OPENBLAS_NUM_THREADS"] == "3"

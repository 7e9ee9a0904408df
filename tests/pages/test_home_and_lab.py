"""The pages Home and Lab, without a browser and without workers."""

import json

import pytest

from mnistlab.recipes import TrainingRecipe
from mnistlab.store.runs import Store


def html(test) -> str:
    return "\n".join(element.proto.body for element in test.get("html"))


def test_home_shows_ten_digits_while_there_are_no_workers(visit) -> None:
    test = visit("app.py")
    assert html(test).count("<img") == 10
    assert "Embedded digits" in html(test)


def test_a_data_file_that_is_not_there_is_told_and_replaced(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from mnistlab.settings import settings

    monkeypatch.setenv("MNISTLAB_DATA", "no-such-file.npz")
    settings.cache_clear()
    test = visit("app.py")
    assert any("no-such-file.npz" in warning.value for warning in test.warning)
    assert html(test).count("<img") == 10


def test_a_data_file_cut_short_is_told_and_replaced(visit, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mnistlab.settings import settings

    (tmp_path / "mnist.npz").write_bytes(b"PK\x03\x04 cut short")
    monkeypatch.setenv("MNISTLAB_DATA", str(tmp_path / "mnist.npz"))
    settings.cache_clear()
    test = visit("app.py")
    assert any("cut short" in warning.value for warning in test.warning)
    assert html(test).count("<img") == 10


def test_a_network_that_is_gone_falls_back_to_the_reference(visit) -> None:
    test = visit("app.py", model="training-deadbeef")
    assert any("There is no network" in warning.value for warning in test.warning)
    assert "Reference network" in html(test)


def test_the_lab_says_that_there_are_no_runs_yet(visit) -> None:
    assert any("no runs yet" in info.value for info in visit("pages/lab.py").info)


def test_the_lab_deletes_what_has_ended_and_only_that(visit, store: Store) -> None:
    ended, queued = store.create(TrainingRecipe(), "ended"), store.create(TrainingRecipe(), "waits")
    ended.set_state("failed", "why")
    from mnistlab.ui.shell import services

    services.engine().submit(queued)
    test = visit("pages/lab.py")
    test.button(key=f"lab.delete.{ended.id}").click().run()
    assert [run.id for run in store.runs()] == [queued.id]
    test.button(key=f"lab.cancel.{queued.id}").click().run()
    assert store.state(queued).name == "cancelled"


def test_a_damaged_run_is_listed_and_can_be_deleted(visit, store: Store) -> None:
    run = store.create(TrainingRecipe(), "broken")
    (run.path / "state.json").write_text(json.dumps({"name": "flying"}))
    test = visit("pages/lab.py")
    assert any("damaged" in caption.value for caption in test.caption)
    test.button(key=f"lab.delete.{run.id}").click().run()
    assert store.runs() == []


def test_the_hidden_options_we_rely_on_still_exist() -> None:
    from streamlit import config

    assert config.get_option("runner.postScriptGC") is False
    assert config.get_option("server.maxWidgetStateSize") == 5
    # A websocket's largest message in uvicorn.
    assert config.get_option("server.maxMessageSize") == 20

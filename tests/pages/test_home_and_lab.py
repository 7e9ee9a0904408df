"""The pages Home and Lab, without a browser and without workers."""

import json

import numpy as np
import pytest
from support.layers import answering_engine

from mnistlab.keeping import Recent
from mnistlab.recipes import TrainingRecipe
from mnistlab.results.readings import Outputs
from mnistlab.store.runs import Store
from mnistlab.ui.answers import shared
from mnistlab.ui.pages.home.ten import chosen
from mnistlab.ui.shell.menu import PAGES, WAY_IN


def html(test) -> str:
    return "\n".join(element.proto.body for element in test.get("html"))


def digits_shown(test) -> int:
    """The pictures that have a name; those on the cards of words say nothing that the card does not."""
    return html(test).count("<img") - html(test).count("alt=''")


def test_home_shows_ten_digits_while_there_are_no_workers(visit) -> None:
    test = visit("app.py")
    assert digits_shown(test) == 10
    assert "Embedded digits" in html(test)


def test_home_reads_them_before_there_are_workers(visit) -> None:
    test = visit("app.py")
    assert html(test).count("a generated") == 10
    assert html(test).count(", read as") == 10
    links = [link for link in test.get("page_link") if "reads" in link.proto.label]
    assert len(links) == 10
    assert all("act.digit.index=" in link.proto.query_string for link in links)


def test_what_numpy_does_not_know_a_worker_reads(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnistlab.ui.answers.reading.is_known", lambda recipe: False)
    monkeypatch.setattr(shared, "_answers", Recent(1_000_000))
    assert html(visit("app.py")).count("a generated") == 0, "no worker to ask"
    answering_engine(monkeypatch)
    assert html(visit("app.py")).count("a generated") == 10


def test_home_leads_on_in_three_ways_to_every_page_but_the_lab(visit) -> None:
    test = visit("app.py")
    labels = {link.proto.label for link in test.get("page_link")}
    way_in = f"New here? {PAGES[WAY_IN].way}"
    assert labels >= {page.way for page in PAGES.values() if page.way and page != PAGES[WAY_IN]} | {way_in}
    assert [one.value.split("  ")[0] for one in test.markdown if one.value.startswith("**")] == [
        "**Look**",
        "**Understand**",
        "**Dream**",
    ]


def outputs(count: int, wrong: dict[int, int], doubtful: list[int]) -> Outputs:
    """Answers to `count` digits: sure and right but for those named, each as another class or in doubt."""
    labels = (np.arange(count) % 10).astype(np.uint8)
    values = np.full((count, 10), 0.001, np.float32)
    values[np.arange(count), labels] = 0.9
    for number in doubtful:
        values[number, labels[number]], values[number, (labels[number] + 1) % 10] = 0.5, 0.49
    for number, other in wrong.items():
        values[number, labels[number]], values[number, other] = 0.1, 0.8
    return Outputs(values, labels)


@pytest.mark.parametrize("throw", range(20))
def test_of_ten_digits_one_is_misread_and_two_are_doubtful(throw: int) -> None:
    doubtful = [*range(100, 114), 31]
    seen = outputs(300, {7: 1, 25: 6, 35: 3}, doubtful)
    numbers = chosen(seen, throw)
    assert list(seen.labels[numbers]) == list(range(10))
    assert {7, 25, 35} & set(numbers)
    assert len(set(doubtful) & set(numbers)) >= 2


def test_ten_digits_that_are_all_sure_are_shown_as_they_are() -> None:
    numbers = chosen(outputs(300, {}, []), 0)
    assert len(numbers) == 10


def test_each_throw_shows_others() -> None:
    seen = outputs(300, {}, [])
    assert set(chosen(seen, 1)) != set(chosen(seen, 2))


def test_a_data_file_that_is_not_there_is_told_and_replaced(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from mnistlab.settings import settings

    monkeypatch.setenv("MNISTLAB_DATA", "no-such-file.npz")
    settings.cache_clear()
    test = visit("app.py")
    assert any("no-such-file.npz" in warning.value for warning in test.warning)
    assert digits_shown(test) == 10


def test_a_data_file_cut_short_is_told_and_replaced(visit, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mnistlab.settings import settings

    (tmp_path / "mnist.npz").write_bytes(b"PK\x03\x04 cut short")
    monkeypatch.setenv("MNISTLAB_DATA", str(tmp_path / "mnist.npz"))
    settings.cache_clear()
    test = visit("app.py")
    assert any("cut short" in warning.value for warning in test.warning)
    assert digits_shown(test) == 10


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

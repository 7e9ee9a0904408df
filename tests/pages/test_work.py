"""What works for a visitor stands on every page but those that show it."""

import pytest

from mnistlab.recipes import TrainingRecipe
from mnistlab.store.runs import Store
from mnistlab.ui.shell import services
from mnistlab.ui.shell.work import MINE, MOST_SHOWN


def lines(test) -> dict[str, str]:
    """Return the runs' lines of the sidebar, and the query each leads to."""
    return {
        link.proto.label: link.proto.query_string for link in test.sidebar.get("page_link") if ": " in link.proto.label
    }


@pytest.fixture
def run(store: Store):
    made = store.create(TrainingRecipe(epochs=1, data="embedded"), "*few* digits")
    made.set_state("running", engine=services.engine().id)
    made.append_event({"time": 1.0, "done": 69, "total": 100, "stage": "training"})
    return made


@pytest.mark.parametrize("page", ["app.py", "pages/activations.py", "pages/oip.py"])
def test_a_run_at_work_has_a_line_that_leads_to_it(visit, run, page: str) -> None:
    shown = lines(visit(page))
    assert list(shown) == [r"\*few\* digits: 69 %"]
    assert f"run={run.id}" in shown[r"\*few\* digits: 69 %"]


@pytest.mark.parametrize("page", ["pages/train.py", "pages/lab.py"])
def test_pages_that_show_it_do_not_say_it_twice(visit, run, page: str) -> None:
    assert not lines(visit(page))


def test_it_says_how_the_run_ended_and_forgets_one_that_is_gone(visit, store: Store, run) -> None:
    test = visit("app.py")
    run.set_state("finished")
    assert list(lines(test.run())) == [r"\*few\* digits: finished"]
    store.delete(run)
    assert not lines(test.run())


def test_what_was_finished_before_the_visitor_came_is_not_their_work(visit, store: Store, run) -> None:
    run.set_state("finished")
    assert not lines(visit("app.py"))


def test_no_more_than_the_latest_are_shown(visit, store: Store) -> None:
    for number in range(MOST_SHOWN + 1):
        store.create(TrainingRecipe(epochs=1, data="embedded", seed=number), f"run {number}").set_state(
            "running", engine=services.engine().id
        )
    assert len(lines(visit("app.py"))) == len(visit("app.py").session_state[MINE]) == MOST_SHOWN

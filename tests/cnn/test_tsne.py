"""The recipe tsne: watched, ended early, cancelled, and of any network."""

import numpy as np
import pytest
from support.networks import ODD_NETWORKS, network
from support.waiting import wait_for

from mnistlab.cnn import tsne
from mnistlab.cnn.tsne import lay_out_digits
from mnistlab.data.digits import Digits
from mnistlab.progress import Progress, Request, Result
from mnistlab.recipes import TsneRecipe
from mnistlab.runner import execute
from mnistlab.store.models import reference_network
from mnistlab.store.runs import Store

RECIPE = TsneRecipe(data="embedded", steps=250)


@pytest.fixture
def every_step(monkeypatch):
    """Make it report after every step."""
    monkeypatch.setattr(tsne, "REPORT_SECONDS", 0.0)


@pytest.fixture
def few(validation_digits):
    return Digits(validation_digits.images[:300], validation_digits.labels[:300])


def test_digits_of_a_class_become_neighbours(few, every_step):
    *progress, result = lay_out_digits(RECIPE, reference_network(), few)
    assert [report.done for report in progress] == sorted(report.done for report in progress)
    assert progress[-1].done == RECIPE.steps
    plane = result.arrays["plane"]
    assert plane.shape == (300, 2)
    distances = np.linalg.norm(plane[:, None] - plane[None], axis=2) + np.diag([np.inf] * 300)
    assert (few.labels[distances.argmin(axis=1)] == few.labels).mean() > 0.9
    assert result.summary["network"] == reference_network().digest


def test_stop_keeps_what_is_there(few, every_step):
    reports = lay_out_digits(RECIPE, reference_network(), few)
    report = next(reports)
    while report.done < 20:
        assert isinstance(report, Progress)
        report = next(reports)
    result = reports.send(Request.STOP)
    assert isinstance(result, Result)
    assert result.summary["steps"] == 20


@pytest.mark.parametrize("content", list(ODD_NETWORKS.values())[:3])
def test_of_any_network(content, few):
    *_, result = lay_out_digits(RECIPE, network(content), few)
    assert np.isfinite(result.arrays["plane"]).all()


def test_a_cancelled_run_ends_soon_and_keeps_nothing(home):
    from threading import Thread

    store = Store(home)
    run = store.create(TsneRecipe(data="embedded", steps=2000), "all digits")
    at_work = Thread(target=execute, args=(run, store))
    at_work.start()
    wait_for(lambda: any(event["done"] for event in run.event_log().read()), 60, "the first steps")
    run.request("cancel")
    at_work.join(3)
    assert run.state().name == "cancelled"
    assert run.summary() == {}

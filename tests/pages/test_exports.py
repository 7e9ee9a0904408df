"""What can be taken along stands where it is shown: networks, scripts and notebooks, reports."""

import pytest

from mnistlab.progress import Result
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.models import reference_network
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store


def finished_training(store: Store) -> RunFolder:
    network = reference_network()
    run = store.create(TrainingRecipe(network=network.recipe), "ended")
    run.write_result(Result({}, {"val_accuracy": 0.9, "epochs": 1}), network)
    run.set_state("finished")
    return run


def downloads(test) -> list[str]:
    return [button.proto.label for button in test.get("download_button")]


def test_a_training_that_has_ended_gives_all_there_is_of_it(visit, store: Store) -> None:
    test = visit("pages/train.py", run=finished_training(store).id)
    wanted = {"Script and notebook", "Report (HTML)", "Network (.zip)", "Network (.keras)", "Recipe (JSON)"}
    assert wanted <= set(downloads(test))


def test_a_training_without_a_network_offers_none(visit, store: Store) -> None:
    run = store.create(TrainingRecipe(), "ended")
    run.set_state("cancelled")
    found = downloads(visit("pages/train.py", run=run.id))
    assert "Script and notebook" in found
    assert "Network (.zip)" not in found


def test_the_lab_reports_of_the_last_hour(visit, store: Store) -> None:
    assert "Report (HTML)" not in downloads(visit("pages/lab.py"))
    finished_training(store)
    test = visit("pages/lab.py")
    assert "Report (HTML)" in downloads(test)
    test.radio(key="lab.report.since").set_value("all time").run()
    assert not test.exception


@pytest.mark.parametrize("layer", ["Conv2D_1", "Dense_2"])
def test_the_maps_of_a_digit_are_taken_along_before_a_worker_has_answered(visit, layer: str) -> None:
    assert "Script and notebook" in downloads(visit("pages/activations.py", **{"act.layer": layer}))

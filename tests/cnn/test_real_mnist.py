"""On the real MNIST, networks are as good as promised."""

import json

import pytest

from mnistlab.cnn.cache import model_of
from mnistlab.cnn.evaluation import evaluate
from mnistlab.cnn.training import train
from mnistlab.data.sources import digits
from mnistlab.progress import Result
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.models import REFERENCE_FOLDER, reference_network

pytestmark = pytest.mark.usefixtures("real_mnist")


@pytest.mark.soak
def test_the_default_training_reaches_0_985_after_two_epochs():
    reports = train(TrainingRecipe(epochs=2), digits("mnist", "train"), digits("mnist", "test"))
    (result,) = [report for report in reports if isinstance(report, Result)]
    assert result.summary["val_accuracy"] >= 0.985
    assert result.arrays["confusion"].sum() == 10_000


def test_the_reference_network_is_as_good_as_its_card_says():
    test = digits("mnist", "test")
    evaluation = evaluate(model_of(reference_network()), test.images, test.labels)
    summary = json.loads((REFERENCE_FOLDER / "summary.json").read_text())
    assert evaluation.accuracy >= 0.9935
    assert evaluation.accuracy == pytest.approx(summary["val_accuracy"], abs=2e-4)
    assert evaluation.loss == pytest.approx(summary["val_loss"], abs=1e-4)
    assert abs(evaluation.confusion - summary["confusion"]).sum() <= 4

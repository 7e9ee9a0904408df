"""On the real MNIST, networks are as good as promised."""

import pytest

from mnistlab.cnn.cache import model_of
from mnistlab.cnn.evaluation import evaluate
from mnistlab.cnn.training import train
from mnistlab.data.sources import digits
from mnistlab.progress import Result
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.models import REFERENCE_FOLDER, reference_network

pytestmark = pytest.mark.usefixtures("real_mnist")


def test_the_default_training_reaches_0_985_after_two_epochs():
    reports = train(TrainingRecipe(epochs=2), digits("mnist", "train"), digits("mnist", "test"))
    (result,) = [report for report in reports if isinstance(report, Result)]
    assert result.summary["val_accuracy"] >= 0.985
    assert result.arrays["confusion"].sum() == 10_000


@pytest.mark.skipif(not REFERENCE_FOLDER.is_dir(), reason="the reference network has not been trained yet")
def test_the_reference_network_reaches_0_9935():
    test = digits("mnist", "test")
    assert evaluate(model_of(reference_network()), test.images, test.labels).accuracy >= 0.9935

"""Wrong labels are found by networks that have not learned from them, and a training without them learns from the others alone."""

import numpy as np
import pytest
from support.recipes import small_training

from mnistlab.analysis.labels import suspects
from mnistlab.cnn.labels import read_unseen
from mnistlab.cnn.training import train
from mnistlab.data.digits import Digits
from mnistlab.progress import Progress, Request, Result
from mnistlab.recipes import LabelsRecipe
from mnistlab.results.labels import LabelsResult

NETWORK = {"conv": [{"filters": 8}], "pool": [2], "dense": [{"units": 30}]}
WRONG = [5, 77, 140, 266, 301, 399]


@pytest.fixture(scope="module")
def planted(validation_digits) -> Digits:
    labels = validation_digits.labels[:1230].copy()
    labels[WRONG] = (labels[WRONG] + 3) % 10
    return Digits(validation_digits.images[:1230], labels)


@pytest.fixture(scope="module")
def recipe() -> LabelsRecipe:
    return LabelsRecipe.read({"network": NETWORK, "data": "embedded", "digits": 1200, "folds": 3, "epochs": 15})


@pytest.fixture(scope="module")
def reports(planted, recipe):
    return list(read_unseen(recipe, planted))


def test_planted_labels_come_first(reports, planted, recipe):
    result = LabelsResult.of(reports[-1].arrays)
    assert result.outputs.shape == (1200, 10)
    assert (result.labels == planted.labels[:1200]).all()
    found = suspects(result.outputs, result.labels)
    assert len(set(found.numbers[:8].tolist()) & set(WRONG)) >= 5
    true = {number: (int(planted.labels[number]) - 3) % 10 for number in WRONG}
    seen = dict(zip(found.numbers.tolist(), found.read.tolist(), strict=True))
    assert sum(seen.get(number) == label for number, label in true.items()) >= 5
    read_as_labelled = (result.outputs.argmax(axis=1) == result.labels).mean()
    assert reports[-1].summary == {"digits": 1200, "accuracy": read_as_labelled}


def test_each_digit_is_read_by_a_network_that_has_not_seen_it(reports, planted, recipe):
    # The reading of a digit stays as it is whatever its own label says; those of digits in other parts do not.
    changed = planted.labels.copy()
    changed[0] = (changed[0] + 1) % 10
    other = LabelsResult.of(list(read_unseen(recipe, Digits(planted.images, changed)))[-1].arrays).outputs
    before = LabelsResult.of(reports[-1].arrays).outputs
    parts = np.random.default_rng(recipe.seed).permutation(1200) % recipe.folds
    same = (other == before).all(axis=1)
    assert same[parts == parts[0]].all()
    assert not same[parts != parts[0]].any()


def test_progress_grows_to_the_end_and_a_stop_waits_for_it(planted, recipe):
    short = recipe.model_copy(update={"epochs": 1})
    work, seen, answer = read_unseen(short, planted), [], None
    while True:
        try:
            seen.append(work.send(answer))
        except StopIteration:
            break
        answer = Request.STOP
    shares = [report.done / report.total for report in seen if isinstance(report, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert isinstance(seen[-1], Result)


def test_what_is_left_out_does_not_matter_to_a_training(training_digits, validation_digits):
    recipe = small_training(epochs=2, without="3,40,41,499")
    nonsense = Digits(training_digits.images.copy(), training_digits.labels.copy())
    nonsense.images[[3, 40, 41, 499]] = 255
    nonsense.labels[[3, 40, 41, 499]] = 0
    one, other = (list(train(recipe, some, validation_digits))[-1] for some in (training_digits, nonsense))
    whole = list(train(small_training(epochs=2), training_digits, validation_digits))[-1]
    for name, values in one.weights.items():
        np.testing.assert_array_equal(values, other.weights[name])
    assert any((values != whole.weights[name]).any() for name, values in one.weights.items())

"""The evaluation gives what Keras and scikit-learn give."""

import numpy as np
import pytest
import sklearn.metrics
from support.recipes import SMALL_NETWORK

from mnistlab.cnn.evaluation import BATCH, Evaluation, Evaluator, evaluate
from mnistlab.cnn.network import build_network
from mnistlab.data.standardise import standardise
from mnistlab.recipes import NetworkRecipe


def model_of(**changes):
    return build_network(NetworkRecipe.read(SMALL_NETWORK | changes), seed=4)


@pytest.mark.parametrize(
    "changes", [{}, {"regularizer": "l1"}, {"regularizer": None}, {"output_activation": "sigmoid"}], ids=str
)
def test_loss_and_accuracy_are_those_of_keras(validation_digits, changes):
    model = model_of(**changes)
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    images = standardise(validation_digits.images)[..., None]
    loss, accuracy = model.evaluate(images, validation_digits.labels, verbose=0)
    evaluation = evaluate(model, validation_digits.images, validation_digits.labels)
    assert evaluation.loss == pytest.approx(loss, abs=1e-5)
    assert evaluation.accuracy == pytest.approx(accuracy, abs=1e-7)


def test_confusion_is_that_of_scikit_learn(validation_digits):
    model = model_of()
    read = np.argmax(model(standardise(validation_digits.images)[..., None]), axis=1)
    expected = sklearn.metrics.confusion_matrix(validation_digits.labels, read, labels=range(10))
    confusion = evaluate(model, validation_digits.images, validation_digits.labels).confusion
    np.testing.assert_array_equal(confusion, expected)
    assert confusion.dtype == np.int64


@pytest.mark.parametrize("count", [1, BATCH, BATCH + 1])
def test_every_digit_is_read_once_however_many_there_are(validation_digits, count):
    *steps, evaluation = Evaluator(model_of()).run(validation_digits.images[:count], validation_digits.labels[:count])
    assert steps[-1] == count
    assert steps == sorted(set(steps))
    assert isinstance(evaluation, Evaluation)
    assert evaluation.confusion.sum() == count
    np.testing.assert_array_equal(
        evaluation.confusion.sum(axis=1), np.bincount(validation_digits.labels[:count], minlength=10)
    )


def test_an_evaluator_sees_what_has_changed_since(validation_digits):
    model = model_of()
    evaluator = Evaluator(model)
    before, after = (
        (
            model.layers[-1].bias.assign(bias),
            list(evaluator.run(validation_digits.images, validation_digits.labels))[-1],
        )[1]
        for bias in (np.eye(10)[3] * 100, np.eye(10)[7] * 100)
    )
    assert before.confusion[:, 3].sum() == after.confusion[:, 7].sum() == len(validation_digits)

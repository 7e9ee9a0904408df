"""A training does what a plain loop does, the same each time, however it is cut into pieces."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.recipes import OPTIMIZERS, small_training
from support.sentences import assert_sentence

from mnistlab.cnn import training as module
from mnistlab.cnn.network import build_network, get_weights
from mnistlab.cnn.trainers import make_optimizer
from mnistlab.cnn.training import HISTORY, train
from mnistlab.data.standardise import standardise
from mnistlab.errors import DivergedError
from mnistlab.progress import Checkpoint, Progress, Request, Result, Snapshot
from mnistlab.recipes import TrainingRecipe, weight_shapes
from mnistlab.recipes.training import batches_per_epoch, learning_rate_after
from mnistlab.store.files import read_arrays, write_arrays


@pytest.fixture
def run(training_digits, validation_digits):
    """Train to the end, or until `answer` says otherwise; return all reports."""

    def run(recipe, answer=lambda report: Request.CONTINUE, **options):
        reports, generator = [], train(recipe, training_digits, validation_digits, **options)
        request = None
        while True:
            try:
                reports.append(generator.send(request))
            except StopIteration:
                return reports
            request = answer(reports[-1])

    return run


@pytest.fixture(scope="module")
def trained(training_digits, validation_digits):
    """The reports of a recipe, trained once however many tests look at them."""

    @functools.cache
    def trained(recipe):
        return list(train(recipe, training_digits, validation_digits))

    return trained


def of_kind(reports, kind):
    return [report for report in reports if isinstance(report, kind)]


def result_of(reports):
    (result,) = of_kind(reports, Result)
    assert reports[-1] is result
    return result


def assert_same_arrays(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


@pytest.fixture(params=["tensorflow", "compiled"])
def engine(request):
    return request.param


def assert_same_result(reports, others):
    one, other = result_of(reports), result_of(others)
    assert_same_arrays(one.weights, other.weights)
    assert_same_arrays(one.arrays, other.arrays)
    assert one.summary == other.summary


def one_batch_at_a_time(monkeypatch):
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.0)


# The same training as a plain loop

PLAIN_OPTIMIZERS = {
    "rmsprop": lambda recipe: keras.optimizers.RMSprop(momentum=recipe.momentum),
    "adam": lambda recipe: keras.optimizers.Adam(),
    "nadam": lambda recipe: keras.optimizers.Nadam(),
    "adamax": lambda recipe: keras.optimizers.Adamax(),
    "sgd": lambda recipe: keras.optimizers.SGD(momentum=recipe.momentum),
}


def cross_entropy(labels, probabilities):
    return -tf.reduce_mean(tf.math.log(tf.gather(probabilities, labels, batch_dims=1)))


def plain_loop(recipe, digits, loss_of=cross_entropy):
    """Train batch by batch without compiling anything; return mean loss and accuracy of each epoch."""
    model, optimizer = build_network(recipe.network, recipe.seed), PLAIN_OPTIMIZERS[recipe.optimizer](recipe)
    images, labels = standardise(digits.images)[..., None], digits.labels.astype(np.int32)
    batches, history = 0, []
    kernels = [
        variable for variable in model.trainable_variables if "Dense" in variable.path and variable.name == "kernel"
    ]
    for epoch in range(recipe.epochs):
        order = np.random.default_rng([recipe.seed, epoch]).permutation(recipe.train_size)
        losses, hits = [], 0
        for start in range(0, recipe.train_size, recipe.batch_size):
            chosen = order[start : start + recipe.batch_size]
            optimizer.learning_rate = learning_rate_after(recipe, batches)
            with tf.GradientTape() as tape:
                outputs = model(images[chosen])
                loss = loss_of(labels[chosen], outputs)
                loss += recipe.network.regularizer_strength * sum(tf.reduce_sum(kernel**2) for kernel in kernels)
            optimizer.apply_gradients(
                zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
            )
            losses.append(float(loss))
            hits += int((np.argmax(outputs, axis=1) == labels[chosen]).sum())
            batches += 1
        history.append((np.mean(losses), hits / recipe.train_size))
    return np.transpose(history)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_training_is_a_plain_loop(trained, training_digits, optimizer):
    # Batches of 64 leave a smaller one at the end of the epoch.
    recipe = small_training(optimizer=optimizer, batch_size=64)
    losses, accuracies = plain_loop(recipe, training_digits)
    arrays = result_of(trained(recipe)).arrays
    np.testing.assert_allclose(arrays["loss"], losses, atol=1e-4)
    np.testing.assert_allclose(arrays["accuracy"], accuracies, atol=1 / 500 + 1e-9)


def test_a_training_with_sigmoid_outputs_is_a_plain_loop_with_the_loss_of_keras(trained, training_digits):
    recipe = small_training(network={"output_activation": "sigmoid"}, optimizer="adam")
    # Keras takes the sums before a sigmoid for those before a softmax.
    losses, _ = plain_loop(recipe, training_digits, keras.losses.SparseCategoricalCrossentropy())
    np.testing.assert_allclose(result_of(trained(recipe)).arrays["loss"], losses, atol=1e-4)


@pytest.mark.parametrize("schedule", ["exponential", None])
def test_a_training_with_another_schedule_is_a_plain_loop(trained, training_digits, schedule):
    recipe = small_training(schedule=schedule, decay_rate=0.5, decay_steps=10, optimizer="sgd", learning_rate=0.05)
    np.testing.assert_allclose(
        result_of(trained(recipe)).arrays["loss"], plain_loop(recipe, training_digits)[0], atol=1e-4
    )


# The learning rate


@pytest.mark.parametrize(("schedule", "decay_rate"), [("power", 0.001), ("exponential", 0.9), (None, 0.5)])
@pytest.mark.parametrize("batches", [0, 1, 1000, 75_040])
def test_the_optimiser_follows_the_formula(schedule, decay_rate, batches):
    recipe = TrainingRecipe(schedule=schedule, decay_rate=decay_rate, decay_steps=100)
    optimizer = make_optimizer(recipe)
    optimizer.iterations.assign(batches)
    assert float(optimizer.learning_rate) == pytest.approx(learning_rate_after(recipe, batches), rel=1e-4)


def test_after_80_epochs_the_learning_rate_is_that_of_the_articles():
    optimizer = make_optimizer(TrainingRecipe())
    optimizer.iterations.assign(75_040)
    assert float(optimizer.learning_rate) == pytest.approx(1.31509732e-05, rel=1e-6)


@pytest.mark.parametrize("schedule", ["power", "exponential", None])
def test_the_learning_rate_of_each_epoch_is_kept(trained, schedule, engine):
    recipe = small_training(engine=engine, schedule=schedule, decay_rate=0.01, decay_steps=10)
    rates = result_of(trained(recipe)).arrays["learning_rate"]
    expected = [learning_rate_after(recipe, epoch * batches_per_epoch(recipe)) for epoch in (1, 2)]
    np.testing.assert_allclose(rates, expected, rtol=1e-5)


# The same each time


def test_the_same_recipe_gives_the_same_bits(trained, run, engine):
    assert_same_result(run(small_training(engine=engine)), trained(small_training(engine=engine)))


def test_another_seed_gives_other_weights(trained, engine):
    one, other = (result_of(trained(small_training(engine=engine, seed=seed))).weights for seed in (0, 1))
    assert not np.array_equal(one["Dense_2/kernel"], other["Dense_2/kernel"])


@pytest.mark.parametrize("seconds", [0.0, 1e9], ids=["one batch at a time", "as long as can be"])
def test_how_often_it_reports_changes_nothing(trained, run, monkeypatch, seconds, engine):
    recipe = small_training(engine=engine, batch_size=64)
    monkeypatch.setattr(module, "REPORT_SECONDS", seconds)
    reports = run(recipe)
    assert_same_result(reports, trained(recipe))
    stretches = sum(report.stage == "training" for report in of_kind(reports, Progress))
    assert stretches == 2 * (batches_per_epoch(recipe) if seconds == 0 else 4)


@pytest.mark.parametrize(
    ("optimizer", "engine"), [*((optimizer, "tensorflow") for optimizer in OPTIMIZERS), ("rmsprop", "compiled")]
)
def test_going_on_from_a_checkpoint_gives_the_same_bits(trained, run, tmp_path, optimizer, engine):
    recipe = small_training(optimizer=optimizer, batch_size=64, engine=engine)
    whole = trained(recipe)
    checkpoint = of_kind(whole, Checkpoint)[0]
    # As a run does it: by way of the disk.
    write_arrays(tmp_path / "checkpoint.npz", checkpoint.arrays)
    resumed = run(recipe, checkpoint=read_arrays(tmp_path / "checkpoint.npz"))
    assert_same_result(resumed, whole)
    assert [snapshot.epoch for snapshot in of_kind(resumed, Snapshot)] == [2]


def test_going_on_from_the_last_checkpoint_only_tells_the_result(trained, run, engine):
    whole = trained(small_training(engine=engine))
    resumed = run(small_training(engine=engine), checkpoint=of_kind(whole, Checkpoint)[-1].arrays)
    assert_same_result(resumed, whole)
    assert of_kind(resumed, Snapshot) == []


def test_a_resumed_training_goes_on_counting_where_it_was(trained, run, engine):
    resumed = run(
        small_training(engine=engine), checkpoint=of_kind(trained(small_training(engine=engine)), Checkpoint)[0].arrays
    )
    done = [report.done for report in of_kind(resumed, Progress)]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (10, 20)


# What it tells


def test_it_tells_how_far_it_is(trained, engine):
    reports = of_kind(trained(small_training(engine=engine, epochs=3)), Progress)
    assert {report.total for report in reports} == {30}
    done = [report.done for report in reports]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 30)


def test_every_training_report_has_the_figures_of_the_moment(trained, engine):
    reports = [
        report for report in of_kind(trained(small_training(engine=engine)), Progress) if report.stage == "training"
    ]
    for report in reports:
        assert report.values.keys() == {"loss", "accuracy", "learning_rate", "images_per_second"}
        assert 0 <= report.values["accuracy"] <= 1
        assert report.values["images_per_second"] > 0
        assert report.values["learning_rate"] == pytest.approx(
            learning_rate_after(small_training(engine=engine), report.done), rel=1e-5
        )


def test_every_epoch_ends_with_its_figures_its_weights_and_a_checkpoint(trained, engine):
    reports = trained(small_training(engine=engine, epochs=3))
    result = result_of(reports)
    ends = [place for place, report in enumerate(reports) if isinstance(report, Progress) and "epoch" in report.values]
    assert len(ends) == 3
    for epoch, place in enumerate(ends, start=1):
        end, snapshot, checkpoint = reports[place : place + 3]
        assert end.values == {"epoch": epoch, **{name: result.arrays[name][epoch - 1] for name in HISTORY}}
        assert snapshot.epoch == epoch
        assert_same_arrays(snapshot.weights, {name: checkpoint.arrays[f"weights/{name}"] for name in snapshot.weights})


def test_what_it_tells_can_be_written_as_json(trained, engine):
    reports = trained(small_training(engine=engine))
    for report in of_kind(reports, Progress):
        json.dumps(dict(report.values), allow_nan=False)
    json.dumps(dict(result_of(reports).summary), allow_nan=False)


def test_the_result_sums_up_the_history(trained, engine):
    reports = trained(small_training(engine=engine))
    result = result_of(reports)
    assert {name: len(result.arrays[name]) for name in HISTORY} == dict.fromkeys(HISTORY, 2)
    assert result.summary == {
        **{name: result.arrays[name][-1] for name in HISTORY},
        "epochs": 2,
        "complete": True,
        "parameters": sum(array.size for array in result.weights.values()),
    }
    assert result.arrays["confusion"].sum() == 1_234
    assert np.trace(result.arrays["confusion"]) / 1_234 == result.summary["val_accuracy"]
    assert_same_arrays(result.weights, of_kind(reports, Snapshot)[-1].weights)


# Start weights


def test_the_start_weights_follow_from_the_seed(trained, engine):
    start = of_kind(trained(small_training(engine=engine, seed=1)), Snapshot)[0]
    assert start.epoch == 0
    assert_same_arrays(start.weights, get_weights(build_network(small_training(engine=engine).network, seed=1)))


def test_given_weights_are_where_it_starts(trained, run, engine):
    before = result_of(trained(small_training(engine=engine)))
    reports = run(small_training(engine=engine, epochs=1, seed=1), initial=before.weights)
    assert_same_arrays(of_kind(reports, Snapshot)[0].weights, before.weights)
    assert result_of(reports).arrays["loss"][0] < before.arrays["loss"][-1]


def test_from_kept_start_weights_the_same_training_follows(trained, run, engine):
    whole = trained(small_training(engine=engine))
    assert_same_result(run(small_training(engine=engine), initial=of_kind(whole, Snapshot)[0].weights), whole)


# Ending early


def test_a_stop_in_mid_epoch_keeps_what_is_there(run, monkeypatch, engine):
    one_batch_at_a_time(monkeypatch)
    reports = run(
        small_training(engine=engine, epochs=3),
        lambda report: Request.STOP if isinstance(report, Progress) and report.done >= 13 else Request.CONTINUE,
    )
    result = result_of(reports)
    assert result.summary["complete"] is False
    assert result.summary["epochs"] == len(result.arrays["loss"]) == 2
    assert max(report.done for report in of_kind(reports, Progress)) == 13
    assert [snapshot.epoch for snapshot in of_kind(reports, Snapshot)] == [0, 1, 2]
    assert result.arrays["confusion"].sum() == 1_234
    resumed = run(small_training(engine=engine, epochs=3), checkpoint=of_kind(reports, Checkpoint)[-1].arrays)
    assert_same_result(resumed, reports)


def test_a_stop_before_anything_is_done_still_gives_a_network(run, monkeypatch, engine):
    one_batch_at_a_time(monkeypatch)
    result = result_of(run(small_training(engine=engine), lambda report: Request.STOP))
    assert result.summary["complete"] is False
    assert result.summary["epochs"] == 1


@pytest.mark.parametrize("stage", ["preparing", "training", "validating", "epoch done"])
def test_it_can_be_closed_at_any_moment(training_digits, validation_digits, stage, engine):
    generator = train(small_training(engine=engine), training_digits, validation_digits)
    next(report for report in generator if isinstance(report, Progress) and report.stage == stage)
    generator.close()
    assert list(generator) == []


def diverge(run, **changes):
    """Train from weights so large that the first sums overflow; return the advice."""
    recipe = small_training(**changes)
    enormous = {name: np.full(shape, 1e30, np.float32) for name, shape in weight_shapes(recipe.network).items()}
    with pytest.raises(DivergedError) as caught:
        run(recipe, initial=enormous)
    assert_sentence(caught.value)
    return str(caught.value)


def test_a_loss_that_is_no_number_ends_it_with_advice(run, engine):
    advice = diverge(run, learning_rate=0.25, engine=engine)
    assert "stopped being a number after 0 batches" in advice
    assert "a learning rate below 0.25" in advice


@pytest.mark.parametrize(
    ("optimizer", "momentum", "has_some"),
    [("rmsprop", 0.5, True), ("sgd", 0.5, True), ("sgd", 0.0, False), ("adam", 0.5, False)],
)
def test_less_momentum_is_advised_only_where_there_is_some(run, optimizer, momentum, has_some):
    assert ("less momentum" in diverge(run, optimizer=optimizer, momentum=momentum)) == has_some


# Other networks


@pytest.mark.parametrize(
    "changes",
    [
        {"network": {"dense": []}},
        {"network": {"conv": [{"filters": 8}], "pool": []}},
        {"network": {"conv": [{"filters": 8}] * 2, "pool": [3]}},
        {"network": {"output_activation": "sigmoid"}},
        {"network": {"regularizer": None}},
        {"network": {"regularizer": "l1", "regularizer_strength": 0.0001}},
        {"network": {"conv": [{"activation": "elu"}, {"activation": "tanh"}], "dense": [{"activation": "sigmoid"}]}},
        {"batch_size": 1024},
        {"train_size": 203, "batch_size": 8},
    ],
    ids=str,
)
def test_it_learns(run, changes):
    result = result_of(run(small_training(**({"epochs": 6, "optimizer": "adam", "learning_rate": 0.005} | changes))))
    assert result.arrays["loss"][-1] < 0.9 * result.arrays["loss"][0]
    assert result.arrays["val_accuracy"][-1] > 0.3

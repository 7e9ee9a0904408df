"""t-SNE step by step is scikit-learn's own."""

import numpy as np
import pytest
from sklearn.manifold import TSNE, _t_sne, trustworthiness
from sklearn.neighbors import NearestNeighbors

from mnistlab.analysis.tsne import lay_out

COUNT, STEPS, PERPLEXITY = 240, 750, 15.0


@pytest.fixture(scope="module")
def clouds():
    """Return values (digits, nodes) in three clouds, and where they begin."""
    generator = np.random.default_rng(3)
    values = generator.normal(size=(COUNT, 12)).astype(np.float32)
    values[:, 0] += 9 * (np.arange(COUNT) % 3)
    return values, values[:, :2].copy()


def test_it_ends_where_scikit_learn_ends(clouds):
    values, start = clouds
    *_, last = lay_out(values, start, PERPLEXITY, STEPS)
    oracle = TSNE(perplexity=PERPLEXITY, max_iter=STEPS, init=start * (1e-4 / np.std(start[:, 0])))
    theirs = oracle.fit_transform(values)
    assert last.step == STEPS
    assert last.divergence == pytest.approx(oracle.kl_divergence_, rel=0.03)
    assert trustworthiness(values, last.positions) == pytest.approx(trustworthiness(values, theirs), abs=0.02)


def test_every_step_is_seen_and_the_same_every_time(clouds):
    values, start = clouds
    first, second = (list(lay_out(values, start, PERPLEXITY, 60)) for _ in range(2))
    assert [layout.step for layout in first] == list(range(1, 61))
    np.testing.assert_array_equal(first[-1].positions, second[-1].positions)


def test_few_digits_have_fewer_neighbours():
    values = np.random.default_rng(0).normal(size=(12, 3)).astype(np.float32)
    *_, last = lay_out(values, values[:, :2], 30.0, 50)
    assert np.isfinite(last.positions).all()


def test_each_third_of_the_way_is_scikit_learns_own_descent(clouds, capsys):
    values, start = clouds
    steps, early = 36, 12
    *_, last = lay_out(values, start, PERPLEXITY, steps)
    neighbours = NearestNeighbors(n_neighbors=int(3 * PERPLEXITY + 1)).fit(values).kneighbors_graph(mode="distance")
    neighbours.data **= 2
    likely = _t_sne._joint_probabilities_nn(neighbours, PERPLEXITY, 0)
    places = (start * (1e-4 / np.std(start[:, 0]))).astype(np.float32).ravel()
    for first, end, momentum, stronger in ((0, early, 0.5, 12), (early, steps, 0.8, 1 / 12)):
        likely *= stronger
        places, error, _ = _t_sne._gradient_descent(
            _t_sne._kl_divergence_bh,
            places,
            first,
            end,
            momentum=momentum,
            learning_rate=50.0,
            args=[likely, 1, COUNT, 2],
            kwargs={"num_threads": 2},
        )
    np.testing.assert_allclose(last.positions, places.reshape(-1, 2), rtol=1e-3, atol=1e-6 * np.abs(places).max())
    assert last.divergence == pytest.approx(error, rel=1e-4)
    assert capsys.readouterr().out == ""


def test_how_far_apart_the_digits_begin_decides_nothing(clouds):
    values, start = clouds
    (*_, near), (*_, far) = (lay_out(values, start * scale, PERPLEXITY, 9) for scale in (1e-7, 1e5))
    np.testing.assert_allclose(near.positions, far.positions, rtol=1e-3)


def test_the_divergence_is_the_last_that_was_measured(clouds):
    told = [layout.divergence for layout in lay_out(*clouds, PERPLEXITY, 23)]
    assert told[:9] == [np.inf] * 9
    assert np.isfinite(told[9:]).all()
    # Every tenth step, and the last.
    assert [place + 1 for place in range(10, 23) if told[place] != told[place - 1]] == [20, 23]


def test_no_more_neighbours_are_looked_for_than_a_third_of_the_others():
    values = np.random.default_rng(0).normal(size=(13, 3)).astype(np.float32)
    (*_, most), (*_, third), (*_, fewer) = (lay_out(values, values[:, :2], many, 9) for many in (30.0, 4.0, 3.9))
    np.testing.assert_array_equal(most.positions, third.positions)
    assert not np.array_equal(most.positions, fewer.positions)


def test_many_digits_move_faster():
    """A twelfth of a quarter of their number is the rate, where that is more than the least."""
    values = np.random.default_rng(0).normal(size=(3600, 2)).astype(np.float32)
    (layout,) = lay_out(values, values, 5.0, 1)
    # The first step: gains of 0.8, and nothing of steps before.
    begun = values * (1e-4 / np.std(values[:, 0]))
    neighbours = NearestNeighbors(n_neighbors=16).fit(values).kneighbors_graph(mode="distance")
    neighbours.data **= 2
    likely = _t_sne._joint_probabilities_nn(neighbours, 5.0, 0)
    _, gradient = _t_sne._kl_divergence_bh(begun.ravel(), likely, 1, 3600, 2, num_threads=2)
    np.testing.assert_allclose(layout.positions.ravel(), begun.ravel() - 75 * 0.8 * gradient, rtol=1e-3, atol=1e-8)

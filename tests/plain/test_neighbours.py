"""t-SNE step by step is scikit-learn's own."""

import numpy as np
import pytest
from sklearn.manifold import TSNE, trustworthiness

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

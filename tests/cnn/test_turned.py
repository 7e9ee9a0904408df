"""The smallest changes of a digit: Keras itself must read them as said, and smaller ones on the same way otherwise."""

from functools import cache

import numpy as np
import pytest
from support.networks import ODD_NETWORKS, network

from mnistlab.cnn.explanations import turning
from mnistlab.cnn.explanations.chain import NetworkChain, network_chain
from mnistlab.cnn.explanations.ends import DRAWN, ends_for
from mnistlab.cnn.explanations.turned import turn_digit
from mnistlab.cnn.explanations.turning import AMOUNTS, _border, on_line, smallest_changes
from mnistlab.cnn.explanations.walking import STEPS
from mnistlab.cnn.network import load_model, network_input
from mnistlab.cnn.robustness import directions, stepped
from mnistlab.data import embedded
from mnistlab.data.scaling import for_ascent
from mnistlab.progress import Progress, ended
from mnistlab.store.models import reference_network


@cache
def odd(name):
    """Return one of the odd networks, made once."""
    return network(ODD_NETWORKS[name])


@cache
def keras_model(name):
    return load_model(reference_network() if name == "reference" else odd(name))


def read_by_keras(name, images):
    model = keras_model(name)
    return np.asarray(model(network_input(model, images))).argmax(axis=1)


def digit(label, seed=7):
    return embedded.sample_digits([label], seed)[0]


# Each network from one digit and each digit in half of the networks; all pairs in the soak.
PAIRS = [
    pytest.param(name, label, marks=pytest.mark.soak if (place + number) % 2 else ())
    for place, name in enumerate(ODD_NETWORKS)
    for number, label in enumerate([1, 8])
]


@pytest.fixture
def few_steps(monkeypatch):
    """Shorten the search among all pictures, where what comes after it is looked at."""
    monkeypatch.setattr(turning, "STEPS", 3)


@pytest.mark.parametrize(("name", "label"), PAIRS)
def test_changed_pictures_are_read_as_said_and_smaller_steps_are_not(name, label):
    image = digit(label)
    chain = NetworkChain(odd(name))
    ends = ends_for(chain, image)
    found = ended(smallest_changes(chain, image, ends))
    before = int(read_by_keras(name, image[None])[0])
    assert not found.found[before], "it is that class already"
    # A network drawn at random may have classes that no picture is read as, but those of the ends are certain.
    certain = set(read_by_keras(name, ends.pictures).tolist()) - {before}
    assert certain <= set(np.flatnonzero(found.found).tolist())
    assert found.found.any()
    for target in np.flatnonzero(found.found):
        assert read_by_keras(name, found.pictures[target][None])[0] == target
        smaller = on_line(image, found.pictures[target].astype(np.float32) / 255)[:99]
        differs = (smaller != found.pictures[target]).any(axis=(1, 2))
        read = chain.outputs(for_ascent(smaller, chain.network.recipe.scaling)).argmax(axis=1)
        assert target not in read[differs]
    for target in np.flatnonzero(~found.found):
        np.testing.assert_array_equal(found.pictures[target], image)


@pytest.mark.parametrize("label", [pytest.param(0, marks=pytest.mark.soak), 4, pytest.param(7, marks=pytest.mark.soak)])
def test_the_smallest_change_is_smaller_than_what_other_ways_find(label):
    """Beside one step of all pixels alike, and the straight way to a digit of the other class."""
    chain, image = network_chain(reference_network()), digit(label)
    found = ended(smallest_changes(chain, image, ends_for(chain, image)))
    assert found.found.sum() == 9
    sizes = np.linalg.norm((found.pictures.astype(float) - image).reshape(10, -1), axis=1) / 255
    assert sizes.max() < 6
    picture = for_ascent(image[None], "standardised")
    harmful = directions(chain, picture, np.array([label], np.uint8))
    for strength in np.arange(0.01, 0.6, 0.01):
        moved = stepped(picture, harmful, strength)
        other = int(chain.outputs(moved)[0].argmax())
        if other != label:
            reached = np.linalg.norm(moved - picture) * np.std(image / 255)
            assert sizes[other] < 0.9 * reached
            break
    else:
        pytest.fail("no step changes the answer")
    for target in set(range(10)) - {label}:
        straight = on_line(image, embedded.sample_digits([target], 3)[0].astype(np.float32) / 255)[:100]
        hits = np.flatnonzero(read_by_keras("reference", straight) == target)
        assert not len(hits) or sizes[target] < np.linalg.norm(straight[hits[0]].astype(float) - image) / 255


def test_where_a_way_may_end_stands_what_the_network_reads_so():
    chain, image = network_chain(reference_network()), digit(4)
    ends = ends_for(chain, image)
    np.testing.assert_array_equal(ends.read, read_by_keras("reference", ends.pictures))
    distance = ((ends.pictures.astype(float) - image) ** 2).sum(axis=(1, 2))
    assert (np.diff(distance) >= 0).all()
    assert len(distance) == 10 * DRAWN
    for label in range(10):
        np.testing.assert_array_equal(ends.picture(label), ends.pictures[list(ends.read).index(label)])
        drawn = embedded.decode(ends.written(label)[None], [label])
        assert read_by_keras("reference", drawn)[0] == label
    assert ends.picture(11) is ends.written(11) is None


def test_a_search_that_finds_nothing_is_begun_again_from_an_end(monkeypatch):
    """What the first search finds is thrown away, so every change comes from an end."""
    chain, image = network_chain(reference_network()), digit(4)
    ends = ends_for(chain, image)
    search = turning._search

    def second_only(chain, start, targets, points, done):
        found = yield from search(chain, start, targets, points, done)
        return found if done else [None] * len(targets)

    monkeypatch.setattr(turning, "_search", second_only)
    assert not ended(smallest_changes(chain, image)).found.any()
    found = ended(smallest_changes(chain, image, ends))
    for target in set(range(10)) - {4}:
        assert read_by_keras("reference", found.pictures[target][None])[0] == target
        change, way = (
            np.linalg.norm(one.astype(float) - image) for one in (found.pictures[target], ends.picture(target))
        )
        assert change < 0.6 * way


def test_the_border_is_where_the_two_outputs_are_equal(validation_digits):
    chain = network_chain(reference_network())
    points = validation_digits.images[:3].reshape(3, -1).astype(np.float32) / 255
    targets = np.array([5, 6, 7])
    margins, slopes = _border(chain, points, targets)
    outputs = chain.outputs(for_ascent(validation_digits.images[:3], "standardised"))
    own = outputs[np.arange(3), targets].copy()
    outputs[np.arange(3), targets] = -np.inf
    np.testing.assert_allclose(margins, own - outputs.max(axis=1), atol=1e-3)
    step = 1e-3 * slopes / np.linalg.norm(slopes, axis=1, keepdims=True)
    ahead, behind = (_border(chain, points + sign * step, targets)[0] for sign in (1, -1))
    np.testing.assert_allclose((ahead - behind) / 2e-3, np.linalg.norm(slopes, axis=1), rtol=0.1)


def test_the_way_of_a_change_begins_small_and_goes_further():
    image = digit(3)
    way = on_line(image, np.ones((28, 28), np.float32))
    assert len(way) == len(AMOUNTS)
    assert (np.diff(way.astype(int).sum(axis=(1, 2))) >= 0).all()
    assert (way[-1] == 255).mean() > 0.95


def test_walks_among_written_digits_reach_their_class_where_they_say(validation_digits, few_steps):
    stored = reference_network()
    for image in validation_digits.images[:3]:
        told, work = [], turn_digit(stored, image, True)
        found = None
        while found is None:
            try:
                told.append(next(work))
            except StopIteration as end:
                found = end.value
        assert all(isinstance(one, Progress) and 0 <= one.done <= one.total for one in told)
        assert [one.done for one in told] == sorted(one.done for one in told)
        read = int(read_by_keras("reference", image[None])[0])
        assert found.lack == ""
        assert read_by_keras("reference", found.rebuilt[None])[0] == read == found.outputs.argmax()
        assert found.walks.shape == (10, STEPS, 28, 28)
        assert (found.first >= 0).all()
        for target in set(range(10)) - {read}:
            as_read, first = read_by_keras("reference", found.walks[target]), int(found.first[target])
            np.testing.assert_array_equal(found.walks[target, 0], found.rebuilt)
            assert as_read[first] == target
            assert target not in as_read[:first]
        np.testing.assert_allclose(found.walk_outputs.sum(axis=-1), 1, atol=1e-4)


def test_what_the_generator_does_not_write_has_no_walk_and_says_so(few_steps):
    stored = reference_network()
    noise = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    letters = ended(turn_digit(stored, digit(2), False))
    assert (letters.lack, letters.first.max()) == ("no generator", -1)
    wild = ended(turn_digit(stored, noise, True))
    assert wild.lack in ("", "not rebuilt")
    if wild.lack == "":
        assert wild.rebuilt_outputs.argmax() == wild.outputs.argmax()


def test_where_no_change_is_found_it_says_so():
    """Of a network with the same answer to everything no other answer can be found."""
    name = "default"
    weights = {key: values * ("Dense_2" not in key) for key, values in odd(name).weights.items()}
    last = max(key for key in weights if key.startswith("Dense") and key.endswith("bias"))
    kernel = last.replace("bias", "kernel")
    weights[kernel] = np.zeros_like(weights[kernel])
    weights[last] = np.eye(10, dtype=np.float32)[6]
    chain = NetworkChain(type(odd(name))(odd(name).recipe, weights))
    found = ended(smallest_changes(chain, digit(6), ends_for(chain, digit(6))))
    assert not found.found.any()
    np.testing.assert_array_equal(found.pictures, np.repeat(digit(6)[None], 10, axis=0))

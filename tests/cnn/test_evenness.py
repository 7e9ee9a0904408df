"""An image's numbers do not depend on how many others there are, nor on its place among them."""

import numpy as np
import pytest
import tensorflow as tf

from mnistlab.cnn.ascent.evenness import in_packets, product


def everywhere_the_same(function, shape):
    """Assert that equal images in batches of many sizes give equal results and gradients, to the last bit."""
    image = np.random.default_rng(3).normal(size=shape).astype(np.float32)

    def both(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            result = function(images)
        return result, tape.gradient(result, images)

    traced = tf.function(both, input_signature=[tf.TensorSpec((None, *shape))], autograph=False)
    alone = [values.numpy()[0] for values in traced(image[None])]
    for count in (2, 7, 31, 32, 100, 128, 256):
        for values, wanted in zip(traced(np.tile(image, (count, *[1] * len(shape)))), alone, strict=True):
            np.testing.assert_array_equal(values, np.broadcast_to(wanted, values.shape))


# Sums of several hundred are cut into parts, elsewhere in large products than in small ones; these are shorter.
@pytest.mark.parametrize(("length", "nodes"), [(63, 100), (100, 10), (250, 100), (7, 9)])
def test_a_row_of_a_product(length, nodes):
    kernel = tf.constant(np.random.default_rng(4).normal(size=(length, nodes)).astype(np.float32))
    everywhere_the_same(lambda values: product(values, kernel), (length,))


@pytest.mark.parametrize("function", [tf.nn.elu, tf.tanh, tf.sigmoid])
def test_each_value_of_an_activation(function):
    everywhere_the_same(in_packets(function), (3, 3, 5))


def test_a_product_is_a_product():
    random = np.random.default_rng(5)
    values, kernel = (random.normal(size=size).astype(np.float32) for size in ((50, 30), (30, 11)))
    np.testing.assert_allclose(product(tf.constant(values), tf.constant(kernel)), values @ kernel, rtol=1e-4, atol=1e-5)

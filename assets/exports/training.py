# %% [markdown]
# # A training, in plain Keras
#
# [about]
# This does without mnistlab what a training of it did.
# [end]
#
# It needs Keras with TensorFlow, and NumPy. The weights agree to the rounding of `fit`; equal seeds give equal start weights and the same order of
# the digits.

# %%
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np

# %% [markdown]
# ## Choices

# %%
# [choices]
TRAIN_SIZE = 60_000
LEFT_OUT = []
EPOCHS = 5
BATCH_SIZE = 64
SEED = 0
# [end]

# %% [markdown]
# ## The digits
#
# If a file `digits.npz` lies here (`x_train`, `y_train`, `x_test`, `y_test`, as in Keras' `mnist.npz`), it is used. Else Keras fetches MNIST.

# %%
if Path("digits.npz").exists():
    with np.load("digits.npz") as file:
        (x_train, y_train), (x_test, y_test) = ((file[f"x_{split}"], file[f"y_{split}"]) for split in ("train", "test"))
else:
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()


# [input]
def network_input(images):
    """Bring digits (count, 28, 28) uint8, each on its own, to mean 0 and spread 1."""
    grey = images.astype("float32") / 255
    grey -= grey.mean(axis=(1, 2), keepdims=True)
    return (grey / np.maximum(grey.std(axis=(1, 2), keepdims=True), 1 / 28))[..., None]


# [end]
images, labels = network_input(x_train[:TRAIN_SIZE]), y_train[:TRAIN_SIZE].astype("int32")

# %% [markdown]
# ## The network

# %%
# [network]
network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Conv2D(32, 3, activation="relu", name="Conv2D_1"),
        keras.layers.Flatten(name="Flatten"),
        keras.layers.Dense(10, activation="softmax", name="Dense_1"),
    ]
)
# [end]
network.summary()

# %% [markdown] tags=["drawn"]
# Start weights: each layer draws its kernel (Glorot, uniform) from a seed of its own, and all these seeds follow from one. Biases are zero.

# %% tags=["drawn"]
seeds = iter(np.random.SeedSequence(SEED).generate_state(32))
for layer in network.layers:
    if layer.weights:
        kernel, bias = layer.get_weights()
        draw = keras.initializers.GlorotUniform(seed=int(next(seeds)))
        layer.set_weights([np.array(draw(kernel.shape)), np.zeros_like(bias)])

# %% [markdown] tags=["given"]
# Start weights: those of an earlier network.

# %% tags=["given"]
with np.load("weights.npz") as weights:
    for layer in network.layers:
        if layer.weights:
            layer.set_weights([weights[f"{layer.name}/kernel"], weights[f"{layer.name}/bias"]])

# %% [markdown]
# ## Training
#
# The learning rate shrinks with each batch. In each epoch the digits come in another order, which follows from the seed and the number of the epoch.

# %%
# [optimizer]
rate = keras.optimizers.schedules.InverseTimeDecay(0.001, decay_steps=1, decay_rate=0.001)
optimizer = keras.optimizers.RMSprop(rate, momentum=0.5)
# [end]
# Compiling it as a whole (XLA) would round differently.
network.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)

for epoch in range(EPOCHS):
    order = np.random.default_rng([SEED, epoch]).permutation(TRAIN_SIZE)
    order = order[~np.isin(order, LEFT_OUT)]
    network.fit(
        images[order],
        labels[order],
        batch_size=BATCH_SIZE,
        shuffle=False,
        initial_epoch=epoch,
        epochs=epoch + 1,
        validation_data=(network_input(x_test), y_test),
        verbose=2,
    )

# %% [markdown]
# ## What came out

# %%
network.save("network.keras")
read = network.predict(network_input(x_test), verbose=0).argmax(axis=1)
confusion = np.zeros((network.output_shape[-1],) * 2, int)
np.add.at(confusion, (y_test, read), 1)
print(f"{(read == y_test).mean():.2%} of the test digits are read right. True digit down, read as across:")
print(confusion)

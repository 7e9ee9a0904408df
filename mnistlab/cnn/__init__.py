"""Everything that imports TensorFlow or Keras; never imported by the web process."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Not what this account's other projects want of Keras, in this variable or in keras.json: our own layers are TensorFlow's.
os.environ["KERAS_BACKEND"] = "tensorflow"


@contextmanager
def _quiet() -> Iterator[None]:
    """Discard what native code writes to standard error: TensorFlow prints messages before it reads its log level."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _unseen(*packages: str) -> Iterator[None]:
    """Let packages seem not to be installed. What looks for them does without; whoever imports them later finds them."""
    unseen = [package for package in packages if package not in sys.modules]
    sys.modules.update(dict.fromkeys(unseen))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for package in unseen:
            del sys.modules[package]


if "tensorflow" not in sys.modules:
    # Keras would import scikit-learn for wrappers and pandas for tables, which takes a third of the time of all that is imported here.
    with _quiet(), _unseen("sklearn", "pandas"):
        import tensorflow

        # Looks for a GPU now; later its messages would reach standard error.
        tensorflow.config.list_logical_devices()
        import keras

        # Half precision would end a training with an error, another epsilon change its weights in silence.
        keras.config.set_floatx("float32")
        keras.config.set_epsilon(1e-7)
        keras.config.set_image_data_format("channels_last")

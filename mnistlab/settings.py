"""Environment variables -> `Settings`; the only place that reads them.

Each setting is documented in docs/settings.md.
"""

import os
from functools import cache
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mnistlab.errors import RecipeError

PREFIX = "MNISTLAB_"
# The file Keras downloads, and the sum Keras publishes for it.
MNIST_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


class Settings(BaseModel):
    """What can be set from outside. Field `x` is read from the environment variable `MNISTLAB_X`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("mnistlab", appauthor=False)),
        description="Folder in which runs are kept.",
    )
    data: Path | None = Field(None, description="A file mnist.npz with x_train, y_train, x_test and y_test.")
    download: str = Field(
        MNIST_ADDRESS, description="Address MNIST is fetched from when it is not found; empty: never fetch."
    )
    download_sha256: str = Field(MNIST_SHA256, description="SHA-256 which the fetched file must have.")
    download_patience: float = Field(
        5.0, gt=0, le=60, description="Seconds without an answer after which a download is given up."
    )
    scheduler: str | None = Field(
        None, description="Address of a running Dask scheduler to use instead of starting one, tcp://host:8786."
    )
    worker_memory: str = Field("6 GiB", description="Memory after which a worker is ended and its run resumed.")
    hang: float = Field(
        60.0, ge=2, description="Seconds without a sign of life after which a running run counts as hanging."
    )


@cache
def settings() -> Settings:
    """Return the settings of this process, read once.

    Raises:
        RecipeError: a variable has a value that cannot be used.
    """
    # An empty variable counts as unset, except where empty has a meaning of its own.
    given = {
        name: value
        for name in Settings.model_fields
        if (value := os.environ.get(PREFIX + name.upper())) is not None and (value or name == "download")
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        raise RecipeError(
            f"The setting {variable} cannot be used: {first['msg']}. Received: {repr(first['input'])[:80]}."
        ) from None

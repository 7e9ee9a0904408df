"""Environment variables -> `Settings`; no other module reads them.

Each setting is documented in docs/settings.md. Paths are made absolute here, before anybody changes the folder, and are handed on so to processes
that are started in another one.
"""

import os
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, Self

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyAddress,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from mnistlab.errors import RecipeError

PREFIX = "MNISTLAB_"
SECRETS = ("admin_token",)
PATHS = ("home", "data", "tls_ca", "tls_cert", "tls_key")
# Not settings of ours, and not for its workers, which have other needs (`engine/host.py`). How the system's allocator (glibc) manages memory in the server:
# Streamlit runs each visitor's script in its own thread, and with a heap for every thread the server grows to twice its size; and an array that is
# returned to the system at once leaves no hole in the heap. And NumPy's small products on one processor: its other threads would spin while they wait for
# their turn: an explanation takes 30 ms with one or two, and twice the processor with two.
SERVER_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "OPENBLAS_NUM_THREADS": "1"}
# The file that Keras downloads, and the checksum that Keras publishes for it.
MNIST_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def account_home() -> Path | None:
    """Return the home folder of this account; None if it has none, as in a container under a number without a name."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def _default_home() -> Path:
    try:
        return Path(platformdirs.user_data_dir("mnistlab", appauthor=False))
    except RuntimeError:
        raise RecipeError(
            "This account has no home folder to keep runs in; name a folder for them with MNISTLAB_HOME."
        ) from None


class Settings(BaseModel):
    """The settings from outside. Field `x` is read from the environment variable `MNISTLAB_X`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=_default_home,
        description="Folder in which runs are kept.",
    )
    data: Path | None = Field(
        None,
        description="A file mnist.npz with x_train, y_train, x_test and y_test; another set of digits; or a folder of several.",
    )
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
    tls_ca: Path | None = Field(None, description="Certificate of the authority that signs scheduler and workers.")
    tls_cert: Path | None = Field(None, description="Certificate this app shows to the scheduler, PEM.")
    tls_key: Path | None = Field(None, description="Key of that certificate, PEM.")
    worker_memory: str = Field("6 GiB", description="Memory after which a worker is ended and its run resumed.")
    long_workers: int = Field(1, ge=1, le=16, description="Workers for long jobs which the app starts.")
    hang: float = Field(
        60.0,
        ge=2,
        description="Seconds without a sign of life after which a run at work counts as hanging; twice as many after each time, "
        "and 300 at least before its first step.",
    )

    running_per_visitor: int = Field(1, ge=1, le=16, description="Long jobs of one visitor that work at a time.")
    queued_per_visitor: int = Field(5, ge=0, le=1000, description="Long jobs of one visitor that may wait besides.")
    queue_length: int = Field(
        60, ge=1, le=10_000, description="Long jobs of all visitors that may wait; as many again of who has none yet."
    )
    queued_per_address: int = Field(
        30,
        ge=0,
        le=10_000,
        description="In a lab without login: long jobs from one network address besides the first of each visitor.",
    )
    visitors_per_address: int = Field(
        60,
        ge=1,
        le=10_000,
        description="In a lab without login: visitors from one network address with long jobs at a time.",
    )
    turn: float = Field(
        120.0,
        ge=0,
        le=86_400,
        description="Seconds a job works while other visitors wait, until it makes way at its next checkpoint; 0: it never does.",
    )
    longest_job: float = Field(
        0.0, ge=0, le=10_000_000, description="Estimated seconds above which a job is refused; 0: none is."
    )
    disk_reserve: int = Field(
        200, ge=0, le=10_000_000, description="Megabytes that must be free on the store's disk for a new job."
    )
    upload_per_visitor: int = Field(
        100,
        ge=1,
        le=10_000,
        description="In a lab: megabytes one visitor may upload in an hour; four times as much from one network address.",
    )

    address: IPvAnyAddress | None = Field(
        None,
        description="IP address serve listens on. Not set: 127.0.0.1; with --lab 0.0.0.0, all of IPv4 (:: is all of both), "
        "or 127.0.0.1 where MNISTLAB_LOGIN is header.",
    )
    lab: bool = Field(
        False,
        description="Several people use this server: runs belong to who made them, details of errors are hidden. "
        "Set by serve --lab.",
    )
    private: bool = Field(False, description="In a lab, visitors see their own runs only.")
    login: Literal["none", "oidc", "header"] = Field(
        "none",
        description="Who a visitor of a lab is: the browser's random token; st.login (OpenID Connect); or a proxy's header.",
    )
    user_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]{1,60}$",
        description="The header in which a proxy names the visitor. Believed only where MNISTLAB_LOGIN is header.",
    )
    proxy: str = Field(
        "127.0.0.0/8,::1",
        description="IP addresses and networks of proxies, with commas: who has logged in, for whom and how they ask "
        "(X-Forwarded-For, -Proto) is believed from there only.",
    )
    admin_token: SecretStr | None = Field(
        None, min_length=16, description="What opens the administrator's view of a lab, at least 16 characters."
    )
    hosts: str = Field(
        "",
        description="Host names under which a lab is reached, with commas; empty: this machine's names and addresses; *: any. "
        "Others are turned away.",
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="Form of the log on standard error; json: all that `serve` prints, on either stream, is one JSON object a line there.",
    )

    @field_validator(*PATHS)
    @classmethod
    def _paths_are_absolute(cls, path: Path | None) -> Path | None:
        try:
            # In a unit of systemd or a file .env there is no shell that does the former.
            return None if path is None else path.expanduser().absolute()
        except RuntimeError:
            raise ValueError("there is no home folder that “~” could stand for") from None

    @field_validator("proxy")
    @classmethod
    def _proxies_are_addresses(cls, text: str) -> str:
        _networks(text)
        return text

    @model_validator(mode="after")
    def _header_needs_its_name(self) -> Self:
        if (self.login == "header") != (self.user_header is not None):
            raise ValueError("MNISTLAB_LOGIN=header and MNISTLAB_USER_HEADER belong together: set both or neither")
        return self

    @property
    def host_names(self) -> list[str]:
        """The names in `hosts`."""
        return _parts(self.hosts)

    @property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        """The networks in `proxy`."""
        return _networks(self.proxy)


@cache
def settings() -> Settings:
    """Return the settings of this process, read once.

    Raises:
        RecipeError: if a variable has an invalid value.
    """
    # An empty variable counts as unset, except where empty has its own meaning.
    values = {
        name: value
        for name in Settings.model_fields
        if (value := os.environ.get(PREFIX + name.upper())) is not None and (value or name == "download")
    }
    try:
        read = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise RecipeError(f"The settings contradict each other: {first['ctx']['error']}.") from None
        name = str(first["loc"][0])
        # An invalid secret is still a secret.
        received = "something else" if name in SECRETS else repr(first["input"])[:80]
        raise RecipeError(
            f"The setting {PREFIX}{name.upper()} cannot be used: {first['msg']}. Received: {received}."
        ) from None
    for name in values.keys() & PATHS:
        # `serve` and the workers run in the folder of the app.
        os.environ[PREFIX + name.upper()] = str(getattr(read, name))
    return read


def _parts(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def _networks(text: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(part, strict=False) for part in _parts(text)]

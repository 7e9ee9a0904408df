"""Settings come from MNISTLAB_ variables; one that cannot be used is named in one sentence."""

import re
from ipaddress import ip_address
from pathlib import Path

import pytest
from support.sentences import refused

from mnistlab.errors import RecipeError
from mnistlab.settings import MNIST_SHA256, Settings, settings

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "settings.md"


def with_variables(monkeypatch, **variables):
    for name, text in variables.items():
        monkeypatch.setenv(f"MNISTLAB_{name}", text)
    settings.cache_clear()
    return settings()


def test_nothing_needs_to_be_set(monkeypatch, home):
    monkeypatch.delenv("MNISTLAB_HOME")
    monkeypatch.delenv("MNISTLAB_DOWNLOAD")
    default = with_variables(monkeypatch)
    assert default == Settings()
    assert default.home.name == "mnistlab"
    assert default.download.startswith("https://")
    assert default.download_sha256 == MNIST_SHA256


def test_each_variable_sets_its_field(monkeypatch):
    given = with_variables(
        monkeypatch,
        HOME="/a",
        DATA="/b/mnist.npz",
        DOWNLOAD="http://x/",
        SCHEDULER="tcp://h:1",
        HANG="3.5",
        WORKER_MEMORY="2 GiB",
    )
    assert (given.home, given.data) == (Path("/a"), Path("/b/mnist.npz"))
    assert (given.download, given.scheduler, given.hang, given.worker_memory) == (
        "http://x/",
        "tcp://h:1",
        3.5,
        "2 GiB",
    )


@pytest.mark.parametrize("field", [field for field in Settings.model_fields if field != "download"])
def test_an_empty_variable_counts_as_unset(monkeypatch, field):
    given = with_variables(monkeypatch, **{field.upper(): ""})
    assert getattr(given, field) == getattr(Settings(), field)


def test_an_empty_download_address_means_never_fetch(monkeypatch):
    assert with_variables(monkeypatch, DOWNLOAD="").download == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HANG", "soon"),
        ("HANG", "1"),
        ("HANG", "nan"),
        ("DOWNLOAD_PATIENCE", "0"),
        ("DOWNLOAD_PATIENCE", "x" * 5000),
        ("HANG", "a\nb"),
        ("LOGIN", "password"),
        ("ADMIN_TOKEN", "short"),
        ("USER_HEADER", "X-User: root"),
        ("LONG_WORKERS", "0"),
        ("LAB", "perhaps"),
        ("ADDRESS", "lab.example"),
        ("PROXY", "10.0.0.1; 10.0.0.2"),
        ("PROXY", "10.0.0.0/99"),
        ("PROXY", "proxy.example"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(monkeypatch, name, text):
    with refused(RecipeError, f"MNISTLAB_{name}"):
        with_variables(monkeypatch, **{name: text})


def test_the_document_names_every_setting_with_its_default():
    rows = dict(re.findall(r"^\| `(MNISTLAB_[A-Z0-9_]+)` \| (.+?) \| .+\|$", DOCUMENT.read_text(), re.MULTILINE))
    assert set(rows) == {f"MNISTLAB_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default is None:
            assert rows[f"MNISTLAB_{name.upper()}"] == "not set"
        elif field.default_factory is None:
            shown = {"": "empty", "False": "off"}
            assert rows[f"MNISTLAB_{name.upper()}"] == shown.get(str(field.default), str(field.default))


def test_no_variable_is_read_that_is_no_setting():
    read = {
        name
        for path in [*(ROOT / "mnistlab").rglob("*.py"), ROOT / "app.py"]
        for name in re.findall(r"MNISTLAB_[A-Z][A-Z0-9_]*", path.read_text(encoding="utf-8"))
    }
    assert read <= {f"MNISTLAB_{name.upper()}" for name in Settings.model_fields} | {"MNISTLAB_X"}


def test_a_proxys_header_needs_both_its_settings(monkeypatch):
    with refused(RecipeError, "MNISTLAB_LOGIN"):
        with_variables(monkeypatch, USER_HEADER="X-Forwarded-User")
    given = with_variables(monkeypatch, USER_HEADER="X-Forwarded-User", LOGIN="header")
    assert given.user_header == "X-Forwarded-User"


def test_hosts_are_a_list_with_commas(monkeypatch):
    assert with_variables(monkeypatch, HOSTS="lab.example, lab ,").host_names == ["lab.example", "lab"]


def test_proxies_are_addresses_and_networks_with_commas(monkeypatch):
    given = with_variables(monkeypatch, PROXY="10.0.0.1, 2001:db8::/32 ,192.0.2.7/24,")
    assert [str(network) for network in given.proxies] == ["10.0.0.1/32", "2001:db8::/32", "192.0.2.0/24"]
    assert all(address in Settings().proxies[0] for address in map(ip_address, ("127.0.0.1", "127.0.0.2")))


@pytest.mark.parametrize("length", [70, 78, 79, 400])
def test_a_wrong_value_is_repeated_up_to_eighty_characters(monkeypatch, length):
    with refused(RecipeError, f"Received: {repr('x' * length)[:80]}."):
        with_variables(monkeypatch, LONG_WORKERS="x" * length)

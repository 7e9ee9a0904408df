"""What is downloaded is what the page shows; what is no page is none."""

import io
import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page
from support.browser import SMALL, Server, open_page

from mnistlab.model_files.two_files import packed
from mnistlab.store.models import reference_network


def downloaded(page: Page, label: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    return Path(download.value.path()).read_bytes()


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def test_a_network_is_taken_along_as_it_is(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/lab")
    page.get_by_role("tab", name="Networks").click()
    page.get_by_role("button", name="Download").first.click()
    assert downloaded(page, "Network (.zip)") == packed(reference_network())
    assert "model.weights.h5" in names(downloaded(page, "Network (.keras)"))
    assert b"Conv2D_3/kernel" in downloaded(page, "Network (.onnx)")


def test_the_digit_that_is_shown_goes_into_the_script(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?act.layer=Max_Pool_2&act.digit.index=7")
    content = downloaded(page, "Script and notebook")
    assert names(content)[:2] == ["activations.py", "activations.ipynb"]
    assert {"weights.npz", "digits.npy", "requirements.txt"} < set(names(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert 'LAYER = "Max_Pool_2"' in archive.read("activations.py").decode()
        assert len(json.loads(archive.read("activations.ipynb"))["cells"]) > 5


def test_an_hour_is_reported(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/train?{SMALL}")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("run=training-"))
    run = re.search(r"run=(training-[0-9a-f]+)", page.url).group(1)
    open_page(page, f"{server.address}/lab")
    page.get_by_role("button", name="Report").click()
    said = downloaded(page, "Report (HTML)").decode()
    assert f'href="{server.address}/train?run={run}"' in said


def test_what_is_no_page_is_not_found(page: Page, server: Server) -> None:
    for address, status in {"/oip": 200, "/nothing": 404, "/nothing/health": 404, "/health": 200}.items():
        assert page.request.get(server.address + address).status == status

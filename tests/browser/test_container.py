"""deploy/Containerfile without a container: the files it copies are enough, its command starts the app, its check finds it well."""

import json
import shutil
import subprocess
import sys

from playwright.sync_api import Page, expect
from support.browser import open_page, wait_for_port
from support.deployment import DEPLOY, ROOT, free_port, without_settings
from support.waiting import wait_for

# A busy machine may take its time.
SECONDS = 300


def test_what_the_containerfile_copies_and_runs_is_the_app(page: Page, tmp_path) -> None:
    lines = [line.split(maxsplit=1) for line in (DEPLOY / "Containerfile").read_text().splitlines()]
    given = dict(lines)
    here, port = tmp_path / "app", str(free_port())
    here.mkdir()
    for source, target in (text.split() for word, text in lines if word == "COPY"):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, here / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, here / target)
    assert given["EXPOSE"] in json.loads(given["CMD"])
    command = [port if word == given["EXPOSE"] else word for word in json.loads(given["CMD"])]
    check = json.loads(given["HEALTHCHECK"].partition("CMD ")[2].replace(given["EXPOSE"], port))
    variables = dict(pair.split("=", 1) for pair in given["ENV"].split())
    assert variables["MNISTLAB_HOME"] == given["VOLUME"]
    variables |= {
        "MNISTLAB_HOME": str(tmp_path / "store"),
        "MNISTLAB_ADDRESS": "127.0.0.1",
        "MNISTLAB_HOSTS": "localhost",
    }
    # Nothing but the pages is tried here, so no workers are started.
    variables |= {"MNISTLAB_SCHEDULER": "tcp://127.0.0.1:9", "MNISTLAB_DOWNLOAD": "", "KERAS_HOME": str(tmp_path)}
    python = {"env": {**without_settings(), **variables}, "cwd": here}
    process = subprocess.Popen([sys.executable, *command[1:]], stdout=subprocess.DEVNULL, **python)
    try:
        wait_for_port(int(port), seconds=SECONDS)
        wait_for(
            lambda: subprocess.run([sys.executable, *check[1:]], check=False, **python).returncode == 0,
            SECONDS,
            "health",
        )
        open_page(page, f"http://localhost:{port}/atlas")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    finally:
        process.terminate()
        process.wait(30)

"""Runs -> one file of HTML with their pictures, figures, recipes and links: it opens without the app, and prints.

What visitors named is letters in it, as on a page (docs/decisions/0026); and should that ever fail, its policy lets nothing run and nothing be fetched.
"""

import base64
import html
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from mnistlab import __version__
from mnistlab.brought_sets import known_set
from mnistlab.errors import MnistlabError
from mnistlab.exports.report_figures import confusion_table, curves, stills
from mnistlab.kinds import kind_of
from mnistlab.recipes import Recipe, TrainingRecipe
from mnistlab.store.run_folder import RunFolder
from mnistlab.wording import on_one_line

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
MOST_RUNS = 30
# A file to send by mail: pictures of all runs together, in bytes.
MOST_PICTURES = 15_000_000


def report(runs: Sequence[RunFolder], title: str, address: str = "") -> bytes:
    """Return the file.

    Arguments:
        runs: the latest first; no more than `MOST_RUNS` of them are shown.
        title: its heading.
        address: of the app, for links to its pages: http or https, without a slash at the end; "" for none.
    """
    if not address.startswith(("http://", "https://")):
        address = ""
    left, parts = MOST_PICTURES, []
    for run in runs[:MOST_RUNS]:
        part, taken = _run(run, address, left)
        left -= taken
        parts.append(part)
    more = f"<p>The {MOST_RUNS} latest of {len(runs)} runs.</p>" if len(runs) > MOST_RUNS else ""
    nothing = "" if runs else "<p>There is no run.</p>"
    made = time.strftime("%Y-%m-%d %H:%M")
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_text(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<style>\n{STYLE}</style></head>\n'
        f'<body><h1>{_text(title)}</h1>\n<p class="facts">Made by mnistlab {__version__}, {made}.</p>\n'
        f"{more}{nothing}{''.join(parts)}</body></html>\n"
    )
    return page.encode()


def _run(run: RunFolder, address: str, room: int) -> tuple[str, int]:
    """Return the part of a run, and how many bytes its pictures take."""
    state, made = run.state(), time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created()))
    try:
        recipe = run.recipe()
    except MnistlabError as error:
        return f"<section><h2>{_text(run.name())}</h2><p>{_text(str(error))}</p></section>\n", 0
    facts = f"{kind_of(recipe).title}, {state.name}, {made}, {run.id}"
    pictures, taken = _pictures(run, recipe, room) if state.name == "finished" else ("", 0)
    page, parameters = kind_of(recipe).page_link(recipe, run.id)
    link = f"{address}/{Path(page).stem}{'?' if parameters else ''}{urlencode(parameters)}"
    return (
        f'<section><h2>{_text(run.name())}</h2>\n<p class="facts">{_text(facts)}</p>\n'
        + (f"<p>{_text(state.reason)}</p>\n" if state.reason else "")
        + (f'<p><a href="{_text(link)}">This run in the app</a></p>\n' if address else "")
        + _figures(run.summary())
        + pictures
        + _of_training(run, recipe)
        + "<p>Its recipe; <code>python -m mnistlab run recipe.json --out folder</code> does the same again.</p>\n"
        + f"<pre>{html.escape(json.dumps(recipe.model_dump(mode='json'), indent=1))}</pre></section>\n"
    ), taken


def _figures(summary: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><th scope='row'>{_text(name.replace('_', ' '))}</th><td>{_text(_shown(value))}</td></tr>"
        for name, value in summary.items()
        if isinstance(value, str | int | float)
    ]
    return f'<table class="figures">{"".join(rows)}</table>\n' if rows else ""


def _shown(value: float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else f"{value:.5g}" if isinstance(value, float) else value


def _pictures(run: RunFolder, recipe: Recipe, room: int) -> tuple[str, int]:
    try:
        found = stills(recipe, run)
    except MnistlabError as error:
        return f"<p>{_text(str(error))}</p>\n", 0
    written, taken = [], 0
    for name, content in found.items():
        if taken + len(content) > room:
            written.append(f"<p>{_text(name)} is left out: the pictures before it fill this file.</p>\n")
            continue
        taken += len(content)
        address = f"data:image/png;base64,{base64.b64encode(content).decode()}"
        label = _text(name.removesuffix(".png").replace("_", " "))
        written.append(f'<figure><img src="{address}" alt="{label}"><figcaption>{label}</figcaption></figure>\n')
    return "".join(written), taken


def _of_training(run: RunFolder, recipe: Recipe) -> str:
    if not isinstance(recipe, TrainingRecipe):
        return ""
    epochs = [event for event in run.event_log().read() if "epoch" in event]
    drawn = curves(epochs)
    try:
        confusion = run.result().get("confusion")
    except MnistlabError:
        confusion = None
    return drawn if confusion is None else drawn + confusion_table(confusion, known_set(recipe.data).classes)


def _text(words: str) -> str:
    return html.escape(on_one_line(words))

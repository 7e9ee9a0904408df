"""A sheet as one HTML file that prints well, and as Markdown. Whatever a stranger wrote stands there as letters."""

from collections.abc import Sequence

from mnistlab.ui.pages.learn.sheet.content import Chapter, Entry
from mnistlab.ui.parts.text import as_html, inert

VERDICTS = {True: "right", False: "not so", None: "not judged"}
STYLE = """
:root { color-scheme: light; }
body { font: 11pt/1.45 system-ui, sans-serif; color: #14201f; background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 20pt; margin: 0; } h2 { font-size: 15pt; margin: 1.6em 0 0.2em; } h3 { font-size: 12pt; margin: 1em 0 0.2em; }
p { margin: 0.25em 0; } .said { font-weight: 600; } .small { color: #45524f; font-size: 9.5pt; }
.pictures { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 0.5em 0; } figure { margin: 0; max-width: 9rem; }
img { width: 100%; image-rendering: pixelated; display: block; } figcaption { font-size: 8.5pt; }
section { break-inside: avoid; } a { color: #0b6e6e; }
@page { margin: 16mm; }
@media print { body { margin: 0; max-width: none; } a::after { content: " (" attr(href) ")"; font-size: 8pt; overflow-wrap: anywhere; } }
"""


def html_of(head: str, beneath: str, chapters: Sequence[Chapter]) -> str:
    """Return the sheet as a whole HTML file.

    Arguments:
        head: its title.
        beneath: a line below it: for whom and when.
        chapters: from `chapters_of`.
    """
    body = "".join(_html_of_chapter(chapter) for chapter in chapters)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{as_html(head)}</title><style>{STYLE}</style></head>'
        f'<body><h1>{as_html(head)}</h1><p class="small">{as_html(beneath)}</p>{body}</body></html>\n'
    )


def _html_of_chapter(chapter: Chapter) -> str:
    still = "Still open: to" if chapter.is_open else "You can"
    entries = "".join(_html_of_entry(entry) for entry in chapter.entries)
    return f'<h2>{as_html(chapter.title)}</h2><p class="small">{still} {as_html(chapter.can)}</p>{entries}'


def _html_of_entry(entry: Entry) -> str:
    pictures = "".join(
        f'<figure><img src="{one.address}" alt="{as_html(one.words)}"><figcaption>{as_html(one.words)}</figcaption></figure>'
        for one in entry.pictures
    )
    links = " · ".join(f'<a href="{as_html(address)}">{as_html(words)}</a>' for words, address in entry.links)
    return (
        f"<section><h3>{as_html(entry.title)}</h3><p>{as_html(entry.asked)}</p>"
        f'<p class="said">You said: {as_html(entry.said)} ({VERDICTS[entry.is_right]})</p>'
        + (f'<div class="pictures">{pictures}</div>' if pictures else "")
        + (f"<p>{as_html(entry.told)}</p>" if entry.told else "")
        + f'<p class="small">{links}</p></section>'
    )


def markdown_of(head: str, beneath: str, chapters: Sequence[Chapter]) -> str:
    """Return the sheet as Markdown; its pictures stand at its end, where nobody has to read past them."""
    lines = [f"# {inert(head)}", "", inert(beneath)]
    pictures: list[str] = []
    for chapter in chapters:
        still = "Still open: to" if chapter.is_open else "You can"
        lines += ["", f"## {inert(chapter.title)}", "", f"{still} {inert(chapter.can)}"]
        for entry in chapter.entries:
            lines += ["", f"### {inert(entry.title)}", "", inert(entry.asked), ""]
            lines += [f"**You said:** {inert(entry.said)} ({VERDICTS[entry.is_right]})", ""]
            for one in entry.pictures:
                pictures.append(one.address)
                lines += [f"![{inert(one.words)}][{len(pictures)}]", ""]
            lines += [inert(entry.told), ""] if entry.told else []
            lines += [" · ".join(f"[{inert(words)}](<{address}>)" for words, address in entry.links)]
    lines += ["", *(f"[{number}]: {address}" for number, address in enumerate(pictures, start=1))]
    return "\n".join(lines) + "\n"

"""Text that is not written out in the code is drawn through `mnistlab/ui/parts/text.py`, or has been looked at and stands below."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UI = ROOT / "mnistlab" / "ui"
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted(UI.rglob("*.py"))]
# What Streamlit takes for Markdown or HTML, and by which arguments: the first, unless it is named.
SENTENCES = {"warning", "error", "info", "success", "exception", "toast", "write", "caption"}
MARKUP = {
    "markdown",
    "header",
    "subheader",
    "title",
    "html",
    "button",
    "download_button",
    "expander",
    "popover",
    "metric",
}
NAMED = {"page_link": "label", "progress": "text"}
# Numbers, and what takes all life out of a text.
SAFE_CALLS = {"inert", "as_html", "in_digits", "int", "len", "round", "min", "max", "sum", "counted"}
NUMBER = re.compile(r"[-+, .\d]*[dgfe%]|,")
# Expressions whose words are our own: of the code, of a network's layers (checked names), of numbers. By the file of `ui/` they stand in.
LOOKED_AT = {
    "pages/activations/ablation.py": {"_name(change.layer, change.index, network)"},
    "pages/explain/looked_at.py": {"alone"},
    "pages/explain/used.py": {"index"},
    "pages/explain/verdict.py": {"address"},
    "picker/digit_on_picture.py": {"found.address", "SHOWN_WIDTH"},
    "pages/activations/verdict.py": {"picture_of(digit)", "picture_of(shown.digit)", "BARS_HEIGHT"},
    "pages/atlas/page.py": {"number", "layer", "_story(atlas, index)"},
    # (Words of our own, and cells through as_html.)
    "parts/charts.py": {"hear", "heads", "rows"},
    "parts/table.py": {"head", "body", "foot"},
    "parts/component.py": {"name", "style", "narrow"},
    "pages/classes/pattern.py": {"position", "view.label_a", "view.label_b"},
    "pages/classes/confusions.py": {"title", "SHEET", "str(number)"},
    "pages/dream/page.py": {"source", "photo_address(pictures['picture'])"},
    "pages/dream/area.py": {"area_name(area)", "area_name(outer)", "name", "recipe.layer"},
    "pages/dream/form.py": {"number", "4 ** number"},
    "pages/dream/more.py": {"items", "FILM_SIZE", "photo_address(pictures['picture'])"},
    "pages/home/drawing.py": {
        "as_bars(shares, network.classes)",
        "as_bars(np.zeros(len(network.classes)), network.classes)",
    },
    "pages/home/ten.py": {"data_address(some.images[number])", "alt", "true", "as_bars(shares, network.classes)"},
    "parts/network_picture.py": {
        "_maps(IMAGE_SIZE, 1)",
        "_words(f'{IMAGE_SIZE}×{IMAGE_SIZE} pixels')",
        "_stage(row, is_last=row is rows[-1])",
        "row.name",
    },
    "shell/frame.py": {"STYLE", "page.title", "text", "share or 'asking …'"},
    "pages/home/page.py": {"page.way", "title", "what", "PAGES[script].way"},
    "answers/job.py": {"button"},
    "shell/class_link.py": {"lines"},
    "state/handout.py": {"style"},
    "answers/standing.py": {"slot", "placeholder", "marks"},
    "pages/activations/large_map.py": {"chosen.word"},
    "pages/activations/layers.py": {"' '.join(rules)"},
    "pages/activations/node_sum.py": {"words"},
    "shell/map_links.py": {"label"},
    "shell/work.py": {"words"},
    "parts/terms.py": {"prose(text)", "cards(more)"},
    "pages/oip/page.py": {"source", "STATUS[figures['status']]", "figures['rescued_steps']"},
    "pages/oip/more.py": {"_how_many(kinds, int(alive.sum()), len(groups))", "health.map_index", "finding.sentence"},
    "pages/oip/precursor.py": {"best"},
    "pages/train/experiments.py": {"name"},
    "pages/train/run_view.py": {"ICONS[state.name]"},
    "pages/train/run_figures.py": {"name"},
    "pages/learn/live/carving_part.py": {"photo_address(picture)"},
    "pages/learn/live/layer_parts.py": {"as_bars(shares, classes)"},
    "pages/lab/digit_sets.py": {"MOST_MEGABYTES"},
    "pages/lab/network_import.py": {"MOST_FILE_BYTES // 1000000"},
    "pages/learn/live/explanation_part.py": {"address"},
    "pages/learn/live/moment.py": {"address", "data_address(image)", "as_bars(shares, classes)"},
    # (Each word through inert.)
    "pages/learn/together/student.py": {"more"},
    "pages/learn/overview.py": {"number"},
    "pages/learn/questions.py": {"data_address(picture)", "side"},
    "pages/learn/together/address.py": {"picture"},
    "pages/learn/together/bars.py": {"rows"},
    "pages/learn/together/teacher.py": {"rows"},
    "pages/learn/together/trainings.py": {"heads", "rows"},
    "parts/tiles.py": {"width", "items"},
    "pages/train/page.py": {"title"},
    "pages/train/form.py": {"convolution_name(index + 1)", "dense_name(index + 1)"},
}


def drawn(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Each call that draws a text as Markdown or HTML, and that text."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        kind, named = node.func.attr, {keyword.arg: keyword.value for keyword in node.keywords}
        if ast.unparse(node.func.value) in ("log", "logging", "links"):
            continue
        if kind in SENTENCES | MARKUP:
            texts = [*node.args[:1], *(named[name] for name in ("body", "label") if name in named)]
            yield from ((node, text) for text in texts)
        elif kind in NAMED and NAMED[kind] in named:
            yield node, named[NAMED[kind]]


def unsafe(text: ast.expr) -> Iterator[str]:
    """The parts of a text that are neither written out, nor numbers, nor made inert."""
    if isinstance(text, ast.Constant):
        return
    if isinstance(text, ast.JoinedStr):
        for part in text.values:
            yield from unsafe(part)
    elif isinstance(text, ast.FormattedValue):
        spec = ast.unparse(text.format_spec)[2:-1] if text.format_spec else ""
        if not NUMBER.fullmatch(spec):
            yield from unsafe(text.value)
    elif isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        yield from (*unsafe(text.left), *unsafe(text.right))
    elif isinstance(text, ast.IfExp) and (
        all(isinstance(one, ast.Constant | ast.JoinedStr) for one in (text.body, text.orelse))
    ):
        yield from (*unsafe(text.body), *unsafe(text.orelse))
    elif not (isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id in SAFE_CALLS):
        yield ast.unparse(text)


def passed_on(tree: ast.AST) -> list[int]:
    """Lines in which Streamlit's own function for a sentence is not called but handed to something else, where nobody sees its text."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "st"
        if node.attr in SENTENCES and id(node) not in called
    ]


def _name(path):
    return path.relative_to(UI if path.is_relative_to(UI) else ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_words_that_are_not_our_own_are_drawn_through_one_door(path):
    if path == UI / "parts" / "text.py":
        return
    wrong = []
    for call, text in drawn(ast.parse(path.read_text())):
        assert isinstance(call.func, ast.Attribute)
        allowed = set() if call.func.attr in SENTENCES else LOOKED_AT.get(_name(path), set())
        wrong += [f"line {call.lineno}, {call.func.attr}: {part}" for part in unsafe(text) if part not in allowed]
    wrong += [f"line {line}: passed on" for line in passed_on(ast.parse(path.read_text()))]
    assert not wrong, (
        f"{_name(path)}: draw these with warn, fail, tell or note of mnistlab/ui/parts/text.py, or through inert or as_html"
    )


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("st.warning(str(error))", ["str(error)"]),
        ("st.error(f'no: {error}')", ["error"]),
        ("place.caption(sentence)", ["sentence"]),
        ("st.markdown(f'**{run.name()}**')", ["run.name()"]),
        ("st.markdown(f'**{inert(run.name())}** {count:,} {share:.1f} {name:>10}')", ["name"]),
        ("st.page_link(page, label=run.name())", ["run.name()"]),
        ("st.progress(0.5, text=stage)", ["stage"]),
        ("st.html(f'<p>{as_html(title)}</p>' + title)", ["title"]),
        ("st.button('In use' if used else 'Use it')", []),
        ("log.error(text)", []),
    ],
)
def test_the_test_sees(code, found):
    assert [part for _, text in drawn(ast.parse(code)) for part in unsafe(text)] == found


def test_the_test_sees_what_is_passed_on():
    assert passed_on(ast.parse("(st.error if bad else st.info)(reason)")) == [1, 1]
    assert passed_on(ast.parse("st.error('no')")) == []


def test_nobody_else_opens_a_picture():
    opened = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "mnistlab").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Image.open", "PIL.Image.open")
    ]
    assert [place.split(":")[0] for place in opened] == ["mnistlab/data/picture_files.py"]

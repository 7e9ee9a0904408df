"""Pages run again through one function, and buttons speak through callbacks: read off the source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "mnistlab" / "ui").rglob("*.py"))]
BUTTONS = ("button", "form_submit_button")


def calls(path):
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


def name_of(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_one_module_runs_pages_again(path: Path) -> None:
    again = [call.lineno for call in calls(path) if name_of(call) == "rerun"]
    assert path.stem == "reruns" or not again, f"lines {again}: use mnistlab.ui.mends.reruns.rerun_page"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_one_module_writes_the_address(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert path.stem in ("links", "reading") or "st.query_params" not in source, "use mnistlab.ui.state.links"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_press_is_answered_by_a_callback(path: Path) -> None:
    # A run that looks whether its button was pressed may be interrupted before it looks: then the press is lost.
    silent = [
        call.lineno
        for call in calls(path)
        if name_of(call) in BUTTONS and not {"on_click", "disabled"} & {keyword.arg for keyword in call.keywords}
    ]
    assert not silent, f"lines {silent}: give the button an on_click"

"""Imports go one way (docs/architecture.md): read off the source, so that no import hides behind a condition."""

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
CORE = ("mnistlab.recipes", "mnistlab.errors", "mnistlab.progress", "mnistlab.settings")
TENSORFLOW = ("tensorflow", "keras")
# Those that carry out recipes reach into mnistlab.cnn, and only when they are called.
CALLERS_OF_CNN = (
    "mnistlab.runner",
    "mnistlab.kinds",
    "mnistlab.engine.tasks",
    "mnistlab.engine.preload",
    "mnistlab.bench",
    "mnistlab.commands",
    "mnistlab.__main__",
)


@dataclass(frozen=True)
class Import:
    """One import: who imports what, and whether it happens as soon as the importer is imported."""

    importer: str
    name: str
    at_once: bool

    def is_of(self, *packages):
        return any(_within(self.name, package) for package in packages)


def _within(name, package):
    return name == package or name.startswith(package + ".")


def _module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _package_of(path):
    return ".".join(path.relative_to(ROOT).parts[:-1])


def _imports_of(path):
    found = []

    def visit(node, at_once):
        if isinstance(node, ast.Import):
            found.extend(Import(_module_name(path), alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = _package_of(path).split(".")
            source = (
                ".".join([*above[: len(above) - node.level + 1], node.module or ""]).strip(".")
                if node.level
                else node.module
            )
            # `from a import b` may import the module a.b.
            found.extend(Import(_module_name(path), f"{source}.{alias.name}", at_once) for alias in node.names)
        lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, at_once and not lazy)

    visit(ast.parse(path.read_text(encoding="utf-8")), True)
    return found


MODULES = sorted((ROOT / "mnistlab").rglob("*.py"))
IMPORTS = [found for path in [*MODULES, *PAGES] for found in _imports_of(path)]


def importers_of(*packages, inside=()):
    """Return the modules (of the packages `inside`, if named) that import any of `packages`."""
    return {
        found.importer
        for found in IMPORTS
        if found.is_of(*packages) and (not inside or any(_within(found.importer, package) for package in inside))
    }


def test_streamlit_is_imported_only_by_pages_and_their_helpers():
    allowed = {_module_name(path) for path in PAGES}
    importers = importers_of("streamlit")
    assert importers, "the search finds nothing at all"
    assert {name for name in importers - allowed if not _within(name, "mnistlab.ui")} == set()


def test_tensorflow_and_keras_are_imported_only_by_cnn():
    importers = importers_of(*TENSORFLOW)
    assert importers, "the search finds nothing at all"
    assert {name for name in importers if not _within(name, "mnistlab.cnn")} == set()


def test_cnn_is_imported_only_by_those_who_carry_out_recipes():
    outside = {name for name in importers_of("mnistlab.cnn") if not _within(name, "mnistlab.cnn")}
    assert outside, "the search finds nothing at all"
    assert {name for name in outside if not any(_within(name, caller) for caller in CALLERS_OF_CNN)} == set()


def test_cnn_is_imported_only_when_it_is_called():
    at_once = {found.importer for found in IMPORTS if found.is_of("mnistlab.cnn") and found.at_once}
    assert {name for name in at_once if not _within(name, "mnistlab.cnn")} == set()


def test_recipes_errors_progress_and_settings_need_plain_python_only():
    needed = {found.name.partition(".")[0] for found in IMPORTS if any(_within(found.importer, part) for part in CORE)}
    assert needed - sys.stdlib_module_names - {"mnistlab"} == {"pydantic", "pydantic_core", "platformdirs"}
    beside = {
        found.name
        for found in IMPORTS
        if any(_within(found.importer, part) for part in CORE) and found.is_of("mnistlab")
    }
    assert {name for name in beside if not any(_within(name, part) for part in CORE)} == set()


# From the ground up: whoever stands on a floor imports from floors below it, never from its own or one above.
FLOORS = {
    "mnistlab": (
        ("__version__", "checkout", "errors", "glossary", "keeping", "progress", "wording"),
        ("confined",),
        ("log_lines", "recipes", "results", "settings"),
        ("brought_sets", "logs"),
        ("refusals",),
        ("analysis", "data", "pictures"),
        ("patterns", "store"),
        ("attendant", "carving", "explanations", "model_files", "set_files"),
        ("figures",),
        ("lessons",),
        ("cnn",),
        ("kinds",),
        ("exports", "runner"),
        ("bench", "engine"),
        ("commands", "ui"),
        ("__main__",),
    ),
    "mnistlab.ui": (
        ("gate", "mends"),
        ("parts",),
        ("state",),
        ("shell",),
        ("answers",),
        ("picker", "server"),
        ("pages",),
    ),
}


def _part_of(name, package):
    """Return the module or folder of `package` that a name lies in; None if it lies in none."""
    inside = name.removeprefix(package + ".")
    return None if inside == name else inside.partition(".")[0]


@pytest.mark.parametrize("package", FLOORS)
def test_no_import_runs_up(package):
    floor_of = {part: number for number, floor in enumerate(FLOORS[package]) for part in floor}
    arrows = {
        (_part_of(found.importer, package), _part_of(found.name, package))
        for found in IMPORTS
        if found.is_of(package) and _part_of(found.importer, package) and _part_of(found.name, package)
    }
    assert len(arrows) > 10, "the search finds nothing"
    assert {part for arrow in arrows for part in arrow} - floor_of.keys() == set(), "parts without a floor"
    assert [(lower, upper) for lower, upper in arrows if lower != upper and floor_of[lower] <= floor_of[upper]] == []


def test_nothing_of_the_app_is_imported_by_what_it_is_made_of():
    assert importers_of("app", "pages", inside=["mnistlab"]) == set()


def test_pages_know_nothing_of_each_other():
    """What two of them need lies below them."""
    pages = {
        (_part_of(found.importer, "mnistlab.ui.pages"), _part_of(found.name, "mnistlab.ui.pages"))
        for found in IMPORTS
        if found.is_of("mnistlab.ui.pages") and _within(found.importer, "mnistlab.ui.pages")
    }
    assert {(one, other) for one, other in pages if one != other} == set()


MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_IN_UI = 300, 60, 14


def test_a_newcomer_sees_the_whole_of_each_thing():
    """Modules and functions stay small, and so does the number of doors to the pages' code."""
    long = [path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES]
    functions = [
        f"{_module_name(path)}.{node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    doors = [path for path in (ROOT / "mnistlab" / "ui").iterdir() if path.name != "__pycache__"]
    assert (long, functions) == ([], [])
    assert len(doors) <= MOST_IN_UI


@pytest.mark.parametrize(
    ("part", "others"),
    [
        ("data", ["store", "figures", "engine", "cnn", "runner", "commands"]),
        ("store", ["data", "figures", "engine", "cnn", "runner", "commands"]),
        ("figures", ["data", "engine", "cnn", "runner", "commands"]),
        ("cnn", ["figures", "engine", "ui"]),
        ("runner", ["figures", "engine", "commands"]),
        ("ui", ["cnn", "runner", "commands"]),
    ],
)
def test_no_part_imports_one_that_stands_above_or_beside_it(part, others):
    assert importers_of(*(f"mnistlab.{other}" for other in others), inside=[f"mnistlab.{part}"]) == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_hold_no_try_and_no_arithmetic(path):
    forbidden = (
        ast.Try,
        ast.TryStar,
        ast.BinOp,
        ast.AugAssign,
        ast.UnaryOp,
        ast.For,
        ast.While,
        ast.FunctionDef,
        ast.ClassDef,
    )
    found = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, forbidden)]
    assert [f"{path.name}:{node.lineno}" for node in found] == []


def test_global_randomness_is_used_nowhere():
    """Seeds are fields, passed on explicitly."""
    forbidden = {
        "np.random.seed",
        "np.random.rand",
        "np.random.randn",
        "random.seed",
        "keras.utils.set_random_seed",
        "tf.random.set_seed",
    }
    used = {
        f"{_module_name(path)}: {ast.unparse(node.func)}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in forbidden
    }
    assert used == set()


@pytest.mark.parametrize(
    "module",
    [
        "mnistlab.ui.shell.frame",
        "mnistlab.engine",
        "mnistlab.runner",
        "mnistlab.engine.tasks.runs",
        "mnistlab.__main__",
    ],
)
def test_importing_it_loads_no_tensorflow(module):
    """The web process imports these; what they import in turn is no more visible in the source."""
    code = f"import sys, {module}; print(sorted({{'tensorflow', 'keras'}} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_importing_the_core_loads_no_numpy():
    code = f"import sys, {', '.join(CORE)}; print('numpy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"

"""A recipe file -> a folder with its result."""

import sys
from pathlib import Path

from mnistlab.commands import Printed
from mnistlab.commands.result_pictures import write_pictures
from mnistlab.errors import MnistlabError, RecipeError, StoreError
from mnistlab.progress import Progress
from mnistlab.recipes import parse_json, read_recipe
from mnistlab.recipes.base import LONGEST_JSON
from mnistlab.runner import execute
from mnistlab.set_files.given import take_up_given
from mnistlab.settings import settings
from mnistlab.store.format import check_format
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store


def run(recipe_file: Path, out: Path) -> Printed:
    """Carry out the recipe in this process, or continue an earlier call that was interrupted.

    Raises:
        MnistlabError: if the recipe cannot be read or carried out.
    """
    try:
        with recipe_file.open("rb") as file:
            text = file.read(LONGEST_JSON + 1)
    except OSError as error:
        raise RecipeError(f"The recipe {recipe_file.name} cannot be read ({error.strerror}).") from None
    recipe = read_recipe(parse_json(text))
    check_format(settings().home)
    take_up_given()
    folder = _folder_of(out)
    if folder is None:
        folder = RunFolder.create(out.resolve(), recipe, out.name)
    elif folder.recipe().digest != recipe.digest:
        raise StoreError(f"The folder {out.name} holds the result of another recipe; name another folder.")
    elif folder.state().name in ("failed", "cancelled"):
        folder.set_state("queued")
    state = execute(folder, Store(settings().home), _show if sys.stderr.isatty() else None, allow_paths=True)
    if state.name == "failed":
        raise MnistlabError(state.reason)
    if state.name != "finished":
        raise MnistlabError(f"The run is {state.name}: another process may be working in {out.name}.")
    summary = {"kind": recipe.kind, "digest": recipe.digest, "out": str(out), **folder.summary()}
    return summary | {"pictures": write_pictures(folder)}


def _folder_of(out: Path) -> RunFolder | None:
    if not out.exists():
        return None
    if not out.is_dir():
        raise StoreError(f"{out.name} is a file; name a folder for the result.")
    folder = RunFolder(out.resolve())
    if folder.state().name != "damaged":
        return folder
    if any(path.name != "recipe.json" for path in out.iterdir()):
        raise StoreError(f"The folder {out.name} is not empty and holds no run of mnistlab; name another folder.")
    return None


def _show(progress: Progress) -> None:
    figures = "  ".join(f"{name} {value:.4g}" for name, value in progress.values.items() if isinstance(value, float))
    end = "\n" if "epoch" in progress.values else "\r"
    print(f"\x1b[K{progress.stage} {progress.done}/{progress.total}  {figures}", end=end, file=sys.stderr, flush=True)

"""The result of a run on the command line -> pictures in its folder."""

from mnistlab.kinds import kind_of
from mnistlab.store.files import write_bytes
from mnistlab.store.run_folder import RunFolder


def write_pictures(run: RunFolder) -> list[str]:
    """Write the pictures of a finished run into its folder; return the files' names."""
    recipe = run.recipe()
    pictures = kind_of(recipe).pictures(recipe, run)
    for name, content in pictures.items():
        write_bytes(run.path / name, content)
    return list(pictures)

"""A run -> the script that does the same without mnistlab."""

from mnistlab.errors import StoreError
from mnistlab.exports.bundle import Files
from mnistlab.exports.carving import carving_files, film_files
from mnistlab.exports.oip import oip_files
from mnistlab.exports.precursor import precursor_files
from mnistlab.exports.training import training_files
from mnistlab.recipes import DreamRecipe, OipRecipe, PrecursorRecipe, TrainingRecipe, ZoomRecipe
from mnistlab.results.dream import DreamResult
from mnistlab.store.models import find_network
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store


def run_files(run: RunFolder, store: Store, allow_paths: bool = False) -> Files:
    """Return script, notebook and what they need.

    Arguments:
        run: a training, an OIP, a precursor run, a finished dream, or a film.
        store: with its network and photo.
        allow_paths: whether its recipe may name paths: on the command line, never for a page.

    Raises:
        MnistlabError: it is of another kind, or something that it needs is gone.
    """
    match run.recipe():
        case TrainingRecipe() as recipe:
            return training_files(recipe, store)
        case OipRecipe() as recipe:
            return oip_files(recipe, find_network(recipe.model, store, allow_paths), allow_paths)
        case PrecursorRecipe() as recipe:
            return precursor_files(recipe, find_network(recipe.model, store, allow_paths))
        case DreamRecipe() as recipe:
            network = find_network(recipe.model, store, allow_paths)
            return carving_files(recipe, network, DreamResult.of(run.result()), store, allow_paths)
        case ZoomRecipe() as recipe:
            return film_files(recipe, find_network(recipe.model, store, allow_paths), store, allow_paths)
        case recipe:
            raise StoreError(
                f"There is a script of a training, an OIP, a precursor run, a dream and a film; this run is of the kind “{recipe.kind}”."
            )

"""A dream as a PNG that holds its recipe, and its photo where that is no sample; such a PNG restores everything."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mnistlab.carving.shades import coloured, shown
from mnistlab.data.photos import kept_name
from mnistlab.data.picture_files import open_picture
from mnistlab.errors import MnistlabError, RecipeError
from mnistlab.recipes.base import parse_json
from mnistlab.recipes.dream import DreamRecipe
from mnistlab.results.dream import DreamResult

# Names of the chunks: text for the recipe, and one of our own (by its second letter) for the photo.
TEXT, PHOTO = "mnistlab dream", b"mnPh"


def picture_of(
    recipe: DreamRecipe, result: DreamResult, values: NDArray[np.float32] | None = None
) -> NDArray[np.uint8]:
    """Return the dream as it is seen: (size, size) uint8, or (size, size, 3) in the photo's colours.

    Arguments:
        recipe: of the dream.
        result: what came out of it.
        values: (size, size), other grey values than the result's own, such as an earlier iteration's.
    """
    shades = shown(result.picture if values is None else values, result.original, recipe.contrast)
    return shades if result.colours is None else coloured(shades, result.colours)


def dream_png(recipe: DreamRecipe, picture: NDArray[np.uint8], photo: bytes | None) -> bytes:
    """Return a PNG of the dream.

    Arguments:
        recipe: what made it; a photo that is no sample is named by its digest there, whatever its name was.
        picture: from `picture_of`.
        photo: the bytes of that photo; None for a sample.
    """
    info = PngInfo()
    if photo is not None:
        recipe = recipe.model_copy(update={"picture": kept_name(photo)})
        info.add(PHOTO, photo)
    info.add_itxt(TEXT, recipe.to_json())
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def read_dream_png(content: bytes) -> tuple[DreamRecipe, bytes | None] | None:
    """Return the recipe in a picture, and the bytes of its photo where it has one; None for a picture without a recipe.

    Raises:
        DataError: the name of a recipe is in it, and it is no picture that can be read.
        RecipeError: there is a recipe in it, and it cannot be used.
    """
    # The name of a text is never packed, so most pictures need not be decoded to see that they are no dream.
    if TEXT.encode() not in content:
        return None
    text, photo = open_picture(content, _hidden, 1)
    if text is None:
        return None
    try:
        recipe = DreamRecipe.read(parse_json(text))
    except MnistlabError as error:
        raise RecipeError(f"The recipe inside this picture cannot be used: {error}") from None
    if photo is not None and kept_name(photo) != recipe.picture:
        raise RecipeError("The photo inside this picture is not the one its recipe names; bring the photo itself.")
    return recipe, photo


def _hidden(picture: Image.Image) -> tuple[str | None, bytes | None]:
    # What stands behind the pixels is known once they have been read.
    picture.load()
    text = getattr(picture, "text", {}).get(TEXT)
    photos = [chunk[1] for chunk in getattr(picture, "private_chunks", []) if chunk[0] == PHOTO]
    return (None if text is None else str(text)), (photos[0] if photos else None)

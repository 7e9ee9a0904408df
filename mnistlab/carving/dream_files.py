"""A dream as a PNG that contains its recipe and, unless it is a sample, its photo; such a PNG restores the whole dream."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mnistlab.carving.shades import coloured, shown
from mnistlab.data.photos import kept_name
from mnistlab.data.picture_files import open_picture
from mnistlab.data.picture_mending import PNG
from mnistlab.errors import MnistlabError, RecipeError
from mnistlab.recipes.base import parse_json
from mnistlab.recipes.dream import DreamRecipe
from mnistlab.results.dream import DreamResult

# Names of the chunks: text for the recipe, and a private one (by its second letter) for the photo.
TEXT, PHOTO = "mnistlab dream", b"mnPh"


def picture_of(
    recipe: DreamRecipe, result: DreamResult, values: NDArray[np.float32] | None = None
) -> NDArray[np.uint8]:
    """Return the image of a dream: (size, size) uint8, or (size, size, 3) in the photo's colours.

    Arguments:
        recipe: the recipe of the dream.
        result: the dream.
        values: (size, size), grey values that replace the result's, such as an earlier iteration's.
    """
    shades = shown(result.picture if values is None else values, result.original, recipe.contrast)
    return shades if result.colours is None else coloured(shades, result.colours)


def dream_png(recipe: DreamRecipe, picture: NDArray[np.uint8], photo: bytes | None) -> bytes:
    """Return a PNG of the dream.

    Arguments:
        recipe: its recipe; in the PNG a photo that is not a sample is named by its digest, whatever its name was.
        picture: from `picture_of`.
        photo: the bytes of the photo; None for a sample.
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
    """Return the recipe in a picture, and the bytes of its photo if it contains one; None for a picture without a recipe.

    Raises:
        DataError: if the file is a PNG that contains the name of a recipe chunk but cannot be read.
        RecipeError: if the recipe in it cannot be used.
    """
    # Only a PNG can hold one. The chunk's name is never compressed, so most pictures can be ruled out without decoding.
    if not content.startswith(PNG) or TEXT.encode() not in content:
        return None
    text, photo = open_picture(content, _hidden, 1, as_it_is=True)
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
    # Chunks after the pixels are known only once the pixels have been read.
    picture.load()
    text = getattr(picture, "text", {}).get(TEXT)
    photos = [chunk[1] for chunk in getattr(picture, "private_chunks", []) if chunk[0] == PHOTO]
    return (None if text is None else str(text)), (photos[0] if photos else None)

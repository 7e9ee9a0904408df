"""The part of the page below a dream: its iterations, downloads, and the zoom film."""

from functools import partial
from io import BytesIO
from typing import Any

import numpy as np
import streamlit as st

from mnistlab.carving.dream_files import dream_png, picture_of
from mnistlab.carving.photos import SAMPLES, photo_file
from mnistlab.engine.tasks.runs import export_script
from mnistlab.exports.bundle import zipped
from mnistlab.exports.carving import carving_files
from mnistlab.pictures.encoding import film_gif, film_webp, photo_address
from mnistlab.recipes import DreamRecipe, ZoomRecipe
from mnistlab.results.dream import DreamResult, FilmResult
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.mends.reading import reading
from mnistlab.ui.pages.dream.form import read_dream
from mnistlab.ui.parts.exports import draw_export
from mnistlab.ui.shell import services
from mnistlab.ui.state.recipe_form import choices_of

STRIP_STEP = 2
EXPORT_SECONDS = 60
FILM_SIZE = 420


def draw_more(recipe: DreamRecipe, network: StoredNetwork, result: DreamResult) -> None:
    """Draw the downloads, the iterations and the zoom film."""
    _downloads(recipe, network, result)
    st.header("After each iteration")
    sources = kept_here(f"dream-strip/{recipe.digest}/{network.digest}", partial(_strip, recipe, result))
    names = ["original", *(f"iteration {number}" for number in range(1, len(sources)))]
    items = "".join(
        f"<figure><img src='{source}' alt='The picture, {name}'><figcaption>{name}</figcaption></figure>"
        for source, name in zip(sources, names, strict=True)
    )
    st.html(f"<div class='lab-tiles lab-smooth' style='--tile: 12rem'>{items}</div>")
    _zoom_film(recipe)


def _strip(recipe: DreamRecipe, result: DreamResult) -> list[str]:
    values = [result.original, *result.steps.astype(np.float32)]
    return [photo_address(picture_of(recipe, result, grey)[::STRIP_STEP, ::STRIP_STEP], 80) for grey in values]


def _downloads(recipe: DreamRecipe, network: StoredNetwork, result: DreamResult) -> None:
    row = st.container(horizontal=True)
    name = f"dream-{recipe.digest[:8]}"
    row.download_button(
        "PNG with its recipe",
        partial(_png, recipe, result),
        f"{name}.png",
        "image/png",
        on_click="ignore",
        icon=":material/download:",
        help="Dropped on this page, it brings back picture, recipe and areas.",
    )
    row.download_button("GIF", partial(_gif, recipe, result), f"{name}.gif", "image/gif", on_click="ignore")
    row.download_button("Data (NPZ)", partial(_npz, result), f"{name}.npz", on_click="ignore")
    row.download_button("Recipe", recipe.to_json(), f"{name}.json", "application/json", on_click="ignore")
    store = services.store()
    draw_export(row, name, lambda: zipped(carving_files(recipe, network, result, store)))


def _png(recipe: DreamRecipe, result: DreamResult) -> bytes:
    photo = None if recipe.picture in SAMPLES else photo_file(recipe.picture, services.store().home)
    return dream_png(recipe, picture_of(recipe, result), photo)


def _gif(recipe: DreamRecipe, result: DreamResult) -> bytes:
    values = [result.original, *result.steps.astype(np.float32)]
    return film_gif(np.stack([picture_of(recipe, result, grey) for grey in values]), milliseconds=400)


def _npz(result: DreamResult) -> bytes:
    buffer = BytesIO()
    np.savez_compressed(buffer, **result)  # type: ignore[arg-type]
    return buffer.getvalue()


def _zoom_film(recipe: DreamRecipe) -> None:
    st.header("Zoom film")
    st.markdown("Dream, cut the middle out, enlarge it, and dream again in that: a flight into the picture.")
    with st.container(border=True):
        film = _film_of(recipe)
        run = draw_job(
            film, _film_now, lambda film: f"Zoom film in {film.dream.picture}", "Make the film", _draw_growing
        )
        if run is not None:
            _draw_film(film, run)


def _film_of(recipe: DreamRecipe) -> ZoomRecipe:
    """Draw (or read, in a callback) the choices of a film of this dream."""
    content = choices_of(ZoomRecipe, {"frames": 24, "zoom": 1.06}, "dreamzoom", ("frames", "zoom"))
    return ZoomRecipe(dream=recipe.model_copy(update={"size": FILM_SIZE, "iterations": 1}), **content)


def _film_now() -> ZoomRecipe:
    recipe = read_dream()
    with reading():
        return _film_of(recipe)


def _draw_film(film: ZoomRecipe, run: RunFolder) -> None:
    frames, webp = _film(str(run.path), run.state().since)
    st.image(webp, width=FILM_SIZE, alt=f"A film of {len(frames)} frames that zooms into its own dream.")
    row = st.container(horizontal=True)
    name = f"zoom-{film.digest[:8]}"
    row.download_button("GIF", lambda: film_gif(frames), f"{name}.gif", "image/gif", on_click="ignore")
    row.download_button("WebP film", webp, f"{name}.webp", "image/webp", on_click="ignore")
    row.download_button(
        "Recipe", film.to_json(), f"{name}.json", "application/json", on_click="ignore", key="zoomrecipe"
    )
    # Else the maps are chosen anew in each frame, which a script does not do.
    if film.dream.choose == "given":
        engine = services.engine()
        draw_export(row, name, lambda: bytes(engine.ask(export_script, run.id).result(EXPORT_SECONDS)))


@st.cache_data(max_entries=2, show_spinner=False)
def _film(path: str, _since: float) -> tuple[Any, bytes]:
    from pathlib import Path

    frames = FilmResult.of(RunFolder(Path(path)).result()).frames
    return frames, film_webp(frames)


def _draw_growing(run: RunFolder) -> None:
    pictures = run.pictures()
    if pictures is not None:
        st.html(
            f"<img class='lab-picture' style='max-width: {FILM_SIZE}px' src='{photo_address(pictures['picture'])}' "
            "alt='The latest frame.'>"
        )

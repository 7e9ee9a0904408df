"""The part of the page Classes with all test digits as points in a plane: by PCA at once, by t-SNE as a job."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.figures import planes
from mnistlab.recipes import TsneRecipe
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ClassesView
from mnistlab.results.readings import Survey
from mnistlab.results.tsne import TsneResult
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.classes.cloud import draw_cloud
from mnistlab.ui.pages.classes.confusions import SHEET, draw_sheet
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.epochs import read_epoch
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view

PCA, TSNE = "pca", "tsne"
WAYS = {PCA: "PCA", TSNE: "t-SNE"}


def draw_plane(
    prefix: str, content: Content, survey: Survey, model: str, network: StoredNetwork, data: DataName
) -> None:
    """Draw all test digits by their activations in the last layer before the outputs.

    Arguments:
        prefix: prefix of the page's view.
        content: content of the view, which is updated.
        survey: survey of the network over the test digits.
        model: name of the network.
        network: the network.
        data: the set of the test digits.
    """
    st.markdown(
        "Each point is a test digit, placed by what the last layer before the outputs makes of it: digits the network finds alike lie close together."
    )
    key, field = f"{prefix}.plane", ClassesView.model_fields["plane"]
    way = st.segmented_control(
        field.title or key,
        list(WAYS),
        default=begin_with(key, content["plane"]),
        format_func=WAYS.__getitem__,
        key=key,
        required=True,
        help=field.description,
    )
    content["plane"] = way
    kept = [int(number) for number in content["kept"].split(",") if number]
    if way == PCA:
        _draw(prefix, PCA, survey.plane, survey, data, kept, survey.explained)
        return
    run = draw_job(
        TsneRecipe(model=model, data=data),
        lambda: TsneRecipe(model=read_epoch(prefix, content), data=data),
        lambda _: "t-SNE of all test digits",
        "Lay out all test digits",
    )
    if run is not None:
        _draw(prefix, TSNE, TsneResult.of(run.result()).plane, survey, data, kept)
        st.caption("Neighbours mean something here; how far apart two clouds lie, and which way up they are, does not.")


def _draw(
    prefix: str,
    way: str,
    plane: NDArray[np.float32],
    survey: Survey,
    data: DataName,
    kept: list[int],
    explained: NDArray[np.float32] | None = None,
) -> None:
    text = planes.sentence(plane, survey.labels, explained)
    draw_cloud(
        f"{prefix}|{way}",
        planes.cloud(plane, survey.labels, survey.outputs),
        data,
        text,
        lambda number: _keep(prefix, kept, number),
    )
    note(f"{text} The pointer shows a digit, a click keeps it below.")
    numbers = [number for number in kept if number < len(survey.labels)]
    if numbers:
        title = f"{len(numbers)} of {len(survey.labels):,} digits"
        draw_sheet(f"{prefix}|plane.digits", np.array(numbers), survey, data, title)
        st.button(
            "Forget them",
            icon=":material/close:",
            key=f"{prefix}|forget",
            on_click=change_view,
            args=(prefix, ""),
            kwargs={"kept": ""},
        )


def _keep(prefix: str, kept: list[int], number: int) -> None:
    others = [other for other in kept if other != number]
    change_view(prefix, "", kept=",".join(str(other) for other in [number, *others][:SHEET]))

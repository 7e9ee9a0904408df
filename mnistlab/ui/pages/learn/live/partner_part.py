"""The live part about two networks: a second one is trained, and its maps are set beside one of the first."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.sources import first_digits
from mnistlab.errors import MnistlabError
from mnistlab.lessons.case import CHOSEN_FROM
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.partners import LEARNT, Partners, partner_facts, partner_recipe, partners
from mnistlab.lessons.slow_parts import PLACES, PartnerPart
from mnistlab.store.models import find_network
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.sharing import Wish
from mnistlab.ui.answers.job import draw_job, run_of
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import shared_parameters


def _found(part: PartnerPart, moment: Moment, run: RunFolder) -> Partners | None:
    """Return what is found with the network of a finished run; None if that has been deleted."""
    case = moment.case
    try:
        second = find_network(run.id, services.store())
    except MnistlabError:
        return None
    key = f"partners/{case.network.digest}/{second.digest}/{case.data}/{case.throw}/{part.model_dump_json()}"
    return kept_here(key, lambda: partners(part, case, second))


def partners_at_hand(part: PartnerPart, moment: Moment) -> Partners | None:
    """Return what is found, if the second network has been trained; else None. Nothing is begun for it."""
    run = run_of(Wish.of(partner_recipe(part, moment.case), services.store()))
    if run is None or services.store().state(run).name != "finished":
        return None
    return _found(part, moment, run)


def _given(part: PartnerPart, moment: Moment) -> None:
    found = partners_at_hand(part, moment)
    if found is not None and part.candidates:
        _draw_strips(moment, found)
    elif part.candidates:
        note(
            "The maps to choose from stand here once the second network has been trained, in the step before this one."
        )
    else:
        note(f"The second network: the usual layers, other random weights at the start, {LEARNT:,} digits.")


def _draw_strips(moment: Moment, found: Partners) -> None:
    """Draw the digits that excite the map most, and those of the four maps to choose from."""
    images = first_digits(moment.case.data, "test", CHOSEN_FROM).images
    _draw_strip(images[found.mine], f"excite map {found.index} of the network in use most")
    for place, numbers in zip(PLACES, found.theirs, strict=True):
        _draw_strip(images[numbers], f"excite the {place} map of the second network most")


def _draw_strip(images: NDArray[np.uint8], words: str) -> None:
    note(f"These {words}:")
    draw_tiles(
        images,
        [""] * len(images),
        [f"digit {number} of those that {words}" for number in range(1, len(images) + 1)],
        "3rem",
    )


def _facts(part: PartnerPart, moment: Moment) -> Facts | None:
    recipe = partner_recipe(part, moment.case)
    run = draw_job(recipe, lambda: recipe, lambda _: "Lesson: a second network", "Train the second network")
    found = None if run is None else _found(part, moment, run)
    return None if found is None else partner_facts(found)


def _look(part: PartnerPart, moment: Moment, facts: Facts) -> None:
    found = partners_at_hand(part, moment)
    if found is None:
        return
    order = np.argsort(-found.alike, kind="stable")
    shown = list(dict.fromkeys([*order[:3].tolist(), found.index]))
    kinds = {found.index: "the same number", found.partner: "the partner"}
    draw_table(
        ("Map of the second network", "Alike", "What it is"),
        [(str(number), f"{100 * found.alike[number]:.0f} %", kinds.get(number, "")) for number in shown],
    )
    _draw_strips(moment, found)


def _link(part: PartnerPart, moment: Moment, facts: Facts) -> Way:
    named = {"layer": part.layer, "map": f"{facts['map']:.0f}"}
    return "pages/atlas.py", "Compare the patterns of two networks in the atlas", {**shared_parameters(), **named}


PARTNER = Live(_facts, _look, _link, _given)

"""What is left of an answer while more and more maps are muted: those it rests on most, beside random ones."""

from mnistlab.analysis.judgement import probabilities
from mnistlab.analysis.reasons import winner_and_loser
from mnistlab.figures.shares import muting_curve, muting_sentence
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note


def draw_without(prefix: str, shown: Shown) -> None:
    """Draw the curve; a sentence where there are no maps to mute."""
    found = shown.found
    if found.muting is None or not found.total:
        note("There are no maps before it that it could do without.")
        return
    muting, (index, _) = found.muting, winner_and_loser(found)
    if found.is_output:
        values, by_chance = (probabilities(outputs)[:, index] for outputs in (muting.values, muting.by_chance))
        what, title = f"The output for {shown.network.classes[index]}", f"output for {shown.network.classes[index]}"
    else:
        values, by_chance = (outputs[:, found.target.index] for outputs in (muting.values, muting.by_chance))
        what, title = "Its value", "value"
    text = muting_sentence(muting, values, by_chance, what)
    draw_chart(muting_curve(muting, values, by_chance, title), f"{prefix}|without", text)
    note(f"{text} If the chain is right, the first line must fall faster than the second.")

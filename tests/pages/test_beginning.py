"""Each widget's own default is its value: a browser that missed the value in the session shows the same (`mnistlab/ui/mends/beginning.py`)."""

import pytest
from support.layers import answering_engine, keep_survey

from mnistlab.store.models import reference_network

LINKS = {
    "pages/train.py": {"network.conv.0.filters": "8", "epochs": "3", "batch_size": "32", "learning_rate": "0.02"},
    "pages/activations.py": {
        "act.digit.edit.rotate": "30",
        "act.digit.edit.right": "3",
        "act.digit.index": "5",
        "act.map_index": "3",
        "act.row": "1",
        "act.scale": "map",
    },
    "pages/classes.py": {"cls.label_a": "3", "cls.label_b": "8", "cls.common": "0.8", "cls.shares": "true", "cls.unclear": "7"},
    "pages/explain.py": {"why.label": "3", "why.against": "8", "why.digit.index": "5", "why.digit.edit.rotate": "30"},
    "pages/oip.py": {"target.map_index": "5", "start.seed": "7", "ascent.steps": "40", "start.amplitudes.1": "0.35"},
    "pages/dream.py": {"dream.recipe.levels": "2", "dream.recipe.map_index": "9", "dream.recipe.picture": "sea"},
    "pages/atlas.py": {"map": "12", "sort": "class"},
}  # fmt: skip

# Without what workers answer, these pages have few widgets.
ASKING = ("pages/activations.py", "pages/classes.py")


def beginnings(test):
    """Yield key, own default and value of every widget; of a choice, the places in its list."""
    for slider in test.slider:
        yield slider.key, list(slider.proto.default), [slider.value]
    for slider in test.select_slider:
        yield slider.key, [slider.proto.options[int(place)] for place in slider.proto.default], [f"{slider.value:g}"]
    for number in test.number_input:
        yield number.key, number.proto.default if number.proto.HasField("default") else None, number.value
    for toggle in test.toggle:
        yield toggle.key, toggle.proto.default, toggle.value
    for box in test.selectbox:
        yield box.key, box.proto.default, box.index
    for group in test.button_group:
        yield group.key, list(group.proto.default), list(group.indices)


@pytest.mark.parametrize("page", LINKS)
def test_a_widget_says_what_it_begins_with(visit, store, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    if page in ASKING:
        answering_engine(monkeypatch)
        keep_survey(store, reference_network())
    test = visit(page, **LINKS[page])
    assert not [warning.value for warning in test.warning if "link" in warning.value]
    found = list(beginnings(test))
    assert len(found) > 3
    assert [(key, own) for key, own, _ in found] == [(key, value) for key, _, value in found]

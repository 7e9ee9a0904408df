"""What a page shows survives its link; a bad part of a link costs only itself."""

from hypothesis import given
from hypothesis import strategies as st

from mnistlab.recipes.digit import BlendChoice, DigitChoice, EditChoice
from mnistlab.recipes.link import from_link, to_link
from mnistlab.recipes.views import NOTHING, ActivationsLink, ActivationsView, ClassesLink, ClassesView, FactorChoice

blends = st.builds(
    BlendChoice, way=st.sampled_from(["generator", "pixels"]), start=st.integers(0, 9), amount=st.floats(0, 1)
)
edits = st.builds(EditChoice, thicken=st.floats(-2, 2), rotate=st.integers(-180, 180), right=st.integers(-14, 14))
digits = st.builds(
    DigitChoice,
    source=st.sampled_from(["test", "train", "drawing", "blend"]),
    index=st.integers(0, 9_999),
    pixels=st.sampled_from(["", "A" * 1046]),
    blend=blends,
    edit=edits,
)
factors = st.builds(
    FactorChoice, layer=st.sampled_from(["", "Conv2D_1", "Dense_1"]), index=st.integers(0, 1023), factor=st.floats(0, 5)
)
activation_views = st.builds(
    ActivationsView,
    digit=digits,
    beside=st.tuples(digits, st.just(NOTHING), digits),
    layer=st.sampled_from(["Conv2D_1", "Dense_2"]),
    map_index=st.integers(0, 1023),
    row=st.integers(-1, 27),
    column=st.integers(-1, 27),
    scale=st.sampled_from(["map", "layer", "global", "articles"]),
    colours=st.sampled_from(["viridis", "jet"]),
    factors=st.tuples(factors, factors, factors, factors),
    epoch=st.integers(-1, 9999),
)
class_views = st.builds(
    ClassesView,
    label_a=st.integers(0, 9),
    label_b=st.integers(0, 9),
    layer=st.sampled_from(["Conv2D_3", "Dense_1"]),
    active=st.floats(0, 0.9),
    common=st.floats(0.1, 1),
    unique=st.floats(0, 0.9),
    digits=st.sampled_from(["all", "three"]),
    shares=st.booleans(),
    is_a=st.integers(-1, 9),
)


@given(activation_views)
def test_activations_survive_their_link(view):
    link = ActivationsLink(act=view)
    assert from_link(ActivationsLink, to_link(link)) == (link, [])


@given(class_views)
def test_classes_survive_their_link(view):
    link = ClassesLink(cls=view)
    assert from_link(ClassesLink, to_link(link)) == (link, [])


def test_a_default_view_has_an_empty_link():
    assert to_link(ActivationsLink()) == {}
    assert to_link(ClassesLink()) == {}


def test_all_parameters_have_the_pages_prefix():
    view = ActivationsView(digit=DigitChoice(index=9), scale="layer", beside=(DigitChoice(index=3), NOTHING, NOTHING))
    assert to_link(ActivationsLink(act=view)) == {
        "act.digit.index": "9",
        "act.scale": "layer",
        "act.beside.0.source": "test",
        "act.beside.0.index": "3",
    }


def test_a_bad_part_of_a_link_costs_only_itself():
    link, complaints = from_link(
        ActivationsLink,
        {
            "act.digit.index": "70000",
            "act.layer": "Conv2D_2",
            "act.digit.pixels": "<b>",
            "act.nonsense": "1",
            "run": "x",
        },
    )
    assert link.act == ActivationsView(layer="Conv2D_2")
    assert len(complaints) == 3


def test_a_test_digit_beyond_the_set_is_refused():
    link, complaints = from_link(ActivationsLink, {"act.digit.index": "20000", "act.scale": "layer"})
    assert link.act.digit.index == 4
    assert "10,000" in complaints[0]

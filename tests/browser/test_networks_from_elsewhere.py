"""Networks in files of Keras, brought on the page Lab and looked at on every page."""

import re

import pytest
from playwright.sync_api import Page, expect
from support.browser import PAGES, Server, open_page
from support.keras_files import DROPOUT, FLATTEN, INPUT, NORM, conv2d, dense, drawn_weights, keras, legacy, pooling

OUTPUT = dense(10, "softmax")
MEAN = "AveragePooling2D", pooling(2)[1]
# What a follower of the articles has, the layers of Keras' own example, and one that is normalised and padded.
ARTICLES = [INPUT, conv2d(32), pooling(2), conv2d(64), pooling(2), conv2d(128), FLATTEN, dense(100), OUTPUT]
EXAMPLE = [INPUT, conv2d(32), pooling(2), conv2d(64), pooling(2), FLATTEN, DROPOUT, OUTPUT]
NORMALISED = [
    INPUT,
    conv2d(8, 5, "linear", padding="same"),
    NORM,
    ("ReLU", {}),
    pooling(2),
    conv2d(16, 4, padding="same"),
    pooling(2),
    conv2d(16, activation="linear"),
    NORM,
    ("Activation", {"activation": "relu"}),
    FLATTEN,
    OUTPUT,
]
MEANS = [INPUT, conv2d(8, 5), MEAN, conv2d(16), MEAN, FLATTEN, DROPOUT, OUTPUT]
NETWORKS = {
    "cnn.h5": (legacy, ARTICLES, "Conv2D_3"),
    "example.keras": (keras, EXAMPLE, "Max_Pool_2"),
    "normalised.h5": (legacy, NORMALISED, "Conv2D_2"),
    "means.keras": (keras, MEANS, "Average_Pool_2"),
}


def pattern(page: Page):
    return page.get_by_alt_text(re.compile("The pattern for map .* scores")).first


# The network of the articles has the layers of the reference network, which all other tests look at; that of means differs by its pools.
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.soak) if name in ("cnn.h5", "means.keras") else name for name in NETWORKS],
)
def test_a_network_of_keras_is_shown_on_every_page(page: Page, server: Server, name: str) -> None:
    write, layers, layer = NETWORKS[name]
    open_page(page, f"{server.address}/lab")
    page.get_by_role("tab", name="Networks").click()
    content = write(layers, drawn_weights(layers))
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_text(name, exact=True).wait_for()
    page.get_by_label("Name", exact=True).fill(f"my {name}")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text(re.compile(f"The network “my {name}” is here")).wait_for()
    # The tab that was open still is.
    page.get_by_role("button", name="Use it").last.click()
    page.wait_for_url(re.compile("model=network-"))
    model = re.search(r"model=(network-[0-9a-f]{16})", page.url).group(1)
    for address in PAGES:
        open_page(page, f"{server.address}{address}?model={model}")
    open_page(page, f"{server.address}/activations?model={model}&act.layer={layer}")
    expect(page.get_by_role("button", name=re.compile("^map 3")).first).to_be_visible()
    open_page(page, f"{server.address}/oip?model={model}&target.layer={layer}&target.map_index=3&ascent.steps=50")
    expect(pattern(page)).to_be_visible()
    open_page(page, f"{server.address}/dream?model={model}&dream.recipe.layer={layer}&dream.recipe.levels=0")
    expect(page.get_by_alt_text(re.compile(r"A dream of .* areas? carved")).first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0

"""The page Explain, without a browser and without a worker: it needs none."""

PAGE = "pages/explain.py"


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption]
    return "\n".join([*(element.value for element in elements), *(element.proto.body for element in test.get("html"))])


def test_the_reason_is_there_without_a_click(visit) -> None:
    test = visit(PAGE)
    print(texts(test))
    assert "Read as 4, not 9: " in texts(test)
    assert dict(test.query_params) == {}

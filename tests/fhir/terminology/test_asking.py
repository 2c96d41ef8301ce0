"""Parameters of a request, in any of the forms that R4 allows."""

from typing import Any

import pytest

from hygie.fhir.terminology.asking import Asked
from hygie.refusal import Refused


def parameters(*items: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(items)}


def test_a_query_and_a_resource_are_read_alike() -> None:
    """The same request answered in two ways, by GET and by POST."""
    posted = Asked(
        parameters(
            {"name": "activeOnly", "valueBoolean": True},
            {"name": "count", "valueInteger": 5},
            {"name": "url", "valueUri": "https://a.test/set"},
            {"name": "designation", "valueString": "a|b"},
            {"name": "designation", "valueString": "c|d"},
        )
    )
    got = Asked(
        query=[
            ("activeOnly", "true"),
            ("count", "5"),
            ("url", "https://a.test/set"),
            ("designation", "a|b"),
            ("designation", "c|d"),
        ]
    )
    for asked in (posted, got):
        assert asked.flag("activeOnly") is True
        assert asked.number("count") == 5
        assert asked.text("url") == "https://a.test/set"
        assert asked.texts("designation") == ("a|b", "c|d")
        assert asked.flag("excludeNested") is None


@pytest.mark.parametrize(
    "value",
    [{"valueString": "5.5"}, {"valueString": "-1"}, {"valueBoolean": True}, {"valueInteger": -1},
     {"valueCoding": {}}, {"resource": {}}, {"valueString": "9" * 30}],
)  # fmt: skip
def test_a_count_that_is_none_is_refused_by_name(value: dict[str, Any]) -> None:
    """A page of another size than the one that was asked for; a type error that crashes."""
    with pytest.raises(Refused) as caught:
        Asked(parameters({"name": "count", **value})).number("count")
    assert caught.value.refusal.issues[0].details["name"] == "count"


@pytest.mark.parametrize("wrong", [None, [], {"parameter": {}}, {"parameter": [None, 3, {}]}])
def test_parameters_of_any_shape_are_read(wrong: Any) -> None:
    """JSON that is no Parameters at all, and ends the server's answer with a crash."""
    assert not Asked(wrong).has("url")


def test_display_language_wins_over_the_header_and_that_over_the_house() -> None:
    """Displays in another language than the one that was asked for."""
    house = Asked(None, (), "", "fr")
    assert [item.tag for item in house.languages] == ["fr"]
    header = Asked(None, (), "en;q=0.5, de, *;q=0", "fr")
    assert [item.tag for item in header.languages] == ["de", "en", "*"]
    both = Asked(None, [("displayLanguage", "nl")], "de", "fr")
    assert [item.tag for item in both.languages] == ["nl"]


def test_a_definition_answers_what_the_request_leaves_open() -> None:
    """A request's own choice overruled by the value set that it expands."""
    asked = Asked(query=[("activeOnly", "false")])
    other = asked.defaulting([("activeOnly", True), ("property", "a"), ("property", "b")])
    assert other.flag("activeOnly") is False
    assert other.texts("property") == ("a", "b")
    assert not asked.has("property")

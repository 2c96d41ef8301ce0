"""Guards excerpts: never taken for the whole, never changing a value (R4 §3.1.1.5.8)."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.codec import decode, encode
from hygie.fhir.definitions import r4
from hygie.store.interactions.excerpts import SUBSETTED, excerpt

BODY = (
    b'{"resourceType":"Observation","id":"o","meta":{"versionId":"3","tag":[{"code":"x"}]},'
    b'"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">x</div>"},'
    b'"status":"final","_status":{"id":"s"},"code":{"text":"Poids"},'
    b'"valueQuantity":{"value":72.50},"note":[{"text":"n"}],'
    b'"component":[{"code":{"text":"c"},"valueString":"v","interpretation":[{"text":"i"}]}]}'
)


def taken(summary: Any = "", elements: tuple[str, ...] = ()) -> tuple[set[str], bytes]:
    make = excerpt(r4(), summary, elements)
    assert make is not None
    raw = make(BODY)
    return set(decode(raw)), raw


ALWAYS = {"resourceType", "id", "meta", "status", "_status", "code"}


@pytest.mark.parametrize(
    ("summary", "elements", "more"),
    [
        ("true", (), {"valueQuantity", "component"}),
        ("text", (), {"text"}),
        ("", ("value",), {"valueQuantity"}),
        ("", ("valueQuantity", "note"), {"valueQuantity", "note"}),
        ("", ("subject",), set()),
        ("data", (), {"valueQuantity", "component", "note"}),
    ],
)
def test_an_excerpt_has_what_was_asked_and_what_is_mandatory(
    summary: str, elements: tuple[str, ...], more: set[str]
) -> None:
    """Danger: what is left out changes the meaning of what is left."""
    names, raw = taken(summary, elements)
    assert names == ALWAYS | more
    meta = decode(raw)["meta"]
    assert meta["tag"] == [{"code": "x"}, SUBSETTED]
    assert meta["versionId"] == "3"


def test_values_come_out_as_they_were() -> None:
    """Danger: 72.50 kg becomes 72.5 kg on the way out."""
    assert b"72.50" in taken("data")[1]


def test_a_summary_reaches_into_elements() -> None:
    """Danger: a summary carries the detail that it is meant to spare."""
    component = decode(taken("true")[1])["component"][0]
    assert component == {"code": {"text": "c"}, "valueString": "v"}


def test_the_whole_is_not_an_excerpt() -> None:
    """Danger: a whole resource is tagged as a part, and cannot be saved any more."""
    assert excerpt(r4(), "", ()) is None
    assert excerpt(r4(), "false", ()) is None


@given(names=st.sets(st.sampled_from(["status", "code", "value", "note", "component", "text"])))
def test_an_excerpt_is_part_of_the_whole(names: set[str]) -> None:
    """Danger: an excerpt says something that the resource does not."""
    make = excerpt(r4(), "", tuple(names or {"status"}))
    assert make is not None
    whole, part = decode(BODY), decode(make(BODY))
    assert all(whole[name] == value for name, value in part.items() if name != "meta")


@pytest.mark.parametrize("type_name", r4().resource_types)
def test_no_excerpt_of_any_type_lacks_what_is_mandatory(type_name: str) -> None:
    """Danger: an excerpt that no client accepts, or that has lost a modifier."""
    elements = r4().types[type_name].elements
    resource = {"resourceType": type_name, "id": "a"}
    resource |= {name: {"text": "x"} for e in elements for name in e.json_names()}
    resource |= {"id": "a", "contained": []}
    for summary, listed in (("true", ()), ("text", ()), ("data", ()), ("", ("id",))):
        make = excerpt(r4(), cast("Any", summary), listed)
        assert make is not None
        kept = decode(make(encode(resource))).keys()
        for element in elements:
            if element.min > 0 or (listed and element.modifier):
                assert set(element.json_names()) <= kept, (summary, element.name)


def test_what_is_referred_to_inside_comes_along() -> None:
    """Danger: a prescription that no longer says of what."""
    body = encode(
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/1"},
            "medicationReference": {"reference": "#drug"},
            "contained": [
                {"resourceType": "Organization", "id": "maker", "name": "m"},
                {
                    "resourceType": "Medication",
                    "id": "drug",
                    "manufacturer": {"reference": "#maker"},
                },
                {"resourceType": "Practitioner", "id": "other"},
            ],
        }
    )
    make = excerpt(r4(), "true", ())
    assert make is not None
    assert {one["id"] for one in decode(make(body))["contained"]} == {"drug", "maker"}


def test_nothing_empty_is_left() -> None:
    """Danger: an object without content, which no validator accepts."""
    body = b'{"resourceType":"Consent","status":"active","provision":{"id":"p","data":[]}}'
    make = excerpt(r4(), "true", ())
    assert make is not None
    assert b"{}" not in make(body)
    assert b"[]" not in make(body)

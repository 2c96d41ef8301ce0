"""References: found wherever they are, and moved as a transaction requires."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.references import rewrite_references, walk_references

OLD = "urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-000000000001"
NEW = "Patient/123"


def document() -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{OLD}#x">{OLD}</a>'
            f"<img src='{OLD}'/></div>",
        },
        "contained": [
            {"resourceType": "Observation", "subject": {"reference": OLD}, "note": [{"text": OLD}]}
        ],
        "extension": [
            {"url": "https://example.org/a", "valueUri": OLD},
            {"url": "https://example.org/b", "valueCanonical": OLD},
            {"url": "https://example.org/c", "valueReference": {"reference": OLD}},
            {"url": "https://example.org/d", "valueString": OLD},
        ],
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": OLD}],
        "subject": {"reference": OLD, "display": OLD},
        "content": [{"attachment": {"url": OLD, "title": OLD}}],
    }


def mapping(link: str) -> str | None:
    return NEW if link == OLD else None


def test_links_of_every_kind_are_moved() -> None:
    """Danger: a document that points to an id that no longer exists (R4 §3.1.0.11.2)."""
    moved = rewrite_references(document(), mapping)
    assert moved["subject"]["reference"] == NEW
    assert moved["contained"][0]["subject"]["reference"] == NEW
    assert moved["extension"][0]["valueUri"] == NEW
    assert moved["extension"][2]["valueReference"]["reference"] == NEW
    assert moved["content"][0]["attachment"]["url"] == NEW
    assert f'href="{NEW}#x"' in moved["text"]["div"]
    assert f"src='{NEW}'" in moved["text"]["div"]


def test_what_is_not_a_link_stays() -> None:
    """Danger: identifiers, prose and canonicals rewritten because they look like a link."""
    moved = rewrite_references(document(), mapping)
    assert moved["identifier"][0]["value"] == OLD
    assert moved["extension"][1]["valueCanonical"] == OLD
    assert moved["extension"][3]["valueString"] == OLD
    assert moved["subject"]["display"] == OLD
    assert moved["contained"][0]["note"][0]["text"] == OLD
    assert f">{OLD}</a>" in moved["text"]["div"]


def test_resource_is_left_as_it_was() -> None:
    """Danger: the caller's resource changed under its feet."""
    resource = document()
    moved = rewrite_references(resource, mapping)
    assert resource == document()
    moved["subject"]["reference"] = "changed"
    moved["contained"][0]["note"][0]["text"] = "changed"
    assert resource == document()


def test_fragment_is_kept_and_contained_references_are_not_asked_for() -> None:
    """Danger: "#x" looked up as an empty link."""
    resource = {"resourceType": "Basic", "subject": {"reference": "#x"}}
    assert rewrite_references(resource, lambda _: pytest.fail("asked")) == resource


def test_every_reference_is_walked_in_order() -> None:
    """Danger: a reference inside a contained resource or an extension that is never checked."""
    resource = document()
    found = list(walk_references(resource))
    assert [reference["reference"] for reference in found] == [OLD] * 3
    assert found[-1] is resource["subject"]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.just(OLD),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["reference", "subject", "url", "x"]), inner, max_size=3)
    ),
    max_leaves=15,
)


@given(json_values)
def test_any_json_is_copied_whole_when_nothing_is_known(value: Any) -> None:
    """Danger: a part of a resource lost or changed by rewriting."""
    resource = {"resourceType": "Basic", "subject": value}
    before = copy.deepcopy(resource)
    assert rewrite_references(resource, lambda _: None) == before
    assert all(isinstance(r["reference"], str) for r in walk_references(resource))

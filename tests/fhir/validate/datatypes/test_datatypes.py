"""Attachments and identifiers: what their structure does not say."""

from typing import Any

import pytest

from hygie.fhir.validate import base_validator

HELLO = "aGVsbG8="
SHA1 = "qvTGHdzF6KLavt4PO0gs2a6pQ00="


def found(**members: Any) -> list[tuple[str, str]]:
    issues = base_validator().validate({"resourceType": "Patient", **members})
    assert all(issue.text("fr") != issue.text("en") for issue in issues)
    return [(issue.rule, issue.severity) for issue in issues]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"data": HELLO, "size": 5, "hash": SHA1}, []),
        ({"data": "aGVs bG8=", "size": 5}, []),
        ({"data": HELLO, "size": 4}, [("attachment.size", "error")]),
        ({"data": HELLO, "hash": SHA1[:-2] + "1="}, [("attachment.hash", "error")]),
        ({"url": "https://h.test/Binary/1", "size": 4}, []),
        ({"data": "?", "size": 1}, [("value.format", "error")]),
        ({"data": HELLO, "size": "5"}, [("value.json-type", "error")]),
    ],
)
def test_attachments(members: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Danger: a letter that was cut on its way is filed as whole."""
    assert found(photo=[{"contentType": "text/plain", **members}]) == expected


def test_an_attachment_says_something() -> None:
    """Danger: an attachment that is a title alone passes unseen."""
    assert found(photo=[{"title": "Radio"}]) == [("attachment.no-content", "warning")]
    assert found(photo=[{"title": "Radio", "language": "fr"}]) == []


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ({"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "1"}, []),
        ({"system": "1.2.250.1.213.1.4.8", "value": "1"}, ["identifier.system"]),
        ({"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1"}, []),
        ({"system": "urn:ietf:rfc:3986", "value": "1.2.250.1"}, ["identifier.value"]),
        ({"value": "1.2.250.1"}, []),
        ({"system": [], "value": "1"}, ["structure.single"]),
    ],
)
def test_identifiers(identifier: dict[str, Any], expected: list[str]) -> None:
    """Danger: an identifier whose system nobody can tell from another's."""
    assert [rule for rule, _ in found(identifier=[identifier])] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ([{"id": "a", "family": "F"}, {"id": "b", "family": "G"}], []),
        ([{"id": "a", "family": "F"}, {"id": "a", "family": "G"}], ["structure.element-id"]),
        ([{"id": "a", "family": "F", "_family": {"id": "a"}}], ["structure.element-id"]),
        ([{"id": "a", "given": ["F"], "_given": [{"id": "a"}]}], ["structure.element-id"]),
        ([{"id": "p", "family": "F"}], []),
    ],
)
def test_ids_of_elements(name: Any, expected: list[str]) -> None:
    """Danger: an id that narrative and extensions point to means two elements (R4 §2.26.0)."""
    assert [rule for rule, _ in found(id="p", name=name)] == expected


def test_ids_of_elements_are_of_one_resource() -> None:
    """Danger: the ids of a contained resource, or of the next entry, taken for repeated."""
    inner = {"resourceType": "Organization", "id": "o", "name": "O", "telecom": [{"id": "a",
             "system": "phone", "value": "1"}]}  # fmt: skip
    reference = {"reference": "#o"}
    assert found(contained=[inner], managingOrganization=reference, name=[{"id": "a",
                 "family": "F"}]) == []  # fmt: skip

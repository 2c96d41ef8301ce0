"""A file gives its resources, whatever its format, and what is wrong with its text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.formats import read_resources
from hygie.limits import MAX_ISSUES

PATIENT = b'{"resourceType": "Patient"}'
XML = '<Patient xmlns="http://hl7.org/fhir"/>'


def read(raw: bytes, name: str = "a.json", limit: int = 1_000) -> list[tuple[str, bool, list[str]]]:
    """Label, whether there is a resource, rules."""
    return [
        (label, resource is not None, [issue.rule for issue in issues])
        for label, resource, issues in read_resources(raw, name, limit=limit)
    ]


@pytest.mark.parametrize("raw", [PATIENT, b" \n" + PATIENT + b"\n", XML.encode()])
@pytest.mark.parametrize("name", ["a.json", "a.xml", "a"])
def test_the_content_decides(raw: bytes, name: str) -> None:
    """Danger: a file refused for its name."""
    assert read(raw, name) == [(name, True, [])]


def test_utf_16_is_seen_through() -> None:
    """Danger: XML of Windows taken for noise."""
    assert read(XML.encode("utf-16")) == [("a.json", True, ["xml.encoding"])]


def test_a_byte_order_mark_is_tolerated_and_said() -> None:
    """Danger: a file that others refuse passes without a word."""
    marked = codecs.BOM_UTF8 + PATIENT
    assert read(marked) == [("a.json", True, ["json.byte-order-mark"])]


@pytest.mark.parametrize("name", ["a.ndjson", "a.json"])
def test_one_resource_a_line(name: str) -> None:
    """Danger: all of an export refused for one line; a fault without its line."""
    raw = PATIENT + b"\n\n" + PATIENT + b"\r\n{,}\n\n"
    assert read(raw, name) == [
        (f"{name}:1", True, []),
        (f"{name}:3", True, ["ndjson.empty-line"]),
        (f"{name}:4", False, ["json.syntax"]),
    ]
    *_, last = read_resources(raw, name)
    assert last.issues[0].details["line"] == "4"


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "format.empty"),
        (b" \n", "format.empty"),
        (codecs.BOM_UTF8, "format.empty"),
        (b"MSH|^~\\&|A", "format.unknown"),
        (b"%PDF-1.7", "format.unknown"),
        (b"null", "format.unknown"),
        (PATIENT + b" x", "json.trailing"),
        (b'{"resourceType": "Patient", "id": "a", "id": "b"}', "json.duplicate-key"),
        (b'{"resourceType": "Patient" // a\n}', "json.comment"),
        (b'{/* a */ "resourceType": "Patient"}', "json.comment"),
        (b'{"resourceType": "Patient" / 2}', "json.syntax"),
        (b'{"hook": "patient-view"}', "json.resource-type"),
        (b"[]", "json.resource-type"),
        (b"<a", "xml.syntax"),
        (PATIENT + b" " * 1_000, "json.size"),
    ],
)
def test_what_is_no_resource(raw: bytes, rule: str) -> None:
    """Danger: a crash, or silence, on what is not FHIR."""
    assert read(raw) == [("a.json", False, [rule])]


@given(st.binary(max_size=60), st.sampled_from(["a.json", "a.ndjson"]))
def test_any_bytes(raw: bytes, name: str) -> None:
    """Danger: an exception where an issue was due."""
    assert all(present or rules for _, present, rules in read(raw, name)) or not raw.strip()


def test_empty_lines_without_end_are_not_all_told() -> None:
    """Danger: some megabytes of line feeds that take gigabytes of memory."""
    (*_, last) = read(PATIENT + b"\n" * 3_000 + PATIENT, "a.ndjson")
    assert last == ("a.ndjson:3001", True, ["ndjson.empty-line"] * MAX_ISSUES)

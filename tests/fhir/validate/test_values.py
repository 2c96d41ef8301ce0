"""Primitive values: JSON type, form, range, calendar."""

import base64
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.validate import base_validator
from hygie.fhir.validate.primitives import EXPECTED, formats, is_base64
from hygie.limits import MAX_STRING_CHARACTERS

GOOD: dict[str, list[Any]] = {
    "base64Binary": ["QUJD", "QQ==", "QUJD QUJD", "QUJD\r\nQUJD\n"],
    "boolean": [True, False],
    "canonical": ["https://example.org/x|1.0", "#x"],
    "code": ["a", "a b", "é"],
    "date": ["2024", "2024-02", "2024-02-29", "1900-12-31"],
    "dateTime": ["2024", "2024-02-29", "2024-02-29T23:59:60Z", "2024-02-28T00:00:00.123+14:00"],
    "decimal": [1, -1, Decimal("72.50"), Decimal("1E-22"), Decimal("-0.0"), 10**20],
    "id": ["a", "A-1.b", "x" * 64],
    "instant": ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000-05:00"],
    "integer": [0, -(2**31), 2**31 - 1],
    "markdown": ["# Titre\n\ttexte"],
    "oid": ["urn:oid:1.2.250.1.213"],
    "positiveInt": [1, 2**31 - 1],
    "string": ["x", " ", "Ève\u00a0?", "a\tb\r\nc", "😀", "x" * MAX_STRING_CHARACTERS],
    "time": ["00:00:00", "23:59:60", "12:00:00.5"],
    "unsignedInt": [0, 2**31 - 1],
    "uri": ["a", "urn:x", "https://example.org/é", "urn:oid:1.2", "../x"],
    "url": ["https://example.org", "mailto:a@b.fr"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
}
NOT_STRINGS: list[Any] = [1, True, {}, {"a": 1}, Decimal("1.5"), ["a"], None, ""]
BAD: dict[str, list[Any]] = {
    "base64Binary": [*NOT_STRINGS, "QUJ", "QUJD!", "Q===", "=QQQ", "é", "QU JD"],
    "boolean": ["true", 0, 1, None, [], {}],
    "canonical": [*NOT_STRINGS, "a b", "urn:oid:X"],
    "code": [*NOT_STRINGS, " a", "a ", "a  b", "a\t\tb"],
    "date": [*NOT_STRINGS, "2024-2", "24", "2023-02-29", "2024-02-30", "2024-04-31", "2024-13",
             "0000", "2024-02-29T00:00:00Z", "2024-01-01 ", "２０２４"],
    "dateTime": [*NOT_STRINGS, "2024-01-01T10:00", "2024-01-01T10:00:00", "2023-02-29T10:00:00Z",
                 "2024-01-01T24:00:00Z", "2024-01-01T10:00:00+15:00", "2024-01-01 10:00:00Z"],
    "decimal": ["1", True, None, 1.5, Decimal("NaN"), Decimal("Infinity"), {}],
    "id": [*NOT_STRINGS, "x" * 65, "a_b", "é", "a b", "a/b"],
    "instant": [*NOT_STRINGS, "2024", "2024-02-30T12:00:00Z", "2024-02-29T12:00:00"],
    "integer": ["1", True, 2**31, -(2**31) - 1, Decimal("1.0"), Decimal("-0"), None],
    "markdown": [*NOT_STRINGS, "a\x00"],
    "oid": [*NOT_STRINGS, "1.2.250", "urn:oid:3.1", "urn:oid:1.02"],
    "positiveInt": [0, -1, 2**31, True, "1"],
    "string": [*NOT_STRINGS, "\x0b", "a\x1fb", "x" * (MAX_STRING_CHARACTERS + 1)],
    "time": [*NOT_STRINGS, "24:00:00", "12:00", "12:00:00Z"],
    "unsignedInt": [-1, 2**31, False, "0"],
    "uri": [*NOT_STRINGS, "a b", " a", "urn:oid:1.2.",
            "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"],
    "url": [*NOT_STRINGS, "https://example.org/a b"],
    "uuid": [*NOT_STRINGS, "c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:x"],
}  # fmt: skip


def problems(type_name: str, value: Any) -> list[tuple[str, str]]:
    """Of a value of a type, as the value of a parameter."""
    name = "value" + type_name[0].upper() + type_name[1:]
    resource = {"resourceType": "Parameters", "parameter": [{"name": "x", name: value}]}
    found = base_validator().validate(resource)
    errors = [issue for issue in found if issue.severity == "error"]
    issues = [issue for issue in errors if not issue.rule.startswith("invariant.")]
    for issue in issues:
        assert issue.text("fr") != issue.text("en")
        assert all(len(detail) < 400 for detail in issue.details.values())
    return [(issue.rule, issue.location) for issue in issues]


def test_every_primitive_is_tested_here() -> None:
    """Danger: a primitive type that no test and no sentence knows."""
    primitives = {t.name for t in r4().types.values() if t.kind == "primitive"}
    assert GOOD.keys() == BAD.keys() == primitives - {"xhtml"}
    assert EXPECTED.keys() == primitives


@pytest.mark.parametrize("type_name", GOOD)
def test_good_values(type_name: str) -> None:
    """Danger: valid hospital data refused."""
    assert [problems(type_name, value) for value in GOOD[type_name]] == [[]] * len(GOOD[type_name])


@pytest.mark.parametrize("type_name", BAD)
def test_bad_values(type_name: str) -> None:
    """Danger: a value stored that other systems cannot read."""
    location = f"Parameters.parameter[0].value.ofType({type_name})"
    for value in BAD[type_name]:
        found = problems(type_name, value)
        assert [place for _, place in found] == [location], repr(value)[:80]


@pytest.mark.parametrize(
    ("type_name", "value", "rule"),
    [
        ("date", "2023-02-29", "value.calendar"),
        ("dateTime", "2023-02-30T10:00:00Z", "value.calendar"),
        ("instant", "2023-06-31T10:00:00Z", "value.calendar"),
        ("date", "2023-02-32", "value.format"),
        ("integer", "1", "value.json-type"),
        ("integer", 2**31, "value.format"),
        ("string", 1, "value.json-type"),
        ("string", "", "structure.empty"),
        ("string", "a\x01", "value.control"),
        ("string", "x" * (MAX_STRING_CHARACTERS + 1), "value.length"),
        ("uri", None, "structure.null"),
        ("uri", [], "structure.single"),
    ],
)
def test_what_is_wrong_is_told_apart(type_name: str, value: Any, rule: str) -> None:
    """Danger: a sentence that sends its reader looking for another mistake."""
    assert [found for found, _ in problems(type_name, value)] == [rule]


def test_excerpts_are_bounded_and_printable() -> None:
    """Danger: a refusal that carries a document, or control characters to a terminal."""
    (issue,) = base_validator().validate(
        {"resourceType": "Patient", "birthDate": "\x1b[31m" + "x" * 10_000}
    )
    assert len(issue.text("fr")) < 250
    assert issue.text("fr").isprintable()


@given(st.dates())
def test_every_date_of_the_calendar_is_accepted(day: date) -> None:
    """Danger: a leap day refused."""
    assert problems("date", day.isoformat()) == []
    assert problems("dateTime", f"{day.isoformat()}T10:00:00+01:00") == []


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(29, 31))
def test_days_after_the_28th_agree_with_the_calendar(year: int, month: int, day: int) -> None:
    """Danger: 30 February stored, and read as 1 or 2 March by the next system."""
    first = date(year, month, 1)
    try:
        exists = (first + timedelta(days=day - 1)).month == month
    except OverflowError:
        exists = True
    assert (problems("date", f"{year:04}-{month:02}-{day}") == []) is exists


@given(st.binary(), st.integers(0, 60), st.sampled_from(["", " ", "\n", "\r\n"]))
def test_base64_of_any_bytes_is_accepted(content: bytes, width: int, space: str) -> None:
    """Danger: documents refused because of how their base64 is wrapped."""
    text = base64.b64encode(content).decode()
    step = max(4, width // 4 * 4)
    wrapped = space.join(text[at : at + step] for at in range(0, len(text), step))
    assert bool(is_base64(wrapped)) is (content != b"")


def test_base64_takes_linear_time() -> None:
    """Danger: a server stopped by the definitions' own regular expression and some spaces."""
    assert not is_base64("QUJD" + " " * 200_000 + "!")


@example("://")
@example("é://x")
@given(st.text(max_size=12) | st.from_regex(r"[a-z0-9 \t\u00a0.:/-]{0,12}", fullmatch=True))
def test_fast_paths_agree_with_the_definitions(text: str) -> None:
    """Danger: the test without a regular expression accepting what the definition refuses."""
    tests = formats(r4())
    for type_name in ("code", "uri", "url", "canonical"):
        assert (problems(type_name, text) == []) is bool(tests[type_name](text))

"""Guards the reading of headers: what is asked is what is done."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.api.body import FORM, JSON_PATCH
from hygie.api.headers import (
    JSON_TYPES,
    RESOURCE_TYPES,
    Format,
    Preferences,
    accepted_format,
    is_content,
    language,
    named_format,
    preferences,
)
from hygie.api.response import http_date


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("application/fhir+json", "json"),
        ("application/json;q=0.5, text/html", "json"),
        ("Application/FHIR+JSON; fhirVersion=4.0", "json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "json"),
        ("application/fhir+xml", "xml"),
        ("application/fhir+xml; fhirVersion=4.0", "xml"),
        ("text/xml", "xml"),
        ("application/fhir+json, application/fhir+xml", "json"),
        ("application/fhir+json;q=0.5, application/fhir+xml", "xml"),
        ("application/fhir+xml;q=0.9, */*;q=0.1", "xml"),
        ("application/fhir+xml;q=0.1, */*;q=0.9", "json"),
        ("application/fhir+json;q=0, */*", "xml"),
        ("application/fhir+xml;fhirVersion=5.0, application/fhir+json;q=0.1", "json"),
        ("application/fhir+json; fhirVersion=5.0", None),
        ("application/fhir+json;q=0", None),
        ("application/json;q=abc", None),
        ("text/turtle", None),
        ("text/html", None),
    ],
)
def test_each_is_served_what_it_takes(header: str, accepted: Format | None) -> None:
    """Danger: a client that asked for XML gets JSON, and reads it as XML."""
    assert accepted_format(header) == accepted


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("json", "json"),
        ("application/fhir json", "json"),
        ("text/json", "json"),
        ("xml", "xml"),
        ("application/fhir+xml; fhirVersion=4.0", "xml"),
        ("text/xml", "xml"),
        ("application/fhir+xml; fhirVersion=3.0", None),
        ("ttl", None),
        ("html", None),
        ("", None),
    ],
)
def test_formats_have_names(value: str, named: Format | None) -> None:
    """Danger: the same, asked in the address."""
    assert named_format(value) == named


@pytest.mark.parametrize(
    ("header", "tongue"),
    [
        ("", "fr"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en", "en"),
        ("en-GB;q=0.7, fr;q=0.3", "en"),
        ("de, es", "fr"),
        ("de, en;q=0.1", "en"),
        ("*", "fr"),
        ("en;q=0", "fr"),
    ],
)
def test_refusals_are_in_the_language_asked_for(header: str, tongue: str) -> None:
    """Danger: somebody gets a refusal in a language they do not read."""
    assert language(header) == tongue


@pytest.mark.parametrize(
    ("header", "wishes"),
    [
        ("", Preferences()),
        ("return=minimal", Preferences("minimal")),
        ("return=representation; handling=lenient", Preferences("representation", lenient=True)),
        (
            "handling=lenient, return=OperationOutcome",
            Preferences("OperationOutcome", lenient=True),
        ),
        ("handling=strict", Preferences()),
        ("return=everything, respond-async", Preferences()),
    ],
)
def test_preferences_are_read(header: str, wishes: Preferences) -> None:
    """Danger: strict is taken for lenient, and a misspelt parameter is dropped."""
    assert preferences(header) == wishes


@pytest.mark.parametrize(
    ("header", "types", "right"),
    [
        ("application/fhir+json", JSON_TYPES, True),
        ("application/json; charset=UTF-8", JSON_TYPES, True),
        ("application/json; charset=latin1", JSON_TYPES, False),
        ("application/fhir+json; fhirVersion=5.0", JSON_TYPES, False),
        ("application/fhir+xml", JSON_TYPES, False),
        ("application/fhir+xml; charset=utf-8", RESOURCE_TYPES, True),
        ("text/xml; charset=utf-16", RESOURCE_TYPES, False),
        ("text/turtle", RESOURCE_TYPES, False),
        ("", JSON_TYPES, False),
        ("application/json-patch+json", JSON_PATCH, True),
        ("application/json", JSON_PATCH, False),
        ("application/x-www-form-urlencoded", FORM, True),
    ],
)
def test_a_body_says_what_it_is(header: str, types: frozenset[str], right: bool) -> None:
    """Danger: bytes of one format are read as another."""
    assert is_content(header, types) is right


@given(st.text(max_size=200))
def test_no_header_breaks_the_reading(header: str) -> None:
    """Danger: a header made by hand brings a request down with a bug instead of an answer."""
    assert accepted_format(header) in ("json", "xml", None)
    assert named_format(header) in ("json", "xml", None)
    assert language(header) in ("fr", "en")
    assert isinstance(preferences(header), Preferences)
    assert is_content(header, JSON_TYPES) in (True, False)


@given(st.datetimes(timezones=st.timezones()))
def test_dates_are_written_as_http_wants_them(moment: datetime) -> None:
    """Danger: a copy that is older than it says it is, in another time zone or language."""
    try:
        expected = format_datetime(moment.astimezone(UTC), usegmt=True)
    except OverflowError:  # the year before the first, or after the last
        return
    assert http_date(moment).decode() == expected

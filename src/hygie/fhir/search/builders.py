"""Values -> index entries, one function for each way a type is searched (R4 §3.1.1.4).

Each takes where to append, the parameter's code, and a value whose JSON shape was checked (an
object, or a primitive of its Python type); what lies deeper is checked here. None ever raises.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hygie.fhir.search.entry import (
    DATE_MAX,
    DATE_MIN,
    DateEntry,
    Entry,
    NumberEntry,
    QuantityEntry,
    ReferenceEntry,
    StringEntry,
    TokenEntry,
    UriEntry,
)
from hygie.fhir.search.instants import interval
from hygie.fhir.search.links import read_link
from hygie.fhir.search.numbers import NUMBER_MAX, NUMBER_MIN, in_bounds

Entries = list[Entry]
Json = dict[str, Any]
CURRENCY = "urn:iso:std:iso:4217"


def _text(value: Json, name: str) -> str:
    found = value.get(name)
    return found if type(found) is str else ""


def _texts(value: Json, name: str) -> Iterator[str]:
    found = value.get(name)
    if type(found) is list:
        yield from (text for text in found if type(text) is str and text)


def _objects(value: Json, name: str) -> Iterator[Json]:
    found = value.get(name)
    if type(found) is list:
        yield from (item for item in found if type(item) is dict)


# --- token --------------------------------------------------------------------------------
def token_coding(out: Entries, parameter: str, value: Json) -> None:
    code, system = value.get("code"), value.get("system")
    if type(code) is str or type(system) is str:
        out.append(
            TokenEntry(
                parameter,
                system if type(system) is str else "",
                code if type(code) is str else "",
            )
        )
    display = value.get("display")
    if type(display) is str:
        out.append(StringEntry(parameter + ":text", display))


def token_concept(out: Entries, parameter: str, value: Json) -> None:
    codings, text = value.get("coding"), value.get("text")
    if type(codings) is list:
        for coding in codings:
            if type(coding) is dict:
                token_coding(out, parameter, coding)
                if coding.get("display") == text:
                    text = None  # said once
    if type(text) is str:
        out.append(StringEntry(parameter + ":text", text))


def token_codes(out: Entries, parameter: str, value: Json) -> None:
    """The codes of a concept, without texts: for composites, which no `:text` asks for."""
    for coding in _objects(value, "coding"):
        code, system = _text(coding, "code"), _text(coding, "system")
        if code or system:
            out.append(TokenEntry(parameter, system, code))


def token_identifier(out: Entries, parameter: str, value: Json) -> None:
    """The identifier; its type's text; and for `:of-type`, "code|value" under the type's system."""
    code, system = _text(value, "value"), _text(value, "system")
    if code or system:
        out.append(TokenEntry(parameter, system, code))
    kind = value.get("type")
    if type(kind) is not dict:
        return
    if text := _text(kind, "text"):
        out.append(StringEntry(parameter + ":text", text))
    for coding in _objects(kind, "coding"):
        if code and (type_code := _text(coding, "code")):
            entry = TokenEntry(
                parameter + ":of-type", _text(coding, "system"), f"{type_code}|{code}"
            )
            out.append(entry)


def token_contact(out: Entries, parameter: str, value: Json) -> None:
    if code := _text(value, "value"):
        out.append(TokenEntry(parameter, _text(value, "system"), code))


def token_boolean(out: Entries, parameter: str, value: bool) -> None:  # noqa: FBT001
    out.append(TokenEntry(parameter, "", "true" if value else "false", bare=True))


# --- string -------------------------------------------------------------------------------
def string_text(out: Entries, parameter: str, value: str) -> None:
    if value:
        out.append(StringEntry(parameter, value))


def string_name(out: Entries, parameter: str, value: Json) -> None:
    """Every part of a name, and the whole as written."""
    for name in ("family", "text"):
        if text := _text(value, name):
            out.append(StringEntry(parameter, text))
    for name in ("given", "prefix", "suffix"):
        out.extend(StringEntry(parameter, text) for text in _texts(value, name))


def string_address(out: Entries, parameter: str, value: Json) -> None:
    """Every part of an address, and the whole as written."""
    out.extend(StringEntry(parameter, text) for text in _texts(value, "line"))
    for name in ("city", "district", "state", "postalCode", "country", "text"):
        if text := _text(value, name):
            out.append(StringEntry(parameter, text))


def string_concept(out: Entries, parameter: str, value: Json) -> None:
    if text := _text(value, "text"):
        out.append(StringEntry(parameter, text))


# --- reference and uri --------------------------------------------------------------------
def reference(out: Entries, parameter: str, value: Json) -> None:
    url, identifier = value.get("reference"), value.get("identifier")
    system, code = "", ""
    if type(identifier) is dict:
        system, code = _text(identifier, "system"), _text(identifier, "value")
    if type(url) is str:
        link = read_link(url)
        out.append(ReferenceEntry(parameter, link.type, link.id, link.url, system, code))
    elif system or code:
        out.append(ReferenceEntry(parameter, _text(value, "type"), system=system, value=code))


def reference_canonical(out: Entries, parameter: str, value: str) -> None:
    """A canonical URL; with a version, also without it, so that both forms find it."""
    out.append(ReferenceEntry(parameter, url=value))
    bare, bar, _version = value.partition("|")
    if bar:
        out.append(ReferenceEntry(parameter, url=bare))


def reference_url(out: Entries, parameter: str, value: str) -> None:
    link = read_link(value)
    out.append(ReferenceEntry(parameter, link.type, link.id, link.url))


def reference_resource(out: Entries, parameter: str, value: Json) -> None:
    """A resource held in place (a bundle's first entry): its own type and id."""
    type_, id_ = _text(value, "resourceType"), _text(value, "id")
    if type_ and id_:
        out.append(ReferenceEntry(parameter, type_, id_))


def uri(out: Entries, parameter: str, value: str) -> None:
    out.append(UriEntry(parameter, value))


# --- date ---------------------------------------------------------------------------------
def date_moment(out: Entries, parameter: str, value: str, zone: ZoneInfo) -> None:
    if found := interval(value, zone):
        out.append(DateEntry(parameter, *found))


def date_period(out: Entries, parameter: str, value: Json, zone: ZoneInfo) -> None:
    if found := _period(value, zone):
        out.append(DateEntry(parameter, *found))


def date_timing(out: Entries, parameter: str, value: Json, zone: ZoneInfo) -> None:
    """The outer limits of a schedule: its events and bounds (R4 §3.1.1.4.7)."""
    spans = [span for event in _texts(value, "event") if (span := interval(event, zone))]
    repeat = value.get("repeat")
    bounds = repeat.get("boundsPeriod") if type(repeat) is dict else None
    if type(bounds) is dict and (span := _period(bounds, zone)):
        spans.append(span)
    if spans:
        low, high = min(low for low, _ in spans), max(high for _, high in spans)
        out.append(DateEntry(parameter, low, high))


def _period(value: Json, zone: ZoneInfo) -> tuple[int, int] | None:
    """A missing side is open; none when neither side can be read, or they are crossed."""
    start, end = _text(value, "start"), _text(value, "end")
    first = interval(start, zone) if start else None
    last = interval(end, zone) if end else None
    if first is None and last is None:
        return None
    low, high = first[0] if first else DATE_MIN, last[1] if last else DATE_MAX
    return (low, high) if low <= high else None


# --- number and quantity ------------------------------------------------------------------
def _number(value: object) -> Decimal | None:
    if type(value) is int:
        value = Decimal(value)
    return value if type(value) is Decimal and in_bounds(value) else None


def number(out: Entries, parameter: str, value: Decimal | int) -> None:
    exact = _number(value)
    if exact is not None:
        out.append(NumberEntry(parameter, exact, exact, exact))


def number_range(out: Entries, parameter: str, value: Json) -> None:
    if found := _range(value):
        out.append(NumberEntry(parameter, *found, ranged=True))


def quantity(out: Entries, parameter: str, value: Json) -> None:
    exact = _number(value.get("value"))
    if exact is None:
        return
    unit = (_text(value, "system"), _text(value, "code"), _text(value, "unit"))
    comparator = _text(value, "comparator") if "comparator" in value else ""
    low = NUMBER_MIN if comparator.startswith("<") else exact
    high = NUMBER_MAX if comparator.startswith(">") else exact
    out.append(QuantityEntry(parameter, exact, low, high, *unit, bool(comparator)))


def quantity_money(out: Entries, parameter: str, value: Json) -> None:
    exact = _number(value.get("value"))
    if exact is not None:
        unit = (CURRENCY, _text(value, "currency"))
        out.append(QuantityEntry(parameter, exact, exact, exact, *unit))


def quantity_range(out: Entries, parameter: str, value: Json) -> None:
    if found := _range(value):
        side: Json = value.get("low") or value.get("high") or {}
        unit = (_text(side, "system"), _text(side, "code"), _text(side, "unit"))
        out.append(QuantityEntry(parameter, *found, *unit, ranged=True))


def _range(value: Json) -> tuple[Decimal, Decimal, Decimal] | None:
    """Middle, low and high of a Range; a missing side is open, and the other is the middle."""
    sides = (value.get("low"), value.get("high"))
    low, high = (_number(s.get("value")) if type(s) is dict else None for s in sides)
    if low is not None and high is not None:
        return ((low + high) / 2, low, high) if low <= high else None
    if low is not None:
        return low, low, NUMBER_MAX
    return (high, NUMBER_MIN, high) if high is not None else None

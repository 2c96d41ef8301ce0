"""One written value -> the `Value` its parameter's type asks for (R4 §3.1.1.4.6 to .14)."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple, cast
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.search import phrases
from hygie.fhir.search.entry import DATE_MAX, DATE_MIN
from hygie.fhir.search.instants import DAY, interval
from hygie.fhir.search.links import read_link
from hygie.fhir.search.normalize import normalize
from hygie.fhir.search.numbers import approximate_range, implicit_range, in_bounds
from hygie.fhir.search.phrases import malformed, wrong
from hygie.fhir.search.query import (
    CompositeValue,
    DateValue,
    NumberValue,
    Prefix,
    QuantityValue,
    ReferenceValue,
    SetValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
    WordsValue,
)
from hygie.fhir.search.splitting import split, unescape
from hygie.fhir.search.targets import possible_targets
from hygie.fhir.search.words import words
from hygie.refusal import Phrase

_PREFIXED: Final = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", re.DOTALL)
_LETTERS: Final = re.compile(r"[A-Za-z]{1,8}(?=[-+]?\d)", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d{1,64}(?:\.\d{1,64})?(?:[eE][+-]?\d{1,4})?", re.ASCII)
_OPERATORS: Final = re.compile(r"""["()]|\b(?:AND|OR|NOT)\b""")
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+", re.ASCII)


class Reading(NamedTuple):
    """What a value is read with: its parameter, as written, and what surrounds it."""

    registry: Registry
    parameter: SearchParameter
    written: str
    """The parameter's name in the query string, for refusals."""
    zone: ZoneInfo
    type: str
    """The type of resource searched."""
    target: str = ""
    """A type modifier (`subject:Patient`), or empty."""


def read_value(reading: Reading, text: str) -> Value:
    """The value of a parameter without modifier. Raises Refused when it cannot be read."""
    return _READERS[reading.parameter.type](reading, text)


# --- token, string, uri -------------------------------------------------------------------
def read_token(reading: Reading, text: str) -> TokenValue:
    parts = [unescape(part) for part in split(text, "|")]
    if len(parts) > 2 or not any(parts):
        raise malformed(reading.written, text, phrases.TOKEN_FORM)
    if len(parts) == 1:
        return TokenValue(None, parts[0])
    return TokenValue(parts[0], parts[1] or None)


def read_of_type(reading: Reading, text: str) -> TokenValue:
    """`system|code|value`: all three (R4 §3.1.1.4.10)."""
    parts = [unescape(part) for part in split(text, "|")]
    if len(parts) != 3 or not all(parts):
        raise malformed(reading.written, text, phrases.OF_TYPE_FORM)
    return TokenValue(parts[0], f"{parts[1]}|{parts[2]}")


def read_coded(reading: Reading, text: str) -> TokenValue:
    """A code of a system: without one, nobody knows what lies above and below it."""
    value = read_token(reading, text)
    if not value.system or not value.code:
        raise malformed(reading.written, text, phrases.CODED_FORM)
    return value


def read_set(reading: Reading, text: str) -> SetValue:
    written = unescape(text)
    if not _URL.fullmatch(written):
        raise malformed(reading.written, text, phrases.SET_FORM)
    return SetValue(written)


def read_string(reading: Reading, text: str) -> StringValue:
    """Refuses a text in which nothing is left to compare: every name begins with nothing."""
    value = unescape(text)
    if not normalize(value):
        raise malformed(reading.written, text, phrases.STRING_FORM)
    return StringValue(value)


def read_exact(_reading: Reading, text: str) -> StringValue:
    return StringValue(unescape(text))


def read_words(reading: Reading, text: str) -> WordsValue:
    """Refuses what other servers read as operators, and a text without a word that tells."""
    written = unescape(text)
    found = words(written)
    if not found or _OPERATORS.search(written):
        raise malformed(reading.written, text, phrases.WORDS_FORM)
    return WordsValue(found)


def _uri(_reading: Reading, text: str) -> UriValue:
    return UriValue(unescape(text))


# --- reference ----------------------------------------------------------------------------
def _reference(reading: Reading, text: str) -> ReferenceValue:
    written = unescape(text)
    link = read_link(written)
    if link.type:
        return _typed(reading, written, link.type, link.id)
    if _ID.fullmatch(written):
        targets = possible_targets(reading.registry, reading.parameter, reading.type)
        only = targets[0] if len(targets) == 1 else ""
        return ReferenceValue(reading.target or only, written)
    if _URL.fullmatch(written) or written.startswith("#"):
        return ReferenceValue(url=written)
    raise malformed(reading.written, text, phrases.REFERENCE_FORM)


def _typed(reading: Reading, written: str, type_name: str, id_: str) -> ReferenceValue:
    if not reading.registry.is_resource(type_name):
        near = phrases.hint(type_name, reading.registry.resource_types)
        raise wrong("unknown-type", phrases.UNKNOWN_TYPE, reading.written, name=type_name, **near)
    if reading.target and reading.target != type_name:
        raise malformed(reading.written, written, phrases.REFERENCE_FORM)
    return ReferenceValue(type_name, id_)


# --- date, number, quantity ---------------------------------------------------------------
def _prefix(reading: Reading, text: str) -> tuple[Prefix, str]:
    found = cast("re.Match[str]", _PREFIXED.fullmatch(text))
    if found[1] is None and (letters := _LETTERS.match(text)):
        raise wrong("unknown-prefix", phrases.UNKNOWN_PREFIX, reading.written, prefix=letters[0])
    return cast("Prefix", found[1] or "eq"), found[2]


def _date(reading: Reading, text: str) -> DateValue:
    prefix, written = _prefix(reading, text)
    found = interval(written, reading.zone)
    if found is None:
        raise malformed(reading.written, text, phrases.DATE_FORM)
    if prefix == "ap":
        found = _around(*found)
    return DateValue(prefix, *found)


def _around(low: int, high: int) -> tuple[int, int]:
    """Without a clock "ten per cent of the gap to now" has no meaning here; what is approximate
    about a date is its precision: its own length either side, a day at least."""
    margin = max(high - low + 1, DAY)
    return max(low - margin, DATE_MIN), min(high + margin, DATE_MAX)


def _number(reading: Reading, text: str) -> NumberValue:
    prefix, written = _prefix(reading, text)
    value = _decimal(reading, text, written, phrases.NUMBER_FORM)
    return NumberValue(prefix, value, *_range(prefix, value))


def _quantity(reading: Reading, text: str) -> QuantityValue:
    prefix, written = _prefix(reading, text)
    parts = [unescape(part) for part in split(written, "|")]
    if len(parts) not in (1, 3):
        raise malformed(reading.written, text, phrases.QUANTITY_FORM)
    value = _decimal(reading, text, parts[0], phrases.QUANTITY_FORM)
    system, code = (parts[1] or None, parts[2]) if len(parts) == 3 else (None, "")
    return QuantityValue(prefix, value, *_range(prefix, value), system, code)


def _decimal(reading: Reading, text: str, number: str, form: Phrase) -> Decimal:
    value = Decimal(number) if _NUMBER.fullmatch(number) else None
    if value is None or not in_bounds(value):
        raise malformed(reading.written, text, form)
    return value


def _range(prefix: Prefix, value: Decimal) -> tuple[Decimal, Decimal]:
    return approximate_range(value) if prefix == "ap" else implicit_range(value)


# --- composite ----------------------------------------------------------------------------
def _composite(reading: Reading, text: str) -> CompositeValue:
    """A value for each component, in order, joined by `$`."""
    parts = split(text, "$")
    components = reading.parameter.components
    if len(parts) != len(components) or not all(parts):
        count = str(len(components))
        raise malformed(reading.written, text, phrases.COMPOSITE_FORM, count=count)
    definitions = [reading.registry.parameters_by_url[c.definition] for c in components]
    return CompositeValue(
        tuple(
            read_value(reading._replace(parameter=definition), part)
            for definition, part in zip(definitions, parts, strict=True)
        )
    )


_READERS: Final[dict[str, Callable[[Reading, str], Value]]] = {
    "token": read_token,
    "string": read_string,
    "uri": _uri,
    "reference": _reference,
    "date": _date,
    "number": _number,
    "quantity": _quantity,
    "composite": _composite,
}

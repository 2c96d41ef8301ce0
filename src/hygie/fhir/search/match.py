"""Does a resource meet a criterion? The slow, literal reading of R4 §3.1.1.4 over its entries.

The store re-checks its candidates with it, and its tests take it as the truth.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from hygie.fhir.search.comparison import compare_dates, compare_numbers
from hygie.fhir.search.entry import (
    CompositeEntry,
    DateEntry,
    Entry,
    NumberEntry,
    QuantityEntry,
    ReferenceEntry,
    StringEntry,
    TokenEntry,
    UriEntry,
    WordsEntry,
)
from hygie.fhir.search.normalize import normalize
from hygie.fhir.search.query import (
    AllOf,
    AnyOf,
    CompositeValue,
    Condition,
    Criterion,
    DateValue,
    Not,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    Simple,
    StringValue,
    TokenValue,
    UriValue,
    Value,
    WordsValue,
)


def matches(condition: Criterion, entries: Sequence[Entry]) -> bool:
    """Whether a resource with these entries meets a criterion.

    `_id` and `_lastUpdated` yield no entries: they are the store's to answer. A value is missing
    when there is nothing to search for: a code of which only the text is given is there.
    """
    code = condition.parameter.code
    if condition.missing is not None:
        named = (entry.parameter.partition(":")[0] for entry in entries)
        return condition.missing is not any(name == code for name in named)
    asked = _ENTRY_NAMES.get(condition.modifier, "{}").format(code)
    met = any(
        entry.parameter == asked and _meets(condition.modifier, value, entry)
        for entry in entries
        for value in condition.values
    )
    return met is not (condition.modifier == "not")


def meets(condition: Condition, entries: Sequence[Entry]) -> bool:
    """The same of conditions of conditions. Of criteria only: what other resources say is not in
    these entries."""
    match condition:
        case AllOf(parts=parts):
            return all(meets(part, entries) for part in parts)
        case AnyOf(parts=parts):
            return any(meets(part, entries) for part in parts)
        case Not(part=part):
            return not meets(part, entries)
        case Criterion():
            return matches(condition, entries)
        case _:
            raise AssertionError("chains are answered by the store")


def criteria_of(condition: Condition) -> Iterator[Simple]:
    """What a condition is made of."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from criteria_of(part)
        case Not(part=part):
            yield from criteria_of(part)
        case _:
            yield condition


_ENTRY_NAMES: Final = {"text": "{}:text", "of-type": "{}:of-type"}
"""Entries kept apart for the modifiers that read something else than the value."""


def _meets(modifier: str, value: Value, entry: Entry) -> bool:
    if modifier == "identifier":
        return isinstance(entry, ReferenceEntry) and _identified(value, entry)
    test = _TESTS.get((type(value), type(entry)))
    return test is not None and test(modifier, value, entry)


# --- token, string, uri, reference --------------------------------------------------------
def _token(_modifier: str, value: TokenValue, entry: TokenEntry) -> bool:
    """`code` alone whatever the system, `|code` only without one.

    Case is ignored: identifiers are strings, and whether a code system distinguishes case is not
    known here; a record that is not found is worse than one too many (§3.1.1.4.10).
    """
    system_fits = value.system is None or value.system == entry.system
    return system_fits and (value.code is None or _same(value.code, entry.code))


def _same(asked: str, found: str) -> bool:
    return asked == found or asked.casefold() == found.casefold()


def _string(modifier: str, value: StringValue, entry: StringEntry) -> bool:
    """Starts with, case and accents aside; `:contains` anywhere; `:exact` as it stands."""
    if modifier == "exact":
        return entry.text == value.text
    asked, found = normalize(value.text), normalize(entry.text)
    return asked in found if modifier == "contains" else found.startswith(asked)


def _uri(modifier: str, value: UriValue, entry: UriEntry) -> bool:
    """Equal, to the letter; `:below` a path under it, `:above` a path over it (URLs only)."""
    if modifier == "below":
        return _under(value.uri, entry.uri)
    if modifier == "above":
        return _under(entry.uri, value.uri)
    return entry.uri == value.uri


def _under(base: str, uri: str) -> bool:
    return uri == base or uri.startswith(base.rstrip("/") + "/")


def _reference(_modifier: str, value: ReferenceValue, entry: ReferenceEntry) -> bool:
    if value.url:
        return entry.url == value.url
    return bool(entry.id) and entry.id == value.id and value.type in ("", entry.type)


def _identified(value: Value, entry: ReferenceEntry) -> bool:
    if not isinstance(value, TokenValue) or not (entry.system or entry.value):
        return False
    return _token("", value, TokenEntry(entry.parameter, entry.system, entry.value))


# --- date, number, quantity ---------------------------------------------------------------
def _date(_modifier: str, value: DateValue, entry: DateEntry) -> bool:
    return compare_dates(value.prefix, (value.low, value.high), (entry.low, entry.high))


def _number(_modifier: str, value: NumberValue, entry: NumberEntry) -> bool:
    return compare_numbers(value, entry)


def _quantity(_modifier: str, value: QuantityValue, entry: QuantityEntry) -> bool:
    """With a system, its code; without, a code or a displayed unit; without either, any."""
    if value.system is not None and value.system != entry.system:
        return False
    units = (entry.code,) if value.system is not None else (entry.code, entry.unit)
    return (not value.code or value.code in units) and compare_numbers(value, entry)


# --- words ---------------------------------------------------------------------------------
def _words(_modifier: str, value: WordsValue, entry: WordsEntry) -> bool:
    return value.words <= entry.words


# --- composite ----------------------------------------------------------------------------
def _composite(_modifier: str, value: CompositeValue, entry: CompositeEntry) -> bool:
    """Every part met by the same element."""
    if len(value.parts) != len(entry.components):
        return False
    return all(
        any(_meets("", part, inner) for inner in component)
        for part, component in zip(value.parts, entry.components, strict=True)
    )


_TESTS: Final[dict[tuple[type, type], Callable[[str, Any, Any], bool]]] = {
    (TokenValue, TokenEntry): _token,
    (StringValue, StringEntry): _string,
    (UriValue, UriEntry): _uri,
    (ReferenceValue, ReferenceEntry): _reference,
    (DateValue, DateEntry): _date,
    (NumberValue, NumberEntry): _number,
    (QuantityValue, QuantityEntry): _quantity,
    (WordsValue, WordsEntry): _words,
    (CompositeValue, CompositeEntry): _composite,
}

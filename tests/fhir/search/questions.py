"""What may be asked of a resource that has given entries, by every form of R4 §3.1.1.4.

A question is a name, a value, and whether the resource that has the entry must be found. Questions
are about one entry: of a resource with several, those that expect nothing may find another.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from hygie.fhir.search.entry import (
    DATE_MAX,
    DATE_MIN,
    CompositeEntry,
    DateEntry,
    Entry,
    NumberEntry,
    QuantityEntry,
    ReferenceEntry,
    StringEntry,
    TokenEntry,
    UriEntry,
)
from hygie.fhir.search.normalize import normalize
from hygie.fhir.search.splitting import escape


class Question(NamedTuple):
    """One criterion, as it stands in a query string after the parameter's code."""

    modifier: str
    """With its colon; or the prefix of the value."""
    value: str
    found: bool

    def asked(self, code: str) -> tuple[str, str]:
        """Name and value of a query string."""
        if self.modifier.startswith(":"):
            return code + self.modifier, self.value
        return code, self.modifier + self.value


def questions(entry: Entry) -> Iterator[Question]:
    """Every form in which the entry can be asked for, and wrong ones that must not find it."""
    yield Question(":missing", "false", found=True)
    yield Question(":missing", "true", found=False)
    yield from _ASKED[type(entry)](entry)


def wide(entry: Entry, resource_type: str) -> bool:
    """Whether the form `:Type` exists for a reference entry."""
    return isinstance(entry, ReferenceEntry) and entry.type == resource_type


def _token(entry: TokenEntry) -> Iterator[Question]:
    system, code = escape(entry.system), escape(entry.code)
    if entry.parameter.endswith(":of-type"):
        kind, _, value = code.partition("\\|")
        yield Question(":of-type", f"{system}|{kind}|{value}", found=bool(system))
        yield Question(":of-type", f"{system or 'urn:x'}|{kind}|other", found=False)
        return
    both = f"{system}|{code}"
    yield from (Question("", asked, found=True) for asked in (code, both, code.upper()))
    yield Question("", f"other,{both}", found=True)
    yield Question("", f"urn:other|{code}", found=False)
    yield Question("", f"{code}other", found=False)
    yield Question(":not", both, found=False)
    yield Question(":not", f"{code}other", found=True)
    if system:
        yield Question("", f"{system}|", found=True)
        yield Question("", f"{system}other|", found=False)


def _string(entry: StringEntry) -> Iterator[Question]:
    text, plain = escape(entry.text), normalize(entry.text)
    if entry.parameter.endswith(":text"):
        yield from (Question(":text", escape(plain[:n]), found=True) for n in (1, 3, 5, 99))
        yield Question(":text", f"{plain}zz", found=False)
        return
    for size in (1, 3, 8, 9, 99):
        yield Question("", plain[:size], found=True)
        yield Question(":contains", plain[-size:].strip(), found=True)
    yield Question("", text.upper(), found=True)
    yield Question("", f"{plain}zz", found=False)
    yield Question(":exact", text, found=True)
    yield Question(":exact", f"{text} ", found=False)
    yield Question(":contains", f"{plain}zz", found=False)


def _reference(entry: ReferenceEntry) -> Iterator[Question]:
    if entry.url:
        yield Question("", escape(entry.url), found=True)
        yield Question("", f"{escape(entry.url)}other", found=False)
    if entry.id:
        local = f"{entry.type}/{entry.id}"
        yield from (Question("", asked, found=True) for asked in (entry.id, local))
        yield Question("", f"{local}/_history/3", found=True)
        yield Question("", f"{entry.type}/other", found=False)
        yield Question("", f"Binary/{entry.id}", found=entry.type == "Binary")
        yield Question(f":{entry.type}", entry.id, found=True)
        yield Question(f":{entry.type}", "other", found=False)
    if entry.value:
        system, value = escape(entry.system), escape(entry.value)
        yield Question(":identifier", f"{system}|{value}", found=True)
        yield Question(":identifier", value, found=True)
        yield Question(":identifier", f"{system}|{value}other", found=False)


def _uri(entry: UriEntry) -> Iterator[Question]:
    whole = escape(entry.uri)
    yield Question("", whole, found=True)
    yield Question("", f"{whole}other", found=False)
    yield Question(":below", whole, found=True)
    yield Question(":below", f"{whole}/below", found=False)
    yield Question(":above", f"{whole}/below", found=True)
    yield Question(":above", f"{whole}below", found=False)
    if "/" in whole[8:]:
        yield Question(":below", whole.rpartition("/")[0], found=True)


def _moment(microseconds: int) -> str:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _date(entry: DateEntry) -> Iterator[Question]:
    """Asked by its own first and last microsecond, and by the ones beside them."""
    low, high = entry.low, entry.high
    first, last = _moment(low), _moment(high)
    yield Question("", first, found=low == high)
    yield Question("ne", first, found=low != high)
    yield Question("gt", first, found=high > low)
    yield Question("lt", last, found=high > low)
    yield Question("ge", first, found=True)
    yield Question("le", last, found=True)
    yield Question("ap", first, found=True)
    yield Question("gt", last, found=False)
    yield Question("sa", first, found=False)
    yield Question("eb", last, found=False)
    if low > DATE_MIN:
        yield Question("sa", _moment(low - 1), found=True)
        yield Question("eb", _moment(low - 1), found=False)
        yield Question("lt", first, found=False)
    if high < DATE_MAX:
        yield Question("eb", _moment(high + 1), found=True)
        yield Question("le", _moment(high + 1), found=True)


def _numbers(value: Decimal, low: Decimal, high: Decimal) -> Iterator[tuple[str, Decimal, bool]]:
    """Prefix, number, found: at the bounds of what is filed, and beside them."""
    exact = low == high == value
    one = Decimal(1)
    yield "", value, exact
    yield "ne", value, not exact
    yield "ap", value, True
    yield "gt", value, high > value
    yield "lt", value, low < value
    yield "ge", value, high >= value
    yield "le", value, low <= value
    yield "sa", value, low > value
    yield "eb", value, high < value
    if abs(low) < 10**30:
        yield "sa", low - one, True
        yield "eb", low - one, False
        yield "lt", low, False
    if abs(high) < 10**30:
        yield "eb", high + one, True
        yield "gt", high, False


def _number(entry: NumberEntry) -> Iterator[Question]:
    for prefix, number, found in _numbers(entry.value, entry.low, entry.high):
        yield Question(prefix, f"{number:f}", found)


def _quantity(entry: QuantityEntry) -> Iterator[Question]:
    system, code, unit = map(escape, (entry.system, entry.code, entry.unit))
    for prefix, number, found in _numbers(entry.value, entry.low, entry.high):
        yield Question(prefix, f"{number:f}|{system}|{code}" if system else f"{number:f}", found)
        yield Question(prefix, f"{number:f}||{code}zz", found=False)
        yield Question(prefix, f"{number:f}|urn:other|{code}", found=False)
        for shown in filter(None, (code, unit)):
            yield Question(prefix, f"{number:f}||{shown}", found)


def _composite(entry: CompositeEntry) -> Iterator[Question]:
    """The plain forms of each part, joined; and one with a part that is wrong."""
    right = [_plain(part, found=True) for part in entry.components]
    if all(right):
        yield Question("", "$".join(right), found=True)
        for place, part in enumerate(entry.components):
            if wrong := _plain(part, found=False):
                parts = [*right[:place], wrong, *right[place + 1 :]]
                yield Question("", "$".join(parts), found=False)


def _plain(part: tuple[Entry, ...], *, found: bool) -> str:
    """A question without modifier that the first entry of a part answers as wanted."""
    asked = _ASKED[type(part[0])](part[0])
    plain = (q for q in asked if not q.modifier.startswith(":") and q.found is found)
    question = next(plain, Question("", "", found))
    return question.modifier + question.value


_ASKED: Final[dict[type, Callable[[Any], Iterator[Question]]]] = {
    TokenEntry: _token,
    StringEntry: _string,
    ReferenceEntry: _reference,
    UriEntry: _uri,
    DateEntry: _date,
    NumberEntry: _number,
    QuantityEntry: _quantity,
    CompositeEntry: _composite,
}

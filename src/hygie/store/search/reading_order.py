"""Order by values that only the opened resource shows: names, codes, birth dates."""

from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, Final

from hygie.fhir.search import normalize
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
)
from hygie.fhir.search.query import Sort

Values = tuple[Any, ...]
"""For each sort parameter: the value, or None when the resource has none."""


def values(sorts: Sequence[Sort], entries: Sequence[Entry]) -> Values:
    """What a resource is sorted by: the lowest of its values, parameter by parameter."""
    return tuple(_lowest(sort.parameter.code, entries) for sort in sorts)


def _lowest(code: str, entries: Sequence[Entry]) -> Any:
    return min((_COMPARABLE[type(e)](e) for e in entries if e.parameter == code), default=None)


_COMPARABLE: Final[Mapping[type, Callable[[Any], Any]]] = {
    StringEntry: lambda entry: normalize(entry.text),
    TokenEntry: lambda entry: (entry.code.casefold(), entry.system),
    ReferenceEntry: lambda entry: (entry.type, entry.id, entry.url),
    UriEntry: lambda entry: entry.uri,
    DateEntry: lambda entry: entry.low,
    NumberEntry: lambda entry: entry.low,
    QuantityEntry: lambda entry: entry.low,
    CompositeEntry: lambda entry: len(entry.components),
}


def sorted_by(sorts: Sequence[Sort], rows: Sequence[tuple[Values, Any]]) -> list[Any]:
    """The rows' second parts in order; rows without a value last; ties as they came."""

    def compare(left: tuple[Values, Any], right: tuple[Values, Any]) -> int:
        for sort, a, b in zip(sorts, left[0], right[0], strict=True):
            if (a is None) != (b is None):
                return 1 if a is None else -1
            if a is not None and a != b:
                return -1 if (a < b) != sort.descending else 1
        return 0

    return [row for _, row in sorted(rows, key=cmp_to_key(compare))]

"""The slow obvious model: every resource, every condition, no index (R4 §3.1.1)."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.search import Extractor, matches
from hygie.fhir.search.entry import Entry, ReferenceEntry
from hygie.fhir.search.query import Chain, Condition, DateValue, Has, Include, Query, Sort
from hygie.store.contract import StoredResource
from hygie.store.search import ranges, reading_order

EVERY_TYPE = r4().resource_types


class Row:
    """One resource, and what it is found by."""

    def __init__(self, one: StoredResource, extractor: Extractor) -> None:
        resource = decode(one.body)
        self.one = one
        self.name = f"{one.type}/{one.id}"
        self.entries: Sequence[Entry] = (
            *extractor.extract(resource),
            *extractor.entries_of(resource, ("_text", "_content")),
        )

    def refers(self, code: str = "") -> set[str]:
        """What it refers to, by one parameter or by any."""
        return {
            f"{entry.type}/{entry.id}"
            for entry in self.entries
            if isinstance(entry, ReferenceEntry) and entry.id and code in ("", entry.parameter)
        }


class Model:
    """What is stored, in the order it was created."""

    def __init__(self, stored: Sequence[StoredResource]) -> None:
        extractor = Extractor(r4(), ZoneInfo("Europe/Paris"))
        self._rows = [Row(one, extractor) for one in stored]
        self._named = {row.name: row for row in self._rows}

    def find(self, query: Query) -> set[str]:
        return {
            row.name
            for row in self._rows
            if row.one.type == query.type and all(self._meets(row, c) for c in query.conditions)
        }

    def _meets(self, row: Row, condition: Condition) -> bool:
        if isinstance(condition, Chain):
            inner = dict(zip(condition.targets, condition.inner, strict=True))
            return any(
                other.one.type in inner and self._meets(other, inner[other.one.type])
                for other in self._referred(row, condition.parameter.code)
            )
        if isinstance(condition, Has):
            return any(
                row.name in other.refers(condition.parameter.code)
                and other.one.type == condition.source
                and self._meets(other, condition.inner)
                for other in self._rows
            )
        code = condition.parameter.code
        if code in ("_id", "_lastUpdated") and condition.missing is not None:
            return not condition.missing
        if code == "_id":
            met = any(row.one.id == value.code for value in condition.values)  # type: ignore[union-attr]
            return met is not (condition.modifier == "not")
        if code == "_lastUpdated":
            return any(_updated(row.one, value) for value in condition.values)
        return matches(condition, row.entries)

    def _referred(self, row: Row, code: str = "") -> list[Row]:
        return [self._named[name] for name in row.refers(code) if name in self._named]

    # --- what goes with the matches ---------------------------------------------------------

    def companions(self, query: Query, matched: Iterable[str]) -> set[str]:
        """What is included, step by step: matches themselves are not included again."""
        seen = set(matched)
        fresh = self._step([self._named[name] for name in seen], query, first=True) - seen
        found: set[str] = set()
        while fresh:
            found |= fresh
            seen |= fresh
            fresh = self._step([self._named[name] for name in fresh], query, first=False) - seen
        return found

    def _step(self, rows: Sequence[Row], query: Query, *, first: bool) -> set[str]:
        found: set[str] = set()
        for include in query.includes:
            if first or include.iterate:
                found |= {other.name for row in rows for other in self._included(row, include)}
        for include in query.revincludes:
            if first or include.iterate:
                found |= {other.name for row in rows for other in self._including(row, include)}
        return found

    def _included(self, row: Row, include: Include) -> list[Row]:
        if row.one.type != include.source:
            return []
        code = include.parameter.code if include.parameter else ""
        return [o for o in self._referred(row, code) if include.target in ("", o.one.type)]

    def _including(self, row: Row, include: Include) -> list[Row]:
        if include.target not in ("", row.one.type):
            return []
        code = include.parameter.code if include.parameter else ""
        sources = (include.source,) if include.source else EVERY_TYPE
        return [o for o in self._rows if o.one.type in sources and row.name in o.refers(code)]

    # --- order ------------------------------------------------------------------------------

    def is_ordered(self, found: Sequence[str], sorts: Sequence[Sort]) -> bool:
        """Whether each resource found may stand before the next."""
        keys = [self._keys(self._named[name], sorts) for name in found]
        return all(_may_precede(one, next_one, sorts) for one, next_one in pairwise(keys))

    def _keys(self, row: Row, sorts: Sequence[Sort]) -> list[Any]:
        return [self._key(row, sort.parameter.code) for sort in sorts]

    def _key(self, row: Row, code: str) -> Any:
        if code == "_id":
            return row.one.id
        if code == "_lastUpdated":
            return row.one.updated
        return reading_order.values((Sort(_named(row, code)),), row.entries)[0]


def _named(row: Row, code: str) -> Any:
    return r4().parameters(row.one.type)[code]


def _updated(one: StoredResource, value: Any) -> bool:
    assert isinstance(value, DateValue)
    moment = ranges.microseconds(one.updated)
    return _ORDERS[value.prefix](moment, value.low, value.high)


_ORDERS: dict[str, Callable[[int, int, int], bool]] = {
    "eq": lambda moment, low, high: low <= moment <= high,
    "ne": lambda moment, low, high: not low <= moment <= high,
    "gt": lambda moment, _low, high: moment > high,
    "sa": lambda moment, _low, high: moment > high,
    "ge": lambda moment, low, _high: moment >= low,
    "lt": lambda moment, low, _high: moment < low,
    "eb": lambda moment, low, _high: moment < low,
    "le": lambda moment, _low, high: moment <= high,
    "ap": lambda moment, low, high: low <= moment <= high,
}


def _may_precede(one: Sequence[Any], other: Sequence[Any], sorts: Sequence[Sort]) -> bool:
    """Key by key; what has no value comes last, whichever way."""
    for left, right, sort in zip(one, other, sorts, strict=True):
        if left == right:
            continue
        if left is None or right is None:
            return right is None
        return bool((left < right) is not sort.descending)
    return True

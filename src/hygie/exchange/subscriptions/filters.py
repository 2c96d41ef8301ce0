"""Filters of a subscription: read, held against what the topic allows, and made to be looked up.

A filter says "Encounter?patient=Patient/1" (STU 1.1, backport-filter-criteria). Filters are joined
by AND; one about a type narrows the events whose focus is of that type.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from hygie.exchange.subscriptions import phrases
from hygie.exchange.subscriptions.asking import SEARCH, Asked, search_of
from hygie.exchange.subscriptions.criteria import Known, criteria_of
from hygie.exchange.subscriptions.phrases import EXCERPT, wrong
from hygie.exchange.subscriptions.topics.model import Allowed, Topic
from hygie.fhir.search.entry import Entry, ReferenceEntry, TokenEntry, UriEntry
from hygie.fhir.search.query import Criterion, ReferenceValue, TokenValue, UriValue, Value
from hygie.refusal import Refused

Fact = tuple[str, Hashable]
"""A search parameter, and what its value comes to: equal for a value asked and one found."""
SELECTIVE: Final = ("reference", "token", "uri")
"""Types of parameters that are looked up, those that tell most apart first."""
EQUAL: Final = frozenset({"=", "eq"})
"""What `canFilterBy.modifier` says of a parameter without modifier or prefix."""


# --- looked up rather than tried -------------------------------------------------------------
def best_facts(criteria: Sequence[Criterion]) -> tuple[Fact, ...] | None:
    """The facts of the criterion that tells most apart: a patient before a code."""
    found: list[tuple[int, tuple[Fact, ...]]] = []
    for one in criteria:
        if one.modifier or one.missing is not None or one.parameter.type not in SELECTIVE:
            continue
        facts = [_asked(value) for value in one.values]
        if all(fact is not None for fact in facts):
            rank = SELECTIVE.index(one.parameter.type)
            code = one.parameter.code
            found.append((rank, tuple((code, fact) for fact in facts if fact is not None)))
    return min(found, key=lambda pair: (pair[0], len(pair[1])))[1] if found else None


def _asked(value: Value) -> Hashable | None:
    match value:
        case ReferenceValue():
            return value.url or value.id
        case TokenValue(code=str(code)):
            return code.casefold()
        case UriValue():
            return value.uri
        case _:
            return None


def facts_of(entries: Sequence[Entry]) -> set[Hashable]:
    """What those of one parameter come to: whatever is asked of them by equality is among it."""
    found: set[Hashable] = set()
    for entry in entries:
        if isinstance(entry, ReferenceEntry):
            found.update(part for part in (entry.url, entry.id) if part)
        elif isinstance(entry, TokenEntry):
            found.add(entry.code.casefold())
        elif isinstance(entry, UriEntry):
            found.add(entry.uri)
    return found


class Filters:
    """What one type of a subscription's events is narrowed by. Equal texts make one of these."""

    __slots__ = ("criteria", "facts")

    def __init__(self, criteria: tuple[Criterion, ...]) -> None:
        self.criteria = criteria
        self.facts: tuple[Fact, ...] | None = best_facts(criteria)
        """One of them holds of whatever the criteria are met by; None when nothing can be said."""


ALL: Final = Filters(())


# --- read ------------------------------------------------------------------------------------
class FilterReader:
    """Reads filters, by the search parameters of the moment."""

    def __init__(self, registry: Known, zone: ZoneInfo) -> None:
        self._registry = registry
        self._zone = zone

    def plain(self, asked: Asked) -> tuple[str, Filters]:
        """R4's criteria: the type, and what is asked of it. Raises `Refused`."""
        type_, query = search_of(asked.criteria)
        if not self._registry().is_resource(type_):
            raise wrong("criteria", phrases.CRITERIA, "criteria")
        return type_, Filters(self._criteria(type_, query))

    def of(self, topic: Topic, texts: Sequence[str]) -> Mapping[str, Filters]:
        """By type; types that no filter is about are not there. Raises `Refused`."""
        found: dict[str, list[Criterion]] = {}
        for text in texts:
            for type_, query in self._parts(topic, text):
                criteria = self._criteria(type_, query)
                for one in criteria:
                    self._require_allowed(topic, type_, one, text)
                found.setdefault(type_, []).extend(criteria)
        return {type_: Filters(tuple(criteria)) for type_, criteria in found.items()}

    def _parts(self, topic: Topic, text: str) -> Iterator[tuple[str, str]]:
        """Without a type, it is about each type of the topic."""
        named = SEARCH.fullmatch(text) if "?" in text else None
        if named is None and "?" not in text:
            yield from ((type_, text) for type_ in sorted(topic.types))
        elif named is not None and named[1] in topic.types:
            yield named[1], named[2] or ""
        else:
            raise _not_allowed(topic, text)

    def _criteria(self, type_: str, query: str) -> tuple[Criterion, ...]:
        return criteria_of(self._registry(), self._zone, type_, query)

    def _require_allowed(self, topic: Topic, type_: str, one: Criterion, text: str) -> None:
        if topic.any_filter:
            return
        for allowed in topic.allowed:
            if allowed.type == type_ and _fits(one, allowed):
                return
        raise _not_allowed(topic, text)


def _fits(one: Criterion, allowed: Allowed) -> bool:
    """Whether it is this parameter, and its modifier, or the prefixes of its values, allowed."""
    if one.parameter.code != allowed.parameter:
        return False
    if not allowed.modifiers:
        return True
    prefixes = {getattr(value, "prefix", "eq") for value in one.values}
    used = {one.modifier} if one.modifier else prefixes
    return used - EQUAL <= allowed.modifiers


def _not_allowed(topic: Topic, text: str) -> Refused:
    allowed = ", ".join(f"{one.type}?{one.parameter}=" for one in topic.allowed)
    return wrong(
        "filter", phrases.FILTER, "criteria", code="not-supported",
        filter=text[:EXCERPT], allowed=allowed or "–",
    )  # fmt: skip

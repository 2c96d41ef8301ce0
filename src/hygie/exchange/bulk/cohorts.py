"""Groups by criteria: whose members are the patients that searches find, at the moment one asks.

Bulk Data Access 3.0, profile Bulk Cohort Group: each modifier extension `member-filter` is a search
in the context of one type; a patient is meant when he, or something in his compartment, meets each.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.exchange.bulk import phrases
from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry
from hygie.fhir.search.entry import ReferenceEntry
from hygie.fhir.search.query import Query
from hygie.fhir.search.type_filters import type_filters
from hygie.limits import MAX_PAGE
from hygie.limits.bulk import MAX_COHORT_READ
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.contract import Resource
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context

FILTER: Final = "http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter"
LANGUAGE: Final = "application/x-fhir-query"
PATIENT: Final = "Patient"
Prepare = Callable[[Query], Awaitable[Query]]
"""A search as whoever asks may make it, with the codes of its value sets; raises `Refused`."""


def filters_of(registry: Registry, group: dict[str, Any], zone: ZoneInfo) -> tuple[Query, ...]:
    """The searches that its members must meet; none for a group by its members alone.

    Raises `Refused` when one is no search of patients or of what is in their compartments.
    """
    found = [
        extension.get("valueExpression", {})
        for extension in group.get("modifierExtension", [])
        if extension.get("url") == FILTER
    ]
    if found and group.get("type") != "person":
        raise _refused("group.type", phrases.COHORT_TYPE)
    return tuple(_query(registry, expression, zone) for expression in found)


def _query(registry: Registry, expression: dict[str, Any], zone: ZoneInfo) -> Query:
    if expression.get("language") != LANGUAGE:
        raise _refused("group.language", phrases.COHORT_LANGUAGE, language=LANGUAGE)
    listed = type_filters(registry, [str(expression.get("expression", ""))], zone=zone)
    queries = [query for several in listed.values() for query in several]
    known = queries and {PATIENT, *registry.patient_compartment}
    if len(queries) != 1 or queries[0].type not in known:
        raise _refused("group.filter", phrases.COHORT_FILTER)
    return queries[0]


async def patients_by(
    store: Store, context: Context, filters: tuple[Query, ...], prepare: Prepare
) -> set[str]:
    """Ids of the patients that meet all of one filter or more; each page read is on record."""
    prepared = [await prepare(query) for query in filters]
    # Those about patients themselves first: they read least, and may leave nobody.
    ordered = sorted(prepared, key=lambda query: query.type != PATIENT)
    found = await _met(store, context, ordered[0])
    for query in ordered[1:]:
        if found:
            found &= await _met(store, context, query)
    return found


async def _met(store: Store, context: Context, query: Query) -> set[str]:
    """The patients of what a search finds. Refused TOO_LARGE when it finds too much."""
    codes = store.registry.patient_compartment.get(query.type, ())
    found: set[str] = set()
    left, cursor = MAX_COHORT_READ, ""
    while True:
        page = await store.search(
            context, msgspec.structs.replace(query, count=MAX_PAGE, cursor=cursor)
        )
        for stored in page.matches:
            if query.type == PATIENT:
                found.add(stored.id)
            else:
                found |= _patients(store, stored.body, codes)
        left -= len(page.matches)
        if not page.next:
            return found
        if left <= 0:
            raise refuse(
                Category.TOO_LARGE, "group.filter-matches", phrases.COHORT_MATCHES,
                code="too-costly", type=query.type, limit=str(MAX_COHORT_READ),
            )  # fmt: skip
        cursor = page.next


def _patients(store: Store, body: bytes, codes: tuple[str, ...]) -> set[str]:
    """In whose compartments a resource is."""
    entries = store.extractor.entries_of(decode(body, limit=len(body)), codes)
    return {
        entry.id for entry in entries
        if isinstance(entry, ReferenceEntry) and entry.type == PATIENT
    }  # fmt: skip


class CohortGate:
    """Of the type Group: criteria that could not be met are refused as they are written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def examine(self, context: Context, resource: Resource) -> None:  # noqa: ARG002
        filters_of(self._store.registry, resource, self._store.zone)

    async def keep(self, tx: Transaction, resource: Resource) -> None:
        """Nothing goes with it."""


def _refused(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(
        Category.UNPROCESSABLE, rule, phrase, code="not-supported",
        location="Group.modifierExtension", **details,
    )  # fmt: skip

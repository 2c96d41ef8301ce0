"""`_typeFilter` decided on each resource as it was at the export's moment, by the exact matcher."""

from collections.abc import Callable, Iterable
from typing import Final
from zoneinfo import ZoneInfo

from hygie.exchange.bulk import phrases
from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry
from hygie.fhir.search import Extractor, matches
from hygie.fhir.search.query import Criterion
from hygie.fhir.search.type_filters import NAME, type_filters
from hygie.refusal import Category, refuse

MODIFIERS: Final = frozenset({"", "exact", "contains", "not", "text", "identifier", "of-type"})
"""What a resource says by itself; a hierarchy of URIs too. Others need terminology."""
Passes = Callable[[bytes], bool]
Criteria = tuple[Criterion, ...]


def criteria_of(
    registry: Registry, values: Iterable[str], zone: ZoneInfo, *, lenient: bool = False
) -> dict[str, list[Criteria]]:
    """Type -> alternatives, each of criteria that must all be met. Raises `Refused` (INVALID): for
    what no search allows, and for what one resource does not say by itself (chains, `:in`)."""
    found = type_filters(registry, values, zone=zone, lenient=lenient)
    return {
        kind: [tuple(_plain(one) for one in query.conditions) for query in queries]
        for kind, queries in found.items()
    }


def _plain(condition: object) -> Criterion:
    if isinstance(condition, Criterion):
        uri = condition.parameter.type == "uri" and condition.modifier in ("above", "below")
        if condition.modifier in MODIFIERS or uri or condition.missing is not None:
            return condition
    raise refuse(
        Category.INVALID, "export.parameter", phrases.FILTER, code="not-supported", location=NAME
    )


def passing(extractor: Extractor, alternatives: Iterable[Criteria]) -> Passes:
    """Whether a body meets one of these."""
    known = list(alternatives)
    codes = {criterion.parameter.code for criteria in known for criterion in criteria}

    def passes(body: bytes) -> bool:
        entries = extractor.entries_of(decode(body, limit=len(body)), codes)
        return any(all(matches(one, entries) for one in criteria) for criteria in known)

    return passes

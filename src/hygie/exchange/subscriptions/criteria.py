"""Criteria that one resource by itself meets or not: those of topics and of subscriptions."""

from collections.abc import Callable
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from hygie.exchange.subscriptions.phrases import ALONE, wrong
from hygie.fhir.definitions import Registry
from hygie.fhir.search import parse_query
from hygie.fhir.search.coded import CODED
from hygie.fhir.search.query import Criterion

Known = Callable[[], Registry]
"""The definitions of the moment: an establishment adds search parameters of its own."""


def criteria_of(
    registry: Registry, zone: ZoneInfo, type_: str, query: str
) -> tuple[Criterion, ...]:
    """The criteria of a query string.

    Raises `Refused`: what the search does not understand, what other resources decide (chains,
    value sets), and what controls an answer rather than tells resources apart.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    parsed = parse_query(registry, type_, pairs, zone=zone).query
    criteria = tuple(c for c in parsed.conditions if isinstance(c, Criterion))
    coded = any(c.parameter.type == "token" and c.modifier in CODED for c in criteria)
    if coded or len(criteria) < len(pairs):
        raise wrong("criteria", ALONE, "criteria", code="not-supported")
    return criteria

"""What the tests of this folder share."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import r4
from hygie.fhir.search import Extractor, matches, parse_query
from hygie.fhir.search.entry import Entry
from hygie.fhir.search.query import Criterion, Query
from hygie.refusal import Issue, Refused

PARIS = ZoneInfo("Europe/Paris")
EXTRACTOR = Extractor(r4(), PARIS)


def query(resource_type: str, *parameters: tuple[str, str]) -> Query:
    return parse_query(r4(), resource_type, parameters, zone=PARIS).query


def criterion(resource_type: str, name: str, value: str) -> Criterion:
    (condition,) = query(resource_type, (name, value)).conditions
    assert isinstance(condition, Criterion)
    return condition


def refusal(resource_type: str, *parameters: tuple[str, str]) -> Issue | None:
    """The issue of a refused search, or None when it is not refused."""
    try:
        query(resource_type, *parameters)
    except Refused as problem:
        return problem.refusal.issues[0]
    return None


def entries(resource: Mapping[str, Any], parameter: str = "") -> list[Entry]:
    found = EXTRACTOR.extract(resource)
    return [e for e in found if not parameter or e.parameter == parameter]


def meets(resource: Mapping[str, Any], name: str, value: str) -> bool:
    asked = criterion(resource["resourceType"], name, value)
    return matches(asked, EXTRACTOR.extract(resource))

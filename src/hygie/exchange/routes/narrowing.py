"""What a route that produces tells, of all that changes: by types, searches, units, sources."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from hygie.exchange.routes import phrases
from hygie.exchange.routes.declaration import Produce
from hygie.fhir.definitions import Registry
from hygie.fhir.search import Extractor, matches, parse_query
from hygie.fhir.search.coded import CODED
from hygie.fhir.search.query import Criterion
from hygie.refusal import Category, Refused, refuse

Json = dict[str, Any]
SEARCH: Final = re.compile(r"([A-Za-z]{1,64})\?(.{1,2000})")


class Narrowing:
    """Of one declaration. Raises `Refused` when a search is none that a resource meets alone."""

    def __init__(self, content: Produce, registry: Registry, zone: ZoneInfo) -> None:
        self._units = frozenset(content.units)
        self._criteria: dict[str, list[tuple[Criterion, ...]]] = {}
        for text in content.criteria:
            type_, criteria = _read(text, registry, zone)
            self._criteria.setdefault(type_, []).append(criteria)
        self._extractor = Extractor(registry, zone)

    def takes(self, resource: Json) -> bool:
        """Whether it meets a search about its type, if there is one."""
        asked = self._criteria.get(resource["resourceType"])
        return asked is None or any(self._meets(resource, criteria) for criteria in asked)

    def takes_stay(self, encounter: Json, context: Mapping[str, Json]) -> bool:
        """Whether the stay is, or was, in one of the units. `context`: what it refers to."""
        return not self._units or bool(self._units & set(_units(encounter, context)))

    def _meets(self, resource: Json, criteria: tuple[Criterion, ...]) -> bool:
        return all(
            matches(one, self._extractor.entries_of(resource, (one.parameter.code,)))
            for one in criteria
        )


def _read(text: str, registry: Registry, zone: ZoneInfo) -> tuple[str, tuple[Criterion, ...]]:
    found = SEARCH.fullmatch(text)
    if found is None or not registry.is_resource(found[1]):
        raise _bad(text)
    pairs = parse_qsl(found[2], keep_blank_values=True)
    parsed = parse_query(registry, found[1], pairs, zone=zone).query
    criteria = tuple(c for c in parsed.conditions if isinstance(c, Criterion))
    coded = any(c.parameter.type == "token" and c.modifier in CODED for c in criteria)
    if coded or len(criteria) < len(pairs):
        raise _bad(text)
    return found[1], criteria


def _units(encounter: Json, context: Mapping[str, Json]) -> Iterator[str]:
    """Codes of the unit that answers for the stay, and of those of its places."""
    named = [encounter.get("serviceProvider", {})]
    for one in encounter.get("location", []):
        place = context.get(str(one.get("location", {}).get("reference")), {})
        named.append(place.get("managingOrganization", {}))
    for one in named:
        unit = context.get(str(one.get("reference")), {})
        yield from (str(i.get("value")) for i in unit.get("identifier", []))


def _bad(text: str) -> Refused:
    return refuse(
        Category.UNPROCESSABLE, "route.criteria", phrases.CRITERIA, code="not-supported",
        criteria=text[:200],
    )  # fmt: skip

"""`_typeFilter`: searches that narrow the types of a bulk export (Bulk Data Access 2.0, §3.3.2).

Each value holds queries such as `Observation?category=laboratory&date=ge2024`. Those of one type
are alternatives; a type without one is exported whole.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry
from hygie.fhir.search import phrases
from hygie.fhir.search.controls import is_control
from hygie.fhir.search.parse import HANDLED_ELSEWHERE, parse_query
from hygie.fhir.search.phrases import malformed, wrong
from hygie.fhir.search.query import Query
from hygie.limits import MAX_TYPE_FILTERS

NAME: Final = "_typeFilter"
_NEXT: Final = re.compile(r",(?=[A-Za-z]+\?)")
"""Between two queries of one value: a comma within a query separates alternatives."""


def type_filters(
    registry: Registry, values: Iterable[str], *, zone: ZoneInfo, lenient: bool = False
) -> dict[str, list[Query]]:
    """Type -> the searches of which its resources must meet one.

    Raises Refused (INVALID), naming what is wrong: only criteria may be given, what says how
    results are shown (`_sort`, `_include`, …) has no meaning here. `lenient` passes over what is
    not understood, as a search does; a query of which nothing is left says nothing of its type.
    """
    written = [query for value in values for query in _NEXT.split(value)]
    if len(written) > MAX_TYPE_FILTERS:
        size, limit = str(len(written)), str(MAX_TYPE_FILTERS)
        raise wrong("too-many-values", phrases.TOO_MANY_VALUES, NAME, size=size, limit=limit)
    found: dict[str, list[Query]] = {}
    for text in written:
        query = _read(registry, text, zone, lenient=lenient)
        found.setdefault(query.type, []).append(query)
    return {kind: queries for kind, queries in found.items() if all(q.conditions for q in queries)}


def _read(registry: Registry, text: str, zone: ZoneInfo, *, lenient: bool) -> Query:
    kind, _, rest = text.partition("?")
    asked = parse_qsl(rest, keep_blank_values=True)
    if not asked:
        raise malformed(NAME, text, phrases.TYPE_FILTER_FORM)
    for name, _ in asked:
        if is_control(name) or name in HANDLED_ELSEWHERE:
            raise malformed(NAME, name, phrases.TYPE_FILTER_FORM)
    return parse_query(registry, kind, asked, zone=zone, lenient=lenient).query

"""The searches that may narrow a scope: `category=http://…|laboratory`. Pure.

What is granted is judged of one resource at a time, now and later: a constraint is made of the
resource's own search parameters, without chains, controls (`_sort`, `_include`) and value sets.
"""

from typing import Final
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Criterion, Query
from hygie.limits import MAX_CONSTRAINT_PARAMETERS
from hygie.refusal import Refused
from hygie.store.interactions.addresses import pairs

UTC: Final = ZoneInfo("UTC")


def check_constraint(type_: str, query: str) -> bool:
    """Whether a query string narrows a scope on the type in a way that is understood. Every type
    has no search parameters in common that would say anything of its content."""
    if type_ == "*":
        return False
    try:
        given = pairs(query)
        parsed = parse_query(r4(), type_, given, zone=UTC).query
    except (Refused, UnicodeDecodeError):
        return False
    plain = Query(type=type_, conditions=parsed.conditions, used=parsed.used)
    return (
        parsed == plain
        and 0 < len(parsed.conditions) == len(given) <= MAX_CONSTRAINT_PARAMETERS
        and all(isinstance(condition, Criterion) for condition in parsed.conditions)
    )

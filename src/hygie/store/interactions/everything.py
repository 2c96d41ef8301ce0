"""What `Patient/{id}/$everything` was asked for (R4 Patient-everything)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import HANDLED_ELSEWHERE
from hygie.limits import MAX_EVERYTHING
from hygie.store.interactions.manner import Manner
from hygie.store.interactions.searching import (
    CURSOR,
    Parameters,
    bad_value,
    page_size,
    since,
    unknown_parameter,
)


class EverythingQuery(msgspec.Struct, frozen=True):
    """`types` empty: every type."""

    types: tuple[str, ...] = ()
    since: datetime | None = None
    count: int = MAX_EVERYTHING
    cursor: str = ""
    used: tuple[tuple[str, str], ...] = ()


def everything_query(registry: Registry, parameters: Parameters, manner: Manner) -> EverythingQuery:
    """Raises `Refused` for an unknown parameter, type or wrong value."""
    fields: dict[str, Any] = {}
    used: list[tuple[str, str]] = []
    for name, value in parameters:
        if name in HANDLED_ELSEWHERE:
            continue
        if name == "_type":
            fields["types"] = _types(registry, value)
        elif name in _READERS:
            fields |= _READERS[name](value)
        elif not manner.lenient:
            raise unknown_parameter(name)
        if name == "_type" or name in _READERS:
            used.append((name, value))
    query = EverythingQuery(**fields, used=tuple(used))
    return _permitted(query, registry, manner)


def _permitted(query: EverythingQuery, registry: Registry, manner: Manner) -> EverythingQuery:
    if manner.permitted("*", "read"):
        return query
    wanted = query.types or registry.resource_types
    kept = tuple(type_ for type_ in wanted if manner.permitted(type_, "read"))
    return msgspec.structs.replace(query, types=kept or ("Patient",))


def _types(registry: Registry, text: str) -> tuple[str, ...]:
    types = tuple(text.split(","))
    if not all(registry.is_resource(type_) for type_ in types):
        raise bad_value("_type")
    return types


_READERS: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "_since": lambda text: {"since": since(text)},
    "_count": lambda text: {"count": page_size(text)},
    CURSOR: lambda text: {"cursor": text},
}

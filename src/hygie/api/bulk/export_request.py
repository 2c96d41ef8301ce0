"""What a kick-off of `$export` asks (Bulk Data Access 2.0, and `_until`, `allowPartialManifests` of
3.0): understood whole, or refused by name; under `handling=lenient` what is not offered is left
aside."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from hygie.api.bulk import messages
from hygie.api.bulk.parameters import PATIENT, Given, wrong
from hygie.exchange.bulk.members import require_few
from hygie.exchange.bulk.provenance import OFFERED
from hygie.fhir.definitions import Registry
from hygie.refusal import Refused
from hygie.store.bodies.placing import is_id
from hygie.store.interactions.searching import unknown_parameter

FORMATS: Final = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
NOT_OFFERED: Final = ("organizeOutputBy",)
ASSOCIATED: Final = "includeAssociatedData"
LISTS: Final = ("_type", "_elements", "_typeFilter", ASSOCIATED, PATIENT)
"""Given several times, they add up."""
_REFERENCE: Final = re.compile(r"(?:Patient/)?([A-Za-z0-9\-.]{1,64})")
_ELEMENT: Final = re.compile(r"(?:([A-Z][A-Za-z]+)\.)?([a-z][A-Za-z]*(?:\[x\])?)")


class Kickoff(msgspec.Struct, kw_only=True):
    types: tuple[str, ...] = ()
    """Empty: all there are."""
    since: datetime | None = None
    until: datetime | None = None
    elements: tuple[tuple[str, str], ...] = ()
    """Type ("" for all) and name."""
    filters: tuple[str, ...] = ()
    associated: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    """Ids."""
    partial: bool = False
    ignored: tuple[str, ...] = ()
    """Left aside, under `handling=lenient`."""


def kickoff(given: Given, registry: Registry, *, lenient: bool) -> Kickoff:
    """Raises `Refused`: INVALID, by the name of the parameter."""
    asked, seen = Kickoff(), set[str]()
    for name, value in given:
        if name not in READERS:
            if not lenient:
                raise _unknown(name)
            asked.ignored += (name,)
            continue
        if name in seen and name not in LISTS:
            raise wrong(name, messages.TWICE)
        seen.add(name)
        READERS[name](asked, name, value)
    asked.types = _known(asked.types, registry, lenient=lenient)
    asked.associated = _associations(asked.associated, lenient=lenient)
    _require_elements(asked, registry)
    _require_period(asked)
    return asked


def _unknown(name: str) -> Refused:
    if name in NOT_OFFERED:
        return wrong(name, messages.NOT_OFFERED, code="not-supported")
    return unknown_parameter(name)


def _known(types: Sequence[str], registry: Registry, *, lenient: bool) -> tuple[str, ...]:
    for kind in types:
        if not registry.is_resource(kind) and not lenient:
            raise wrong("_type", messages.TYPE, type=kind[:64])
    return tuple(dict.fromkeys(kind for kind in types if registry.is_resource(kind)))


def _associations(names: Sequence[str], *, lenient: bool) -> tuple[str, ...]:
    for name in names:
        if name not in OFFERED and not lenient:
            raise wrong(ASSOCIATED, messages.ASSOCIATED, value=name[:64])
    return tuple(name for name in dict.fromkeys(names) if name in OFFERED)


def _require_elements(asked: Kickoff, registry: Registry) -> None:
    """Those that no type asked for has are a mistake in spelling."""
    for kind, name in asked.elements:
        types = (kind,) if kind else asked.types or registry.resource_types
        if not any(registry.is_resource(one) and _has(registry, one, name) for one in types):
            raise wrong("_elements", messages.ELEMENT, element=name[:64])


def _has(registry: Registry, kind: str, name: str) -> bool:
    elements = registry.types[kind].elements
    return name in ("id", "meta") or any(
        element.name == name or name in element.json_names() for element in elements
    )


def _require_period(asked: Kickoff) -> None:
    now = datetime.now(UTC)
    if asked.since is not None and asked.since > now:
        raise wrong("_since", messages.FUTURE)
    if asked.since is not None and asked.until is not None and asked.until <= asked.since:
        raise wrong("_until", messages.EMPTY_PERIOD)


# --- one parameter --------------------------------------------------------------------------
def _format(_asked: Kickoff, name: str, value: str) -> None:
    if value.replace(" ", "+") not in FORMATS:
        raise wrong(name, messages.FORMAT, code="not-supported")


def _types(asked: Kickoff, name: str, value: str) -> None:
    asked.types += tuple(_listed(name, value))


def _instant(name: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        raise wrong(name, messages.VALUE) from None
    if moment.tzinfo is None:
        raise wrong(name, messages.VALUE)
    return moment


def _since(asked: Kickoff, name: str, value: str) -> None:
    asked.since = _instant(name, value)


def _until(asked: Kickoff, name: str, value: str) -> None:
    asked.until = _instant(name, value)


def _elements(asked: Kickoff, name: str, value: str) -> None:
    for part in _listed(name, value):
        found = _ELEMENT.fullmatch(part)
        if found is None:
            raise wrong(name, messages.ELEMENT, element=part[:64])
        asked.elements += ((found[1] or "", found[2]),)


def _filter(asked: Kickoff, _name: str, value: str) -> None:
    asked.filters += (value,)


def _associated(asked: Kickoff, name: str, value: str) -> None:
    asked.associated += tuple(_listed(name, value))


def _patient(asked: Kickoff, name: str, value: str) -> None:
    for part in _listed(name, value):
        found = _REFERENCE.fullmatch(part)
        if found is None or not is_id(found[1]):
            raise wrong(name, messages.VALUE)
        asked.patients += (found[1],)
    require_few(len(asked.patients))


def _partial(asked: Kickoff, name: str, value: str) -> None:
    if value not in ("true", "false"):
        raise wrong(name, messages.VALUE)
    asked.partial = value == "true"


def _listed(name: str, value: str) -> list[str]:
    parts = [part.strip() for part in value.split(",")]
    if not all(parts):
        raise wrong(name, messages.VALUE)
    return parts


READERS: Final[dict[str, Callable[[Kickoff, str, str], None]]] = {
    "_outputFormat": _format,
    "_type": _types,
    "_since": _since,
    "_until": _until,
    "_elements": _elements,
    "_typeFilter": _filter,
    ASSOCIATED: _associated,
    PATIENT: _patient,
    "allowPartialManifests": _partial,
}

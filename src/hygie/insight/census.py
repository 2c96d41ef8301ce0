"""Who is where at an instant, and how many were hour by hour: read off the stays.

A stay says by itself what it was at any instant: `statusHistory` and `status`, `location` with its
periods. A bed is left at the instant at which the next is taken. Costs one search by date, and a
few microseconds a stay and instant.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.search import parse_query
from hygie.limits.gateway import MAX_CENSUS_STAYS
from hygie.refusal import Category, Phrase, refuse
from hygie.store.store import Store
from hygie.trace import Context

Json = dict[str, Any]
State = Literal["present", "onleave", "expected"]

TOO_MANY: Final = Phrase(
    "Plus de {limit} séjours touchent cette période : demandez une période plus courte.",
    "More than {limit} stays touch this period: ask for a shorter one.",
)
_NOWHERE: Final = ("cancelled", "entered-in-error", "finished", "unknown")
_AWAITED: Final = ("planned",)
_PAGE: Final = "1000"


class Unit(msgspec.Struct, frozen=True):
    """Empty when nobody has said."""

    reference: str = ""
    code: str = ""
    """As its establishment numbers it (UF)."""
    name: str = ""


class Place(msgspec.Struct, frozen=True):
    """A place, down to the bed where that is said."""

    reference: str = ""
    name: str = ""
    unit: Unit = Unit()


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """One stay at one instant. References are "Type/id"."""

    encounter: str
    number: str
    """Of the visit (IEP)."""
    patient: str
    state: State
    since: datetime | None
    """In this place; of an expected patient, when the admission is planned."""
    place: Place
    """Its unit is the one responsible where the place has none."""
    patient_class: str
    """Encounter.class: IMP, EMER, AMB…"""


class Grounds(NamedTuple):
    """The establishment: units and places by their references."""

    units: dict[str, Unit]
    places: dict[str, Place]


async def census(store: Store, context: Context, at: datetime) -> list[Presence]:
    """Every patient present, on leave or expected at that instant. `at` has a zone.

    Refused TOO_LARGE beyond `MAX_CENSUS_STAYS`.
    """
    grounds = await grounds_of(store, context)
    found = [presence(stay, at, grounds) async for stay in _stays(store, context, at, at)]
    return [one for one in found if one is not None]


def by_unit(found: Iterable[Presence]) -> dict[str, frozenset[str]]:
    """Code of the unit -> numbers of the visits of those who are in it: not of those on leave, nor
    of those expected."""
    numbers: dict[str, set[str]] = {}
    for one in found:
        if one.state == "present":
            numbers.setdefault(one.place.unit.code, set()).add(one.number)
    return {unit: frozenset(members) for unit, members in numbers.items()}


async def occupancy(
    store: Store, context: Context, begin: datetime, end: datetime, *, step: timedelta
) -> list[tuple[datetime, Counter[str]]]:
    """At `begin` and at each step up to `end`: by the code of the unit, how many have a place in it
    (those on leave keep theirs)."""
    grounds = await grounds_of(store, context)
    instants = _steps(begin, end, step)
    counts: list[Counter[str]] = [Counter() for _ in instants]
    async for stay in _stays(store, context, begin, end):
        for at, count in zip(instants, counts, strict=True):
            found = presence(stay, at, grounds)
            if found is not None and found.state != "expected":
                count[found.place.unit.code] += 1
    return list(zip(instants, counts, strict=True))


def presence(stay: Json, at: datetime, grounds: Grounds) -> Presence | None:
    """Where this stay (an Encounter) has the patient at that instant; None for nowhere."""
    status, period = _status(stay, at), stay.get("period", {})
    if status in _NOWHERE:
        return None
    expected = status in _AWAITED
    if not expected and not _holds(period, at):
        return None
    lodged = _lodged(stay, at, expected=expected)
    since = lodged.get("period", {}).get("start") or period.get("start")
    return Presence(
        encounter=f"Encounter/{stay['id']}",
        number=_number(stay),
        patient=_reference(stay.get("subject", {})),
        state="expected" if expected else "onleave" if status == "onleave" else "present",
        since=_instant(since, at) if since else None,
        place=_place(stay, lodged.get("location", {}), grounds),
        patient_class=stay.get("class", {}).get("code", ""),
    )


def _place(stay: Json, lodged: Json, grounds: Grounds) -> Place:
    reference = _reference(lodged)
    place = grounds.places.get(reference, Place(reference, lodged.get("display", "")))
    if place.unit.reference:
        return place
    responsible = _reference(stay.get("serviceProvider", {}))
    return msgspec.structs.replace(place, unit=grounds.units.get(responsible, Unit(responsible)))


def _number(stay: Json) -> str:
    """The first is that of the visit, as the intake writes them."""
    numbers: list[Json] = stay.get("identifier", [])
    return str(numbers[0].get("value", "")) if numbers else ""


async def _stays(
    store: Store, context: Context, begin: datetime, end: datetime
) -> AsyncIterator[Json]:
    """Those whose period touches the one asked for; of them, the ones that took place or will."""
    second = timedelta(seconds=1)  # to have what begins or ends at these very instants
    given = [
        ("date", f"gt{(begin - second).isoformat(timespec='seconds')}"),
        ("date", f"lt{(end + second).isoformat(timespec='seconds')}"),
        ("status:not", "cancelled"),
    ]
    seen = 0
    async for stay in _every(store, context, "Encounter", given):
        seen += 1
        if seen > MAX_CENSUS_STAYS:
            raise refuse(
                Category.TOO_LARGE, "census.too-many", TOO_MANY, code="too-costly",
                limit=str(MAX_CENSUS_STAYS),
            )  # fmt: skip
        yield stay


async def grounds_of(store: Store, context: Context) -> Grounds:
    units = {
        f"Organization/{unit['id']}": Unit(
            f"Organization/{unit['id']}", _number(unit), unit.get("name", "")
        )
        async for unit in _every(store, context, "Organization", ())
    }
    places = {
        f"Location/{place['id']}": Place(
            f"Location/{place['id']}",
            place.get("name", ""),
            units.get(_reference(place.get("managingOrganization", {})), Unit()),
        )
        async for place in _every(store, context, "Location", ())
    }
    return Grounds(units, places)


async def _every(
    store: Store, context: Context, kind: str, given: Sequence[tuple[str, str]]
) -> AsyncIterator[Json]:
    asked = [*given, ("_count", _PAGE)]
    query = parse_query(store.registry, kind, asked, zone=store.zone).query
    while True:
        page = await store.search(context, query)
        for match in page.matches:
            yield decode(match.body)
        if not page.next:
            return
        query = msgspec.structs.replace(query, cursor=page.next)


def _steps(begin: datetime, end: datetime, step: timedelta) -> list[datetime]:
    count = int((end - begin) / step) + 1
    return [begin + rank * step for rank in range(count)]


def _status(stay: Json, at: datetime) -> str:
    """That of the time: a status that is over, or the one that came after all of these."""
    for past in stay.get("statusHistory", []):
        if _holds(past.get("period", {}), at):
            return str(past["status"])
    return _current(stay)


def _current(stay: Json) -> str:
    status = str(stay.get("status", ""))
    history = stay.get("statusHistory", [])
    if status == "finished" and not history:
        return "in-progress"  # a stay of which only the end is told: within its period, it was
    return status


def _lodged(stay: Json, at: datetime, *, expected: bool) -> Json:
    for place in stay.get("location", []):
        if (place.get("status") == "planned") == expected and (
            expected or _holds(place.get("period", {}), at)
        ):
            return dict(place)
    return {}


def _holds(period: Json, at: datetime) -> bool:
    start, end = period.get("start"), period.get("end")
    if not start and not end:
        return False
    return (not start or _instant(start, at) <= at) and (not end or at < _instant(end, at))


def _instant(moment: str, at: datetime) -> datetime:
    """A day alone begins at midnight, in the zone of who asks."""
    found = datetime.fromisoformat(moment)
    return found if found.tzinfo else found.replace(tzinfo=at.tzinfo)


def _reference(reference: Json) -> str:
    return str(reference.get("reference", ""))

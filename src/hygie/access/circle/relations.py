"""What a resource says of who cares for whom. Pure.

A stay tells of its attending practitioners and of each unit it was in; appointments, orders, care
teams and episodes of those they name; a patient of their general practitioner. Care is taken to
begin a little before and to last a while after, as the rights file says: the letter, the late
result, the coding come after the stay. What was entered in error tells nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hygie.access.circle.circle import Basis, Relation
from hygie.access.rights.rights import Bounds
from hygie.fhir.search.instants import interval
from hygie.store.contract import Resource

WHO: Final = ("Practitioner/", "PractitionerRole/", "Location/", "Organization/")
"""Kinds of those who care. One whom a message names by an identifier alone is "system|value"."""
ERRED: Final = frozenset(
    {"entered-in-error", "cancelled", "revoked", "draft", "proposed", "unknown"}
)
"""Statuses under which nothing is said of care: it was not, or not yet."""
Span = tuple[datetime | None, datetime | None]


class Reading:
    """Reads relations, with the bounds of a rights file, dates without a zone being of `zone`."""

    def __init__(self, bounds: Bounds, zone: ZoneInfo) -> None:
        self._zone = zone
        self._after_stay = timedelta(days=bounds.after_stay_days)
        self._after_appointment = timedelta(days=bounds.after_appointment_days)
        self._before_appointment = timedelta(days=bounds.before_appointment_days)
        self._after_order = timedelta(days=bounds.after_order_days)

    def relations(self, resource: Resource) -> tuple[Relation, ...]:
        """Those that the resource tells of, past and future ones as well."""
        read = _READ.get(resource["resourceType"])
        if read is None or str(resource.get("status")) in ERRED:
            return ()
        return tuple(read(self, resource))

    # --- by type --------------------------------------------------------------------------------

    def _encounter(self, stay: Resource) -> Iterator[Relation]:
        patient, whole = _patient(stay.get("subject")), self._span(stay.get("period"))
        if stay.get("status") == "finished" and whole[1] is None:
            whole = whole[0], whole[0] or self._moment(_updated(stay), 1)
        for one in stay.get("participant", ()):
            span = _within(self._span(one.get("period")), whole)
            yield from self._stayed(one.get("individual"), patient, "attending", span)
        for one in stay.get("location", ()):
            span = _within(self._span(one.get("period")), whole)
            yield from self._stayed(one.get("location"), patient, "unit", span)
        yield from self._stayed(stay.get("serviceProvider"), patient, "unit", whole)

    def _stayed(self, who: Any, patient: str, basis: Basis, span: Span) -> Iterator[Relation]:
        start, end = span
        yield from _related(who, patient, basis, (start, _later(end, self._after_stay)))

    def _appointment(self, meeting: Resource) -> Iterator[Relation]:
        start, end = self._moment(meeting.get("start"), 0), self._moment(meeting.get("end"), 1)
        if start is None:
            return
        span = (
            _later(start, -self._before_appointment),
            _later(end or start, self._after_appointment),
        )
        actors = [one.get("actor") for one in meeting.get("participant", ())]
        for patient in filter(None, map(_patient, actors)):
            for who in actors:
                yield from _related(who, patient, "appointment", span)

    def _order(self, order: Resource) -> Iterator[Relation]:
        patient, start = _patient(order.get("subject")), self._moment(order.get("authoredOn"), 0)
        if start is None:
            return
        span = start, _later(start, self._after_order)
        performers = order.get("performer") or ()
        performers = performers if isinstance(performers, list) else [performers]
        for who in (order.get("requester"), *performers):
            yield from _related(who, patient, "order", span)

    def _team(self, team: Resource) -> Iterator[Relation]:
        patient, whole = _patient(team.get("subject")), self._span(team.get("period"))
        if team.get("status") != "active":
            return
        for one in team.get("participant", ()):
            span = _within(self._span(one.get("period")), whole)
            yield from _related(one.get("member"), patient, "team", span)

    def _episode(self, episode: Resource) -> Iterator[Relation]:
        patient, span = _patient(episode.get("patient")), self._span(episode.get("period"))
        for who in (episode.get("careManager"), episode.get("managingOrganization")):
            yield from _related(who, patient, "episode", span)

    def _general(self, patient: Resource) -> Iterator[Relation]:
        for who in patient.get("generalPractitioner", ()):
            yield from _related(who, patient["id"], "general-practitioner", (None, None))

    # --- moments --------------------------------------------------------------------------------

    def _span(self, given: Any) -> Span:
        period = given if isinstance(given, Mapping) else {}
        return self._moment(period.get("start"), 0), self._moment(period.get("end"), 1)

    def _moment(self, text: Any, side: int) -> datetime | None:
        """The first or the last microsecond of what a date covers."""
        found = interval(text, self._zone) if isinstance(text, str) else None
        if found is None:
            return None
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=found[side])
        except OverflowError:
            return None


_READ: Final[Mapping[str, Callable[[Reading, Resource], Iterator[Relation]]]] = {
    "Encounter": Reading._encounter,  # noqa: SLF001 - a table of its own methods
    "Appointment": Reading._appointment,  # noqa: SLF001
    "ServiceRequest": Reading._order,  # noqa: SLF001
    "MedicationRequest": Reading._order,  # noqa: SLF001
    "CareTeam": Reading._team,  # noqa: SLF001
    "EpisodeOfCare": Reading._episode,  # noqa: SLF001
    "Patient": Reading._general,  # noqa: SLF001
}


def _related(who: Any, patient: str, basis: Basis, span: Span) -> Iterator[Relation]:
    if not patient:
        return
    reference = _reference(who)
    if reference.startswith(WHO):
        yield Relation(reference, patient, basis, *span)
    named = who.get("identifier") if isinstance(who, Mapping) else None
    if isinstance(named, Mapping) and named.get("system") and named.get("value"):
        yield Relation(f"{named['system']}|{named['value']}", patient, basis, *span)


def _reference(value: Any) -> str:
    found = value.get("reference") if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def _patient(value: Any) -> str:
    kind, _, id_ = _reference(value).partition("/")
    return id_ if kind == "Patient" else ""


def _updated(resource: Resource) -> Any:
    return resource.get("meta", {}).get("lastUpdated")


def _within(span: Span, whole: Span) -> Span:
    """What is said of a part, bounded by what is said of the whole."""
    start = max(filter(None, (span[0], whole[0])), default=None)
    end = min(filter(None, (span[1], whole[1])), default=None)
    return start, end


def _later(moment: datetime | None, by: timedelta) -> datetime | None:
    try:
        return moment + by if moment else None
    except OverflowError:
        return moment

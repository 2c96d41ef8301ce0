"""Stays and the movements within them."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from hygie.web.present.dates import Moment, read_moment, say_day, say_duration, say_hour, say_moment
from hygie.web.present.places import Places
from hygie.web.present.read import (
    Json,
    child,
    concept_text,
    objects,
    reference_id,
    reference_text,
    text,
)

CLASSES = {
    "IMP": "Hospitalisation", "ACUTE": "Hospitalisation", "NONAC": "Hospitalisation",
    "SS": "Hospitalisation de jour", "EMER": "Urgences", "AMB": "Consultation externe",
    "PRENC": "Préadmission", "HH": "Hospitalisation à domicile", "VR": "Téléconsultation",
    "OBSENC": "Observation", "FLD": "Intervention extérieure",
}  # fmt: skip
STATES = {
    "planned": "prévu", "arrived": "arrivé", "triaged": "arrivé", "in-progress": "en cours",
    "onleave": "en permission", "finished": "terminé", "cancelled": "annulé",
}  # fmt: skip
OPEN = ("arrived", "triaged", "in-progress", "onleave")


class Movement(msgspec.Struct, frozen=True):
    place: str
    start: Moment | None
    end: Moment | None
    state: str
    duration: str


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    patient: str
    kind: str
    state: str
    open: bool
    start: Moment | None
    end: Moment | None
    number: str
    """IEP, the establishment's number for the stay."""
    reason: str
    doctor: str
    place: str
    """Where the patient is now, or was last."""
    duration: str
    movements: tuple[Movement, ...]


def read_stays(
    encounters: Iterable[Json], zone: ZoneInfo, now: datetime, places: Places
) -> tuple[Stay, ...]:
    """Stays, the latest first; those entered in error are left out."""
    kept = (e for e in encounters if text(e, "status") != "entered-in-error")
    stays = [read_stay(e, zone, now, places) for e in kept]
    return tuple(sorted(stays, key=_started, reverse=True))


def _started(stay: Stay) -> float:
    return stay.start.at.timestamp() if stay.start else float("-inf")


def read_stay(encounter: Json, zone: ZoneInfo, now: datetime, places: Places) -> Stay:
    start, end = _period(child(encounter, "period"), zone)
    movements = _movements(encounter, zone, now, places)
    status = text(encounter, "status")
    return Stay(
        id=text(encounter, "id"),
        patient=reference_id(child(encounter, "subject"), "Patient"),
        kind=_kind(encounter),
        state=STATES.get(status, "état inconnu"),
        open=status in OPEN,
        start=start,
        end=end,
        number=text(child(encounter, "identifier"), "value"),
        reason=_reason(encounter),
        doctor=_doctor(encounter),
        place=movements[-1].place if movements else _service(encounter, places),
        duration=_lasted(start, end, now),
        movements=movements,
    )


def _period(period: Json, zone: ZoneInfo) -> tuple[Moment | None, Moment | None]:
    return read_moment(period.get("start"), zone), read_moment(period.get("end"), zone)


def _lasted(start: Moment | None, end: Moment | None, now: datetime) -> str:
    """How long it lasted, or has lasted so far; empty when it cannot be said."""
    if start is None or start.precision != "time":
        return ""
    until = end.at if end else now
    return say_duration(until - start.at) if until > start.at else ""


def _kind(encounter: Json) -> str:
    coded = child(encounter, "class")
    said = CLASSES.get(text(coded, "code")) or text(coded, "display")
    return said or concept_text(child(encounter, "type")) or "Venue"


def _reason(encounter: Json) -> str:
    reasons = (concept_text(c) for c in objects(encounter.get("reasonCode")))
    return ", ".join(filter(None, reasons)) or concept_text(child(encounter, "type"))


def _doctor(encounter: Json) -> str:
    people = (reference_text(child(p, "individual")) for p in objects(encounter.get("participant")))
    return next(filter(None, people), "")


def _service(encounter: Json, places: Places) -> str:
    said = concept_text(child(encounter, "serviceType"))
    return said or _place(child(encounter, "serviceProvider"), places)


def _place(reference: Json, places: Places) -> str:
    return places.get(text(reference, "reference"), "") or reference_text(reference)


def _movements(
    encounter: Json, zone: ZoneInfo, now: datetime, places: Places
) -> tuple[Movement, ...]:
    """`Encounter.location`, in the order they happened."""
    found = []
    for step in objects(encounter.get("location")):
        start, end = _period(child(step, "period"), zone)
        place = _place(child(step, "location"), places) or "Lieu non précisé"
        state = "prévu" if text(step, "status") in ("planned", "reserved") else ""
        found.append(Movement(place, start, end, state, _lasted(start, end, now)))
    return tuple(sorted(found, key=lambda m: m.start.at.timestamp() if m.start else 0.0))


def say_span(start: Moment | None, end: Moment | None) -> str:
    """« du 3 févr. 2026, 8 h 00 au 5 févr. 2026, 11 h 30 », « depuis le … », or empty.

    Within one day: « le 3 févr. 2026, de 8 h 00 à 11 h 30 ».
    """
    if start and end and start.day == end.day and say_hour(start) and say_hour(end):
        return f"le {say_day(start)}, de {say_hour(start)} à {say_hour(end)}"
    if start and end:
        return f"du {say_moment(start)} au {say_moment(end)}"
    if start:
        return f"depuis le {say_moment(start)}"
    return f"jusqu’au {say_moment(end)}" if end else ""

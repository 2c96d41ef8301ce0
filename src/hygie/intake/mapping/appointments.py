"""SIU: SCH with its resources (AIS, AIG, AIL, AIP) to an Appointment. Pure.

Status: the event decides a cancellation, a deletion and a no-show; else SCH-25 (table 0278), else
the appointment is booked. v2-to-FHIR: SCH, AIS, AIG, AIL, AIP [Appointment].
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from hygie.hl7v2.message import Message, Segment
from hygie.intake.mapping import people, phrases, places
from hygie.intake.mapping.engine import Context
from hygie.refusal import Category, Issue, refuse

Resource = dict[str, Any]
_BY_EVENT: Final = {"S15": "cancelled", "S16": "cancelled", "S17": "entered-in-error",
                    "S26": "noshow"}  # fmt: skip
_BY_CODE: Final = {
    "PENDING": "pending", "WAITLIST": "waitlist", "BOOKED": "booked", "STARTED": "arrived",
    "COMPLETE": "fulfilled", "CANCELLED": "cancelled", "DC": "cancelled",
    "DELETED": "entered-in-error", "OVERBOOK": "booked", "NOSHOW": "noshow", "BLOCKED": "booked",
}  # fmt: skip
_WITHOUT_MOMENT: Final = ("cancelled", "waitlist", "proposed")
"""Statuses in which R4 lets an appointment have no moment (app-3)."""
_UNITS: Final = {"S": 1 / 60, "SEC": 1 / 60, "M": 1, "MIN": 1, "MN": 1, "H": 60, "HR": 60,
                 "D": 1440}  # fmt: skip
_PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_DELETED: Final = "D"


def appointment(message: Message, context: Context) -> Resource:
    """Its elements, less id, status and patient."""
    scope: dict[str, list[Segment]] = {}
    for segment in message.segments:
        scope.setdefault(segment.name, []).append(segment)
    found = context.map("SCH", scope)
    minutes = _minutes(message)
    if minutes:
        found["minutesDuration"] = minutes
    if "start" in found and "end" not in found:
        found["end"] = _end(found["start"], minutes)
    return found


def status(message: Message) -> str:
    """Of the event, else of SCH-25; empty when neither says one."""
    code = message.require("SCH").text(25).upper()
    return _BY_EVENT.get(message.event) or _BY_CODE.get(code) or ""


def check_moment(message: Message, booked: Resource) -> list[Issue]:
    """Refuses one that nobody could go to; a warning when only its end is not known."""
    if "start" not in booked and booked["status"] not in _WITHOUT_MOMENT:
        raise refuse(
            Category.INVALID, "appointment.no-moment", phrases.APPOINTMENT_WITHOUT_MOMENT,
            code="required", location=message.require("SCH").place(11),
        )  # fmt: skip
    if "start" in booked and booked["start"] == booked["end"]:
        return [Issue(
            severity="warning", code="incomplete", rule="appointment.no-end",
            phrase=phrases.APPOINTMENT_WITHOUT_END, location=message.require("SCH").place(11),
        )]  # fmt: skip
    return []


def participants(message: Message, subject: str, context: Context) -> Iterator[Resource]:
    """The patient, then those who and that which the message names; one deleted is left out."""
    yield {"actor": {"reference": subject}, "status": "accepted"}
    for segment in message.segments:
        actor = _actor(segment, message, context)
        if actor and segment.text(2).upper() != _DELETED:
            kind = {"coding": [{"system": _PARTICIPATION, "code": _kind(segment)}]}
            yield {"type": [kind], "actor": actor, "status": "accepted"}


def locations(message: Message, context: Context) -> Iterator[Resource]:
    """The places of AIL, and the units they are of: made when first named."""
    for ail in message.all("AIL"):
        field = ail.field(3)
        for made in (
            places.unit_of_location(field, message, context.ids),
            places.location(field, message, context.ids),
        ):
            if made is not None:
                yield made


def _actor(segment: Segment, message: Message, context: Context) -> Resource | None:
    if segment.name == "AIP":
        return people.professional(segment.field(3))
    if segment.name == "AIL":
        place = places.location(segment.field(3), message, context.ids)
        return {"reference": f"Location/{place['id']}"} if place else None
    if segment.name == "AIG":
        name = segment.text(3, 2) or segment.text(3)
        return {"display": name} if name else None
    return None


def _kind(segment: Segment) -> str:
    """Who performs, where, with what."""
    return {"AIP": "PPRF", "AIL": "LOC"}.get(segment.name, "DEV")


def _minutes(message: Message) -> int:
    """SCH-9, 10, else AIS-7, 8; 0 when not said, or not in minutes."""
    for segment, number in ((message.first("SCH"), 9), (message.first("AIS"), 7)):
        text = segment.text(number) if segment else ""
        if segment and text.isascii() and text.isdigit() and len(text) < 6:
            factor = _UNITS.get(segment.text(number + 1).upper() or "MIN", 0)
            return round(int(text) * factor)
    return 0


def _end(start: str, minutes: int) -> str:
    return (datetime.fromisoformat(start) + timedelta(minutes=minutes)).isoformat()

"""SIU^S12 to S22, S26: one Appointment, as it stands after the event.

It is known by its filler's number (SCH-2), else by its placer's (SCH-1), of the sender where the
number has no authority.
"""

from hygie.hl7v2.message import Field, Message
from hygie.intake.filing.bearers import of_another
from hygie.intake.filing.elements import is_last, lay, warn
from hygie.intake.filing.numbers import Numbers
from hygie.intake.filing.work import Work
from hygie.intake.mapping import appointments, phrases
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.identifiers import entity
from hygie.intake.mapping.person import read_person
from hygie.refusal import Category, refuse
from hygie.store.contract import Resource


async def file_appointment(work: Work, message: Message) -> None:
    context, number = work.context(message), _number(message)
    person = read_person(message, work.rooms.zone, work.tables)
    subject = await work.identify(person)
    identity = work.rooms.ids("Appointment", _key(number, message))
    await work.tx.guard("appointment", identity)
    stored = await work.read("Appointment", identity) or {}
    if stored and not _concerns(stored, subject):
        raise of_another("appointment.of-another", phrases.APPOINTMENT_OF_ANOTHER, number.where)
    told: Resource = {
        **appointments.appointment(message, context),
        **_named(message, subject, context),
        "resourceType": "Appointment",
        "id": identity,
    }
    if status := appointments.status(message):
        told["status"] = status
    if based_on := await _orders(work, message, subject):
        told["basedOn"] = based_on
    laid = lay(stored, told, work.said(message))
    warn(work, laid, "appointment.late", number.where)
    unnamed = list(appointments.participants(message, subject, context))
    booked = _standing({"participant": unnamed, **laid.resource})
    work.warnings += appointments.check_moment(message, booked)
    await work.put_if_absent(list(appointments.locations(message, context)))
    work.put(booked)


def _standing(booked: Resource) -> Resource:
    """With its status: booked when nobody has said one, and booked again by whatever is said after
    a cancellation."""
    ended = booked.get("status") == "cancelled"
    revived = ended and not is_last(booked, "status")
    return {**booked, "status": "booked" if revived else booked.get("status", "booked")}


def _named(message: Message, subject: str, context: Context) -> Resource:
    """Those who take part; a message that names no resources leaves those that were booked."""
    if not any(segment.name in ("AIP", "AIL", "AIG") for segment in message.segments):
        return {}
    return {"participant": list(appointments.participants(message, subject, context))}


def _concerns(stored: Resource, subject: str) -> bool:
    return any(p.get("actor", {}).get("reference") == subject for p in stored["participant"])


async def _orders(work: Work, message: Message, subject: str) -> list[Resource]:
    """SCH-26, SCH-27: the order it is for."""
    sch = message.require("SCH")
    fields = tuple(sch.field(number) for number in (26, 27) if sch.text(number))
    return await Numbers(fields).based_on(work, subject)


def _number(message: Message) -> Field:
    sch = message.require("SCH")
    for number in (2, 1):
        if sch.text(number):
            return sch.field(number)
    raise refuse(
        Category.INVALID, "appointment.no-number", phrases.APPOINTMENT_WITHOUT_NUMBER,
        code="required", location=sch.place(2),
    )  # fmt: skip


def _key(number: Field, message: Message) -> str:
    found = entity(number) or {}
    return f"{found.get('system') or message.sender}|{number.text(1)}"

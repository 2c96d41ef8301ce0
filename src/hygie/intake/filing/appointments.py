"""SIU^S12 to S22, S26: one Appointment, as it stands after the event.

It is known by its filler's number (SCH-2), else by its placer's (SCH-1), of the sender where the
number has no authority.
"""

from hygie.hl7v2.message import Field, Message
from hygie.intake.filing.bearers import of_another
from hygie.intake.filing.numbers import Numbers
from hygie.intake.filing.work import Work
from hygie.intake.mapping import appointments, phrases
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
    booked: Resource = {
        **stored,
        **appointments.appointment(message, context),
        "resourceType": "Appointment",
        "id": identity,
        "status": appointments.status(message, stored.get("status", "")),
        "participant": list(appointments.participants(message, subject, context)),
    }
    work.warnings += appointments.check_moment(message, booked)
    if based_on := await _orders(work, message, subject):
        booked["basedOn"] = based_on
    await work.put_if_absent(list(appointments.locations(message, context)))
    work.put(_without_others(stored, booked, message))


def _without_others(stored: Resource, booked: Resource, message: Message) -> Resource:
    """A cancellation that names no resources leaves those that were booked."""
    named = any(segment.name in ("AIP", "AIL", "AIG") for segment in message.segments)
    return booked if named or not stored else {**booked, "participant": stored["participant"]}


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

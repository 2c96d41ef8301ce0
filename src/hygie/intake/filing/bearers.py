"""Whom and which stay a message is about, and that nobody else's resource is changed by it."""

from hygie.hl7v2.message import Message
from hygie.intake.filing.stays import encounter_of
from hygie.intake.filing.work import Work
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.results import Bearer
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.contract import Resource


async def bearer_of(work: Work, message: Message) -> Bearer:
    """The patient, made when there is none (demographics are ADT's to change), and the stay."""
    person = read_person(message, work.rooms.zone, work.tables)
    subject = await work.identify(person)
    return Bearer(subject, await encounter_of(work, message, subject))


def is_of(stored: Resource, subject: str) -> bool:
    """True when the stored resource is this patient's."""
    bearer = stored.get("subject") or stored.get("patient") or {}
    return bool(bearer.get("reference") == subject)


def of_another(rule: str, phrase: Phrase, place: str) -> Refused:
    """A number that another patient's resource has."""
    return refuse(Category.CONFLICT, rule, phrase, code="business-rule", location=place)

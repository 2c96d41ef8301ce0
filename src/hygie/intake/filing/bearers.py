"""Whom and which stay a message is about, and that nobody else's resource is changed by it."""

from collections.abc import Callable, Iterable

from hygie.hl7v2.message import Message
from hygie.identity import guards_of
from hygie.intake.filing.stays import encounter_of
from hygie.intake.filing.work import Work
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.results import Bearer
from hygie.intake.mapping.visit import named
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.contract import Resource

Names = Iterable[tuple[str, str]]


def _nothing(_subject: str) -> Names:
    return ()


async def bearer_of(
    work: Work,
    message: Message,
    guards: Names = (),
    reads: Callable[[str], Names] = _nothing,
) -> Bearer:
    """The patient, made when there is none (demographics are ADT's to change), and the stay.

    `guards`: what else the message guards, by purpose and text; `reads`: of a subject, what else it
    will read, by type and id. They are asked for at one time with what is asked for here."""
    person = read_person(message, work.rooms.zone, work.tables)
    visit = named(message)
    stays = [work.rooms.ids("Encounter", visit)] if visit else []
    await work.tx.guard_all([*guards_of(person), *(("stay", stay) for stay in stays), *guards])
    subject = await work.identify(person)
    await work.foresee([*(("Encounter", stay) for stay in stays), *reads(subject)])
    return Bearer(subject, await encounter_of(work, message, subject))


def is_of(stored: Resource, subject: str) -> bool:
    """True when the stored resource is this patient's."""
    bearer = stored.get("subject") or stored.get("patient") or {}
    return bool(bearer.get("reference") == subject)


def of_another(rule: str, phrase: Phrase, place: str) -> Refused:
    """A number that another patient's resource has."""
    return refuse(Category.CONFLICT, rule, phrase, code="business-rule", location=place)

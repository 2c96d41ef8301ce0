"""ADT about one person: A28 and A31 (create, update), A08 (tolerated)."""

from hygie.hl7v2.message import Message
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.person import read_person
from hygie.refusal import Issue


async def file_identity(work: Work, message: Message) -> None:
    person = read_person(message, work.rooms.zone, work.tables)
    await work.identify(person, said=work.said(message), noted=True)


async def file_excluded_update(work: Work, message: Message) -> None:
    """A08: treated as A31, and said so."""
    work.warnings.append(
        Issue(
            severity="warning",
            code="business-rule",
            rule="event.a08",
            phrase=phrases.A08_EXCLUDED,
            location=message.header.place(9),
        )
    )
    await file_identity(work, message)

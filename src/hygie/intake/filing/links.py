"""A24 and A37: two records said to be linked, or no longer. Nothing of theirs moves.

IHE ITI-30 (option "link/unlink"): two PID in one message. In FHIR, each patient says `seealso` of
the other. A merge is not undone so: that is a person's decision.
"""

from typing import Any

from hygie.hl7v2.message import Message, missing_field
from hygie.identity.links import linked, unlinked
from hygie.intake.filing.merges import about
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.person import read_person
from hygie.refusal import Category, refuse

Json = dict[str, Any]


async def file_link(work: Work, message: Message) -> None:
    first, other = await _both(work, message)
    work.put(linked(first, other["id"]), linked(other, first["id"]))


async def file_unlink(work: Work, message: Message) -> None:
    """Nothing to undo is nothing wrong: the link may never have reached us."""
    first, other = await _both(work, message)
    for one, its in ((first, other), (other, first)):
        changed = unlinked(one, its["id"])
        if changed != one:
            work.put(changed)


async def _both(work: Work, message: Message) -> tuple[Json, Json]:
    """The two patients, made when new."""
    segments = list(message.all("PID"))
    if len(segments) < 2:
        raise missing_field("PID[2]")
    references = [
        await work.identify(read_person(about(message, pid), work.rooms.zone, work.tables))
        for pid in segments[:2]
    ]
    work.subject = references[0]
    if references[0] == references[1]:
        raise refuse(
            Category.CONFLICT, "link.self", phrases.LINK_SELF, code="business-rule",
            location=segments[1].place(3),
        )  # fmt: skip
    found = [await work.read("Patient", reference[len("Patient/") :]) for reference in references]
    return found[0] or {}, found[1] or {}

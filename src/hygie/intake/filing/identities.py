"""ADT about persons: A28 and A31 (create, update), A08 (tolerated), A40 (merge)."""

from hygie.hl7v2.message import Message, Segment
from hygie.identity import phrases as identity_phrases
from hygie.identity.merge import unknown
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.person import is_local, patient_identifier, read_person
from hygie.refusal import Issue, Phrase
from hygie.store.contract import Resource


async def file_identity(work: Work, message: Message) -> None:
    await work.identify(read_person(message, work.rooms.zone, work.tables), master=True)


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


async def file_merge(work: Work, message: Message) -> None:
    """A40: each MRG names the patient that the PID before it replaces."""
    message.require("MRG")
    pid = message.require("PID")
    for segment in message.segments:
        if segment.name == "PID":
            pid = segment
        elif segment.name == "MRG":
            await _merge(work, message, pid, segment)


async def _merge(work: Work, message: Message, pid: Segment, mrg: Segment) -> None:
    surviving = await _known(work, message, pid, 3, identity_phrases.SURVIVING)
    losing = await _known(work, message, mrg, 1, identity_phrases.LOSING)
    work.wrote = True
    await work.rooms.merger.merge(work.tx, surviving, losing, mrg.place(1))
    work.subject = f"Patient/{surviving['id']}"
    work.vouch(work.subject, f"Patient/{losing['id']}")


async def _known(
    work: Work, message: Message, segment: Segment, number: int, role: Phrase
) -> Resource:
    """The patient a local identifier points to, merged or not; refused when there is none."""
    fields = [field for field in segment.repetitions(number) if is_local(field)]
    for field in fields:
        found = await work.rooms.identity.find_local(work.tx, patient_identifier(field, message))
        if found is not None:
            return found
    raise unknown(role, segment.place(number))

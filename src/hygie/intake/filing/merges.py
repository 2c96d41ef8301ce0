"""ADT about two records of one person: A40 and its elders A18, A30, A34, A36, A39.

A merge of somebody unknown waits in quarantine, in whatever order things may come: patients made of
a number that was mistyped would take in the record of somebody else.
"""

from typing import Final

from hygie.hl7v2.message import Message, Segment
from hygie.identity import phrases
from hygie.identity.merge import unknown
from hygie.intake.filing.work import Work
from hygie.intake.mapping.person import is_local, patient_identifier
from hygie.refusal import Phrase
from hygie.store.contract import Resource

MERGES: Final = ("A18", "A30", "A34", "A36", "A39", "A40")


async def file_merge(work: Work, message: Message) -> None:
    """Each MRG names the patient that the PID before it replaces."""
    message.require("MRG")
    pid = message.require("PID")
    for segment in message.segments:
        if segment.name == "PID":
            pid = segment
        elif segment.name == "MRG":
            await _merge(work, message, pid, segment)


async def known(work: Work, message: Message, segment: Segment, number: int) -> Resource | None:
    """The patient a local identifier points to, merged or not; None when there is none."""
    for field in segment.repetitions(number):
        if is_local(field):
            identifier = patient_identifier(field, message)
            found = await work.rooms.identity.find_local(work.tx, identifier)
            if found is not None:
                return found
    return None


def about(message: Message, pid: Segment) -> Message:
    """The message as far as it is about one of its patients."""
    return Message((message.header, pid), message.dialect)


async def _merge(work: Work, message: Message, pid: Segment, mrg: Segment) -> None:
    """A survivor that was merged itself takes the other along, unless the source keeps the order:
    then the merges came in the wrong one."""
    surviving = await _required(work, message, pid, 3, phrases.SURVIVING)
    losing = await _required(work, message, mrg, 1, phrases.LOSING)
    work.wrote = True
    follow = work.source.order == "lenient"
    await work.rooms.merger.merge(work.tx, surviving, losing, mrg.place(1), follow=follow)
    work.vouch(f"Patient/{surviving['id']}", f"Patient/{losing['id']}")
    work.subject = f"Patient/{surviving['id']}"


async def _required(
    work: Work, message: Message, segment: Segment, number: int, role: Phrase
) -> Resource:
    found = await known(work, message, segment, number)
    if found is None:
        raise unknown(role, segment.place(number))
    return found

"""A47: other identifiers for one patient (PAM-FR 2.11.1 §4.1, §4.4).

MRG-1 holds what no longer counts, PID-3 what counts now. A local identifier that was replaced still
finds its patient. An INS in MRG-1 with `""` in PID-3 is deleted with every trace of it in Patient;
the versions before keep it.
"""

from uuid import uuid4

from hygie.hl7v2.message import NULL, Message, Segment
from hygie.identity.ins import is_ins_oid
from hygie.identity.patient import over, renumbered, without_ins
from hygie.identity.resolve import survivor
from hygie.intake.filing.merges import known
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.person import is_local, patient_identifier, read_person
from hygie.refusal import Category, refuse
from hygie.store.contract import Resource


async def file_renumbering(work: Work, message: Message) -> None:
    mrg, pid = message.require("MRG"), message.require("PID")
    person = read_person(message, work.rooms.zone, work.tables)
    patient = await _meant(work, message, pid, mrg)
    former = [
        patient_identifier(field, message)
        for field in mrg.repetitions(1)
        if is_local(field) and field.text(1)
    ]
    patient = renumbered(patient, former)
    if _deletes_ins(pid):
        patient = without_ins(patient)
    patient = over(patient, person)
    work.warnings += person.warnings
    work.put(patient)
    work.subject = f"Patient/{patient['id']}"


async def _meant(work: Work, message: Message, pid: Segment, mrg: Segment) -> Resource:
    """The patient of the old number, or of the new one, or a new patient."""
    old, new = await known(work, message, mrg, 1), await known(work, message, pid, 3)
    found = [await survivor(work.tx, one) for one in (old, new) if one is not None]
    if len({patient["id"] for patient in found}) > 1:
        raise refuse(
            Category.CONFLICT, "identity.number-of-another", phrases.NUMBER_OF_ANOTHER,
            code="business-rule", location=pid.place(3),
        )  # fmt: skip
    made: Resource = {"resourceType": "Patient", "id": str(uuid4()), "active": True}
    return found[0] if found else made


def _deletes_ins(pid: Segment) -> bool:
    return any(
        field.component(1) == NULL and is_ins_oid(field.text(4, 2)) for field in pid.repetitions(3)
    )

"""What an ADT says beyond identity and movement: contacts, doctors, allergies, diagnoses, acts,
insurance, and the French Z-segments.

HL7 v2.5 §2.10.4: segments in snapshot mode (NK1, AL1, DG1, PR1, IN1) tell all there is. A contact
no longer sent is withdrawn, and stays as inactive. An allergy, a diagnosis or an act is withdrawn
by an action code alone (IAM-6, DG1-21, PR1-20): the list of an admission office proves no end.
"""

from collections.abc import Sequence
from typing import Final

from hygie.hl7v2.message import Message, Segment
from hygie.intake.filing import facts
from hygie.intake.filing.contacts import with_contacts
from hygie.intake.filing.work import Work
from hygie.intake.mapping.engine import Context, scope_of
from hygie.refusal import Refused
from hygie.store.contract import Resource

_DOCTORS: Final = ("ODRP", "PP", "FHCP")
"""ROL-3: the declared treating doctor, or one's family doctor."""
_REMOVED: Final = ("DE", "UN")
"""ROL-2 (HL7 table 0287): deleted, unlinked."""
_OF_PATIENT: Final = ("ZFA", "ZFD", "ZFP")
_OF_STAY: Final = ("ZFM", "ZFV")
_READ: Final = frozenset(
    ("NK1", "PD1", "ROL", "AL1", "IAM", "DG1", "PR1", "IN1", "OBX", *_OF_PATIENT, *_OF_STAY)
)


async def file_surroundings(work: Work, message: Message) -> None:
    """After the patient and the stay, which it adds to. Nothing when the message holds none."""
    by_name: dict[str, list[Segment]] = {}
    for segment in message.segments:
        by_name.setdefault(segment.name, []).append(segment)
    if not _READ & by_name.keys() or len(by_name.get("PID", ())) != 1 or "MRG" in by_name:
        return
    context = work.context(message)
    await _patient(work, context, by_name)
    await _stay(work, context, by_name)
    await facts.file_facts(work, context, by_name)


async def _patient(work: Work, context: Context, by_name: dict[str, list[Segment]]) -> None:
    patient = await work.read("Patient", work.subject.removeprefix("Patient/"))
    if patient is None:
        return
    made = _with_extensions(work, patient, context, by_name, _OF_PATIENT)
    made = _with_doctors(made, context, by_name)
    if "NK1" in by_name:
        made = await _with_contacts(work, made, by_name["NK1"], context)
    if made != patient:
        work.put(made)


async def _with_contacts(
    work: Work, patient: Resource, segments: Sequence[Segment], context: Context
) -> Resource:
    """A list of which one cannot be read changes nothing: who is left out would be withdrawn."""
    try:
        return await with_contacts(work, patient, segments, context)
    except Refused as refused:
        work.leave_out(refused)
        return patient


async def _stay(work: Work, context: Context, by_name: dict[str, list[Segment]]) -> None:
    stay = stay_of(work)
    if stay is None:
        return
    made = _with_extensions(work, stay, context, by_name, _OF_STAY)
    made = _with_roles(made, context, by_name)
    if made != stay:
        work.put(made)


def stay_of(work: Work) -> Resource | None:
    """The stay that the message has made or changed."""
    found = (item for item in work.written if item["resourceType"] == "Encounter")
    return next(found, None)


def _with_extensions(
    work: Work,
    resource: Resource,
    context: Context,
    by_name: dict[str, list[Segment]],
    names: Sequence[str],
) -> Resource:
    """With the extensions of Z-segments; an empty field leaves what an earlier one said."""
    extensions = list(resource.get("extension", []))
    for name in names:
        for new in _said(work, name, by_name, context):
            rank = next((n for n, old in enumerate(extensions) if old["url"] == new["url"]), None)
            if rank is not None:
                extensions[rank] = _merged(extensions[rank], new)
            elif len(new) > 1:
                extensions.append(new)
    return {**resource, "extension": extensions} if extensions else resource


def _said(
    work: Work, name: str, by_name: dict[str, list[Segment]], context: Context
) -> list[Resource]:
    if name not in by_name:
        return []
    try:
        found: list[Resource] = context.map(name, scope_of(*by_name[name])).get("extension", [])
    except Refused as refused:
        work.leave_out(refused)
        return []
    return found


def _merged(old: Resource, new: Resource) -> Resource:
    if "extension" not in old or "extension" not in new:
        return new if len(new) > 1 else old
    said = {part["url"] for part in new["extension"]}
    kept = [part for part in old["extension"] if part["url"] not in said]
    return {**old, "extension": [*kept, *new["extension"]]}


def _with_doctors(
    patient: Resource, context: Context, by_name: dict[str, list[Segment]]
) -> Resource:
    """The treating doctor (ROL ODRP, PD1-4): the one sent takes the place of the one known."""
    roles = [rol for rol in by_name.get("ROL", ()) if rol.text(3).upper() in _DOCTORS]
    held = [rol for rol in roles if rol.text(2).upper() not in _REMOVED]
    found = context.map("PD1", scope_of(*by_name.get("PD1", ()), *held))
    if found:
        return {**patient, **found}
    return {n: v for n, v in patient.items() if n != "generalPractitioner"} if roles else patient


def _with_roles(stay: Resource, context: Context, by_name: dict[str, list[Segment]]) -> Resource:
    """With who takes part by ROL, which follows PV1."""
    participants = list(stay.get("participant", []))
    for rol in by_name.get("ROL", ()):
        if rol.text(3).upper() in _DOCTORS:
            continue
        for item in context.map("ROL", scope_of(rol)).get("participant", []):
            participants = [p for p in participants if not _is_same(p, item)]
            participants += [item] if rol.text(2).upper() not in _REMOVED else []
    return {**stay, "participant": participants} if participants else stay


def _is_same(one: Resource, other: Resource) -> bool:
    """The same professional in the same role."""
    return bool(
        one.get("individual") == other.get("individual")
        and [_code(t) for t in one.get("type", [])] == [_code(t) for t in other.get("type", [])]
    )


def _code(concept: Resource) -> str:
    return str(next((coding.get("code") for coding in concept.get("coding", [])), ""))

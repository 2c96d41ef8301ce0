"""ADT movements: the stay of the visit number, with the movement added, corrected or cancelled."""

from hygie.hl7v2.message import Message
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases, stay
from hygie.intake.mapping.movement import MOVEMENT, read_movements
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.visit import Change, Visit, read_change, read_visit, require_visit
from hygie.refusal import Category, Issue, refuse
from hygie.store.contract import Resource

_PROJECTED = ("status", "class", "period", "location", "serviceProvider", "extension")


async def file_movement(work: Work, message: Message) -> None:
    rooms = work.rooms
    visit, change = (
        require_visit(work.context(message)),
        read_change(message, rooms.zone, rooms.ids),
    )
    subject = await work.identify(read_person(message, rooms.zone, work.tables), master=True)
    identity = rooms.ids("Encounter", f"{visit.system}|{visit.number}")
    stored = await _held(work, identity)
    _check_subject(stored, subject, visit)
    movements = _changed(stay.Movements(read_movements(stored or {})), change)
    await work.put_if_absent(change.resources)
    work.put(_encounter(stored or {}, identity, visit, subject, movements))


async def encounter_of(work: Work, message: Message, subject: str) -> str:
    """The reference of the stay a result or document belongs to, or empty when it names none.

    A stay that no movement has announced yet is made with the status `unknown`. When such a stay
    is of another patient, nothing proves which is right: the content goes without a stay.
    """
    visit = read_visit(work.context(message))
    if visit is None:
        return ""
    identity = work.rooms.ids("Encounter", f"{visit.system}|{visit.number}")
    stored = await _held(work, identity)
    if not _is_of(stored, subject) and not read_movements(stored or {}):
        work.warnings.append(_doubtful(visit))
        return ""
    _check_subject(stored, subject, visit)
    if stored is None:
        waiting = {"status": "unknown", "class": stay.encounter_class(visit.patient_class)}
        work.put(_base(identity, visit, subject) | waiting)
    return f"Encounter/{identity}"


async def _held(work: Work, identity: str) -> Resource | None:
    """The stay as stored, held until the end."""
    await work.tx.guard("stay", identity)
    return await work.read("Encounter", identity)


def _is_of(stored: Resource | None, subject: str) -> bool:
    return stored is None or stored.get("subject", {}).get("reference") == subject


def _check_subject(stored: Resource | None, subject: str, visit: Visit) -> None:
    """Refuses the visit number of somebody else."""
    if not _is_of(stored, subject):
        raise refuse(
            Category.CONFLICT, "visit.of-another", phrases.VISIT_OF_ANOTHER, code="business-rule",
            location=visit.place,
        )  # fmt: skip


def _doubtful(visit: Visit) -> Issue:
    return Issue(
        severity="warning", code="business-rule", rule="visit.doubtful",
        phrase=phrases.VISIT_DOUBTFUL, location=visit.place,
    )  # fmt: skip


def _changed(movements: stay.Movements, change: Change) -> stay.Movements:
    if change.action == "CANCEL":
        return stay.cancel(movements, change.event, change.movement.id, change.place)
    if change.action == "UPDATE":
        return stay.update(movements, change.movement, change.place)
    return stay.insert(movements, change.movement, change.place)


def _encounter(
    stored: Resource, identity: str, visit: Visit, subject: str, movements: stay.Movements
) -> Resource:
    kept = {name: value for name, value in stored.items() if name not in _PROJECTED}
    projected = stay.project(movements)
    others = [item for item in stored.get("extension", []) if item.get("url") != MOVEMENT]
    extensions = [*others, *projected.pop("extension", [])]
    known = kept.get("identifier", [])
    encounter = kept | _base(identity, visit, subject)
    encounter["identifier"] = [*known, *(i for i in encounter["identifier"] if i not in known)]
    encounter["class"] = stored.get("class") or stay.encounter_class(visit.patient_class)
    return encounter | projected | ({"extension": extensions} if extensions else {})


def _base(identity: str, visit: Visit, subject: str) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": identity,
        **visit.elements,
        "subject": {"reference": subject},
    }

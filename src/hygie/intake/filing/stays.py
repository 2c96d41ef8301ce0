"""ADT movements: the stay of the visit number, with one more fact."""

from datetime import UTC, datetime

from hygie.fhir.french.facts import Fact, read_facts
from hygie.hl7v2.message import Message
from hygie.identity import guards_of
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.movement import Change, read_change
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.visit import Visit, read_visit, require_visit
from hygie.intake.stays import phrases as stay_phrases
from hygie.intake.stays import rules
from hygie.intake.stays.encounter import fact_with, identifiers, revise
from hygie.intake.stays.stay import encounter_class
from hygie.intake.stays.subject import was_of
from hygie.limits.gateway import MAX_STAY_FACTS
from hygie.refusal import Category, Issue, refuse
from hygie.store.contract import Resource


async def file_movement(work: Work, message: Message) -> None:
    rooms = work.rooms
    visit = require_visit(work.context(message))
    change = read_change(message, rooms.zone, rooms.ids)
    person = read_person(message, rooms.zone, work.tables)
    identity = rooms.ids("Encounter", visit.key)
    await work.tx.guard_all([*guards_of(person), ("stay", identity)])
    subject = await work.identify(person, said=work.said(message))
    stored = await _held(work, identity)
    if stored and was_of(stored, subject, change.fact.recorded):
        subject = stored["subject"]["reference"]
    _check_subject(stored, subject, visit)
    fact = fact_with(change.fact, visit.elements)
    _check(work, stored, fact, change)
    await work.put_if_absent(change.resources)
    work.put(revise(stored or {}, _base(identity, subject), visit.elements, fact))


async def encounter_of(work: Work, message: Message, subject: str) -> str:
    """The reference of the stay a result or document belongs to, or empty when it names none.

    A stay that no movement has announced yet is made with the status `unknown`. When such a stay
    is of another patient, nothing proves which is right: the content goes without a stay.
    """
    visit = read_visit(work.context(message))
    if visit is None:
        return ""
    identity = work.rooms.ids("Encounter", visit.key)
    stored = await _held(work, identity)
    if not _is_of(stored, subject) and not read_facts(stored or {}):
        work.warnings.append(_doubtful(visit))
        return ""
    _check_subject(stored, subject, visit)
    if stored is None:
        work.put(_waiting(visit, _base(identity, subject)))
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


def _check(work: Work, stored: Resource | None, fact: Fact, change: Change) -> None:
    """Warns of the rules that the fact breaks; refuses it from a source that must keep them."""
    known = read_facts(stored or {})
    if len(known) >= MAX_STAY_FACTS:
        raise refuse(
            Category.CONFLICT, "stay.too-many", stay_phrases.TOO_MANY, code="too-costly",
            location=change.place, limit=str(MAX_STAY_FACTS),
        )  # fmt: skip
    broken = rules.broken(known, fact)
    if broken and work.source.order == "strict":
        [rule, phrase] = broken[0]
        raise refuse(Category.CONFLICT, rule, phrase, code="business-rule", location=change.place)
    now = datetime.now(UTC)
    work.warnings += [
        _warning(found, change.place) for found in (*broken, *rules.doubtful(known, fact, now))
    ]


def _warning(found: rules.Broken, place: str) -> Issue:
    return Issue(
        severity="warning", code="business-rule", rule=found.rule, phrase=found.phrase,
        location=place,
    )  # fmt: skip


def _doubtful(visit: Visit) -> Issue:
    return Issue(
        severity="warning", code="business-rule", rule="visit.doubtful",
        phrase=phrases.VISIT_DOUBTFUL, location=visit.place,
    )  # fmt: skip


def _waiting(visit: Visit, base: Resource) -> Resource:
    """Whoever announces the stay will say what it is."""
    return base | {
        "identifier": identifiers({}, visit.elements["identifier"]),
        "status": "unknown",
        "class": encounter_class(visit.patient_class),
    }


def _base(identity: str, subject: str) -> Resource:
    return {"resourceType": "Encounter", "id": identity, "subject": {"reference": subject}}

"""A FHIR message carried out within one transaction (R4 §2.4).

What it is about is filed: new resources, and those that its identifiers name. Patients are whom
their identifiers say, as in HL7 v2: one in focus is told of (A31), one that is only referred to
lends its identifiers. What belongs to no patient (units, professionals, medications) is filed when
it is in focus, or when nobody has named it before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.french.facts import instant, read_facts
from hygie.fhir.french.words import Word, is_late, read_words
from hygie.intake.filing import late
from hygie.intake.filing.provenance import ENTRY
from hygie.intake.filing.work import Work
from hygie.intake.messaging import phrases
from hygie.intake.messaging.opening import Entry, Message, opened
from hygie.intake.messaging.persons import read_patient
from hygie.intake.messaging.reach import Reach, bearers_of
from hygie.intake.messaging.targets import Target, find_targets
from hygie.refusal import Category, Issue, Phrase, refuse
from hygie.store.contract import Resource
from hygie.store.interactions import creating

_SELF: Final = "self"
_OURS: Final = "urn:hygie:"


async def file_fhir_message(work: Work, bundle: Resource) -> None:
    """Raises Refused, with the place in the message, when it cannot be."""
    message = opened(bundle, work.source.events)
    await work.repository.check([creating(bundle)])
    reach = Reach(message)
    focus = reach.focus()
    entries = reach.reached(focus)
    for entry in entries:
        reach.check(entry)
    _tell_of_unreached(work, message, reach, entries)
    await _Filing(work, message, reach, focus).file(entries)
    await work.finish()


class _Filing:
    """One message being filed."""

    def __init__(self, work: Work, message: Message, reach: Reach, focus: Sequence[Entry]) -> None:
        self._work = work
        self._message = message
        self._reach = reach
        self._focus = {entry.place for entry in focus}
        self._said = _said(message, work)
        self._targets: dict[str, str] = {}
        """Place -> "Type/id"."""

    async def file(self, entries: Sequence[Entry]) -> None:
        patients = [entry for entry in entries if entry.type == "Patient"]
        others = [entry for entry in entries if entry.type != "Patient"]
        found = await find_targets(self._work, self._message.id, others)
        self._targets |= {e.place: f"{e.type}/{found[e.place].id}" for e in others}
        subjects = [(entry, await self._identify(entry)) for entry in patients]
        written: dict[str, Entry] = {}
        for entry in others:
            first = written.setdefault(self._targets[entry.place], entry)
            self._put(entry, found[entry.place], first)
        focused = [subject for entry, subject in subjects if entry.place in self._focus]
        self._work.subject = next(iter(focused or [subject for _, subject in subjects]), "")

    async def _identify(self, entry: Entry) -> str:
        """Whose is it? Only a patient in focus is told of."""
        focused = entry.place in self._focus
        patient = self._reach.pointed(entry, self._targets)
        person = read_patient(patient, f"{entry.place}.resource")
        now = datetime.now(self._work.rooms.zone).isoformat(timespec="seconds")
        said = (self._said or now) if focused else ""
        subject = await self._work.identify(person, said=said, noted=focused)
        self._targets[entry.place] = subject
        return subject

    def _put(self, entry: Entry, target: Target, first: Entry) -> None:
        resource = {**self._reach.pointed(entry, self._targets), "id": target.id}
        _check_origin(entry)
        shared = not bearers_of(resource) and entry.place not in self._focus
        if first is not entry:
            self._check_repeated(entry, first, shared=shared)
            return
        self._check_bearer(entry, resource, target.stored)
        if (shared and target.stored is not None) or self._is_held(entry, target.stored):
            return
        self._work.put(self._dated(_plain(resource)))

    def _check_repeated(self, entry: Entry, first: Entry, *, shared: bool) -> None:
        """A professional may be named twice; of what is a patient's, one of the two would be
        lost."""
        if not shared:
            raise refuse(
                Category.CONFLICT, "message.twice", phrases.TWICE, code="duplicate",
                location=f"{entry.place}.resource.identifier", other=first.place,
            )  # fmt: skip

    def _check_bearer(self, entry: Entry, resource: Resource, stored: Resource | None) -> None:
        theirs = bearers_of(stored or {})
        if theirs and not theirs & bearers_of(resource):
            raise refuse(
                Category.CONFLICT, "message.of-another", phrases.OF_ANOTHER, code="business-rule",
                location=f"{entry.place}.resource.identifier",
            )  # fmt: skip

    def _is_held(self, entry: Entry, stored: Resource | None) -> bool:
        """What stays as it is, and why."""
        if entry.type == "Encounter" and read_facts(stored or {}):
            self._warn("message.stay-held", phrases.STAY_HELD, entry)
            return True
        if self._said and is_late(read_words(stored or {}), _SELF, Word(self._said)):
            self._warn("message.late", phrases.LATE, entry)
            return True
        return False

    def _warn(self, rule: str, phrase: Phrase, entry: Entry) -> None:
        self._work.warnings.append(late.warning(rule, phrase, f"{entry.place}.resource"))

    def _dated(self, resource: Resource) -> Resource:
        """With when it was said, where the type can hold that."""
        elements = r4().types[resource["resourceType"]].elements
        held = any(element.name == "extension" for element in elements)
        return late.dated(resource, self._said) if held else resource


def _said(message: Message, work: Work) -> str:
    """When, never later than now: a clock in the future would silence everybody else."""
    if not message.timestamp:
        return ""
    now = datetime.now(work.rooms.zone).isoformat(timespec="seconds")
    return min(message.timestamp, now, key=instant)


def _plain(resource: Resource) -> Resource:
    """Without what this house notes in its own resources: nobody else says that."""
    kept = [
        one for one in resource.get("extension", []) if not str(one.get("url")).startswith(_OURS)
    ]
    rest = {name: value for name, value in resource.items() if name not in ("extension", "meta")}
    meta = {
        n: v for n, v in resource.get("meta", {}).items() if n in ("profile", "security", "tag")
    }
    return rest | ({"meta": meta} if meta else {}) | ({"extension": kept} if kept else {})


def _check_origin(entry: Entry) -> None:
    """Which message a resource comes from is this house's own to say."""
    entities = entry.resource.get("entity", []) if entry.type == "Provenance" else []
    named = (one.get("what", {}).get("identifier", {}).get("system") for one in entities)
    if ENTRY in named:
        raise refuse(
            Category.UNPROCESSABLE, "message.not-content", phrases.NOT_CONTENT,
            code="not-supported", location=f"{entry.place}.resource.entity", type=entry.type,
        )  # fmt: skip


def _tell_of_unreached(
    work: Work, message: Message, reach: Reach, entries: Sequence[Entry]
) -> None:
    known = {entry.place for entry in entries} | reach.of_header()
    left = [entry for entry in message.entries if entry.place not in known]
    if left:
        work.warnings.append(Issue(
            severity="warning", code="informational", rule="message.unreached",
            phrase=phrases.UNREACHED, location=left[0].place, details={"count": str(len(left))},
        ))  # fmt: skip

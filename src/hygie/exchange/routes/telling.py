"""One committed transaction -> the messages that tell it: who, where, what was found.

A change that says nothing new in HL7 v2 (what a merge re-points; a narrative) is not told. A report
is told whole, once, however many of its results changed. What was deleted is told as such, in the
report that lists it, if any.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from hygie.exchange.messages import documents, report, state, stay
from hygie.exchange.messages.person import mrg, pid
from hygie.exchange.messages.places import facility
from hygie.exchange.routes.declaration import Kind
from hygie.exchange.routes.surroundings import Changed, Surroundings
from hygie.fhir.french.facts import Fact, read_facts
from hygie.hl7v2.writing import moment, segment

Json = dict[str, Any]
BESIDE: Final = ("meta", "subject", "text")
"""Elements whose change alone is not told."""


class Said(NamedTuple):
    """One message to be made, but for its MSH."""

    kind: Kind
    named: str
    """MSH-9."""
    segments: Sequence[str]
    focus: Json
    subject: str
    """`Patient/id`."""
    encounter: Json
    """The stay that it belongs to; empty for none."""
    context: Mapping[str, Json]
    about: str
    """What it tells, and nothing else does: a version, or a fact."""
    at: str

    @property
    def event(self) -> str:
        """`ADT^A01`."""
        return "^".join(self.named.split("^")[:2])

    @property
    def merges(self) -> bool:
        return self.event == "ADT^A40"

    @property
    def facility(self) -> str:
        """MSH-4."""
        return facility(self.context)


class Telling:
    """Of one batch."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    async def of(self, changes: Sequence[Changed]) -> list[Said]:
        """Of one transaction, in the order of its changes."""
        reports, removed = _Reports(changes), _removed(changes)
        said: list[Said] = []
        for one in changes:
            match one.change.type:
                case "Patient":
                    said += await self._person(one)
                case "Encounter":
                    said += await self._stay(one)
                case "DiagnosticReport" if reports.tells(one):
                    said += await self._report(one, one.current, reports.previous(one), removed)
                case "Observation" if reports.is_alone(one) and _differs(one):
                    holder = await self._holder(one)
                    said += await self._report(one, holder or one.current, holder, removed)
                case "DocumentReference" if reports.is_apart(one) and _differs(one):
                    holder = await self._holder(one)
                    said += (
                        await self._report(one, holder, holder, removed)
                        if holder else await self._document(one)
                    )  # fmt: skip
        return said

    async def _person(self, one: Changed) -> list[Said]:
        survivor = _survivor(one.current)
        if survivor:
            known = _survivor(one.previous or {})
            return [] if known else await self._merge(one, survivor)
        written = pid(one.current)
        if one.previous is not None and written == pid(one.previous):
            return []
        event = "A28" if one.previous is None else "A31"
        at = _at(one.current)
        segments = [segment("EVN", {2: at}), written, "PV1|1|N"]
        return [
            Said("adt", stay.named(event), segments, one.current, one.reference, {}, {},
                 _about(one), at)
        ]  # fmt: skip

    async def _merge(self, one: Changed, survivor: str) -> list[Said]:
        found = (await self._around.load([survivor])).get(survivor)
        if found is None:
            return []
        at = _at(one.current)
        segments = [segment("EVN", {2: at}), pid(found), mrg(one.current)]
        return [
            Said("adt", stay.named("A40"), segments, one.current, survivor, {}, {},
                 _about(one), at)
        ]  # fmt: skip

    async def _stay(self, one: Changed) -> list[Said]:
        known = read_facts(one.previous or {})
        facts = [fact for fact in read_facts(one.current) if fact not in known]
        facts.sort(key=lambda fact: fact.weight)
        context = await self._around.load(_of_stay(one.current, facts))
        subject = str(one.current.get("subject", {}).get("reference", ""))
        patient = context.get(subject)
        if patient is None:
            return []
        if not facts:
            return self._state(one, patient, context) if not known else []
        at = _at(one.current)
        return [
            Said("adt", stay.named(stay.event_of(fact)),
                 stay.segments(fact, one.current, patient, context), one.current, subject,
                 one.current, context, _about_fact(one, fact), at)
            for fact in facts
        ]  # fmt: skip

    def _state(self, one: Changed, patient: Json, context: Mapping[str, Json]) -> list[Said]:
        """Of a stay that no movement has told: where it has come to."""
        if one.current.get("status") == "unknown":
            return []  # somebody will announce it
        at = _at(one.current)
        told = _come_to(one.current, at, context)
        if one.previous is not None and told == _come_to(one.previous, at, context):
            return []
        event, evn, pv1 = told
        segments = [evn, pid(patient, stay.number(one.current, "AN")), pv1,
                    state.zbe(one.current, context)]  # fmt: skip
        subject = str(one.current.get("subject", {}).get("reference", ""))
        return [
            Said("adt", stay.named(event), segments, one.current, subject, one.current, context,
                 _about(one), at)
        ]  # fmt: skip

    async def _holder(self, one: Changed) -> Json | None:
        """The report that still lists what was deleted: by it the receiver knows what is meant."""
        if not one.change.deleted:
            return None
        subject = str(one.current.get("subject", {}).get("reference", ""))
        for found in await self._around.reports_of(subject):
            if one.reference in {*_results(found), *_documents(found)}:
                return found
        return None

    async def _report(
        self, one: Changed, told: Json, previous: Json | None, removed: Mapping[str, Json]
    ) -> list[Said]:
        """`told`: the report, or the Observation by itself. `removed`: what was deleted."""
        context = dict(await self._around.load(_of_report(told)))
        subject = str(told.get("subject", {}).get("reference", ""))
        if subject not in context:
            return []
        listed = [ref for ref in _results(previous or {}) if ref in removed]
        told = told | {"result": _merged(told, listed)} if listed else told
        context |= {ref: removed[ref] for ref in listed}
        held = await self._held(told, previous, removed)
        encounter = context.get(str(told.get("encounter", {}).get("reference")), {})
        around = dict(await self._around.load(_of_stay(encounter, ()))) | context
        segments = report.segments(told, context, held, removed.keys())
        return [
            Said("oru", report.NAMED, segments, _focus(one, told), subject, encounter, around,
                 _about(one), _at(one.current))
        ]  # fmt: skip

    async def _held(
        self, current: Json, previous: Json | None, removed: Mapping[str, Json]
    ) -> list[report.Held]:
        """The documents of a report, those that it had before first: their rank is what they are
        known by."""
        before = _forms(previous or {})
        now = _forms(current)
        held = []
        for id_ in dict.fromkeys([*before, *now]):
            reference = f"DocumentReference/{id_}"
            gone = removed.get(reference)
            document = gone or (await self._around.load([reference])).get(reference)
            if document is None:
                continue
            url = "" if gone else now.get(id_, "")
            status = "D" if not url else "C" if before.get(id_, url) != url else "F"
            binary = (await self._around.load([url])).get(url, {}) if url else {}
            held.append(report.Held(document, str(binary.get("data", "")), status))
        return held

    async def _document(self, one: Changed) -> list[Said]:
        event = documents.event_of(one.current, one.previous)
        if not event:
            return []
        encounters = one.current.get("context", {}).get("encounter", [{}])
        stays = str(encounters[0].get("reference", ""))
        subject = str(one.current.get("subject", {}).get("reference", ""))
        url, former = documents.binary_of(one.current), documents.replaced(one.current)
        context = await self._around.load([subject, stays, url, former])
        if subject not in context:
            return []
        encounter = context.get(stays, {})
        data = str(context.get(url, {}).get("data", ""))
        at = _at(one.current)
        segments = [
            segment("EVN", {2: at}),
            pid(context[subject]),
            stay.visit(encounter) or "PV1|1|N",
            documents.txa(one.current, event, context),
            documents.obx(1, one.current, data, documents.result_of(event)),
            *documents.masks(one.current, 2),
        ]
        around = dict(await self._around.load(_of_stay(encounter, ()))) | context
        return [
            Said("mdm", f"MDM^{event}^MDM_T02", segments, _focus(one, one.current), subject,
                 encounter, around, _about(one), at)
        ]  # fmt: skip


class _Reports:
    """Which reports of a transaction are told, and what they hold."""

    def __init__(self, changes: Sequence[Changed]) -> None:
        reports = [one for one in changes if one.change.type == "DiagnosticReport"]
        self._last = {one.reference: one for one in reports}
        self._first = {one.reference: one for one in reversed(reports)}
        removed = _removed(changes).keys()
        self._results = {ref for one in reports for ref in _results(one.current)}
        self._results |= {
            ref for one in reports for ref in _results(one.previous or {}) if ref in removed
        }
        self._documents = {
            reference
            for one in reports
            for version in (one.current, one.previous or {})
            for reference in _documents(version)
        }
        self._new = {one.reference for one in changes if _differs(one)}

    def tells(self, one: Changed) -> bool:
        """The last version of it, when anything of it is new."""
        if self._last[one.reference] is not one:
            return False
        return bool({one.reference, *_documents(one.current), *_results(one.current)} & self._new)

    def previous(self, one: Changed) -> Json | None:
        return self._first[one.reference].previous

    def is_alone(self, one: Changed) -> bool:
        return one.reference not in self._results

    def is_apart(self, one: Changed) -> bool:
        return one.reference not in self._documents


def _removed(changes: Sequence[Changed]) -> dict[str, Json]:
    """What was deleted: reference -> as it was, in error."""
    return {one.reference: one.current for one in changes if one.change.deleted}


def _merged(told: Json, listed: Sequence[str]) -> list[Json]:
    """The results, those that were deleted where they are not listed any more."""
    names = dict.fromkeys([*_results(told), *listed])
    return [{"reference": name} for name in names]


def _focus(one: Changed, told: Json) -> Json:
    """What searches of a route are about: what is told; if that was deleted, as it was."""
    itself = f"{told['resourceType']}/{told['id']}" == one.reference
    return one.previous or told if one.change.deleted and itself else told


def _differs(one: Changed) -> bool:
    return one.previous is None or _gist(one.current) != _gist(one.previous)


def _gist(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name not in BESIDE}


def _survivor(patient: Json) -> str:
    for link in patient.get("link", []):
        if link.get("type") == "replaced-by":
            return str(link.get("other", {}).get("reference", ""))
    return ""


def _come_to(encounter: Json, at: str, context: Mapping[str, Json]) -> tuple[str, str, str]:
    return state.event_of(encounter), state.evn(encounter, at), state.pv1(encounter, context)


def _of_stay(encounter: Json, facts: Iterable[Fact]) -> Iterator[str]:
    """What a stay refers to."""
    yield str(encounter.get("subject", {}).get("reference", ""))
    yield str(encounter.get("serviceProvider", {}).get("reference", ""))
    for one in encounter.get("location", []):
        yield str(one.get("location", {}).get("reference", ""))
    for fact in facts:
        yield from (fact.location, fact.medical_unit, fact.nursing_unit)


def _of_report(current: Json) -> Iterator[str]:
    yield str(current.get("subject", {}).get("reference", ""))
    yield str(current.get("encounter", {}).get("reference", ""))
    yield from _results(current)


def _results(report_: Json) -> list[str]:
    return [str(one.get("reference", "")) for one in report_.get("result", [])]


def _documents(report_: Json) -> list[str]:
    return [f"DocumentReference/{id_}" for id_ in _forms(report_)]


def _forms(report_: Json) -> dict[str, str]:
    """Id of a DocumentReference -> where its content is."""
    return {
        str(one["id"]): str(one.get("url", ""))
        for one in report_.get("presentedForm", [])
        if "id" in one
    }


def _about(one: Changed) -> str:
    return f"{one.change.type}/{one.change.key}/{one.change.version}"


def _about_fact(one: Changed, fact: Fact) -> str:
    """The same in whichever version it is read: a fact is told once."""
    digest = hashlib.sha256(msgspec.json.encode(fact)).hexdigest()
    return f"{one.change.type}/{one.change.key}/{digest}"


def _at(resource: Json) -> str:
    return moment(resource.get("meta", {}).get("lastUpdated"))

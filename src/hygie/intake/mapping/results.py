"""ORU^R01: OBR to DiagnosticReport, OBX to Observation.

A report is known by its number at the laboratory (OBR-3, else OBR-2) and what was asked (OBR-4); a
result by its report, code and sub-id. Both ids follow from these, so that a correction finds what
it corrects.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hygie.hl7v2.message import Field, Message, Segment
from hygie.hl7v2.timestamps import field_date_time
from hygie.identity import systems
from hygie.intake.mapping import concepts, people, phrases, values
from hygie.intake.mapping.places import Ids
from hygie.refusal import Category, refuse

Resource = dict[str, Any]
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
_LABORATORY = frozenset(
    ("LAB", "BG", "BLB", "CH", "CUS", "HM", "IMM", "MB", "MCB", "MYC", "PHR", "SR", "TX", "URN",
     "VR", "GE", "CP")
)  # fmt: skip
_IMAGING = frozenset(("RAD", "RX", "RUS", "OUS", "VUS", "CTH", "NMR", "NMS"))
_REPORT_STATUS = {
    "F": "final", "C": "corrected", "P": "preliminary", "R": "partial", "A": "partial",
    "S": "registered", "I": "registered", "O": "registered", "X": "cancelled", "Y": "unknown",
    "Z": "unknown", "": "final",
}  # fmt: skip
"""OBR-25 (HL7 table 0123) -> DiagnosticReport.status."""


class Group(msgspec.Struct):
    """One OBR with what follows it, and the number it is known by."""

    obr: Segment
    key: str
    results: list[Segment] = msgspec.field(default_factory=list)
    documents: list[Segment] = msgspec.field(default_factory=list)
    others: dict[str, list[Segment]] = msgspec.field(default_factory=dict)
    """Segments after the OBR or after one OBX (by its place), NTE and PRT."""


class Bearer(msgspec.Struct, frozen=True):
    """What every resource of a message refers to."""

    subject: str
    encounter: str = ""

    def elements(self) -> Resource:
        found: Resource = {"subject": {"reference": self.subject}}
        return found | ({"encounter": {"reference": self.encounter}} if self.encounter else {})


def groups(message: Message) -> list[Group]:
    """The reports of a message in order; refuses a result outside of any."""
    found: list[Group] = []
    order: Segment | None = None
    anchor = ""
    for segment in message.segments:
        if segment.name == "ORC":
            order = segment
        elif segment.name == "OBR":
            found.append(Group(segment, _key(message, segment, order)))
            anchor = segment.where
        elif segment.name == "OBX":
            _add(found, segment)
            anchor = segment.where
        elif found and segment.name in ("NTE", "PRT"):
            found[-1].others.setdefault(anchor, []).append(segment)
    if not found:
        message.require("OBR")
    return found


def _add(found: list[Group], obx: Segment) -> None:
    if not found:
        raise refuse(
            Category.INVALID, "result.outside", phrases.RESULT_OUTSIDE, code="structure",
            location=obx.where,
        )  # fmt: skip
    (found[-1].documents if obx.text(2).upper() == "ED" else found[-1].results).append(obx)


def _key(message: Message, obr: Segment, order: Segment | None) -> str:
    for segment, number in ((obr, 3), (order, 3), (obr, 2), (order, 2)):
        if segment and segment.text(number):
            return f"{message.sender}|{segment.raw(number)}|{obr.text(4)}"
    raise refuse(
        Category.INVALID, "result.no-number", phrases.NO_ORDER, code="required",
        location=obr.place(3),
    )  # fmt: skip


def report(group: Group, bearer: Bearer, zone: ZoneInfo, ids: Ids) -> tuple[Resource, ...]:
    """The DiagnosticReport of a group, then its Observations."""
    observations = tuple(_observations(group, bearer, zone, ids))
    obr = group.obr
    interpreter = people.professional(obr.field(32))
    elements = {
        "resourceType": "DiagnosticReport",
        "id": report_id(group, ids),
        "identifier": [*_identifiers(obr)],
        "status": _report_status(obr),
        "category": _report_category(obr),
        "code": concepts.concept(obr.field(4)) or {"text": "Compte rendu"},
        **bearer.elements(),
        "effectiveDateTime": field_date_time(obr, 7, zone),
        "issued": _instant(obr, 22, zone),
        "resultsInterpreter": [interpreter] if interpreter else [],
        "conclusion": _notes(group, obr.where),
        "result": [{"reference": f"Observation/{item['id']}"} for item in observations],
    }
    return (_filled(elements), *observations)


def report_id(group: Group, ids: Ids) -> str:
    return ids("DiagnosticReport", group.key)


def _observations(group: Group, bearer: Bearer, zone: ZoneInfo, ids: Ids) -> Iterator[Resource]:
    seen: Counter[str] = Counter()
    for obx in group.results:
        code = f"{obx.text(3, 1)}|{obx.text(3, 3)}|{obx.text(4)}"
        seen[code] += 1
        key = f"{group.key}|{code}|{seen[code]}"
        yield _observation(obx, ids("Observation", key), group, bearer, zone)


def _observation(
    obx: Segment, identity: str, group: Group, bearer: Bearer, zone: ZoneInfo
) -> Resource:
    status = values.status(obx)
    found = values.value(obx, zone)
    note = _notes(group, obx.where)
    responsible = people.professional(obx.field(16))
    elements = {
        "resourceType": "Observation",
        "id": identity,
        "status": status,
        "category": _category(group.obr),
        "code": concepts.concept(obx.field(3)) or {"text": obx.require(3)},
        **bearer.elements(),
        "effectiveDateTime": field_date_time(obx, 14, zone) or field_date_time(group.obr, 7, zone),
        "issued": _instant(obx, 19, zone) or _instant(group.obr, 22, zone),
        "performer": [responsible] if responsible else [],
        **found,
        **({} if found else {"dataAbsentReason": _absent(status)}),
        "interpretation": values.interpretation(obx),
        "method": concepts.concept(obx.field(17)),
        "note": [{"text": note}] if note else [],
        "referenceRange": values.reference_range(obx),
    }
    return _filled(elements)


def _absent(status: str) -> Resource:
    code = "error" if status in ("cancelled", "entered-in-error") else "unknown"
    return {"coding": [{"system": _ABSENT, "code": code}]}


def _report_status(obr: Segment) -> str:
    code = obr.text(25).upper()
    if code not in _REPORT_STATUS:
        raise refuse(
            Category.INVALID, "result.status", phrases.UNKNOWN_RESULT_STATUS, code="code-invalid",
            location=obr.place(25), found=code[:10],
        )  # fmt: skip
    return _REPORT_STATUS[code]


def _identifiers(obr: Segment) -> Iterator[Resource]:
    for number, code in ((2, "PLAC"), (3, "FILL")):
        field = obr.field(number)
        if field.text(1):
            kind = {"coding": [{"system": systems.IDENTIFIER_TYPES, "code": code}]}
            yield {"type": kind, **entity(field)}


def entity(field: Field) -> Resource:
    """EI as Identifier: without authority, the value alone."""
    namespace, universal, kind = (field.text(number) for number in (2, 3, 4))
    found = {"value": field.text(1)}
    if namespace or universal:
        found["system"] = systems.authority_system(namespace, universal, kind)
    return found


def _report_category(obr: Segment) -> list[Resource]:
    section = obr.text(24).upper()
    return [{"coding": [{"system": _SECTION, "code": section}]}] if section else []


def _category(obr: Segment) -> list[Resource]:
    section = obr.text(24).upper()
    code = "laboratory" if section in _LABORATORY else "imaging" if section in _IMAGING else ""
    return [{"coding": [{"system": _CATEGORY, "code": code}]}] if code else []


def _notes(group: Group, anchor: str) -> str:
    lines = (
        field.whole()
        for segment in group.others.get(anchor, [])
        if segment.name == "NTE"
        for field in segment.repetitions(3)
    )
    return "\n".join(lines)


def _instant(segment: Segment, number: int, zone: ZoneInfo) -> str:
    """`issued` is an instant: a moment known to the day only is left out."""
    moment = field_date_time(segment, number, zone)
    return moment if len(moment) > 10 else ""


def _filled(elements: Resource) -> Resource:
    return {name: item for name, item in elements.items() if item not in ("", [], {}, None)}

"""ORU^R01: laboratory results, bacteriology, imaging reports with their PDF.

Source: HL7 v2.5 chapter 7 (OBR, OBX), tables 0078 (flags), 0085 and 0123 (status).
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from hygie.demo.adt import doctor_of, pid, pv1, xcn
from hygie.demo.biology import Result
from hygie.demo.catalogue import Examination, Panel
from hygie.demo.clock import hl7
from hygie.demo.hl7 import ORDER_OID, components, escape, header, message, segment
from hygie.demo.people import Person
from hygie.demo.plan import Visit

LABORATORY, IMAGING = "SIL", "RIS"


class Sample(NamedTuple):
    """What every report says of where it comes from. `visit` is None for an outpatient sample."""

    person: Person
    visit: Visit | None
    order: str
    taken: datetime
    answered: datetime


class Line(NamedTuple):
    """One OBX: HL7 value type, code (CE), value, then what numbers have."""

    type: str
    code: str
    value: str
    unit: str = ""
    range: str = ""
    flag: str = ""
    status: str = "F"


class Group(NamedTuple):
    """One OBR with its results."""

    code: str
    section: str
    lines: Sequence[Line]
    status: str = "F"
    note: str = ""


def loinc(code: str, label: str) -> str:
    return components(code, label, "LN")


def panel_group(panel: Panel, results: Sequence[Result]) -> Group:
    lines = [
        Line(
            "SN" if result.below else "NM",
            loinc(result.analyte.loinc, result.analyte.label),
            components("<", result.value) if result.below else result.value,
            components(result.analyte.unit, result.analyte.unit, "UCUM"),
            escape(result.range),
            result.flag,
        )
        for result in results
    ]
    return Group(loinc(panel.loinc, panel.label), panel.section, lines)


def report(application: str, sample: Sample, groups: Sequence[Group], control: str) -> bytes:
    """One message: the patient, the visit, then an order and its results for each group."""
    visit = sample.visit
    segments = [
        header(application, sample.answered, "ORU^R01^ORU_R01", control, pam=False),
        pid(sample.person, visit),
    ]
    if visit is not None:
        segments.append(pv1("", visit, visit.move_at(sample.taken), moment=sample.taken))
    for rank, group in enumerate(groups, start=1):
        segments += _group(application, sample, group, rank)
    return message(*segments)


def _group(application: str, sample: Sample, group: Group, rank: int) -> list[str]:
    filler = f"{sample.order}-{rank}^{application}^{ORDER_OID}^ISO"
    placer = f"{sample.order}^DPI^{ORDER_OID}.1^ISO"
    unit = sample.visit.move_at(sample.taken).unit if sample.visit else "7130"
    prescriber = xcn(doctor_of(unit, sample.person.number))
    order = {1: "RE", 2: placer, 3: filler, 5: "CM", 9: hl7(sample.taken), 12: prescriber}
    request = {
        1: str(rank), 2: placer, 3: filler, 4: group.code, 7: hl7(sample.taken),
        14: hl7(sample.taken), 16: prescriber, 22: hl7(sample.answered), 24: group.section,
        25: group.status,
    }  # fmt: skip
    notes = [segment("NTE", {1: "1", 2: "L", 3: escape(group.note)})] if group.note else []
    lines = [_line(sample, line, n) for n, line in enumerate(group.lines, start=1)]
    return [segment("ORC", order), segment("OBR", request), *notes, *lines]


def _line(sample: Sample, line: Line, rank: int) -> str:
    fields = {
        1: str(rank), 2: line.type, 3: line.code, 5: line.value, 6: line.unit, 7: line.range,
        8: line.flag, 11: line.status, 14: hl7(sample.taken), 19: hl7(sample.answered),
    }  # fmt: skip
    return segment("OBX", {number: value for number, value in fields.items() if value})


def answer(examination: Examination, text: str, status: str, code: str = "") -> Group:
    """An examination answered by a sentence or by a coded value."""
    asked = loinc(examination.code, examination.label)
    value = components(code, text, "GERMES-DEMO") if code else escape(text)
    line = Line("CE" if code else "ST", asked, value, flag="A" if code else "", status=status)
    return Group(asked, examination.section, [line], status)


def imaging_group(title: str, finding: str, conclusion: str, pdf: bytes) -> Group:
    study = components("18748-4", "CR d'imagerie médicale", "LN", "", title, "ACTES-DEMO")
    lines = [
        Line("TX", loinc("18782-3", "Résultats de l'examen"), escape(finding)),
        Line("TX", loinc("19005-8", "Conclusion"), escape(conclusion)),
    ]
    if pdf:
        content = base64.b64encode(pdf).decode()
        value = f"{IMAGING}^AP^PDF^Base64^{content}"
        lines.append(Line("ED", loinc("18748-4", "CR d'imagerie médicale"), value))
    return Group(study, "RAD", lines)

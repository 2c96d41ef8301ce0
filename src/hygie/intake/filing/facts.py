"""AL1, IAM, DG1, PR1, IN1 and OBX of an ADT: what is so of the patient, or was done in the stay.

Each has an id that follows from what it says, so that sent again, by whomever, it is the same.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hygie.hl7v2.message import Segment
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.engine import Context, scope_of
from hygie.refusal import Issue, Refused
from hygie.store.contract import Resource

_DIAGNOSIS_ROLE: Final = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
_ROLES: Final = {"A": "AD", "F": "DD", "W": "CC"}
"""DG1-6 (HL7 table 0052): at admission, at discharge, meanwhile."""
_DELETED: Final = "D"
_VITAL: Final = ("AL1", "IAM")
Make = Callable[[Segment, str, Context], dict[str, Any] | None]


async def file_facts(
    work: Work, context: Context, by_name: Mapping[str, Sequence[Segment]]
) -> None:
    """All of them; each laid over what is stored of it."""
    for name, make in _MADE.items():
        for segment in by_name.get(name, ()):
            made = _made(work, segment, make, context)
            if made is None:
                continue
            stored = await work.read(made["resourceType"], made["id"]) or {}
            if made["resourceType"] == "Coverage" and not made.get("payor"):
                work.warnings.append(_without_payor(segment))
                continue
            _attach(work, made, segment)
            work.put({**_left(stored, made), **made})


def _made(work: Work, segment: Segment, make: Make, context: Context) -> Resource | None:
    """What the segment says. One that cannot be read is left out and told of; an allergy holds back
    the message: its absence could harm."""
    try:
        return make(segment, work.subject, context)
    except Refused as refused:
        if segment.name in _VITAL:
            raise
        work.leave_out(refused)
        return None


def _left(stored: Resource, made: Resource) -> Resource:
    """What stays of the stored one: an allergy that is withdrawn has no clinical status (ait-2)."""
    withdrawn = "verificationStatus" in made and "clinicalStatus" not in made
    return {n: v for n, v in stored.items() if n != "clinicalStatus"} if withdrawn else stored


def _attach(work: Work, made: Resource, segment: Segment) -> None:
    """To the stay of the message, if it has one."""
    stay = next((item for item in work.written if item["resourceType"] == "Encounter"), None)
    if stay is None or made["resourceType"] not in ("Condition", "Procedure", "Observation"):
        return
    made["encounter"] = {"reference": f"Encounter/{stay['id']}"}
    if made["resourceType"] == "Condition":
        work.put(_with_diagnosis(stay, made, segment))


def _with_diagnosis(stay: Resource, condition: Resource, dg1: Segment) -> Resource:
    reference = {"reference": f"Condition/{condition['id']}"}
    kept = [item for item in stay.get("diagnosis", []) if item["condition"] != reference]
    if dg1.text(21).upper() != _DELETED:
        kept.append({"condition": reference, **_place(dg1)})
    others = {name: value for name, value in stay.items() if name != "diagnosis"}
    return {**others, "diagnosis": kept} if kept else others


def _place(dg1: Segment) -> Resource:
    """DG1-6: in what role; DG1-15: of what rank."""
    found: Resource = {}
    if role := _ROLES.get(dg1.text(6).upper()):
        found["use"] = {"coding": [{"system": _DIAGNOSIS_ROLE, "code": role}]}
    rank = dg1.text(15)
    if rank.isascii() and rank.isdigit() and int(rank[:6]) > 0:
        found["rank"] = int(rank[:6])
    return found


def _allergy(segment: Segment, subject: str, context: Context) -> Resource | None:
    if not segment.field(3):
        return None
    number = segment.raw(7) if segment.name == "IAM" else ""
    return {
        "resourceType": "AllergyIntolerance",
        "id": context.ids("AllergyIntolerance", f"{subject}|{number or _said(segment, 3)}"),
        **context.map("AL1", scope_of(segment)),
        "patient": {"reference": subject},
    }


def _diagnosis(segment: Segment, subject: str, context: Context) -> Resource | None:
    if not segment.field(3) and not segment.field(4):
        return None
    key = segment.raw(20) or f"{_visit(context)}|{_said(segment, 3) or segment.text(4)}"
    return {
        "resourceType": "Condition",
        "id": context.ids("Condition", f"{subject}|{key}"),
        **context.map("DG1", scope_of(segment)),
        "subject": {"reference": subject},
    }


def _act(segment: Segment, subject: str, context: Context) -> Resource | None:
    if not segment.field(3) and not segment.field(4):
        return None
    said = _said(segment, 3) or segment.text(4)
    key = segment.raw(19) or f"{_visit(context)}|{said}|{segment.text(5)}"
    return {
        "resourceType": "Procedure",
        "id": context.ids("Procedure", f"{subject}|{key}"),
        **context.map("PR1", scope_of(segment)),
        "subject": {"reference": subject},
    }


def _insurance(segment: Segment, subject: str, context: Context) -> Resource:
    payor = segment.raw(3) or segment.raw(4)
    key = f"{subject}|{payor}|{segment.text(36)}|{segment.text(2)}"
    return {
        "resourceType": "Coverage",
        "id": context.ids("Coverage", key),
        **context.map("IN1", scope_of(segment)),
        "beneficiary": {"reference": subject},
    }


def _observation(segment: Segment, subject: str, context: Context) -> Resource | None:
    if not segment.field(3) or segment.text(2).upper() == "ED":
        return None
    key = f"adt|{subject}|{_said(segment, 3)}|{segment.text(4)}|{segment.text(14)}"
    return {
        "resourceType": "Observation",
        "id": context.ids("Observation", key),
        **context.map("OBX", scope_of(segment)),
        "subject": {"reference": subject},
    }


def _said(segment: Segment, number: int) -> str:
    """A code with its system, else its words."""
    code = segment.text(number)
    return f"{code}|{segment.text(number, 3)}" if code else segment.text(number, 2).upper()


def _visit(context: Context) -> str:
    pv1 = context.message.first("PV1")
    return pv1.raw(19) if pv1 else ""


def _without_payor(in1: Segment) -> Issue:
    return Issue(
        severity="warning", code="required", rule="coverage.no-payor",
        phrase=phrases.COVERAGE_WITHOUT_PAYOR, location=in1.place(3),
    )  # fmt: skip


_MADE: Final[dict[str, Make]] = {
    "AL1": _allergy,
    "IAM": _allergy,
    "DG1": _diagnosis,
    "PR1": _act,
    "IN1": _insurance,
    "OBX": _observation,
}

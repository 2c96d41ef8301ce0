"""The elements of Encounter that follow from the facts of a stay. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hygie.fhir.french import kinds
from hygie.fhir.french.facts import FACT, MOVEMENT, Fact, to_extension
from hygie.intake.stays.course import Course, Span, follow
from hygie.intake.stays.movements import Movement, Traced, needed, trace

Json = dict[str, Any]

_ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_PATIENT_CLASS: Final = "http://terminology.hl7.org/CodeSystem/v2-0004"
_PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ATTENDING: Final = "ATND"
_CLASSES: Final = {
    "I": ("IMP", "inpatient encounter"),
    "B": ("IMP", "inpatient encounter"),
    "E": ("EMER", "emergency"),
    "O": ("AMB", "ambulatory"),
    "R": ("AMB", "ambulatory"),
    "P": ("PRENC", "pre-admission"),
}


def project(facts: Iterable[Fact]) -> Json:
    """What follows: extension, status, statusHistory, class, classHistory, period, location,
    serviceProvider, the attending among `participant`, hospitalization.dischargeDisposition."""
    kept = needed(facts)
    traced = trace(kept)
    course = follow(traced)
    elements = {
        "extension": _extensions(traced, kept),
        "status": _status(course, traced, kept),
        "statusHistory": _history(course.status.spans, "status", str),
        "class": _class(course, traced),
        "classHistory": _history(course.patient_class.spans, "class", encounter_class),
        "period": _period(course),
        "location": _locations(course),
        "serviceProvider": {"reference": course.unit} if course.unit else {},
        "participant": _participants(course.attending.spans),
        "hospitalization": (
            {"dischargeDisposition": course.disposition} if course.disposition else {}
        ),
    }
    return {name: value for name, value in elements.items() if value}


def encounter_class(patient_class: str) -> dict[str, str]:
    """PV1-2 to Encounter.class; a class FHIR has no code for keeps the HL7 code."""
    known = _CLASSES.get(patient_class)
    if known is None:
        return {"system": _PATIENT_CLASS, "code": patient_class or "U"}
    return {"system": _ACT_CODE, "code": known[0], "display": known[1]}


def _extensions(traced: Sequence[Traced], kept: Sequence[Fact]) -> list[Json]:
    """The movements in force in their order, then the facts they do not hold by themselves."""
    held = [_as_held(one) for one in traced if not one.cancelled]
    alone = {id(one) for one in held}
    others = sorted((fact for fact in kept if id(fact) not in alone), key=lambda fact: fact.weight)
    movements = [to_extension(MOVEMENT, one) for one in held]
    return [*movements, *(to_extension(FACT, fact) for fact in others)]


def _as_held(one: Traced) -> Fact | Movement:
    """Its only fact says it all."""
    [first, *others] = one.facts
    return first if not others and first.action == "INSERT" else one.movement


def _status(course: Course, traced: Sequence[Traced], kept: Sequence[Fact]) -> str:
    """`cancelled` also when the cancellation of the opening has come before the opening itself."""
    if course.status.now is not None:
        return str(course.status.now)
    gone = course.cancelled or any(one.cancelled for one in traced)
    undone = (*kinds.AWAITING, kinds.ADMISSION)
    gone |= any(fact.action == "CANCEL" and fact.kind in undone for fact in kept)
    return "cancelled" if gone else "unknown"


def _class(course: Course, traced: Sequence[Traced]) -> Json:
    """That of now, else the last one; of a stay that is planned or cancelled, what was said."""
    if course.patient_class.spans:
        return encounter_class(course.patient_class.spans[-1].value)
    said = [one.movement.patient_class for one in traced if one.movement.patient_class]
    return encounter_class(said[-1]) if said else {}


def _history(spans: Sequence[Span], name: str, written: Any) -> list[Json]:
    """What is over (R4: past statuses, past classes)."""
    past = [span for span in spans if span.end]
    if name == "class" and past and past[-1] is spans[-1]:
        past = past[:-1]  # a stay keeps the class it ended with
    return [
        {name: written(span.value), "period": {"start": span.start, "end": span.end}}
        for span in past
    ]


def _period(course: Course) -> Json:
    status = course.status.spans
    ended = bool(status) and status[-1].value == "finished"
    period = {"start": course.start} if course.start else {}
    return period | ({"end": status[-1].start} if ended else {})


def _locations(course: Course) -> list[Json]:
    if course.status.now == "planned":
        place = course.planned_place
        period = {"start": course.start}
        planned = {"location": {"reference": place}, "status": "planned", "period": period}
        return [planned] if place else []
    kept = "reserved" if course.status.now == "onleave" else "active"
    return [
        {
            "location": {"reference": span.value},
            "status": "completed" if span.end else kept,
            "period": _lasting(span),
        }
        for span in course.place.spans
    ]


def _participants(spans: Sequence[Span]) -> list[Json]:
    """The last in charge first."""
    kind = [{"coding": [{"system": _PARTICIPATION, "code": ATTENDING}]}]
    return [
        {"type": kind, "individual": doctor, "period": _lasting(span)}
        for span in reversed(spans)
        for doctor in span.value
    ]


def _lasting(span: Span) -> dict[str, str]:
    return {"start": span.start} | ({"end": span.end} if span.end else {})

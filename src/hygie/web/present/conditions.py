"""Health problems and treatments, as the synthesis lists them."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.search import normalize
from hygie.web.present.dates import read_moment, say_since
from hygie.web.present.quantities import say_quantity, say_unit
from hygie.web.present.read import (
    Json,
    child,
    codes,
    concept_text,
    has_code,
    objects,
    reference_text,
    text,
)

CURRENT_TREATMENT = ("active", "on-hold")
TREATMENT_STATES = {"on-hold": "suspendu", "active": ""}


class Problem(msgspec.Struct, frozen=True):
    label: str
    code: str
    """CIM-10 or other code, for those who read codes."""
    since: str
    doubtful: bool


class Treatment(msgspec.Struct, frozen=True):
    label: str
    code: str
    dosage: str
    since: str
    state: str


def read_problems(resources: Sequence[Json], zone: ZoneInfo) -> tuple[Problem, ...]:
    """Active problems, the most recent first; the same code is listed once."""
    active = [r for r in resources if _is_active(r)]
    active.sort(key=_condition_date, reverse=True)
    seen: dict[tuple[str, str], Problem] = {}
    for resource in active:
        problem = _problem(resource, zone)
        seen.setdefault((problem.code, problem.label), problem)
    return tuple(seen.values())


def _is_active(condition: Json) -> bool:
    ended = has_code(child(condition, "clinicalStatus"), "inactive", "remission", "resolved")
    wrong = has_code(child(condition, "verificationStatus"), "entered-in-error", "refuted")
    return not ended and not wrong


def _condition_date(condition: Json) -> str:
    return (
        text(condition, "onsetDateTime")
        or text(child(condition, "onsetPeriod"), "start")
        or text(condition, "recordedDate")
    )


def _problem(condition: Json, zone: ZoneInfo) -> Problem:
    concept = child(condition, "code")
    onset = read_moment(_condition_date(condition), zone)
    unsure = ("unconfirmed", "provisional", "differential")
    return Problem(
        label=concept_text(concept) or "Problème non précisé",
        code=_code(concept),
        since=say_since(onset) if onset else "",
        doubtful=has_code(child(condition, "verificationStatus"), *unsure),
    )


def _code(concept: Json) -> str:
    return next((code for _, code in codes(concept) if code), "")


def read_treatments(resources: Sequence[Json], zone: ZoneInfo) -> tuple[Treatment, ...]:
    """Current MedicationStatement and MedicationRequest, in alphabetical order, once each."""
    current = [r for r in resources if text(r, "status") in CURRENT_TREATMENT]
    views = (_treatment(r, zone) for r in current)
    unique = {(view.label.casefold(), view.dosage): view for view in views}
    return tuple(sorted(unique.values(), key=lambda view: normalize(view.label)))


def _treatment(resource: Json, zone: ZoneInfo) -> Treatment:
    concept = child(resource, "medicationCodeableConcept")
    start = text(child(resource, "effectivePeriod"), "start") or text(resource, "authoredOn")
    since = read_moment(start or text(resource, "effectiveDateTime"), zone)
    named = concept_text(concept) or reference_text(child(resource, "medicationReference"))
    return Treatment(
        label=named or "Médicament non précisé",
        code=_code(concept),
        dosage=_dosage(resource),
        since=say_since(since) if since else "",
        state=TREATMENT_STATES.get(text(resource, "status"), ""),
    )


def _dosage(resource: Json) -> str:
    """The sentence the prescriber wrote; otherwise the dose and when it is taken."""
    said = []
    for line in objects(resource.get("dosage") or resource.get("dosageInstruction")):
        quantity = child(child(line, "doseAndRate"), "doseQuantity")
        dose = say_quantity(quantity) if say_unit(quantity) else ""
        rhythm = concept_text(child(child(line, "timing"), "code"))
        said.append(text(line, "text") or ", ".join(filter(None, (dose, rhythm))))
    return " ; ".join(filter(None, said))

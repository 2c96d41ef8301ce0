"""The common expressions as a careful hand writes them in Python: the floor.

Each takes a resource or element as JSON and returns the collection, its items as JSON. They trust
the data to be as the definitions say, which compiled expressions do not.
"""

from collections.abc import Callable
from typing import Any, Final

Json = dict[str, Any]
ByHand = Callable[[Json], list[Any]]

_QUANTITIES = ("valueQuantity", "valueSampledData")
_DATES = ("effectiveDateTime", "effectivePeriod", "effectiveTiming", "effectiveInstant")


def distinct(found: list[Any]) -> list[Any]:
    """`|` leaves no two equal items."""
    if len(found) < 2:
        return found
    kept: list[Any] = []
    for item in found:
        if item not in kept:
            kept.append(item)
    return kept


def present(*values: Any) -> list[Any]:
    return [value for value in values if value is not None]


def chosen(element: Json, names: tuple[str, ...]) -> list[Any]:
    return [element[name] for name in names if name in element]


def has_value(element: Json) -> bool:
    return any(name.startswith("value") for name in element)


def family(patient: Json) -> list[Any]:
    return distinct([n["family"] for n in patient.get("name", ()) if "family" in n])


def phone(patient: Json) -> list[Any]:
    return distinct([t for t in patient.get("telecom", ()) if t.get("system") == "phone"])


def city(patient: Json) -> list[Any]:
    return distinct([a["city"] for a in patient.get("address", ()) if "city" in a])


def deceased(patient: Json) -> list[Any]:
    if "deceasedBoolean" in patient:
        return [patient["deceasedBoolean"]]
    return ["deceasedDateTime" in patient]


def combo_code(observation: Json) -> list[Any]:
    components = [c["code"] for c in observation.get("component", ()) if "code" in c]
    return distinct([*present(observation.get("code")), *components])


def observed_patient(observation: Json) -> list[Any]:
    subject = observation.get("subject")
    if subject is None:
        return []
    return [subject] if "Patient" in subject.get("reference", "").split("/")[-2:-1] else []


def practitioners(encounter: Json) -> list[Any]:
    found = [p["individual"] for p in encounter.get("participant", ()) if "individual" in p]
    return [r for r in found if "Practitioner" in r.get("reference", "").split("/")[-2:-1]]


def locations(encounter: Json) -> list[Any]:
    return [stay["location"] for stay in encounter.get("location", ()) if "location" in stay]


def manifestations(allergy: Json) -> list[Any]:
    return [
        m for reaction in allergy.get("reaction", ()) for m in reaction.get("manifestation", ())
    ]


def no_contained_in_contained(resource: Json) -> list[Any]:
    return [not any("contained" in inner for inner in resource.get("contained", ()))]


def no_version_in_contained(resource: Json) -> list[Any]:
    metas = [inner.get("meta", {}) for inner in resource.get("contained", ())]
    return [not any("versionId" in meta or "lastUpdated" in meta for meta in metas)]


def narrated(resource: Json) -> list[Any]:
    return ["div" in resource.get("text", ())]


def no_part_repeats_whole(observation: Json) -> list[Any]:
    if not has_value(observation):
        return [True]
    whole = observation.get("code", {}).get("coding", ())
    for component in observation.get("component", ()):
        if any(coding in whole for coding in component.get("code", {}).get("coding", ())):
            return [False]
    return [True]


def coded(concept: Json, system: str, *codes: str) -> bool:
    return any(
        coding.get("system") == system and coding.get("code") in codes
        for coding in concept.get("coding", ())
    )


def _status(kind: str) -> str:
    return f"http://terminology.hl7.org/CodeSystem/{kind}"


_CLINICAL = _status("condition-clinical")
_VER_STATUS = _status("condition-ver-status")
_ALLERGY = _status("allergyintolerance-verification")
_ERROR = "entered-in-error"


def condition_is_clinical(condition: Json) -> list[Any]:
    return [
        "clinicalStatus" in condition
        or coded(condition.get("verificationStatus", {}), _VER_STATUS, _ERROR)
        or "category" not in condition
    ]


def abated_is_over(condition: Json) -> list[Any]:
    if not any(name.startswith("abatement") for name in condition):
        return [True]
    over = ("resolved", "remission", "inactive")
    return [coded(condition.get("clinicalStatus", {}), _CLINICAL, *over)]


def error_has_no_status(condition: Json) -> list[Any]:
    error = coded(condition.get("verificationStatus", {}), _VER_STATUS, _ERROR)
    return [not error or "clinicalStatus" not in condition]


def allergy_is_clinical(allergy: Json) -> list[Any]:
    error = coded(allergy.get("verificationStatus", {}), _ALLERGY, _ERROR)
    return [error or "clinicalStatus" in allergy]


BY_HAND: Final[dict[str, ByHand]] = {
    "Patient.identifier": lambda r: list(r.get("identifier", ())),
    "Patient.family": family,
    "Patient.birthdate": lambda r: present(r.get("birthDate")),
    "Patient.phone": phone,
    "Patient.address-city": city,
    "Patient.deceased": deceased,
    "Observation.code": lambda r: present(r.get("code")),
    "Observation.combo-code": combo_code,
    "Observation.value-quantity": lambda r: chosen(r, _QUANTITIES),
    "Observation.value-concept": lambda r: present(r.get("valueCodeableConcept")),
    "Observation.date": lambda r: chosen(r, _DATES),
    "Observation.patient": observed_patient,
    "Condition.onset-date": lambda r: chosen(r, ("onsetDateTime", "onsetPeriod")),
    "Condition.clinical-status": lambda r: present(r.get("clinicalStatus")),
    "Encounter.practitioner": practitioners,
    "Encounter.location": locations,
    "MedicationRequest.medication": lambda r: present(r.get("medicationReference")),
    "AllergyIntolerance.manifestation": manifestations,
    "dom-2": no_contained_in_contained,
    "dom-4": no_version_in_contained,
    "dom-6": narrated,
    "ele-1": lambda e: [len(e) > ("id" in e)],
    "ext-1": lambda e: [("extension" in e) != has_value(e)],
    "per-1": lambda e: [not ("start" in e and "end" in e) or e["start"] <= e["end"]],
    "qty-3": lambda e: ["code" not in e or "system" in e],
    "obs-3": lambda e: ["low" in e or "high" in e or "text" in e],
    "obs-6": lambda r: ["dataAbsentReason" not in r or not has_value(r)],
    "obs-7": no_part_repeats_whole,
    "con-3": condition_is_clinical,
    "con-4": abated_is_over,
    "con-5": error_has_no_status,
    "ait-1": allergy_is_clinical,
}

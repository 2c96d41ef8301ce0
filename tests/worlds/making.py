"""A world of this hospital, at random from its number: some patients, of whom the actor cares for
some, and what there is of them."""

import random
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.store.worlds.making import World
from tests.worlds.actors import DOCTOR, SELF, key

from hygie.store.contract import Resource

SYSTEM: Final = "urn:test:worlds"
LOINC: Final = "http://loinc.org"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
RECENT: Final = (datetime.now(UTC) - timedelta(hours=5)).isoformat(timespec="seconds")
"""When critical results came: decision support speaks of those of the last days."""
UCUM: Final = "http://unitsofmeasure.org"
UNIT: Final = "Location/unite"
MOST: Final = {
    "Encounter": 3, "Observation": 7, "Condition": 2, "AllergyIntolerance": 2, "Binary": 1,
    "DocumentReference": 2, "ServiceRequest": 1, "DiagnosticReport": 2, "MedicationRequest": 1,
    "Appointment": 2, "List": 1, "Group": 1, "Composition": 1, "Provenance": 2, "Practitioner": 1,
    "Coverage": 1,
}  # fmt: skip
"""How many of each there may be."""
SEVERAL_VERSIONS: Final = 0.2
WORDS: Final = ("asthme", "fracture", "pneumopathie")
FAMILIES: Final = ("Martin", "Durand", "Lefebvre")


def made(number: int, *, own: bool) -> tuple[World, frozenset[str]]:
    """A world, and the patients in it whom the actor cares for. `own`: the actor is its patient."""
    chance = random.Random(f"hospital {number}")
    patients = [f"p{number}-{n}" for n in range(chance.randint(2, 3))]
    world = World(number, [*patients, SELF] if own else patients)
    for one in world.patients:
        key(one)
    for one in patients:
        _add(world, chance, "Patient", one)
    circle = frozenset(chance.sample(patients, chance.randint(0, len(patients) - 1)))
    for kind, most in MOST.items():
        for n in range(chance.randint(0, most)):
            _add(world, chance, kind, f"{kind.lower()[:5]}{number}-{n}")
    for n, one in enumerate(sorted(circle)):
        world.versions["Encounter", f"care{number}-{n}"] = [_care(world, one, n)]
    return world, circle


def settled() -> list[Resource]:
    """What stands in every house: the actor, a unit, the patient who signs in."""
    return [
        {"resourceType": "Practitioner", "id": DOCTOR, "name": [{"family": "Soignant"}]},
        {"resourceType": "Location", "id": "unite", "name": "Cardiologie", "status": "active",
         "identifier": [{"system": "urn:uf", "value": "2210"}]},
        {"resourceType": "Patient", "id": SELF, "name": [{"family": "Soi"}],
         "birthDate": "1970-01-01"},
    ]  # fmt: skip


def resource_of(world: World, chance: random.Random, kind: str, id_: str) -> Resource:
    made: Resource = {
        "resourceType": kind,
        "id": id_,
        "meta": {"tag": [{"system": SYSTEM, "code": world.tag}]},
    }
    if kind not in ("Binary", "Provenance", "Composition"):
        made["identifier"] = [{"system": SYSTEM, "value": f"{world.tag}-{chance.randint(1, 3)}"}]
    return made | _CONTENT[kind](world, chance)


def _add(world: World, chance: random.Random, kind: str, id_: str) -> None:
    versions: list[Resource | None] = [resource_of(world, chance, kind, id_)]
    while chance.random() < SEVERAL_VERSIONS:
        gone = kind != "Patient" and chance.random() < 0.3
        versions.append(None if gone else resource_of(world, chance, kind, id_))
        if gone:
            break
    world.versions[kind, id_] = versions


def _care(world: World, patient: str, n: int) -> Resource:
    """The stay for which the patient is in the actor's care."""
    return {
        "resourceType": "Encounter", "id": f"care{world.number}-{n}",
        "meta": {"tag": [{"system": SYSTEM, "code": world.tag}]},
        "status": "in-progress", "class": {"code": "IMP"},
        "subject": {"reference": f"Patient/{patient}"},
        "participant": [{"individual": {"reference": f"Practitioner/{DOCTOR}"}}],
        "period": {"start": "2026-01-01"},
        "location": [{"location": {"reference": UNIT}, "status": "active"}],
    }  # fmt: skip


# --- by type ------------------------------------------------------------------------------------


def _patient(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "name": [{"family": chance.choice(FAMILIES), "given": ["Anne"]}],
        "gender": chance.choice(("male", "female")),
        "birthDate": chance.choice(("1951-02-03", "1980-02-03")),
    }
    if chance.random() < 0.2:
        content["link"] = [{"other": _any(world, chance), "type": "seealso"}]
    return content


def _encounter(world: World, chance: random.Random) -> Resource:
    return {
        "status": chance.choice(("finished", "in-progress")), "class": {"code": "IMP"},
        "period": {"start": f"2026-01-0{chance.randint(1, 9)}"},
        "location": [{"location": {"reference": UNIT}, "status": "active"}],
        "reasonCode": [{"text": chance.choice(WORDS)}],
        **_subject(world, chance),
    }  # fmt: skip


def _observation(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "status": chance.choice(("final", "preliminary")),
        "category": [_coded(CATEGORY, chance.choice(("laboratory", "vital-signs")))],
        "code": _coded(LOINC, chance.choice(("2160-0", "8867-4")))
        | {"text": chance.choice(WORDS)},
        "effectiveDateTime": f"2026-01-0{chance.randint(1, 9)}",
        "valueQuantity": {
            "value": chance.randint(1, 9), "unit": "mg", "system": UCUM, "code": "mg",
        },
        **_subject(world, chance),
    }  # fmt: skip
    if stay := _one(world, chance, "Encounter"):
        content["encounter"] = stay
    if chance.random() < 0.2:
        content["performer"] = [_any(world, chance)]
    if chance.random() < 0.3:
        content["interpretation"] = [_coded(INTERPRETATION, "HH")]
        content["effectiveDateTime"] = RECENT
    if members := _one(world, chance, "Observation"):
        content["hasMember"] = [members]
    return content


def _condition(world: World, chance: random.Random) -> Resource:
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    content = {
        "code": {"text": chance.choice(WORDS)}, "clinicalStatus": _coded(clinical, "active"),
        **_named(world, chance, "subject"),
    }  # fmt: skip
    if chance.random() < 0.2:
        content["asserter"] = _any(world, chance)
    return content


def _allergy(world: World, chance: random.Random) -> Resource:
    clinical = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    return {
        "code": {"text": chance.choice(WORDS)}, "clinicalStatus": _coded(clinical, "active"),
        **_named(world, chance, "patient"),
    }  # fmt: skip


def _binary(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "contentType": "text/plain",
        "data": b64encode(chance.choice(WORDS).encode()).decode(),
    }
    if chance.random() < 0.8:
        content["securityContext"] = _any(world, chance)
    return content


def _document(world: World, chance: random.Random) -> Resource:
    text = b64encode(chance.choice(WORDS).encode()).decode()
    attachment = {"contentType": "text/plain", "title": chance.choice(WORDS)}
    if binary := _one(world, chance, "Binary"):
        attachment["url"] = binary["reference"]
    else:
        attachment["data"] = text
    return {
        "status": "current", "description": chance.choice(WORDS), "date": "2026-01-05T10:00:00Z",
        "content": [{"attachment": attachment}], **_subject(world, chance),
    }  # fmt: skip


def _order(world: World, chance: random.Random) -> Resource:
    return {
        "status": "active", "intent": "order", "code": {"text": chance.choice(WORDS)},
        **_named(world, chance, "subject"),
    }  # fmt: skip


def _report(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "status": "final", "code": {"text": chance.choice(WORDS)},
        "effectiveDateTime": "2026-01-05", **_subject(world, chance),
    }  # fmt: skip
    if result := _one(world, chance, "Observation"):
        content["result"] = [result]
    if order := _one(world, chance, "ServiceRequest"):
        content["basedOn"] = [order]
    return content


def _medication(world: World, chance: random.Random) -> Resource:
    return {
        "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": chance.choice(WORDS)},
        **_named(world, chance, "subject"),
    }  # fmt: skip


def _appointment(world: World, chance: random.Random) -> Resource:
    people = chance.sample(world.patients, chance.randint(0, 2))
    actors = [{"reference": f"Patient/{one}"} for one in people] + [{"reference": UNIT}]
    return {
        "status": chance.choice(("booked", "cancelled")), "start": "2026-01-05T10:00:00Z",
        "end": "2026-01-05T10:30:00Z",
        "participant": [{"actor": one, "status": "accepted"} for one in actors],
    }  # fmt: skip


def _list(world: World, chance: random.Random) -> Resource:
    kinds = ("Observation", "Condition", "Encounter")
    items = [_one(world, chance, chance.choice(kinds)) for _ in range(3)]
    return {
        "status": "current", "mode": "working", "title": chance.choice(WORDS),
        "entry": [{"item": one} for one in items if one], **_subject(world, chance),
    }  # fmt: skip


def _group(world: World, chance: random.Random) -> Resource:
    people = chance.sample(world.patients, chance.randint(1, 2))
    return {
        "type": "person", "actual": True,
        "member": [{"entity": {"reference": f"Patient/{one}"}} for one in people],
    }  # fmt: skip


def _composition(world: World, chance: random.Random) -> Resource:
    items = [_one(world, chance, kind) for kind in ("Observation", "Condition")]
    found = [one for one in items if one]
    return {
        "status": "final", "type": {"text": "x"}, "date": "2026-01-05", "title": "Lettre",
        "author": [{"reference": f"Practitioner/{DOCTOR}"}],
        "section": [{"title": "Faits", "entry": found}] if found else [{"title": "Rien"}],
        **_subject(world, chance),
    }  # fmt: skip


def _provenance(world: World, chance: random.Random) -> Resource:
    targets = [_one(world, chance, "Observation"), _one(world, chance, "Encounter")]
    found = [one for one in targets if one]
    if not found or chance.random() < 0.5:
        found.append(_any(world, chance))
    return {
        "target": found, "recorded": "2026-01-05T10:00:00Z",
        "agent": [{"who": {"reference": f"Practitioner/{DOCTOR}"}}],
    }  # fmt: skip


def _coverage(world: World, chance: random.Random) -> Resource:
    return {
        "status": chance.choice(("active", "cancelled")),
        "payor": [{"display": chance.choice(WORDS)}], **_named(world, chance, "beneficiary"),
    }  # fmt: skip


def _practitioner(_world: World, chance: random.Random) -> Resource:
    return {"name": [{"family": chance.choice(FAMILIES)}]}


_CONTENT: Final[dict[str, Callable[[World, random.Random], Resource]]] = {
    "Patient": _patient, "Encounter": _encounter, "Observation": _observation,
    "Condition": _condition, "AllergyIntolerance": _allergy, "Binary": _binary,
    "DocumentReference": _document, "ServiceRequest": _order, "DiagnosticReport": _report,
    "MedicationRequest": _medication, "Appointment": _appointment, "List": _list, "Group": _group,
    "Composition": _composition, "Provenance": _provenance, "Practitioner": _practitioner,
    "Coverage": _coverage,
}  # fmt: skip


# --- parts --------------------------------------------------------------------------------------


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _any(world: World, chance: random.Random) -> Resource:
    return {"reference": f"Patient/{chance.choice(world.patients)}"}


def _named(world: World, chance: random.Random, name: str) -> Resource:
    return {name: _any(world, chance)}


def _subject(world: World, chance: random.Random) -> Resource:
    return {} if chance.random() < 0.08 else _named(world, chance, "subject")


def _one(world: World, chance: random.Random, kind: str) -> Resource | None:
    """A reference to what was made before; mostly."""
    there = [id_ for of, id_ in world.versions if of == kind]
    if not there or chance.random() < 0.3:
        return None
    return {"reference": f"{kind}/{chance.choice(there)}"}

"""Synthetic resources of every R4 type, from the definitions alone: structure, codes and systems.

Values are made by chance; what repeats, and so what a dictionary learns, is what all establishments
share. Nothing here resembles a person.
"""

import random
import string
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from vocabulary import CONCEPTS, EXTENSIONS, IDENTIFIER_SYSTEMS, PROFILES, UNITS, Concept

from hygie.fhir.definitions import Element, Registry, TypeRef

DEEPEST: Final = 5
FREQUENT: Final = (
    "Observation",
    "Encounter",
    "Condition",
    "Procedure",
    "DiagnosticReport",
    "DocumentReference",
    "MedicationRequest",
    "MedicationAdministration",
    "Patient",
    "AllergyIntolerance",
    "Immunization",
    "ServiceRequest",
    "Claim",
    "ExplanationOfBenefit",
    "Appointment",
    "Task",
    "Specimen",
    "Composition",
    "Provenance",
    "QuestionnaireResponse",
    "CarePlan",
    "CareTeam",
    "Practitioner",
    "Organization",
    "Location",
    "ImagingStudy",
    "MedicationStatement",
    "Communication",
    "Consent",
    "Coverage",
)
"""Most of what an establishment keeps: more samples of these."""
OFTEN, SELDOM = 0.85, 0.25
"""How likely an element is: those of the summary (R4 §3.1.1.5.8), and the others."""
USUAL_TARGETS: Final = ("Patient", "Encounter", "Practitioner", "Organization", "Location")
RARE: Final = frozenset(
    {"implicitRules", "language", "text", "contained", "modifierExtension", "extension", "id"}
)


class Skeletons:
    """An endless supply. Same seed, same resources."""

    def __init__(self, registry: Registry, seed: int) -> None:
        self._registry = registry
        self._chance = random.Random(seed)  # noqa: S311 - samples, not secrets

    def resource(self, kind: str) -> dict[str, Any]:
        """One resource, in the order in which bodies are kept."""
        meta: dict[str, Any] = {"versionId": "1", "lastUpdated": self._instant("Z")}
        if self._happens(0.15):
            meta["profile"] = [self._chance.choice(PROFILES)]
        head = {"resourceType": kind, "id": self._uuid(), "meta": meta}
        return head | dict(self._members(kind, 0, frozenset({"id", "meta"})))

    def _members(self, kind: str, depth: int, but: frozenset[str]) -> Iterator[tuple[str, Any]]:
        for element in self._registry.types[kind].elements:
            if element.name not in but and self._present(element, depth):
                names = list(element.json_names().items())
                name, type_ref = names[0] if self._happens(0.6) else self._chance.choice(names[:6])
                yield name, self._item(element, kind, type_ref, depth)

    def _present(self, element: Element, depth: int) -> bool:
        if element.min:
            return True
        if element.name in RARE or depth >= DEEPEST:
            return element.name == "extension" and self._happens(0.03)
        return self._happens((OFTEN if element.summary else SELDOM) * 0.8**depth)

    def _item(self, element: Element, owner: str, type_ref: TypeRef, depth: int) -> Any:
        if element.repeats:
            count = 1 + self._happens(0.2)
            return [self._value(element, owner, type_ref, depth) for _ in range(count)]
        return self._value(element, owner, type_ref, depth)

    def _value(self, element: Element, owner: str, type_ref: TypeRef, depth: int) -> Any:  # noqa: PLR0911
        kind = type_ref.name
        place = f"{owner}.{element.name}"
        if kind in ("CodeableConcept", "Coding"):
            return self._coded(kind, place)
        if self._registry.types[kind].base == "Quantity" or kind == "Quantity":
            return self._quantity()
        if kind == "Reference":
            return self._reference(type_ref)
        if kind == "Identifier":
            return self._identifier()
        if kind == "Extension":
            return {"url": self._chance.choice(EXTENSIONS), "valueString": self._letters(8)}
        if self._registry.types[kind].kind == "primitive":
            return self._primitive(kind, element.binding)
        return dict(self._members(kind, depth + 1, frozenset({"id"}))) or {"id": self._letters(4)}

    # --- complex types ------------------------------------------------------------------------

    def _coded(self, kind: str, place: str) -> dict[str, Any]:
        concepts = CONCEPTS.get(place) or CONCEPTS[""]
        coding = self._coding(self._chance.choice(concepts))
        if kind == "Coding":
            return coding
        text = {"text": coding["display"]} if "display" in coding and self._happens(0.4) else {}
        return {"coding": [coding]} | text

    @staticmethod
    def _coding(concept: Concept) -> dict[str, Any]:
        display = {"display": concept.display} if concept.display else {}
        return {"system": concept.system, "code": concept.code} | display

    def _quantity(self) -> dict[str, Any]:
        code, unit = self._chance.choice(UNITS)
        system = "http://unitsofmeasure.org"
        return {"value": self._decimal(), "unit": unit, "system": system, "code": code}

    def _reference(self, type_ref: TypeRef) -> dict[str, Any]:
        targets = type_ref.targets or USUAL_TARGETS
        usual = [target for target in USUAL_TARGETS if target in targets]
        target = usual[0] if usual and self._happens(0.9) else self._chance.choice(targets[:4])
        display = {"display": self._letters(12)} if self._happens(0.3) else {}
        return {"reference": f"{target}/{self._uuid()}"} | display

    def _identifier(self) -> dict[str, Any]:
        kind = {"type": self._coded("CodeableConcept", "Identifier.type")}
        use = {"use": self._chance.choice(("official", "usual", "secondary"))}
        system = self._chance.choice(IDENTIFIER_SYSTEMS)
        return (
            (use if self._happens(0.4) else {})
            | (kind if self._happens(0.4) else {})
            | {"system": system, "value": self._digits(10)}
        )

    # --- primitives ---------------------------------------------------------------------------

    def _primitive(self, kind: str, binding: str) -> Any:  # noqa: PLR0911
        match kind:
            case "boolean":
                return self._happens(0.5)
            case "integer" | "positiveInt" | "unsignedInt":
                return self._chance.randint(1, 99)
            case "decimal":
                return self._decimal()
            case "code":
                return self._code(binding)
            case "date":
                return self._instant("")[:10]
            case "dateTime" | "instant":
                return self._instant(self._chance.choice(("+01:00", "+02:00", "Z")))
            case "time":
                return "08:30:00"
            case "uri" | "url" | "canonical" | "oid" | "uuid":
                return f"urn:uuid:{self._uuid()}"
            case "xhtml":
                return f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{self._letters(20)}</p></div>'
        return self._letters(10)

    def _code(self, binding: str) -> str:
        value_set = self._registry.value_sets.get(binding)
        codes = [
            code for group in (value_set.codes.values() if value_set else ()) for code in group
        ]
        return self._chance.choice(codes[:12]) if codes else self._letters(5)

    def _instant(self, zone: str) -> str:
        day, hour, minute = self._chance.randint(10, 28), self._digits(1), self._digits(2)
        return (
            f"20{self._chance.randint(15, 28)}-0{self._digits(1)}-{day}T1{hour}:{minute}:00{zone}"
        )

    def _decimal(self) -> Decimal:
        return Decimal(self._chance.randint(1, 9999)) / self._chance.choice((1, 10, 100))

    def _uuid(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def _letters(self, count: int) -> str:
        return "".join(self._chance.choices(string.ascii_lowercase + " ", k=count))

    def _digits(self, count: int) -> str:
        return "".join(self._chance.choices("123456789", k=count))

    def _happens(self, likelihood: float) -> bool:
        return self._chance.random() < likelihood

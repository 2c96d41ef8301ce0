"""The CodeableConcepts of a resource, wherever they stand, and what mapping adds to them.

A coding that is added says so by its element id, `hygie-map-N`: it is told from what the sender
wrote, and can be taken away again. Ids of elements are free text within a resource (R4 §2.24.0.1).
"""

from collections.abc import Iterator
from typing import Any, Final

from hygie.fhir.terminology.reading import objects
from hygie.nomenclature.mapping.correspondences import Correspondences

Json = dict[str, Any]
MARK: Final = "hygie-map-"
CODED: Final = frozenset({
    "AllergyIntolerance", "CarePlan", "Condition", "DiagnosticReport", "DocumentReference",
    "Encounter", "Immunization", "MedicationAdministration", "MedicationRequest",
    "MedicationStatement", "Observation", "Procedure", "ServiceRequest", "Specimen",
})  # fmt: skip
"""The types whose codes are counted and mapped: what is said of patients."""


def enrich(resource: Json, table: Correspondences) -> None:
    """What comes in, before it is filed: a resource, or the entries of a bundle, in place."""
    if not len(table):
        return
    if resource.get("resourceType") == "Bundle":
        for entry in objects(resource, "entry"):
            if isinstance(inner := entry.get("resource"), dict):
                enrich(inner, table)
    elif resource.get("resourceType") in CODED:
        add_mapped(resource, table)


def concepts(node: Any) -> Iterator[Json]:
    """Every object that has codings, in no order. Depth is bounded by what was decoded."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("coding"), list):
                yield one
            waiting.extend(value for value in one.values() if isinstance(value, dict | list))
        elif isinstance(one, list):
            waiting.extend(one)


def codings(concept: Json) -> list[Json]:
    return [coding for coding in concept["coding"] if isinstance(coding, dict)]


def add_mapped(resource: Json, table: Correspondences) -> int:
    """Adds to each concept, in place, what its codes are mapped to; how many codings it added.

    Nothing is added to a concept that has a code of that system already: what its sender says, or
    what was added before, counts.
    """
    added: list[Json] = []
    for concept in concepts(resource):
        for coding in codings(concept):
            for target in table.of(coding.get("system"), coding.get("code")):
                if any(other.get("system") == target.system for other in concept["coding"]):
                    continue
                added.append(target.coding())
                concept["coding"].append(added[-1])
    for number, coding in enumerate(added, _next(resource)):
        coding["id"] = f"{MARK}{number}"
    return len(added)


def take_back(resource: Json, table: Correspondences) -> int:
    """Takes away, in place, the codings that mapping had added from these codes; how many."""
    taken = 0
    for concept in concepts(resource):
        targets = {
            (target.system, target.code)
            for coding in codings(concept)
            for target in table.of(coding.get("system"), coding.get("code"))
        }
        kept = [
            coding for coding in concept["coding"]
            if not (_marked(coding) and (coding.get("system"), coding.get("code")) in targets)
        ]  # fmt: skip
        taken += len(concept["coding"]) - len(kept)
        concept["coding"][:] = kept
    return taken


def _marked(coding: Any) -> bool:
    return isinstance(coding, dict) and str(coding.get("id", "")).startswith(MARK)


def _next(resource: Json) -> int:
    """One more than the highest number that a mark bears in the resource."""
    numbers = [
        int(number)
        for concept in concepts(resource)
        for coding in codings(concept)
        if (number := str(coding.get("id", "")).removeprefix(MARK)).isdecimal() and _marked(coding)
    ]
    return max(numbers, default=0) + 1

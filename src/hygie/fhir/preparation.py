"""What resources are checked and filed by is compiled when a type is first met; or ahead of it."""

from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.policy.standards import base_writing
from hygie.fhir.search.derivation import filing_source

COMMON: Final = (
    "AllergyIntolerance", "CarePlan", "Composition", "Condition", "DiagnosticReport",
    "DocumentReference", "Encounter", "Immunization", "Location", "MedicationRequest",
    "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner", "Procedure",
    "ServiceRequest", "Specimen",
)  # fmt: skip
"""What every hospital files."""


def prepare(resource_type: str) -> None:
    """Compiles the check and the extractor of a type, once in a process and its forks: some 15 ms
    that its first resource would else wait for."""
    base_writing().prepare(resource_type)
    filing_source(r4(), resource_type)

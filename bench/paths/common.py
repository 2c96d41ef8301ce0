"""Expressions that search and validation evaluate most, as R4 writes them.

Search parameters are taken from the definitions by type and code; invariants are those of
http://hl7.org/fhir/R4 under their keys, on the type that declares them.
"""

from typing import Final

from hygie.fhir.definitions import r4

SEARCHED: Final = (
    ("Patient", "identifier"),
    ("Patient", "family"),
    ("Patient", "birthdate"),
    ("Patient", "phone"),
    ("Patient", "address-city"),
    ("Patient", "deceased"),
    ("Observation", "code"),
    ("Observation", "combo-code"),
    ("Observation", "value-quantity"),
    ("Observation", "value-concept"),
    ("Observation", "date"),
    ("Observation", "patient"),
    ("Condition", "onset-date"),
    ("Condition", "clinical-status"),
    ("Encounter", "practitioner"),
    ("Encounter", "location"),
    ("MedicationRequest", "medication"),
    ("AllergyIntolerance", "manifestation"),
)
"""Type and code of search parameters."""

_VER_STATUS = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
INVARIANTS: Final = {
    "dom-2": ("Patient", "contained.contained.empty()"),
    "dom-4": (
        "Observation",
        "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()",
    ),
    "dom-6": ("Observation", "text.`div`.exists()"),
    "ele-1": ("CodeableConcept", "hasValue() or (children().count() > id.count())"),
    "ext-1": ("Extension", "extension.exists() != value.exists()"),
    "per-1": ("Period", "start.hasValue().not() or end.hasValue().not() or (start <= end)"),
    "qty-3": ("Quantity", "code.empty() or system.exists()"),
    "obs-3": ("Observation.referenceRange", "low.exists() or high.exists() or text.exists()"),
    "obs-6": ("Observation", "dataAbsentReason.empty() or value.empty()"),
    "obs-7": (
        "Observation",
        (
            "value.empty() or component.code"
            ".where(coding.intersect(%resource.code.coding).exists()).empty()"
        ),
    ),
    "con-3": (
        "Condition",
        (
            f"clinicalStatus.exists() or verificationStatus.coding.where(system='{_VER_STATUS}' "
            "and code = 'entered-in-error').exists() "
            "or category.select($this='problem-list-item').empty()"
        ),
    ),
    "con-4": (
        "Condition",
        (
            f"abatement.empty() or clinicalStatus.coding.where(system='{_CLINICAL}' and "
            "(code='resolved' or code='remission' or code='inactive')).exists()"
        ),
    ),
    "con-5": (
        "Condition",
        (
            f"verificationStatus.coding.where(system='{_VER_STATUS}' and code='entered-in-error')"
            ".empty() or clinicalStatus.empty()"
        ),
    ),
    "ait-1": (
        "AllergyIntolerance",
        (
            f"verificationStatus.coding.where(system = '{_ALLERGY}' and code = 'entered-in-error')"
            ".exists() or clinicalStatus.exists()"
        ),
    ),
}
"""Key of the invariant -> the type it is about, and its expression."""


def expressions() -> dict[str, tuple[str, str]]:
    """Name ("Patient.phone", "dom-2") -> type and text of every expression measured."""
    searched = {
        f"{type_name}.{code}": (type_name, r4().parameters(type_name)[code].expression)
        for type_name, code in SEARCHED
    }
    return searched | INVARIANTS

"""Types of resources, in French, as people say them."""

from typing import Final

_TYPES: Final = {
    "Patient": "patient", "Encounter": "séjour", "Location": "lieu", "Organization": "unité",
    "Practitioner": "professionnel", "PractitionerRole": "rôle d’un professionnel",
    "Observation": "résultat", "DiagnosticReport": "compte rendu", "Specimen": "prélèvement",
    "DocumentReference": "document", "Binary": "contenu de document",
    "ServiceRequest": "demande", "MedicationRequest": "prescription",
    "MedicationDispense": "délivrance", "MedicationAdministration": "administration",
    "Appointment": "rendez-vous", "Immunization": "vaccination", "Condition": "diagnostic",
    "AllergyIntolerance": "allergie", "RelatedPerson": "proche", "Coverage": "couverture",
    "Procedure": "acte", "ChargeItem": "acte facturé", "Account": "dossier administratif",
    "EpisodeOfCare": "épisode de soins", "Flag": "alerte", "Consent": "consentement",
    "Device": "appareil", "Schedule": "agenda", "Slot": "créneau", "Task": "tâche",
}  # fmt: skip


def say_type(resource_type: str) -> str:
    """The type itself when it has no name here."""
    return _TYPES.get(resource_type, resource_type)

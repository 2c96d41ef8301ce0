"""HTTP for machines: FHIR REST."""

from hygie.api.app import FhirApp, fhir_app
from hygie.api.services import Rooms

__all__ = ["FhirApp", "Rooms", "fhir_app"]

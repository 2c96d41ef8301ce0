"""HTTP for machines: FHIR REST."""

from hygie.api.app import FhirApp, fhir_app

__all__ = ["FhirApp", "fhir_app"]

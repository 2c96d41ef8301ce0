"""FHIR messages over HTTP."""

"""Conformance resources: StructureDefinitions, value sets, code systems, by canonical URL."""

from hygie.fhir.packages.definition import Definition, canonical_parts
from hygie.fhir.packages.library import Library

__all__ = ["Definition", "Library", "canonical_parts"]

"""Conformance resources: StructureDefinitions, value sets, code systems, by canonical URL."""

from hygie.fhir.packages.base import base_library
from hygie.fhir.packages.definition import Definition, canonical_parts
from hygie.fhir.packages.library import Library, missing_dependencies
from hygie.fhir.packages.manifest import Manifest
from hygie.fhir.packages.naming import package_of
from hygie.fhir.packages.reading import Package, read_definitions, read_package
from hygie.fhir.packages.shelf import Shelf

__all__ = [
    "Definition", "Library", "Manifest", "Package", "Shelf", "base_library", "canonical_parts",
    "missing_dependencies",
    "package_of", "read_definitions", "read_package",
]  # fmt: skip

"""FHIRPath: text -> syntax tree -> Python, specialised by type (docs/fhirpath.md)."""

from hygie.fhir.path.compiler import Path, compile_path
from hygie.fhir.path.parser import parse
from hygie.fhir.path.printer import to_text

__all__ = ["Path", "compile_path", "parse", "to_text"]

"""FHIRPath: text -> syntax tree -> Python, specialised by type."""

from hygie.fhir.path.compiler import compile_expression, source_of
from hygie.fhir.path.parser import parse
from hygie.fhir.path.printer import to_text

__all__ = ["compile_expression", "parse", "source_of", "to_text"]

"""Invariants: rules in FHIRPath, compiled, and what is said when one is broken."""

from hygie.fhir.validate.invariants.checks import invariant_check
from hygie.fhir.validate.invariants.compiled import compile_invariant

__all__ = ["compile_invariant", "invariant_check"]

"""Is a code in a value set, or in its system, and is its display right ($validate-code)."""

from hygie.fhir.terminology.checking.operations import (
    validate_code,
    validate_code_of_system,
    validate_codes,
)

__all__ = ["validate_code", "validate_code_of_system", "validate_codes"]

"""Definitions -> compiled validators -> issues."""

from hygie.fhir.validate.assembly import validator_for
from hygie.fhir.validate.validator import Validator, base_validator

__all__ = ["Validator", "base_validator", "validator_for"]

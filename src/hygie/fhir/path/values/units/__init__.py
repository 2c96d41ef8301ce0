"""Units of measure by UCUM 2.2 (https://ucum.org/ucum): what they are, exactly."""

from hygie.fhir.path.values.units.unit import Unit, combined, unit_of

__all__ = ["Unit", "combined", "unit_of"]

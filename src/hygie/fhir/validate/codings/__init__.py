"""Codings held against their systems: what no binding is needed to see."""

from hygie.fhir.validate.codings.coding import check_code_of_coding, check_unit_of_quantity

__all__ = ["check_code_of_coding", "check_unit_of_quantity"]

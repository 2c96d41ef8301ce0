"""Conformance resources: what must hold of them beyond their structure and invariants."""

from hygie.fhir.validate.definitions.code_systems import check_code_system
from hygie.fhir.validate.definitions.measures import check_measure
from hygie.fhir.validate.definitions.searches import (
    check_capability_statement,
    check_search_parameter,
)
from hygie.fhir.validate.definitions.structures import check_structure_definition
from hygie.fhir.validate.definitions.value_sets import check_value_set

__all__ = [
    "check_capability_statement",
    "check_code_system",
    "check_measure",
    "check_search_parameter",
    "check_structure_definition",
    "check_value_set",
]

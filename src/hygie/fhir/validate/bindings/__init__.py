"""Bindings: is what was coded one of the concepts that the element asks for (R4 §4.1.5)?

`enumerated` is for the required bindings of R4 whose codes are written into generated code;
`check_bound` is for all others: it asks `Context.terms`.
"""

from hygie.fhir.validate.bindings.bound import check_asked, check_bound
from hygie.fhir.validate.bindings.definition import Bound, bound_of
from hygie.fhir.validate.bindings.enumerated import check_coding, check_concept

__all__ = [
    "Bound", "bound_of", "check_asked", "check_bound", "check_coding", "check_concept",
]  # fmt: skip

"""The least and greatest values that one of limited precision stands for (§5.10)."""

from typing import Final

from hygie.fhir.path import values
from hygie.fhir.path.library.signature import MEASURED, Signature, argument

_PRECISION: Final = (argument("Integer", optional=True),)
FUNCTIONS: Final = (
    Signature("lowBoundary", MEASURED, "value", values.low_boundary, _PRECISION),
    Signature("highBoundary", MEASURED, "value", values.high_boundary, _PRECISION),
    Signature("precision", MEASURED, "Integer", values.precision),
    Signature("comparable", "Quantity", "Boolean", values.comparable, (argument("Quantity"),)),
)

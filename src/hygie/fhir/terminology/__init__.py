"""Code systems and value sets: is this code one of them, and how is it displayed."""

from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.terms import Terms
from hygie.fhir.terminology.verdict import SystemKind, Verdict

__all__ = ["Membership", "SystemKind", "Terms", "Verdict"]

"""Codes that are known by a rule, not by a list."""

from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.grammars import FORMS, RULES
from hygie.fhir.terminology.membership import Membership


def by_rule(system: CodeSystem, code: str) -> Concept | None:
    """The concept of a code that is known by a rule, not by a list; None when it is none."""
    if rule := RULES.get(system.url):
        return Concept(code, {"code": code}) if rule(code) is Membership.IN else None
    has_form = FORMS.get(system.url)
    if system.content != "not-present" or (has_form and not has_form(code)):
        return None
    return Concept(code, {"code": code})

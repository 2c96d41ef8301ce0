"""FHIRPath's questions about codes and profiles, answered by what a context knows.

R4 fhirpath.html, "Additional functions": `memberOf`, `subsumes`, `conformsTo`. What is not known
is neither true nor false: the expression that asks cannot be evaluated, and that is said.
"""

from typing import Any, Final

from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import Element, Item
from hygie.fhir.terminology import Membership
from hygie.fhir.terminology.membership import either
from hygie.fhir.validate.bindings.coded import Coded, coded
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.report import Report

ANSWERS: Final = {Membership.IN: True, Membership.OUT: False, Membership.UNKNOWN: None}
NOTHING: Final = Coded((), text=False)


def environment_of(known: Context) -> Environment:
    """What expressions are handed; functions of what the context lacks are left out."""
    return Environment(
        resolve=known.resolve,
        member_of=_member_of(known) if known.terms else None,
        subsumes=_subsumes(known) if known.terms else None,
        conforms_to=_conforms_to(known) if known.profiles else None,
    )


def _member_of(known: Context) -> Any:
    terms = known.terms

    def member_of(item: Item, value_set: str) -> bool | None:
        """Whether one of the item's codes is in the set."""
        if terms is None or not terms.title(value_set):
            return None
        answers = (
            Membership.OUT if system is None else terms.member(value_set, system, code)
            for system, code in _codes(item).codes
        )
        return ANSWERS[either(answers)]

    return member_of


def _subsumes(known: Context) -> Any:
    terms = known.terms

    def subsumes(upper: Item, lower: Item) -> bool | None:
        """Whether a code of the first is a code of the second, or above it in their system."""
        if terms is None:
            return None
        answers = (
            terms.subsumes(system, code, other)
            for system, code in _codes(upper).codes
            for other_system, other in _codes(lower).codes
            if system and system == other_system
        )
        return ANSWERS[either(answers)]

    return subsumes


def _conforms_to(known: Context) -> Any:
    def conforms_to(resource: dict[str, Any], profile: str) -> bool | None:
        if known.profiles is None or known.library.find("StructureDefinition", profile) is None:
            return None
        return known.profiles.conforms(profile, resource, Report(known))

    return conforms_to


def _codes(item: Item) -> Coded:
    """What an item carries: a text of the language, or an element of any coded type."""
    if isinstance(item, Element):
        return coded(item.value, item.type) or NOTHING
    return coded(item, "code") or NOTHING

"""A validator with all that a library of packages lets it check."""

from dataclasses import replace
from typing import Any

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Library
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import Element, Item
from hygie.fhir.terminology import Membership, Terms
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.profiles import Profiles
from hygie.fhir.validate.report import Report
from hygie.fhir.validate.validator import Validator

ANSWERS = {Membership.IN: True, Membership.OUT: False, Membership.UNKNOWN: None}


def validator_for(library: Library, context: Context | None = None) -> Validator:
    """A validator that knows the library's profiles, extensions and codes.

    `context` says the rest: what unknown extensions and best practice are worth, the rules of the
    house. Shared by all validations; the library grows no more.
    """
    terms = Terms(library)
    profiles = Profiles(r4(), library)
    known = replace(context or Context(), library=library, terms=terms, profiles=profiles)
    return Validator(r4(), replace(known, environment=_environment(known)))


def _environment(known: Context) -> Environment:
    """FHIRPath's questions, answered by what the context knows (R4 fhirpath.html)."""

    def member_of(item: Item, value_set: str) -> bool | None:
        answers = [
            ANSWERS[known.terms.member(value_set, system, code)]
            for system, code in _codes(item)
            if known.terms
        ]
        if True in answers:
            return True
        return None if None in answers else False

    def conforms_to(resource: dict[str, Any], profile: str) -> bool | None:
        if known.library.find("StructureDefinition", profile) is None or known.profiles is None:
            return None
        return known.profiles.conforms(profile, resource, Report(known))

    return Environment(member_of=member_of, conforms_to=conforms_to)


def _codes(item: Item) -> list[tuple[str, str]]:
    """System and code of what an item says: a code, a coding, or each coding of a concept."""
    if isinstance(item, str):
        return [("", item)]
    value = item.value if isinstance(item, Element) else None
    if isinstance(value, str):
        return [("", value)]
    if not isinstance(value, dict):
        return []
    codings = value.get("coding") if "coding" in value else [value]
    return [
        (str(coding.get("system", "")), coding["code"])
        for coding in (codings if isinstance(codings, list) else ())
        if isinstance(coding, dict) and isinstance(coding.get("code"), str)
    ]

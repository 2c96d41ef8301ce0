"""The code that a request is about: `system` and `code`, or a Coding."""

from typing import NamedTuple

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.by_rule import by_rule
from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.grammars import RULES
from hygie.fhir.terminology.reading import text
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.system import System
from hygie.refusal import Category


class Coded(NamedTuple):
    system: str
    version: str
    code: str


def asked_code(asked: Asked, code: str = "code", coding: str = "coding") -> Coded:
    """By the names that an operation gives to its parameters; refused when something lacks."""
    given = asked.structure(coding)
    if given is not None:
        found = Coded(*(text(given, name) for name in ("system", "version", "code")))
    else:
        url = asked.text("system") or asked.text("url")
        found = Coded(url, asked.text("version"), asked.text(code))
    if not found.code or not found.system:
        raise refuse_as(
            "",
            phrases.NOTHING_ASKED,
            code="required",
            category=Category.INVALID,
            expected=f"{code} + system, {coding}",
        )
    return found


def concept_of(resolver: Resolver, coded: Coded) -> tuple[CodeSystem, Concept]:
    """The concept and its system; refused when either is not known."""
    system = resolver.system(coded.system, coded.version)
    if coded.system in RULES:
        system = system or System({"url": coded.system, "content": "not-present"})
    if system is None or (system.content == "not-present" and coded.system not in RULES):
        raise refuse_as(
            "not-found",
            phrases.NOT_KNOWN,
            code="not-found",
            category=Category.NOT_FOUND,
            system=f"{coded.system}|{coded.version}" if coded.version else coded.system,
        )
    concept = system.find(coded.code) or by_rule(system, coded.code)
    if concept is None:
        raise refuse_as(
            "invalid-code",
            phrases.NO_CODE,
            code="not-found",
            category=Category.NOT_FOUND,
            system=coded.system,
            asked=coded.code,
            version=system.version,
        )
    return system, concept

"""ValueSet: the systems, codes and filters that it is composed of (R4 §4.9, valueset.html)."""

import re
from typing import Final

from hygie.fhir.terminology import Membership, SystemKind
from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.definitions.ecl import is_ecl
from hygie.fhir.validate.definitions.parameters import check_parameters
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

SNOMED: Final = "http://snomed.info/sct"
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.+", re.DOTALL)
HIERARCHICAL: Final = frozenset({"concept", "code", "parent", "child", "display", "definition"})
"""Filters by what every code system has, whatever it defines (§4.9.9)."""


def check_value_set(value_set: Json, place: Place, report: Report) -> None:
    """Each include and exclude names a code system, and codes and properties that it has."""
    check_parameters(value_set, place, report)
    compose = value_set.get("compose")
    if not isinstance(compose, dict):
        return
    for name in ("include", "exclude"):
        for index, part in objects(compose.get(name)):
            _check_part(part, ((place, "compose", -1), name, index), report)


def _check_part(part: Json, place: Place, report: Report) -> None:
    system = text(part.get("system"))
    if not system:
        return
    terms = report.context.terms
    if not ABSOLUTE.fullmatch(system):
        rule = "value-set.system-relative"
        report.add("invalid", rule, phrases.SYSTEM_RELATIVE, place, found=excerpt(system))
    elif terms and terms.kind(system) is SystemKind.VALUE_SET:
        rule = "value-set.system-is-value-set"
        report.add("invalid", rule, phrases.SYSTEM_IS_VALUE_SET, place, found=excerpt(system))
    else:
        _check_codes(part, system, place, report)
        _check_filters(part, system, place, report)


def _check_codes(part: Json, system: str, place: Place, report: Report) -> None:
    """Codes that are listed are codes of the system, where it is known whole."""
    terms, version = report.context.terms, text(part.get("version"))
    for index, concept in objects(part.get("concept")) if terms else ():
        code = text(concept.get("code"))
        if code and terms and terms.known(system, code, version) is Membership.OUT:
            at, details = (place, "concept", index), {"system": system, "found": excerpt(code)}
            report.add("code-invalid", "value-set.code", phrases.CODE_UNKNOWN, at, **details)


def _check_filters(part: Json, system: str, place: Place, report: Report) -> None:
    if system == SNOMED:
        _check_constraints(part, place, report)
    known = report.context.library.find("CodeSystem", system)
    if known is None or known.resource.get("content") != "complete":
        return
    properties = objects(known.resource.get("property"))
    types = {text(one.get("code")): text(one.get("type")) for _, one in properties}
    for index, one in objects(part.get("filter")):
        at, name = (place, "filter", index), text(one.get("property"))
        if types.get(name) == "Coding":
            _check_coding(name, text(one.get("value")), at, report)
        elif name and name not in types and name not in HIERARCHICAL:
            details = {"system": system, "found": excerpt(name)}
            rule = "value-set.filter-property"
            report.say("warning", "value", rule, phrases.FILTER_PROPERTY, at, **details)


def _check_constraints(part: Json, place: Place, report: Report) -> None:
    """SNOMED CT is filtered by expressions of its own (R4 snomedct.html, "constraint")."""
    for index, one in objects(part.get("filter")):
        value = text(one.get("value"))
        if one.get("property") == "constraint" and value and not is_ecl(value):
            at, rule = (place, "filter", index), "value-set.filter-expression"
            report.add("invalid", rule, phrases.FILTER_EXPRESSION, at, found=excerpt(value))


def _check_coding(name: str, value: str, place: Place, report: Report) -> None:
    """A property that holds codings is compared with `system(|version)#code`."""
    canonical, _, code = value.partition("#")
    system, _, version = canonical.partition("|")
    terms = report.context.terms
    if not code or not ABSOLUTE.fullmatch(system):
        details = {"property": excerpt(name), "found": excerpt(value)}
        report.add("invalid", "value-set.filter-value", phrases.FILTER_CODE_FORM, place, **details)
    elif terms and terms.known(system, code, version) is Membership.OUT:
        details = {"system": excerpt(system), "found": excerpt(code)}
        report.add("code-invalid", "value-set.code", phrases.CODE_UNKNOWN, place, **details)

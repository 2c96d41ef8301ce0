"""SearchParameter, and the parameters that a CapabilityStatement states (R4 §3.2.1, §5.2)."""

from typing import Final

from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

KIND: Final = "SearchParameter"


def check_search_parameter(parameter: Json, place: Place, report: Report) -> None:
    """A composite has parts; what is derived has the type of what it derives from."""
    type_ = text(parameter.get("type"))
    components = len(list(objects(parameter.get("component"))))
    if type_ == "composite" and components < 2:
        rule = "search-parameter.composite"
        report.add("business-rule", rule, phrases.COMPOSITE, place, found=str(components))
    base = report.context.library.find(KIND, text(parameter.get("derivedFrom")))
    if base is not None and type_ and base.resource.get("type") != type_:
        details = {
            "found": excerpt(type_),
            "canonical": base.canonical,
            "expected": text(base.resource.get("type")),
        }
        rule = "search-parameter.derived-type"
        report.add("business-rule", rule, phrases.PARAMETER_TYPE, place, **details)


def check_capability_statement(statement: Json, place: Place, report: Report) -> None:
    """A search parameter is stated with the type that its definition has."""
    for index, rest in objects(statement.get("rest")):
        at = (place, "rest", index)
        _check_stated(rest, at, report)
        for number, resource in objects(rest.get("resource")):
            _check_stated(resource, (at, "resource", number), report)


def _check_stated(holder: Json, place: Place, report: Report) -> None:
    for index, stated in objects(holder.get("searchParam")):
        known = report.context.library.find(KIND, text(stated.get("definition")))
        type_ = text(stated.get("type"))
        if known is not None and type_ and known.resource.get("type") != type_:
            details = {
                "found": excerpt(type_),
                "canonical": known.canonical,
                "expected": text(known.resource.get("type")),
            }
            at = (place, "searchParam", index)
            rule = "capability.search-type"
            report.add("business-rule", rule, phrases.STATED_TYPE, at, **details)

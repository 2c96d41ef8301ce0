"""Value sets with parameters: filters name those that the set declares, and each is of use.

Of HL7's extensions: `valueset-parameter` declares one, `cqf-expression` on the value of a filter,
`%name` in FHIRPath, stands for what it will be given.
"""

import re
from collections.abc import Iterator
from typing import Final

from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

PARAMETER: Final = "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter"
EXPRESSION: Final = "http://hl7.org/fhir/StructureDefinition/cqf-expression"
NAMED: Final = re.compile(r"%([A-Za-z][A-Za-z0-9_-]*)", re.ASCII)
RULE: Final = "value-set.parameter"


def check_parameters(value_set: Json, place: Place, report: Report) -> None:
    """An expression that is one name alone names a parameter of the set."""
    declared = dict(_declared(value_set, place))
    used = set()
    for expression, at in _expressions(value_set, place):
        if found := NAMED.fullmatch(expression):
            used.add(found[1])
            if found[1] not in declared:
                shown = excerpt(found[1])
                report.add("not-found", RULE, phrases.PARAMETER_UNKNOWN, at, found=shown)
    for name, at in declared.items():
        if name not in used:
            shown = excerpt(name)
            report.say("warning", "business-rule", RULE, phrases.PARAMETER_UNUSED, at, found=shown)


def _declared(value_set: Json, place: Place) -> Iterator[tuple[str, Place]]:
    for index, extension in objects(value_set.get("extension")):
        if extension.get("url") != PARAMETER:
            continue
        for _, part in objects(extension.get("extension")):
            if part.get("url") == "name" and (name := text(part.get("valueCode"))):
                yield name, (place, "extension", index)


def _expressions(value_set: Json, place: Place) -> Iterator[tuple[str, Place]]:
    """Those of the values of filters."""
    compose = value_set.get("compose")
    if not isinstance(compose, dict):
        return
    for name in ("include", "exclude"):
        for index, part in objects(compose.get(name)):
            at = ((place, "compose", -1), name, index)
            for number, one in objects(part.get("filter")):
                yield from _of_filter(one, ((at, "filter", number), "value", -1))


def _of_filter(one: Json, place: Place) -> Iterator[tuple[str, Place]]:
    value = one.get("_value")
    for index, extension in objects(value.get("extension")) if isinstance(value, dict) else ():
        said = extension.get("valueExpression")
        if extension.get("url") == EXPRESSION and isinstance(said, dict):
            at = ((place, "extension", index), "value.ofType(Expression)", -1)
            yield text(said.get("expression")), at

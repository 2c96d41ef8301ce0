"""StructureDefinitions of extensions: their URL, and where they say they go (R4 §2.5.1)."""

from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/Extension"
JSON_NAME: Final = "json-name"
"""End of the URLs of the extension that names a member of a logical model: it has a context."""


def check_extension_definition(structure: Json, place: Place, report: Report) -> None:
    """A context for an extension alone, of an element that exists; the URL in its definition."""
    if structure.get("type") != "Extension":
        _check_no_context(structure, place, report)
        return
    for index, context in objects(structure.get("context")):
        expression = text(context.get("expression"))
        if context.get("type") == "element" and expression and not _exists(expression):
            at = (place, "context", index)
            rule = "structure-definition.context"
            report.add("invalid", rule, phrases.CONTEXT_UNKNOWN, at, found=excerpt(expression))
    if structure.get("baseDefinition") == EXTENSION and text(structure.get("url")):
        _check_url(structure, place, report)


def _check_no_context(structure: Json, place: Place, report: Report) -> None:
    if _has_json_name(structure):
        return
    for name in ("context", "contextInvariant"):
        items = structure.get(name)
        for index in range(len(items) if isinstance(items, list) else 0):
            at = (place, name, index)
            report.add("invalid", "structure-definition.context", phrases.NO_CONTEXT, at)


def _has_json_name(structure: Json) -> bool:
    for view in ("snapshot", "differential"):
        part = structure.get(view)
        for _, element in objects(part.get("element")) if isinstance(part, dict) else ():
            urls = [text(one.get("url")) for _, one in objects(element.get("extension"))]
            return any(url.endswith(JSON_NAME) for url in urls)
    return False


def _exists(expression: str) -> bool:
    """Whether R4 has an element of that path; True of what is named otherwise than by a path."""
    if ":" in expression or "/" in expression:
        return True
    first, *steps = expression.split(".")
    owners = {first} if first in r4().types else set()
    for step in steps:
        owners = {type_ for owner in owners for type_ in r4().types_at(f"{owner}.{step}")}
    return bool(owners)


def _check_url(structure: Json, place: Place, report: Report) -> None:
    url = text(structure["url"])
    fixed = ""
    for view in ("differential", "snapshot"):
        part = structure.get(view)
        for _, element in objects(part.get("element")) if isinstance(part, dict) else ():
            if element.get("path") == "Extension.url":
                fixed = text(element.get("fixedUri")) or fixed
    if fixed != url:
        phrase = phrases.URL_DIFFERS if fixed else phrases.URL_MISSING
        details = {"url": excerpt(url), "found": excerpt(fixed)}
        report.add("invalid", "structure-definition.extension-url", phrase, place, **details)

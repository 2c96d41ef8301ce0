"""CodeSystem: what its structure and invariants do not say (R4 §4.8, codesystem.html)."""

from collections.abc import Iterator, Mapping
from typing import Final

from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, chosen, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

STANDARD: Final = "http://hl7.org/fhir/concept-properties#"
"""Properties that FHIR defines for all code systems (§4.8.11)."""
STANDARD_TYPES: Final[Mapping[str, str]] = {
    "child": "code",
    "comment": "string",
    "deprecated": "dateTime",
    "deprecationDate": "dateTime",
    "inactive": "boolean",
    "notSelectable": "boolean",
    "parent": "code",
    "partOf": "code",
    "retirementDate": "dateTime",
    "status": "code",
    "synonym": "code",
}


def check_code_system(system: Json, place: Place, report: Report) -> None:
    """Codes once each, as many as stated; properties once each, of their type."""
    declared = _properties(system, place, report)
    count, seen = 0, set[str]()
    for concept, at in _concepts(system, place):
        count += 1
        code = text(concept.get("code"))
        if code and code in seen:
            rule = "code-system.code-twice"
            report.add("duplicate", rule, phrases.CODE_TWICE, at, found=excerpt(code))
        seen.add(code)
        _check_values(concept, declared, at, report)
    stated = system.get("count")
    if system.get("content") == "complete" and count and type(stated) is int and stated != count:
        where, details = (place, "count", -1), {"stated": str(stated), "found": str(count)}
        report.add("value", "code-system.count", phrases.CODES_COUNTED, where, **details)


def _concepts(holder: Json, place: Place) -> Iterator[tuple[Json, Place]]:
    """All of them, however deep: those above before those below."""
    waiting = [(holder, place)]
    while waiting:
        above, at = waiting.pop()
        for index, concept in objects(above.get("concept")):
            here = (at, "concept", index)
            yield concept, here
            waiting.append((concept, here))


def _properties(system: Json, place: Place, report: Report) -> dict[str, str]:
    """Code -> type of each property; those of a supplement may be defined elsewhere."""
    types: dict[str, str] = {}
    uris = set[str]()
    for index, one in objects(system.get("property")):
        at = (place, "property", index)
        code, uri, type_ = text(one.get("code")), text(one.get("uri")), text(one.get("type"))
        for name, known in ((code, types), (uri, uris)):
            if name and name in known:
                rule = "code-system.property-twice"
                report.add("duplicate", rule, phrases.PROPERTY_TWICE, at, found=excerpt(name))
        uris.add(uri)
        types.setdefault(code, type_)
        if uri.startswith(STANDARD):
            _check_standard(uri.removeprefix(STANDARD), code, type_, at, report)
    return types


def _check_standard(name: str, code: str, type_: str, place: Place, report: Report) -> None:
    """A property that FHIR defines has the code and the type that FHIR gives it."""
    expected = STANDARD_TYPES.get(name)
    if expected is None:
        return
    if code in STANDARD_TYPES and code != name:
        details = {"uri": STANDARD + name, "expected": name, "found": code}
        report.add("value", "code-system.property-uri", phrases.PROPERTY_URI, place, **details)
    if type_ != expected:
        details = {"property": name, "expected": expected, "found": excerpt(type_)}
        report.add("value", "code-system.property-type", phrases.PROPERTY_TYPE, place, **details)


def _check_values(concept: Json, declared: dict[str, str], place: Place, report: Report) -> None:
    for index, one in objects(concept.get("property")):
        at, code = (place, "property", index), text(one.get("code"))
        value = chosen(one, "value")
        expected = declared.get(code, "")
        if code and not expected and declared:
            rule = "code-system.property-undefined"
            shown = excerpt(code)
            report.say("warning", "value", rule, phrases.PROPERTY_UNDEFINED, at, found=shown)
        elif value and expected and value[0] != expected:
            details = {"property": excerpt(code), "expected": excerpt(expected), "found": value[0]}
            report.add("value", "code-system.property-type", phrases.PROPERTY_TYPE, at, **details)

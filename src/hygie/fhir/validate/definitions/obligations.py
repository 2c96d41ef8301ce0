"""Profiles that take over the obligations of others (HL7 extension `inherit-obligations`)."""

from typing import Final

from hygie.fhir.validate.definitions import phrases
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
INHERITS: Final = frozenset({CORE + "inherit-obligations", CORE + "obligation-inherits"})
MARKS: Final = frozenset({CORE + "obligation-profile", CORE + "obligation-profile-flag"})


def check_obligations(structure: Json, place: Place, report: Report) -> None:
    """What is taken over is a profile for that, which starts from what this one starts from."""
    base = text(structure.get("baseDefinition"))
    for index, extension in objects(structure.get("extension")):
        named = text(extension.get("valueCanonical"))
        if text(extension.get("url")) not in INHERITS or not named:
            continue
        at, rule = (place, "extension", index), "structure-definition.obligations"
        found = report.context.library.find("StructureDefinition", named)
        if found is None:
            details = {"profile": excerpt(named)}
            report.say("warning", "not-found", rule, phrases.OBLIGATIONS_UNKNOWN, at, **details)
        elif not _marked(found.resource):
            details = {"profile": excerpt(named)}
            report.add("invalid", rule, phrases.NO_OBLIGATIONS, at, **details)
        elif (other := text(found.resource.get("baseDefinition"))) != base:
            details = {
                "profile": excerpt(named),
                "found": excerpt(other),
                "expected": excerpt(base),
            }
            report.add("invalid", rule, phrases.OBLIGATIONS_OF_OTHER, at, **details)


def _marked(profile: Json) -> bool:
    return any(
        text(extension.get("url")) in MARKS and extension.get("valueBoolean") is True
        for _, extension in objects(profile.get("extension"))
    )

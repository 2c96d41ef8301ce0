"""Profiles of the tests' own making, and a short way to ask what they find."""

from typing import Any

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Definition, Library
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.profiles import Profiles
from hygie.fhir.validate.report import Report
from hygie.refusal import Issue

URL = "https://example.org/StructureDefinition/"
Json = dict[str, Any]


def element(path: str, slice_name: str = "", **said: Any) -> Json:
    named = {"sliceName": slice_name} if slice_name else {}
    return {"path": path, **named, **said}


def sliced(path: str, *by: tuple[str, str], rules: str = "open", ordered: bool = False) -> Json:
    discriminator = [{"type": kind, "path": where} for kind, where in by]
    slicing = {"rules": rules, "ordered": ordered, "discriminator": discriminator}
    return element(path, slicing=slicing)


def profile(name: str, type_name: str, *elements: Json, version: str = "1.0") -> Json:
    """A StructureDefinition with a snapshot of the root and these elements."""
    return {
        "resourceType": "StructureDefinition",
        "url": URL + name,
        "version": version,
        "type": type_name,
        "derivation": "constraint",
        "snapshot": {"element": [element(type_name), *elements]},
    }


def profiles(*resources: Json) -> Profiles:
    return Profiles(r4(), Library([Definition(resource) for resource in resources]))


def issues(known: Profiles, name: str, value: Json, context: Context | None = None) -> list[Issue]:
    """What a profile finds; both sentences of each issue are read on the way."""
    report = Report(context or Context())
    report.resource = value
    known.check(URL + name, value, (None, str(value.get("resourceType", "Value")), -1), report)
    for issue in report.issues:
        assert issue.text("fr") != issue.text("en")
    return report.issues


def found(value: Json, *elements: Json, type_name: str = "") -> list[tuple[str, str]]:
    """Rule and place of what a profile of these elements finds in a value."""
    of_type = type_name or value["resourceType"]
    known = profiles(profile("p", of_type, *elements))
    return [(issue.rule, issue.location) for issue in issues(known, "p", value)]

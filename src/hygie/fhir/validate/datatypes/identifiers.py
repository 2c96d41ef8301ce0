"""Identifier: its system is an absolute URI, and its value too where the system says so."""

from typing import Any, Final

from hygie.fhir.validate.datatypes import phrases
from hygie.fhir.validate.references.forms import ABSOLUTE
from hygie.fhir.validate.report import Place, Report, excerpt

URIS: Final = "urn:ietf:rfc:3986"
"""The system of identifiers that are URIs (R4 §2.24.0.10)."""


def check_identifier(value: dict[str, Any], place: Place, report: Report) -> None:
    system = value.get("system")
    if type(system) is not str or not system:
        return
    if ":" not in system:
        details = {"found": excerpt(system)}
        rule, phrase = "identifier.system", phrases.LOCAL_SYSTEM
        report.add("code-invalid", rule, phrase, place, **details)
    elif system == URIS:
        text = value.get("value")
        if type(text) is str and not ABSOLUTE.fullmatch(text):
            details = {"system": URIS, "found": excerpt(text)}
            report.add("value", "identifier.value", phrases.NOT_A_URI, place, **details)

"""References: their form, what they resolve to inside the resource, and the type they name.

R4 §2.3.0 (references.html). A type is known from a relative reference, from a RESTful absolute
URL, from a contained resource, and from an entry of the bundle around.
"""

import re
from typing import Any, Final

from hygie.fhir.validate import phrases
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.fhir.validate.values import listed

Targets = frozenset[str]
"""Types a reference may name; empty: any."""

ID: Final = r"[A-Za-z0-9\-.]{1,64}"
RELATIVE: Final = re.compile(rf"([A-Z][A-Za-z]+)/{ID}(?:/_history/{ID})?", re.ASCII)
RESTFUL: Final = re.compile(rf"https?://\S+/([A-Z][A-Za-z]+)/{ID}(?:/_history/{ID})?", re.ASCII)
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+", re.ASCII)
CONDITIONAL: Final = re.compile(r"([A-Z][A-Za-z]+)\?\S+", re.ASCII)
UNKNOWN: Final = ""
"""The type of a reference, when it cannot be known here."""


class Links:
    """Checks references, given the resource types that exist."""

    def __init__(self, types: Targets) -> None:
        self._types = types

    def check(self, value: Any, targets: Targets, place: Place, report: Report) -> None:
        """`value` is a Reference whose own elements have been checked."""
        if type(value) is not dict:
            return
        text, stated = value.get("reference"), value.get("type")
        found = self._type_of(text, place, report) if text and type(text) is str else UNKNOWN
        if type(stated) is str and stated in self._types:
            if found not in (stated, UNKNOWN):
                details = {"stated": stated, "found": found}
                report.add("value", "reference.type", phrases.REFERENCE_TYPE, place, **details)
            found = found or stated
        if found != UNKNOWN and found not in (targets or self._types):
            details = {"found": found, "types": listed(targets or self._types)}
            report.add("value", "reference.target", phrases.REFERENCE_TARGET, place, **details)

    def _type_of(self, text: str, place: Place, report: Report) -> str:
        """The type the reference names, or `UNKNOWN`; reports a form that is not a reference."""
        surroundings = report.surroundings
        if relative := RELATIVE.fullmatch(text):
            return relative[1]
        if text in surroundings.bundled:
            return surroundings.bundled[text]
        if text.startswith("#"):
            return self._contained(text, place, report)
        if surroundings.conditional and (search := CONDITIONAL.fullmatch(text)):
            return search[1]
        return self._absolute(text, place, report)

    def _absolute(self, text: str, place: Place, report: Report) -> str:
        if not ABSOLUTE.fullmatch(text):
            found = excerpt(text)
            where = (place, "reference", -1)
            report.add("value", "reference.format", phrases.REFERENCE_FORMAT, where, found=found)
        restful = RESTFUL.fullmatch(text)
        return restful[1] if restful and restful[1] in self._types else UNKNOWN

    def _contained(self, text: str, place: Place, report: Report) -> str:
        """A lone "#" is the container itself, whatever its type."""
        found = report.surroundings.contained.get(text[1:], UNKNOWN)
        if found == UNKNOWN and text != "#":
            rule, where = "reference.contained", (place, "reference", -1)
            report.add("value", rule, phrases.REFERENCE_CONTAINED, where, found=excerpt(text))
        return found

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
URN: Final = re.compile(
    r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+",
    re.ASCII,
)
CHECKED_URNS: Final = ("urn:uuid:", "urn:oid:")
UNKNOWN: Final = ""
"""The type of a well-formed reference that cannot be known here."""


class Links:
    """Checks references, given the resource types that exist."""

    def __init__(self, types: Targets) -> None:
        self._types = types

    def check(self, value: Any, targets: Targets, place: Place, report: Report) -> None:
        """`value` is a Reference whose own elements have been checked."""
        if type(value) is not dict:
            return
        text, stated = value.get("reference"), value.get("type")
        found = self._type_of(text, place, report) if type(text) is str else UNKNOWN
        if found == UNKNOWN:
            found = stated if stated in self._types else UNKNOWN
        elif type(stated) is str and stated != found:
            details = {"stated": excerpt(stated), "found": found}
            report.add("value", "reference.type", phrases.REFERENCE_TYPE, place, **details)
        if found != UNKNOWN and found not in (targets or self._types):
            details = {"found": found, "types": listed(targets or self._types)}
            report.add("value", "reference.target", phrases.REFERENCE_TARGET, place, **details)

    def _type_of(self, text: str, place: Place, report: Report) -> str:
        """The type the reference names, or `UNKNOWN`; reports a form that is not a reference."""
        if relative := RELATIVE.fullmatch(text):
            return relative[1]
        if text.startswith("#"):
            return self._contained(text, place, report)
        if text in report.surroundings.bundled:
            return report.surroundings.bundled[text]
        if restful := RESTFUL.fullmatch(text):
            return restful[1] if restful[1] in self._types else UNKNOWN
        conditional = CONDITIONAL.fullmatch(text) if report.surroundings.conditional else None
        if conditional:
            return conditional[1]
        if not (URN if text.startswith(CHECKED_URNS) else ABSOLUTE).fullmatch(text):
            found = excerpt(text)
            where = (place, "reference", -1)
            report.add("value", "reference.format", phrases.REFERENCE_FORMAT, where, found=found)
        return UNKNOWN

    def _contained(self, text: str, place: Place, report: Report) -> str:
        """ "#" alone is the container itself, whatever its type."""
        found = report.surroundings.contained.get(text[1:], UNKNOWN)
        if found == UNKNOWN and text != "#":
            where = (place, "reference", -1)
            report.add(
                "value",
                "reference.contained",
                phrases.REFERENCE_CONTAINED,
                where,
                found=excerpt(text),
            )
        return found

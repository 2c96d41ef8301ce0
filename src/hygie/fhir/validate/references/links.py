"""References: their form, what they resolve to inside the resource, and the type they name.

R4 §2.3.0 (references.html). A type is known from a relative reference, from a RESTful absolute
URL, from a contained resource, and from an entry of the bundle around.
"""

from typing import Any, Final

from hygie.fhir.validate.references import phrases
from hygie.fhir.validate.references.bundled import check_unmatched, several
from hygie.fhir.validate.references.forms import ABSOLUTE, CONDITIONAL, RESTFUL, relative_type
from hygie.fhir.validate.references.surroundings import Surroundings
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.fhir.validate.values import listed

Targets = frozenset[str]
"""Types a reference may name; empty: any."""

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
SAYING: Final = ("reference", "_reference", "identifier", "display", "_display", "type")
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
        if type(stated) is str and stated:
            found = self._stated(stated, found, place, report)
        elif text is None and value.keys().isdisjoint(SAYING):
            report.say("warning", "structure", "reference.empty", phrases.EMPTY, place)
        if found != UNKNOWN and found not in (targets or self._types):
            details = {"found": found, "types": listed(targets or self._types)}
            report.add("value", "reference.target", phrases.TARGET, place, **details)

    def _stated(self, stated: str, found: str, place: Place, report: Report) -> str:
        """The type that `type` says, where the reference does not; a logical model is any."""
        name = stated.removeprefix(CORE)
        if name in self._types:
            if found not in (name, UNKNOWN):
                details = {"stated": name, "found": found}
                report.add("value", "reference.type", phrases.TYPE, place, **details)
            return found or name
        if ":" not in name:
            details = {"stated": excerpt(stated)}
            report.add("value", "reference.type", phrases.NO_SUCH_TYPE, place, **details)
        return found

    def _type_of(self, text: str, place: Place, report: Report) -> str:
        """The type the reference names, or `UNKNOWN`; reports a form that is not a reference."""
        surroundings = report.surroundings
        if surroundings.entries is not None and text[0] != "#":
            return self._in_bundle(text, surroundings, place, report)
        if relative := relative_type(text):
            return relative
        if text[0] == "#":
            return self._contained(text, place, report)
        return self._absolute(text, place, report)

    def _in_bundle(
        self, text: str, surroundings: Surroundings, place: Place, report: Report
    ) -> str:
        entries = surroundings.entries
        found = entries.find(text, surroundings.root) if entries else ()
        if entries and found:
            if len(found) > 1:
                several(text, found, entries, place, report)
            target = (entries.resources[found[0]] or {}).get("resourceType")
            return target if type(target) is str else UNKNOWN
        if (
            entries
            and entries.bundle_type == "transaction"
            and (search := CONDITIONAL.fullmatch(text))
        ):
            return search[1]
        relative = relative_type(text)
        if relative or ABSOLUTE.fullmatch(text):
            check_unmatched(text, surroundings, place, report)
        return relative or self._absolute(text, place, report)

    def _absolute(self, text: str, place: Place, report: Report) -> str:
        if not ABSOLUTE.fullmatch(text):
            found = excerpt(text)
            report.add("value", "reference.format", phrases.FORMAT, place, found=found)
        restful = RESTFUL.fullmatch(text)
        return restful[3] if restful and restful[3] in self._types else UNKNOWN

    def _contained(self, text: str, place: Place, report: Report) -> str:
        """A lone "#" is the container itself."""
        surroundings = report.surroundings
        target = surroundings.container if text == "#" else surroundings.contained.get(text[1:])
        if target is None:
            found = excerpt(text)
            report.add("value", "reference.contained", phrases.CONTAINED, place, found=found)
            return UNKNOWN
        name = target.get("resourceType")
        return name if type(name) is str else UNKNOWN

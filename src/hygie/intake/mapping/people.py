"""XCN to a reference: professionals are named and identified, never made up as resources.

FHIR lets a reference carry an identifier and a name without pointing to a resource (R4 §2.3.0.1).
"""

from typing import Any

from hygie.hl7v2.message import Field
from hygie.identity import systems

_RPPS = "https://rpps.esante.gouv.fr"
_NATIONAL_PERSON = "1.2.250.1.71.4.2.1"
_NAME_USES = {
    "L": "official", "D": "usual", "N": "nickname", "A": "anonymous", "M": "maiden",
    "B": "official",
}  # fmt: skip
"""HL7 table 0200."""


def professional(field: Field) -> dict[str, Any] | None:
    """A reference with identifier and display, or None when the field says nothing."""
    if not field:
        return None
    reference: dict[str, Any] = {}
    value = field.text(1)
    if value:
        reference["identifier"] = {"system": _system(field), "value": value}
    display = " ".join(part for part in (field.text(6), field.text(3), field.text(2)) if part)
    if display:
        reference["display"] = display
    return {"type": "Practitioner", **reference} if reference else None


def name(field: Field) -> dict[str, Any] | None:
    """XPN as HumanName: family, given names, prefix, suffix, use."""
    given = [*field.text(2).split(), *field.text(3).replace(",", " ").split()]
    found = {
        "use": _NAME_USES.get(field.text(7), ""),
        "family": field.text(1),
        "given": list(dict.fromkeys(given)),
        "prefix": [field.text(5)] if field.text(5) else [],
        "suffix": [field.text(4)] if field.text(4) else [],
    }
    kept = {part: value for part, value in found.items() if value}
    return kept if found["family"] or given else None


def _system(field: Field) -> str:
    """XCN-9 authority; XCN-13 RPPS without authority has a national system of its own."""
    if field.text(13) == "RPPS" and not field.component(9):
        return _RPPS
    namespace, universal, kind = (field.text(9, number) for number in (1, 2, 3))
    if universal == _NATIONAL_PERSON:
        return f"urn:oid:{_NATIONAL_PERSON}"
    return systems.authority_system(namespace or field.text(13), universal, kind)

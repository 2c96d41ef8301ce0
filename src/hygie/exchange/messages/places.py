"""Units, places and professionals as HL7 v2 names them: PL, XON, XCN."""

from collections.abc import Mapping
from typing import Any, Final

from hygie.hl7v2.writing import authority, components, text

Json = dict[str, Any]
PLACE: Final = ":lieu"
UNIT: Final = ":uf"
"""Ends of the identifier systems of places and units, after the establishment's own."""
RPPS: Final = "https://rpps.esante.gouv.fr"


def place(reference: str, context: Mapping[str, Json]) -> str:
    """PL: unit, room, bed where the place was received so; else its name (component 9)."""
    found = context.get(reference, {})
    for one in found.get("identifier", []):
        if str(one.get("system", "")).endswith(PLACE):
            return components(*str(one.get("value", "")).split("/"))
    name = found.get("name", "")
    return components("", "", "", "", "", "", "", "", name) if name else ""


def unit(reference: str, context: Mapping[str, Json]) -> str:
    """XON: name, and code in component 10."""
    found = context.get(reference, {})
    code = next((one.get("value", "") for one in found.get("identifier", [])), "")
    return components(found.get("name", ""), *[""] * 5, "UF", "", "", code) if code else ""


def facility(context: Mapping[str, Json]) -> str:
    """HD of the establishment whose units these are, for MSH-4: whoever reads units and places
    reads them as its own. Empty when nothing tells."""
    for found in context.values():
        if found.get("resourceType") != "Organization":
            continue
        for one in found.get("identifier", []):
            system = str(one.get("system", ""))
            if system.endswith(UNIT):
                return authority(system.removesuffix(UNIT)).replace("&", "^")
    return ""


def professional(reference: Json) -> str:
    """XCN of a person named within a reference. The name as it is shown stands in component 2: it
    cannot be cut into parts again for certain."""
    identifier = reference.get("identifier", {})
    system = str(identifier.get("system", ""))
    known = [""] * 12
    known[0] = text(identifier.get("value", ""))
    known[1] = text(reference.get("display", ""))
    if system == RPPS:
        return "^".join([*known, "RPPS"])
    known[8] = authority(system)
    return "^".join(known).rstrip("^")

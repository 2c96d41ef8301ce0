"""The types a column may be declared to have."""

from typing import Final

from hygie.fhir.definitions import Registry
from hygie.insight.views import phrases
from hygie.insight.views.findings import Findings
from hygie.insight.views.properties import Json, text, under

STRUCTURES: Final = "http://hl7.org/fhir/StructureDefinition/"
"""What a relative type is relative to (ViewDefinition.select.column.type)."""
SYSTEM: Final = {
    "Boolean": "boolean",
    "String": "string",
    "Integer": "integer",
    "Long": "integer64",
    "Decimal": "decimal",
    "Date": "date",
    "DateTime": "dateTime",
    "Time": "time",
    "Quantity": "Quantity",
}
"""Type of FHIRPath -> the FHIR type whose text it is written as."""
LATER: Final = frozenset({"integer64"})
"""Types of FHIR R5 that the specification of views names, and R4 has not."""


def read_type(json: Json, place: str, registry: Registry, found: Findings) -> str:
    """The name of the type in the registry, or "" when none is declared or it is unknown."""
    written = text(json, "type", place, found, required=False)
    name = written.removeprefix(STRUCTURES)
    for system in ("http://hl7.org/fhirpath/System.", "System."):
        name = SYSTEM.get(name.removeprefix(system), name) if name.startswith(system) else name
    if name and name not in registry.types and name not in LATER:
        found.add("column-type", phrases.UNKNOWN_TYPE, under(place, "type"), name=written)
        return ""
    return name

"""What the values of a type are in a row: the four shapes that JSON and tables have in common."""

from collections.abc import Iterable
from typing import Final, Literal

from hygie.fhir.definitions import Registry
from hygie.insight.views.types import SYSTEM

Kind = Literal["boolean", "integer", "decimal", "text", "object"]
"""Of values in Python: bool; int; Decimal or int; str; dict."""

UNKNOWN: Final = ""
"""The type of what is known at run time only."""
_KINDS: Final[dict[str, Kind]] = {
    "boolean": "boolean",
    "integer": "integer",
    "integer64": "integer",
    "positiveInt": "integer",
    "unsignedInt": "integer",
    "decimal": "decimal",
}


def kind_of(type_name: str, registry: Registry) -> Kind:
    """The kind of a FHIR type's values."""
    definition = registry.types.get(type_name)
    if definition is None or definition.kind == "primitive":
        return _KINDS.get(type_name, "text")
    return "object"


def fits(kind: Kind, wanted: Kind) -> bool:
    """Whether values of a kind may stand in a column of another."""
    return kind == wanted or (kind, wanted) == ("integer", "decimal")


def fhir_type(type_name: str) -> str:
    """The FHIR type that an item of a type is written as; `UNKNOWN` for what only says itself."""
    system, own, name = type_name.rpartition("System.")
    return SYSTEM.get(name, UNKNOWN) if own and not system else type_name


def common(types: Iterable[str], registry: Registry) -> str:
    """The FHIR type of a column whose values may be of all these: text, if nothing else will do."""
    found = set(types)
    if len(found) == 1:
        return found.pop() or "string"
    kinds = {kind_of(name, registry) for name in found}
    numbers = {"integer", "decimal"}
    return "decimal" if found and UNKNOWN not in found and kinds <= numbers else "string"

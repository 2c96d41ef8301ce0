"""Which search parameters are indexed, and how each type of value is indexed by each."""

from typing import Final

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.path.model import is_primitive

STORE_OWNED: Final = frozenset({"_id", "_lastUpdated"})
"""Answered by the store from its own columns: entries only for who asks (`entries_of`)."""
WORDS: Final = frozenset({"_text", "_content"})
"""Answered by words: entries of their own, worked out when they are asked for."""
UNSUPPORTED: Final = frozenset({"_query", "_filter"})
"""Standard parameters that are refused for now."""

_QUANTITIES: Final = ("Quantity", "Age", "Count", "Distance", "Duration")
_BUILDERS: Final[dict[str, dict[str, str]]] = {
    "token": {
        "CodeableConcept": "token_concept", "Coding": "token_coding",
        "Identifier": "token_identifier", "ContactPoint": "token_contact",
        "boolean": "token_boolean", "System.Boolean": "token_boolean",
    },
    "string": {
        "HumanName": "string_name", "Address": "string_address",
        "CodeableConcept": "string_concept",
    },
    "reference": {
        "Reference": "reference", "canonical": "reference_canonical", "uri": "reference_url",
        "url": "reference_url", "Resource": "reference_resource",
    },
    "date": {
        "date": "date_moment", "dateTime": "date_moment", "instant": "date_moment",
        "Period": "date_period", "Timing": "date_timing",
    },
    "number": {
        **dict.fromkeys(("decimal", "integer", "positiveInt", "unsignedInt"), "number"),
        "Range": "number_range",
    },
    "quantity": {
        **dict.fromkeys(_QUANTITIES, "quantity"), "Money": "quantity_money",
        "Range": "quantity_range",
    },
}  # fmt: skip
_NOT_TEXT: Final = frozenset({"decimal", "integer", "positiveInt", "unsignedInt", "boolean"})


def builder_for(registry: Registry, search_type: str, type_name: str) -> str:
    """The name of the function of `builders` for a value, or "" when it is not searchable so."""
    named = _BUILDERS.get(search_type, {}).get(type_name, "")
    if named:
        return named
    textual = is_primitive(registry, type_name) and type_name not in _NOT_TEXT
    if not textual:
        return ""
    return {"token": "token_text", "string": "string_text", "uri": "uri"}.get(search_type, "")


def has_expression(parameter: SearchParameter) -> bool:
    """Whether a parameter can be read in a resource at all."""
    return parameter.type != "special" and bool(parameter.expression)


def is_indexed(parameter: SearchParameter) -> bool:
    """Whether resources yield entries for a parameter, which an index then files."""
    return has_expression(parameter) and parameter.code not in STORE_OWNED

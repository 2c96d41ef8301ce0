"""R4 definitions: model, registry, and the builder of its artefact."""

from hygie.fhir.definitions.model import (
    UNBOUNDED,
    Component,
    Definitions,
    Element,
    Invariant,
    SearchParameter,
    Slice,
    TypeDefinition,
    TypeRef,
    ValueSet,
)
from hygie.fhir.definitions.registry import Addition, Registry, r4

__all__ = [
    "UNBOUNDED", "Addition", "Component", "Definitions", "Element", "Invariant", "Registry",
    "SearchParameter", "Slice", "TypeDefinition", "TypeRef", "ValueSet", "r4",
]  # fmt: skip

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
from hygie.fhir.definitions.registry import Registry, r4

__all__ = [
    "UNBOUNDED", "Component", "Definitions", "Element", "Invariant", "Registry", "SearchParameter",
    "Slice", "TypeDefinition", "TypeRef", "ValueSet", "r4",
]  # fmt: skip

"""The shape of a FHIR model, as the compilers of this room read it.

One flat table of types: resources, complex types, primitives, and every anonymous element with
children ("Patient.contact"), each with its own elements in the order of the specification
(R4 StructureDefinition, §5.3). Inherited elements are present: a type stands alone.
"""

from typing import Literal

import msgspec

UNBOUNDED = -1
TypeKind = Literal["resource", "complex", "backbone", "primitive"]
SearchType = Literal[
    "number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"
]


class TypeRef(msgspec.Struct, frozen=True, array_like=True):
    """A type an element may have. `targets`: resource types a Reference or canonical may name."""

    name: str
    """A key of `Registry.types`: "string", "HumanName", "Patient.contact", "Resource"."""
    targets: tuple[str, ...] = ()
    """Empty: any resource type."""
    profile: str = ""
    """In a profile, the key of `Registry.types` that says more of it than `name` does."""

    @property
    def narrowest(self) -> str:
        return self.profile or self.name


class Element(msgspec.Struct, frozen=True, array_like=True):
    """One element. For a choice, `name` is its stem ("value") and JSON has stem + Type."""

    name: str
    types: tuple[TypeRef, ...]
    min: int
    max: int
    """`UNBOUNDED` for "*"; 0 where a profile allows none. Above 1 or unbounded: JSON's array."""
    choice: bool = False
    binding: str = ""
    """Canonical URL of the value set of a *required* binding, or empty."""
    summary: bool = False
    modifier: bool = False
    array: bool = False
    """JSON has an array all the same: a profile that allows one item changes no format."""

    @property
    def repeats(self) -> bool:
        """Whether JSON has an array."""
        return self.array or self.max not in (0, 1)

    def json_names(self) -> dict[str, TypeRef]:
        """JSON property -> type: one pair, or one for each type of a choice."""
        if not self.choice:
            return {self.name: self.types[0]}
        return {self.name + t.name[0].upper() + t.name[1:]: t for t in self.types}


class Slice(msgspec.Struct, frozen=True, array_like=True):
    """The extensions of one URL that a profile speaks of."""

    element: str
    """"extension" or "modifierExtension"."""
    url: str
    type: str
    """A key of `Registry.types`, that says which values it may have."""
    min: int
    max: int


class TypeDefinition(msgspec.Struct, frozen=True, array_like=True):
    name: str
    kind: TypeKind
    base: str
    """Parent type ("DomainResource", "Element", "Quantity"), or empty at a root."""
    abstract: bool
    elements: tuple[Element, ...] = ()
    pattern: str = ""
    """A primitive's regular expression, to be matched whole; or empty."""
    system: str = ""
    """For a primitive, the type of its value in FHIRPath, without its namespace: "String"."""
    constrains: str = ""
    """For a profile or a part of one, the type it narrows ("Patient"), which data names."""
    slices: tuple[Slice, ...] = ()


class ValueSet(msgspec.Struct, frozen=True, array_like=True):
    """The expansion of a value set used by a required binding."""

    codes: dict[str, tuple[str, ...]]
    """Code system URL -> codes."""
    complete: bool
    """False when the set cannot be enumerated here (BCP-13, SNOMED CT, …): check nothing."""


class Invariant(msgspec.Struct, frozen=True, array_like=True):
    """A rule of the definitions in FHIRPath (ElementDefinition.constraint)."""

    key: str
    """"pat-1": not unique, R4 gives "inv-1" to three rules."""
    severity: Literal["error", "warning"]
    human: str
    expression: str
    paths: tuple[str, ...]
    """Where it is declared: types ("HumanName"), or elements ("ElementDefinition.sliceName")."""
    best_practice: bool = False


class Component(msgspec.Struct, frozen=True, array_like=True):
    """A part of a composite search parameter: the URL of its definition, and its expression."""

    definition: str
    expression: str


class SearchParameter(msgspec.Struct, frozen=True, array_like=True, cache_hash=True):
    url: str
    code: str
    """Its name in a query string."""
    base: tuple[str, ...]
    """Resource types it applies to; "Resource" and "DomainResource" are expanded."""
    type: SearchType
    expression: str
    """FHIRPath, or empty for those without one (`_text`, `_content`, `_query`, `_filter`)."""
    target: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    edition: int = 0
    """Of an establishment's own: another number for each definition. 0 for those of R4."""

    @property
    def filed(self) -> str:
        """The name under which an index knows its values: never that of another definition."""
        return f"{self.code}@{self.edition}" if self.edition else self.code


class Definitions(msgspec.Struct, frozen=True, array_like=True):
    """Everything the artefact holds."""

    source: str
    """Package and version it was built from: "hl7.fhir.r4.core#4.0.1"."""
    types: dict[str, TypeDefinition]
    value_sets: dict[str, ValueSet]
    search_parameters: tuple[SearchParameter, ...]
    patient_compartment: dict[str, tuple[str, ...]]
    """Resource type -> codes of the search parameters that tie it to a patient."""
    invariants: tuple[Invariant, ...] = ()

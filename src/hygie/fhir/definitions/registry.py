"""The registry: R4 definitions, loaded once from the artefact built at installation."""

from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources

import msgspec
import zstandard

from hygie.fhir.definitions.invariants import types_at
from hygie.fhir.definitions.model import (
    Definitions,
    Invariant,
    SearchParameter,
    TypeDefinition,
    ValueSet,
)
from hygie.fhir.definitions.profiles import Json, profiled

ARTEFACT = "r4.bin"


class Registry:
    """Look-ups over the definitions. Immutable; safe to share."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self.source = definitions.source
        self.types: dict[str, TypeDefinition] = definitions.types
        self.value_sets: dict[str, ValueSet] = definitions.value_sets
        self.search_parameters = definitions.search_parameters
        self.patient_compartment = definitions.patient_compartment

    @cached_property
    def resource_types(self) -> tuple[str, ...]:
        """Concrete resource types, in alphabetical order."""
        return tuple(
            sorted(
                t.name
                for t in self.types.values()
                if t.kind == "resource" and not t.abstract and not t.constrains
            )
        )

    @cached_property
    def _resource_types(self) -> frozenset[str]:
        return frozenset(self.resource_types)

    def is_resource(self, name: object) -> bool:
        return name in self._resource_types

    @cached_property
    def _parameters(self) -> dict[str, dict[str, SearchParameter]]:
        table: dict[str, dict[str, SearchParameter]] = {name: {} for name in self.resource_types}
        for parameter in self.search_parameters:
            for base in parameter.base:
                table[base][parameter.code] = parameter
        return table

    def parameters(self, resource_type: str) -> dict[str, SearchParameter]:
        """Code -> search parameter, for a concrete resource type."""
        return self._parameters[resource_type]

    @cached_property
    def parameters_by_url(self) -> dict[str, SearchParameter]:
        return {parameter.url: parameter for parameter in self.search_parameters}

    @cached_property
    def _invariants(self) -> dict[str, list[Invariant]]:
        declared: dict[str, list[Invariant]] = {}
        for invariant in self._definitions.invariants:
            for path in invariant.paths:
                declared.setdefault(path, []).append(invariant)
        return declared

    def invariants(self, name: str) -> tuple[Invariant, ...]:
        """The rules every value of a type obeys, those of the types it descends from first.

        `name` may also be the path of an element ("ElementDefinition.sliceName"): then the rules
        of that element alone, beside those of its type.
        """
        definition = self.types.get(name)
        inherited = self.invariants(definition.base) if definition and definition.base else ()
        return (*inherited, *self._invariants.get(name, ()))

    @property
    def all_invariants(self) -> tuple[Invariant, ...]:
        return self._definitions.invariants

    def types_at(self, path: str) -> tuple[str, ...]:
        """The types that a value may have where an invariant is declared; none: no such path."""
        return types_at(path, self.types)

    def with_profiles(self, structure_definitions: Iterable[Json]) -> "Registry":
        """A registry that also knows profiles: each is a type named by its canonical URL.

        Each must have its snapshot; those of other versions of FHIR, and logical models, are
        passed over. This registry is not changed.
        """
        return Registry(profiled(self._definitions, structure_definitions))


@cache
def r4() -> Registry:
    """The R4 registry. Loads the artefact on first use (tens of milliseconds)."""
    packed = resources.files(__package__).joinpath(ARTEFACT).read_bytes()
    raw = zstandard.ZstdDecompressor().decompress(packed)
    return Registry(msgspec.msgpack.decode(raw, type=Definitions))

"""The registry: R4 definitions, loaded once from the artefact built at installation.

An establishment's own search parameters are additions to it: a registry that knows them shares all
else with the one it was made from (`base`), and costs next to nothing.
"""

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib import resources
from typing import Literal

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
_SHARED = ("resource_types", "_resource_types", "parameters_by_url", "_invariants")
"""What additions do not change, once it is worked out."""


AdditionState = Literal["indexing", "active", "leaving"]


class Addition(msgspec.Struct, frozen=True):
    """A search parameter of the establishment's own."""

    parameter: SearchParameter
    """`base` holds concrete types only; `edition` is its own."""
    state: AdditionState
    """Filed in any state; searched by only when "active". "indexing": what was there before is."""


class Registry:
    """Look-ups over the definitions. Immutable; safe to share."""

    def __init__(self, definitions: Definitions, base: "Registry | None" = None) -> None:
        self.definitions = definitions
        self.base: Registry = base or self
        """The same without additions."""
        self.additions: tuple[Addition, ...] = ()
        self.progress: Mapping[int, int] = {}
        """Edition of an addition that is not active -> per cent indexed so far, as last heard."""
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
    def tables(self) -> dict[str, dict[str, SearchParameter]]:
        """Resource type -> code -> search parameter. To be read only."""
        if self.base is not self:
            return self._with_added(self.base.tables)
        table: dict[str, dict[str, SearchParameter]] = {name: {} for name in self.resource_types}
        for parameter in self.search_parameters:
            for base in parameter.base:
                table[base][parameter.code] = parameter
        return table

    def _with_added(
        self, known: dict[str, dict[str, SearchParameter]]
    ) -> dict[str, dict[str, SearchParameter]]:
        """The tables of types that nothing is added to are those of the base."""
        added: dict[str, dict[str, SearchParameter]] = {}
        for one in self.additions:
            for name in one.parameter.base if one.state == "active" else ():
                added.setdefault(name, {})[one.parameter.code] = one.parameter
        return known | {name: known[name] | own for name, own in added.items()}

    def parameters(self, resource_type: str) -> dict[str, SearchParameter]:
        """Code -> search parameter, for a concrete resource type."""
        return self.tables[resource_type]

    def with_additions(
        self, additions: Iterable[Addition], progress: Mapping[int, int]
    ) -> "Registry":
        """This registry's base with these search parameters, and no others, added to it."""
        base = self.base
        made = Registry(base.definitions, base)
        made.__dict__ |= {name: base.__dict__[name] for name in _SHARED if name in base.__dict__}
        made.additions, made.progress = tuple(additions), progress
        return made

    def added(self, resource_type: str) -> tuple[SearchParameter, ...]:
        """What is filed for a type beside R4's parameters: active or not."""
        return tuple(a.parameter for a in self.additions if resource_type in a.parameter.base)

    def being_indexed(self, resource_type: str, code: str) -> int | None:
        """How many per cent of what was there before are indexed; None unless that is under way."""
        for one in self.additions:
            mine = one.parameter.code == code and resource_type in one.parameter.base
            if mine and one.state == "indexing":
                return self.progress.get(one.parameter.edition, 0)
        return None

    @cached_property
    def parameters_by_url(self) -> dict[str, SearchParameter]:
        return {parameter.url: parameter for parameter in self.search_parameters}

    @cached_property
    def _invariants(self) -> dict[str, list[Invariant]]:
        declared: dict[str, list[Invariant]] = {}
        for invariant in self.definitions.invariants:
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
        return self.definitions.invariants

    def types_at(self, path: str) -> tuple[str, ...]:
        """The types that a value may have where an invariant is declared; none: no such path."""
        return types_at(path, self.types)

    def with_profiles(self, structure_definitions: Iterable[Json]) -> "Registry":
        """A registry that also knows profiles: each is a type named by its canonical URL.

        Each must have its snapshot; those of other versions of FHIR, and logical models, are
        passed over. This registry is not changed.
        """
        return Registry(profiled(self.definitions, structure_definitions))


@cache
def r4() -> Registry:
    """The R4 registry. Loads the artefact on first use (tens of milliseconds)."""
    packed = resources.files(__package__).joinpath(ARTEFACT).read_bytes()
    raw = zstandard.ZstdDecompressor().decompress(packed)
    return Registry(msgspec.msgpack.decode(raw, type=Definitions))

"""The registry: R4 definitions, loaded once from the artefact built at installation."""

from functools import cache, cached_property
from importlib import resources

import msgspec
import zstandard

from hygie.fhir.definitions.model import Definitions, SearchParameter, TypeDefinition, ValueSet

ARTEFACT = "r4.bin"


class Registry:
    """Look-ups over the definitions. Immutable; safe to share."""

    def __init__(self, definitions: Definitions) -> None:
        self.source = definitions.source
        self.types: dict[str, TypeDefinition] = definitions.types
        self.value_sets: dict[str, ValueSet] = definitions.value_sets
        self.search_parameters = definitions.search_parameters
        self.patient_compartment = definitions.patient_compartment

    @cached_property
    def resource_types(self) -> tuple[str, ...]:
        """Concrete resource types, in alphabetical order."""
        return tuple(
            sorted(t.name for t in self.types.values() if t.kind == "resource" and not t.abstract)
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


@cache
def r4() -> Registry:
    """The R4 registry. Loads the artefact on first use (tens of milliseconds)."""
    packed = resources.files(__package__).joinpath(ARTEFACT).read_bytes()
    raw = zstandard.ZstdDecompressor().decompress(packed)
    return Registry(msgspec.msgpack.decode(raw, type=Definitions))

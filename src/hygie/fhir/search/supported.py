"""What a CapabilityStatement may truthfully list."""

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.search.plans import is_supported


def supported_parameters(registry: Registry, resource_type: str) -> tuple[SearchParameter, ...]:
    """The search parameters a query on a type may use, by code: each has code, type and URL."""
    parameters = registry.parameters(resource_type).values()
    return tuple(sorted((p for p in parameters if is_supported(p)), key=lambda p: p.code))

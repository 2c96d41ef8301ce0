"""What a query may ask, and a CapabilityStatement may truthfully list."""

from functools import lru_cache

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.search.extraction import parameter_lines
from hygie.fhir.search.plans import STORE_OWNED, WORDS


def supported_parameters(registry: Registry, resource_type: str) -> tuple[SearchParameter, ...]:
    """The search parameters a query on a type may use, by code: each has code, type and URL."""
    parameters = registry.parameters(resource_type).values()
    supported = (p for p in parameters if is_supported(registry, resource_type, p))
    return tuple(sorted(supported, key=lambda p: p.code))


def is_supported(registry: Registry, resource_type: str, parameter: SearchParameter) -> bool:
    """Whether resources of a type can be found by a parameter.

    Not those refused for now, nor those whose published definition can never yield a value:
    R4's `DocumentReference.relationship` has its components crossed, `Patient.part-agree` speaks
    of another type.
    """
    if parameter.code in STORE_OWNED | WORDS:
        return True
    return _yields(registry.base, resource_type, parameter)


@lru_cache(maxsize=8192)
def _yields(registry: Registry, resource_type: str, parameter: SearchParameter) -> bool:
    return bool(parameter_lines(registry, resource_type, parameter))

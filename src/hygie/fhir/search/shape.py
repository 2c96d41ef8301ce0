"""Which parameters of its type a resource has a value for, as the bits of one number.

Bit n is the n-th parameter of the type that can yield entries, in alphabetical order; the first 63
have one (a signed 64-bit column holds them; no R4 type has more than 47).
"""

from functools import lru_cache
from typing import Final, NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.search.derivation import derivations

SHAPE_BITS: Final = 63
_MAX_TYPES: Final = 256


def shape_bit(registry: Registry, resource_type: str, code: str) -> int | None:
    """The place of a parameter's bit (0 to 62); None when it has none."""
    return _places(registry, resource_type).get(code)


@lru_cache(maxsize=_MAX_TYPES)
def _places(registry: Registry, resource_type: str) -> dict[str, int]:
    return dict(zip(derivations(registry, resource_type), range(SHAPE_BITS), strict=False))


class Masks(NamedTuple):
    """What an entry of a filed parameter says of the shape."""

    always: dict[str, int]
    """Parameter -> the bits of itself and of those that are derived from it whole."""
    leading: dict[str, dict[str, int]]
    """Parameter -> type of resource -> the bits of those derived from what leads to that type."""


@lru_cache(maxsize=_MAX_TYPES)
def masks(registry: Registry, resource_type: str) -> Masks:
    """The masks of each filed parameter of a type."""
    found = Masks({}, {})
    places = _places(registry, resource_type)
    for code, derived in derivations(registry, resource_type).items():
        bit = 1 << places[code] if code in places else 0
        for source in derived.sources:
            if derived.target:
                leading = found.leading.setdefault(source, {})
                leading[derived.target] = leading.get(derived.target, 0) | bit
            else:
                found.always[source] = found.always.get(source, 0) | bit
    return found

"""Which parameters of its type a resource has a value for, as the bits of one number.

Bit n is the n-th parameter of the type that can yield entries, in alphabetical order; the first 63
have one (a signed 64-bit column holds them; no R4 type has more than 47). An establishment's own
parameters have none: to give them one would renumber those of R4, or run out (`Filed.present`).
"""

from functools import lru_cache
from typing import Final, NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.search.derivation import derivations

SHAPE_BITS: Final = 63
_MAX_TYPES: Final = 256


def shape_bit(registry: Registry, resource_type: str, code: str) -> int | None:
    """The place of a parameter's bit (0 to 62); None when it has none."""
    return _places(registry.base, resource_type).get(code)


@lru_cache(maxsize=_MAX_TYPES)
def _places(registry: Registry, resource_type: str) -> dict[str, int]:
    return dict(zip(derivations(registry, resource_type), range(SHAPE_BITS), strict=False))


class Narrowed(NamedTuple):
    """A parameter derived from what another leads to in one type (`patient` from `subject`)."""

    code: str
    target: str
    bit: int


class Masks(NamedTuple):
    """What an entry of a filed parameter says of the shape, by the entry's parameter."""

    always: dict[str, int]
    """The bits of the parameter itself, and of those that are derived from it whole."""
    narrowed: dict[str, tuple[Narrowed, ...]]


@lru_cache(maxsize=_MAX_TYPES)
def masks(registry: Registry, resource_type: str) -> Masks:
    """The masks of each filed parameter of a type."""
    found = Masks({}, {})
    places = _places(registry, resource_type)
    for code, derived in derivations(registry, resource_type).items():
        bit = 1 << places[code] if code in places else 0
        for source in derived.sources:
            if derived.target:
                one = Narrowed(code, derived.target, bit)
                found.narrowed[source] = (*found.narrowed.get(source, ()), one)
            else:
                for name in (source, f"{source}:text", f"{source}:of-type"):
                    found.always[name] = found.always.get(name, 0) | bit
    return found

"""Types of items: `is`, `as`, `ofType` and `type()` (§6.3, §10.2; R4 fhirpath.html).

Every FHIR primitive is a type of its own for `as` and `ofType`, which do not take a code for a
string, although the one descends from the other and `is` says so (R4, "ofType"). Complex types are
taken for their ancestors: an Age is a Quantity. A primitive has no type of the language, and `is`
tells the difference, but `as` converts it to one: `name.given as System.String`.
"""

from typing import Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path import phrases
from hygie.fhir.path.environment import Evaluation
from hygie.fhir.path.items import SYSTEM_TYPES, Element, Item, TypeInfo, system
from hygie.fhir.path.library.signature import TYPE, Signature
from hygie.fhir.path.library.singleton import VALUE_TYPES
from hygie.fhir.path.phrases import wrong

SYSTEM: Final = "System"
FHIR: Final = "FHIR"
ANY: Final = "Any"
SYSTEM_NAMES: Final = frozenset({ANY, *VALUE_TYPES.values()})


def find_type(written: str, registry: Registry) -> TypeInfo:
    """What a type specifier names: the model is searched first, then the language (§10.1).

    Refused when there is no such type.
    """
    namespace, _, name = written.rpartition(".")
    if namespace in ("", FHIR) or f"{namespace}.{name}" in registry.types:
        known = name if namespace in ("", FHIR) else written
        if known in registry.types:
            return TypeInfo(FHIR, known, _base(known, registry))
    if namespace in ("", SYSTEM) and name in SYSTEM_NAMES:
        return TypeInfo(SYSTEM, name, f"{SYSTEM}.{ANY}")
    if namespace == SYSTEM:
        return TypeInfo(SYSTEM, name, "")
    raise wrong("unknown-type", phrases.UNKNOWN_TYPE, -1, name=written[:80])


def type_of(item: Item, registry: Registry) -> TypeInfo:
    """The type of an item, with its base."""
    if isinstance(item, Element):
        return TypeInfo(FHIR, item.type, _base(item.type, registry))
    if isinstance(item, TypeInfo):
        return TypeInfo(SYSTEM, "TypeInfo", f"{SYSTEM}.{ANY}")
    return TypeInfo(SYSTEM, VALUE_TYPES[type(item)], f"{SYSTEM}.{ANY}")


def _base(name: str, registry: Registry) -> str:
    return f"{FHIR}.{registry.types[name].base or ANY}"


def types(evaluation: Evaluation, items: list[Item]) -> list[Item]:
    """`type()`: of each item."""
    return [type_of(item, evaluation.registry) for item in items]


def is_a(item: Item, wanted: TypeInfo, registry: Registry) -> bool:
    """Whether an item is of a type or of a descendant of it: the operator `is`."""
    if wanted.namespace == SYSTEM:
        return wanted.name == ANY or type_of(item, registry)[:2] == wanted[:2]
    return isinstance(item, Element) and descends(item.type, wanted.name, registry)


def descends(name: str, wanted: str, registry: Registry) -> bool:
    """Whether a FHIR type is another one, or descends from it."""
    while name and name != wanted:
        name = registry.types[name].base
    return name == wanted


def is_of_type(item: Item, wanted: TypeInfo, registry: Registry) -> bool:
    """What `ofType` keeps: as `is`, but primitives are types of their own."""
    if isinstance(item, Element) and item.type in SYSTEM_TYPES:
        return wanted == type_of(item, registry)
    return is_a(item, wanted, registry)


def cast(item: Item, wanted: TypeInfo, registry: Registry) -> Item | None:
    """The item as a type: itself, or the value that a primitive is taken for; None if neither."""
    if is_of_type(item, wanted, registry):
        return item
    if wanted.namespace == FHIR or not isinstance(item, Element):
        return None
    value = system(item)
    if value is None:
        return None
    return value if wanted.name in (ANY, VALUE_TYPES[type(value)]) else None


FUNCTIONS: Final = (
    Signature("is", "collection", "Boolean", None, (TYPE,)),
    Signature("as", "collection", "items", None, (TYPE,)),
    Signature("ofType", "collection", "items", None, (TYPE,), many=True),
    Signature("type", "collection", "TypeInfo", types, many=True, evaluation=True),
)

"""What the definitions say of types, as the code generator asks."""

from functools import lru_cache

from hygie.fhir.definitions import Element, Registry

_PYTHON_TYPES = {
    "boolean": "bool",
    "integer": "int",
    "positiveInt": "int",
    "unsignedInt": "int",
}


def is_primitive(registry: Registry, type_name: str) -> bool:
    definition = registry.types.get(type_name)
    return definition is not None and definition.kind == "primitive"


def guard(registry: Registry, type_name: str, source: str) -> str:
    """A Python condition true of well-formed JSON of that type, and of nothing unsafe to use."""
    if not is_primitive(registry, type_name):
        return f"type({source}) is dict"
    if type_name == "decimal":
        return f"(type({source}) is Decimal or type({source}) is int)"
    return f"type({source}) is {_PYTHON_TYPES.get(type_name, 'str')}"


def element_of(registry: Registry, type_name: str, name: str) -> Element | None:
    definition = registry.types.get(type_name)
    if definition is None or definition.kind == "primitive":
        return None
    return next((element for element in definition.elements if element.name == name), None)


def system_type(registry: Registry, type_name: str) -> str:
    """The type of the language that an element of a FHIR type is taken for, or "".

    R4 fhirpath.html, "Use of FHIRPath": the primitives, and Quantity with its specialisations.
    """
    if type_name.startswith("System."):
        return type_name
    definition = registry.types.get(type_name)
    if definition is not None and definition.kind == "primitive":
        return f"System.{definition.system}"
    return "System.Quantity" if is_a(registry, type_name, "Quantity") else ""


def is_abstract(registry: Registry, type_name: str) -> bool:
    """Whether a value of that type says itself, by its `resourceType`, what it is."""
    definition = registry.types.get(type_name)
    return definition is not None and definition.kind == "resource" and definition.abstract


def is_dynamic(registry: Registry, type_name: str) -> bool:
    """Whether what a value of that type has is known at run time only."""
    return not type_name or type_name.startswith("System.") or is_abstract(registry, type_name)


def has_descendants(registry: Registry, type_name: str) -> bool:
    """Whether an item of that type may be of one that descends from it."""
    return type_name in _bases(registry)


@lru_cache(maxsize=16)
def _bases(registry: Registry) -> frozenset[str]:
    return frozenset(definition.base for definition in registry.types.values())


def is_a(registry: Registry, type_name: str, wanted: str) -> bool:
    """True if `type_name` is `wanted` or descends from it."""
    while type_name and type_name != wanted:
        definition = registry.types.get(type_name)
        type_name = definition.base if definition is not None else ""
    return bool(type_name)


def may_turn_out(registry: Registry, type_name: str, wanted: str) -> bool:
    """True if a value declared as `type_name` can say at run time that it is a `wanted`.

    Only a resource does, by its `resourceType`: a `uri` is no `canonical`, whatever it holds.
    """
    definition = registry.types.get(type_name)
    return (
        definition is not None
        and definition.kind == "resource"
        and type_name != wanted
        and is_a(registry, wanted, type_name)
    )


def find_type(registry: Registry, written: str) -> str:
    """The FHIR type a specifier names, or ""."""
    name = written.removeprefix("FHIR.")
    return name if name in registry.types else ""


def find_cast(registry: Registry, written: str) -> str:
    """As `find_type`, for `as`: R4's own definitions write `as(DateTime)` of a dateTime."""
    return find_type(registry, written) or find_type(registry, written[:1].lower() + written[1:])

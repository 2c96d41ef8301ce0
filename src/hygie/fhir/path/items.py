"""What a collection holds: values of the language, elements of a resource, and types.

An element is found in JSON by what the definitions say of its type (R4 fhirpath.html, "Using
FHIRPath with Resources"): a choice is labelled by its stem, a primitive is its value together with
the id and extensions that stand beside it, a contained resource is what its `resourceType` says.
What has not the shape that the definitions promise is passed over: nothing here raises on data.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.path import phrases
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values import Date, DateTime, Quantity, Time

UCUM: Final = "http://unitsofmeasure.org"
CALENDAR: Final = {
    "a": "year",
    "mo": "month",
    "d": "day",
    "h": "hour",
    "min": "minute",
    "s": "second",
}
"""UCUM units that a FHIR Quantity gives as calendar durations (R4, "Use of FHIR Quantity")."""
SYSTEM_TYPES: Final = {
    "boolean": "Boolean",
    **dict.fromkeys(("integer", "positiveInt", "unsignedInt"), "Integer"),
    "decimal": "Decimal",
    "date": "Date",
    "dateTime": "DateTime",
    "instant": "DateTime",
    "time": "Time",
    **dict.fromkeys(("string", "uri", "code", "oid", "id", "uuid", "markdown"), "String"),
    **dict.fromkeys(("base64Binary", "canonical", "url", "xhtml"), "String"),
}
"""FHIR primitive -> the type of the language that it is taken for (R4, "Using FHIR types")."""
QUANTITIES: Final = frozenset({"Quantity", "Age", "Count", "Distance", "Duration"})
"""`Quantity` and its descendants, taken for the Quantity of the language."""


class Element(msgspec.Struct, eq=False):
    """One element of a resource. Equal to another by identity; `=` is `library.equality`.

    `value` is JSON: an object, or a primitive's, None when the primitive has extensions only.
    `type` is a key of `Registry.types`. `sibling` holds a primitive's id and extensions.
    A struct, because it is made in a third of the time.
    """

    value: Any
    type: str
    sibling: dict[str, Any] | None = None

    def __repr__(self) -> str:
        """Without the value: it may be health data."""
        return f"Element({self.type})"


class TypeInfo(NamedTuple):
    """What `type()` says of an item (FHIRPath, "Reflection")."""

    namespace: str
    name: str
    base: str
    """With its namespace: "FHIR.Element", "System.Any"."""


Value = bool | str | int | Decimal | Date | DateTime | Time | Quantity
"""A value of the language."""
Item = Value | Element | TypeInfo


def root(resource: Any, registry: Registry) -> Element:
    """A resource as the item that an expression begins with. Refused if it says no type."""
    found = typed(resource, "Resource", registry) if type(resource) is dict else None
    if found is None or found.type == "Resource":
        raise wrong("unknown-type", phrases.UNKNOWN_TYPE, 0, name=_said(resource)[:80])
    return found


def _said(resource: Any) -> str:
    return str(resource.get("resourceType", "")) if type(resource) is dict else ""


def typed(value: Any, type_name: str, registry: Registry, sibling: Any = None) -> Element | None:
    """JSON as an element of a type; None if neither it nor what stands beside it has the shape."""
    definition = registry.types[type_name]
    if definition.kind == "primitive":
        beside = sibling if type(sibling) is dict and sibling else None
        known = value if is_primitive_json(value, type_name) else None
        return None if known is None and beside is None else Element(known, type_name, beside)
    if type(value) is not dict:
        return None
    said = value.get("resourceType") if definition.kind == "resource" else None
    return Element(value, said if type(said) is str and registry.is_resource(said) else type_name)


def is_primitive_json(value: Any, type_name: str) -> bool:
    """Whether JSON has the kind that a primitive type is written in (R4 §2.6.2)."""
    kind = type(value)
    match SYSTEM_TYPES.get(type_name):
        case "Boolean":
            return kind is bool
        case "Integer":
            return kind is int
        case "Decimal":
            return kind is Decimal or kind is int
    return kind is str


# --- elements of an element ---------------------------------------------------------------
def children(item: Item, registry: Registry) -> list[Item]:
    """All elements of an item, in the order of the definitions (§5.8.1)."""
    return [child for _, group in groups(item, registry) for child in group]


def member(item: Item, name: str, registry: Registry) -> list[Item]:
    """The elements of an item that bear a name; none when its type has no such element."""
    if isinstance(item, TypeInfo):
        return _of_type_info(item, name)
    if not isinstance(item, Element):
        return []
    if registry.types[item.type].kind == "primitive":
        return next((group for label, group in _of_primitive(item) if label == name), [])
    found = _elements(item.type, registry).get(name)
    return [] if found is None else _read(item.value, found, registry)


def groups(item: Item, registry: Registry) -> Iterator[tuple[str, list[Item]]]:
    """The names of the elements that an item has, each with what bears it."""
    if isinstance(item, TypeInfo):
        yield from ((name, _of_type_info(item, name)) for name in ("namespace", "name", "baseType"))
    if not isinstance(item, Element):
        return
    if registry.types[item.type].kind == "primitive":
        yield from _of_primitive(item)
        return
    for name, element in _elements(item.type, registry).items():
        if found := _read(item.value, element, registry):
            yield name, found


def _of_type_info(item: TypeInfo, name: str) -> list[Item]:
    match name:
        case "namespace":
            return [item.namespace]
        case "name":
            return [item.name]
        case "baseType":
            return [item.base]
    return []


def _of_primitive(item: Element) -> Iterator[tuple[str, list[Item]]]:
    """Its id and extensions, and its value, which is one of the language."""
    beside = item.sibling or {}
    if type(beside.get("id")) is str:
        yield "id", [Element(beside["id"], "string")]
    extensions = beside.get("extension")
    if type(extensions) is list:
        yield "extension", [Element(e, "Extension") for e in extensions if type(e) is dict]
    value = system(item)
    if value is not None:
        yield "value", [value]


class _Written(NamedTuple):
    """How an element is written in JSON."""

    repeats: bool
    types: tuple[tuple[str, str, str], ...]
    """Of each type it may have: the property, the one beside it, and the type."""


@lru_cache(maxsize=4096)
def _elements(type_name: str, registry: Registry) -> dict[str, _Written]:
    return {
        definition.name: _Written(
            definition.repeats,
            tuple((name, f"_{name}", ref.name) for name, ref in definition.json_names().items()),
        )
        for definition in registry.types[type_name].elements
    }


def _read(value: dict[str, Any], element: _Written, registry: Registry) -> list[Item]:
    """What an object holds of an element; of a choice, the first of its types that is there."""
    for name, beside_name, type_name in element.types:
        if name not in value and beside_name not in value:
            continue
        found, beside = value.get(name), value.get(beside_name)
        pairs = _paired(found, beside) if element.repeats else [(found, beside)]
        items = [typed(v, type_name, registry, b) for v, b in pairs]
        if kept := [item for item in items if item is not None]:
            return list(kept)
    return []


def _paired(found: Any, beside: Any) -> list[tuple[Any, Any]]:
    """The values of an array, each with what the array beside it says of it (R4 §2.6.2.2)."""
    values = found if type(found) is list else []
    siblings = beside if type(beside) is list else []
    length = max(len(values), len(siblings))
    return list(zip(_padded(values, length), _padded(siblings, length), strict=True))


def _padded(values: list[Any], length: int) -> list[Any]:
    return values + [None] * (length - len(values))


# --- values of the language ---------------------------------------------------------------
def system(item: Item) -> Value | None:
    """The value of the language that an item is taken for when one is needed.

    None for an element of a complex type, and for a primitive without a value, or with one that
    is not of its type: a date that does not exist. A Quantity is one when it has a UCUM code, and
    no comparator: "less than 5 mg" is not 5 mg.
    """
    if isinstance(item, TypeInfo):
        return None
    if not isinstance(item, Element):
        return item
    if type(item.value) is dict:
        return quantity(item.value) if item.type in QUANTITIES else None
    return plain(item.value, item.type)


def quantity(value: dict[str, Any]) -> Quantity | None:
    """A FHIR Quantity as one of the language."""
    number, code = value.get("value"), value.get("code")
    if not (type(number) is Decimal or type(number) is int) or type(code) is not str:
        return None
    if value.get("system") != UCUM or value.get("comparator") is not None:
        return None
    return Quantity(Decimal(number), CALENDAR.get(code, code))


def plain(value: Any, type_name: str) -> Value | None:
    """The JSON of a primitive as a value of the language."""
    if value is None:
        return None
    match SYSTEM_TYPES.get(type_name):
        case "Decimal":
            return Decimal(value)
        case "Date":
            return Date.parse(value)
        case "DateTime":
            return DateTime.parse(value)
        case "Time":
            return Time.parse(value)
    known: Value = value
    return known


# --- what is shown ------------------------------------------------------------------------
def to_json(items: Iterable[Item]) -> list[Any]:
    """A collection as JSON: elements as they stand in the resource, values as FHIRPath writes them.

    A primitive without a value is shown by what stands beside it.
    """
    return [_shown(item) for item in items]


def _shown(item: Item) -> Any:
    match item:
        case Element():
            return item.sibling if item.value is None else item.value
        case TypeInfo():
            return {"namespace": item.namespace, "name": item.name}
        case bool() | str() | int() | Decimal():
            return item
    return str(item)

"""The types of a registry as a reader of XML looks them up: what each element becomes in JSON.

XML and JSON name elements alike, choices included (`valueQuantity`). They differ in three things:
XML has an order, JSON has arrays, and `id` of an element, `url` of an extension and the value of a
primitive are attributes in XML (R4 §2.6.1).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from hygie.fhir.definitions import Element, Registry, TypeDefinition, TypeRef
from hygie.fhir.xml.values import READERS

FHIR: Final = "http://hl7.org/fhir"
XHTML: Final = "http://www.w3.org/1999/xhtml"
SEPARATOR: Final = " "
"""Between a namespace and a name, as expat is told to write them."""


Kind = Literal["primitive", "object", "resource", "container", "narrative"]
"""What stands under an element: "resource" is the element of a resource itself (`<Patient>`),
"container" what holds one (`<contained>`, `<resource>`)."""


class Step(msgspec.Struct, frozen=True):
    """One element where it may stand."""

    name: str
    """Its name in JSON, the same as in XML."""
    place: str
    """Its step in FHIRPath: "value.ofType(Quantity)"."""
    position: int
    """Its rank in the definition; the forms of a choice have the same."""
    kind: Kind
    type_name: str
    repeats: bool
    read: Callable[[str], Any] | None = None
    """Of a primitive: text -> JSON value; None where it is the text."""


class Shape(msgspec.Struct, frozen=True):
    """What may stand in an element."""

    type_name: str
    steps: dict[str, Step]
    """Namespace and name, as expat gives them -> step."""
    attributes: frozenset[str]


class Shapes:
    """The shapes of a registry, each made when it is first met. Safe to share."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._made: dict[str, Shape] = {}
        self.any_resource = self._any_resource()
        primitive = self.of("Element")
        self.primitive = msgspec.structs.replace(primitive, attributes=frozenset({"id", "value"}))
        """Under a primitive: extensions alone."""

    def of(self, type_name: str) -> Shape:
        shape = self._made.get(type_name)
        if shape is None:
            shape = self._made[type_name] = self._shape(self._registry.types[type_name])
        return shape

    def _any_resource(self) -> Shape:
        steps = {
            f"{FHIR}{SEPARATOR}{name}": Step(name, name, 0, "resource", name, repeats=False)
            for name in self._registry.resource_types
        }
        return Shape("Resource", steps, frozenset())

    def _shape(self, definition: TypeDefinition) -> Shape:
        attributes = _attributes(definition)
        steps: dict[str, Step] = {}
        for position, element in enumerate(definition.elements):
            if element.name in attributes:
                continue
            for name, type_ in element.json_names().items():
                step = self._step(element, name, type_, position)
                namespace = XHTML if step.kind == "narrative" else FHIR
                steps[namespace + SEPARATOR + name] = step
        return Shape(definition.name, steps, attributes)

    def _step(self, element: Element, name: str, type_: TypeRef, position: int) -> Step:
        return Step(
            name=name,
            place=f"{element.name}.ofType({type_.name})" if element.choice else name,
            position=position,
            kind=self._kind(type_.name),
            type_name=type_.name,
            repeats=element.repeats,
            read=READERS.get(type_.name),
        )

    def _kind(self, type_name: str) -> Kind:
        if type_name == "xhtml":
            return "narrative"
        if type_name == "Resource":
            return "container"
        primitive = self._registry.types[type_name].kind == "primitive"
        return "primitive" if primitive else "object"


def _attributes(definition: TypeDefinition) -> frozenset[str]:
    """The elements that XML writes as attributes (`representation` of the definitions)."""
    if definition.kind == "resource":
        return frozenset()
    return frozenset({"id", "url"} if definition.name == "Extension" else {"id"})


@lru_cache(maxsize=8)
def shapes_of(registry: Registry) -> Shapes:
    return Shapes(registry)

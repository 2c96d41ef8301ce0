"""What the definitions say of types, as the checker asks."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from hygie.fhir.definitions import Element, Registry, Slice, TypeRef
from hygie.fhir.path import model
from hygie.fhir.path.library.types import SYSTEM_NAMES

_TYPE_INFO: Final = {
    name: Element(name, (TypeRef("System.String"),), 1, 1)
    for name in ("namespace", "name", "baseType")
}
_OF_QUANTITIES: Final = frozenset({"value", "unit", "code", "system"})
_CLOSE: Final = 0.7


class Types:
    """Look-ups over one registry; remembers what it was asked."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._elements: dict[str, dict[str, Element]] = {}
        self._below: dict[str, tuple[str, ...]] = {}

    def is_a(self, type_name: str, wanted: str) -> bool:
        """Whether every value of one type is of the other."""
        return wanted == "System.Any" or model.is_a(self.registry, type_name, wanted)

    def narrowed(self, type_name: str, wanted: str, operator: str) -> str:
        """The type that `is`, `as` or `ofType` leaves of one, or "" when it leaves nothing.

        Primitives are types of their own for `ofType` and `as`, which also makes a primitive the
        value it is taken for (R4 fhirpath.html; `library.types` says it of items).
        """
        if operator != "is" and self.is_primitive(type_name) and wanted != type_name:
            value = f"System.{self.system(type_name)}"
            return value if operator == "as" and wanted in (value, "System.Any") else ""
        if self.is_a(type_name, wanted):
            return type_name
        return wanted if self.may_be(type_name, wanted) else ""

    def may_be(self, type_name: str, wanted: str) -> bool:
        """Whether a value declared as one type may be of the other."""
        return self.is_a(type_name, wanted) or (
            self.is_open(type_name) and self.is_a(wanted, type_name)
        )

    def is_open(self, type_name: str) -> bool:
        """Whether a value says itself what it is: a resource where any may stand."""
        return model.is_abstract(self.registry, type_name)

    def system(self, type_name: str) -> str:
        """The type of the language a value is taken for ("Integer"), or "" (R4 fhirpath.html)."""
        return model.system_type(self.registry, type_name).removeprefix("System.")

    def is_primitive(self, type_name: str) -> bool:
        return model.is_primitive(self.registry, type_name)

    def element(self, type_name: str, name: str) -> Element | None:
        if type_name not in self._elements:
            definition = self.registry.types.get(type_name)
            elements = definition.elements if definition else ()
            self._elements[type_name] = {element.name: element for element in elements}
            if self.is_primitive(type_name):
                value = TypeRef(f"System.{self.system(type_name)}")
                self._elements[type_name]["value"] = Element("value", (value,), 0, 1)
            elif type_name == "System.TypeInfo":
                self._elements[type_name] = _TYPE_INFO
        return self._elements[type_name].get(name)

    def elements(self, type_name: str, name: str) -> list[Element]:
        """The element of that name, of each type that a value declared so may turn out to have."""
        here = self.element(type_name, name)
        if here is not None or not self.is_open(type_name):
            return [] if here is None else [here]
        found = (self.element(below, name) for below in self._descendants(type_name))
        return [element for element in found if element is not None]

    def _descendants(self, type_name: str) -> tuple[str, ...]:
        if type_name not in self._below:
            self._below[type_name] = tuple(
                name for name in self.registry.resource_types if self.is_a(name, type_name)
            )
        return self._below[type_name]

    def leaves(self, type_name: str, name: str) -> bool:
        """Whether an element leads out of what is known: the parts of a Quantity's value."""
        return type_name == "System.Quantity" and name in _OF_QUANTITIES

    def slices(self, type_name: str, url: str) -> list[Slice]:
        definition = self.registry.types.get(type_name)
        return [s for s in definition.slices if s.url == url] if definition else []

    # --- names, as they are written and as they are shown -----------------------------
    def named(self, written: str) -> str:
        """The type a specifier names, or "": the model's first, then the language's (§10.2).

        Nothing is of a type that the language itself does not have, as `library.types` has it.
        """
        space, _, rest = written.partition(".")
        if space == "System" and rest:
            return written
        name = rest if space == "FHIR" and rest else written
        if name in self.registry.types:
            return name
        return f"System.{written}" if written in SYSTEM_NAMES else ""

    def shown(self, types: Iterable[str] | None) -> str:
        """A few of them; a profile by the end of its URL."""
        names = sorted({name.rpartition("/")[2] for name in types or ()})
        return " | ".join(names[:4]) + (" | …" if len(names) > 4 else "")

    def near_element(self, types: Iterable[str], name: str) -> str:
        for type_name in types:
            self.element(type_name, name)
        names = {known for type_name in types for known in self._elements.get(type_name, ())}
        return nearest(name, names)

    def choice_of(self, type_name: str, json_name: str) -> str:
        """How the expression names what JSON calls "valueQuantity", or ""."""
        definition = self.registry.types.get(type_name)
        for element in definition.elements if definition else ():
            if element.choice and (type_ := element.json_names().get(json_name)):
                return f"{element.name}.ofType({type_.name})"
        return ""

    def near_type(self, written: str) -> str:
        names = {name for name in self.registry.types if "#" not in name} | SYSTEM_NAMES
        return nearest(written.rpartition(".")[2], names)


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most like it, or "" when none is."""
    return next(iter(get_close_matches(name[:80], sorted(names), 1, _CLOSE)), "")

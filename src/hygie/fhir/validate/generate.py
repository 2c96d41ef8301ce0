"""Writes the Python source of a type's check, from its definition.

One function for each type, its elements in the order of the specification; each becomes a few
lines, specialised by type and cardinality. Of `Coding`:

    def check_Coding(value, place, report):
        if type(value) is not dict or not value:
            return wrong_object(value, place, report)
        seen = 0
        …
        if "userSelected" in value:
            seen += 1
            item = value["userSelected"]
            if item is not True and item is not False:
                wrong_value(item, "boolean", (place, "userSelected", -1), report)
        if seen != len(value):
            check_leftovers(value, leftovers_Coding, place, report)

A place is built only on a fault, or for a nested element. Choices, the `_name` siblings of
primitives and unknown elements are left to `hygie.fhir.validate.siblings`, which is reached only
when the straight code has not accounted for every member.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from hygie.fhir.definitions import UNBOUNDED, Element, Registry, TypeDefinition, TypeRef
from hygie.fhir.validate.invariants.writing import Rules, of_element, of_type
from hygie.fhir.validate.kinds import TYPE_CHECKS
from hygie.fhir.validate.primitives import wrong

INDENT: Final = "    "
BOUND: Final = {"Coding": "check_coding", "CodeableConcept": "check_concept"}
ASKED: Final = frozenset({"code", *BOUND})
"""Types whose bindings are asked of terminologies where their codes are not known here."""
Sets = dict[str, frozenset[Any]]
"""Sets that the source refers to by name: codes, reference targets, names of a choice."""


def function_name(type_name: str) -> str:
    return "check_" + type_name.replace(".", "_")


def has_siblings(owner: str, element_name: str, type_: TypeDefinition) -> bool:
    """Whether the element may have a `_name` sibling: a primitive that XML has no attribute for."""
    is_attribute = element_name == "id" or (owner, element_name) == ("Extension", "url")
    return type_.kind == "primitive" and type_.name != "xhtml" and not is_attribute


class Written(NamedTuple):
    """The check of one type."""

    source: str
    sets: Sets
    rules: Rules


def write_check(registry: Registry, definition: TypeDefinition) -> Written:
    """The source of the functions of one type, and what it refers to by name."""
    writer = _Writer(registry, definition)
    lines = [*writer.function(), *writer.choice_functions()]
    return Written("\n".join(lines) + "\n", writer.sets, writer.rules)


def choice_function(owner: str, json_name: str) -> str:
    """Name of the check of a choice's form that has targets or a binding of its own."""
    return f"{function_name(owner)}_{json_name}"


def is_plain(registry: Registry, owner: str, element: Element, type_: TypeRef) -> bool:
    """Whether a value of the element is checked by its type alone."""
    rules = registry.invariants(element_path(owner, element))
    return not element.binding and type_.name != "Reference" and not rules


def element_path(owner: str, element: Element) -> str:
    """The path of an element, as definitions write it: "Observation.value[x]"."""
    return f"{owner}.{element.name}[x]" if element.choice else f"{owner}.{element.name}"


class _Writer:
    def __init__(self, registry: Registry, definition: TypeDefinition) -> None:
        self._registry = registry
        self._definition = definition
        self.sets: Sets = {}
        self.rules: Rules = {}

    # --- functions ------------------------------------------------------------------------
    def function(self) -> Iterator[str]:
        name = self._definition.name
        if self._definition.kind == "primitive":
            yield f"def {function_name(name)}(item, place, report):"
            yield from _indented(self._primitive(name, "place"))
            return
        yield f"def {function_name(name)}(value, place, report):"
        yield from _indented(self._body())

    def choice_functions(self) -> Iterator[str]:
        for element in self._definition.elements:
            for json_name, type_ in element.json_names().items() if element.choice else ():
                if not is_plain(self._registry, self._definition.name, element, type_):
                    function = choice_function(self._definition.name, json_name)
                    yield f"\ndef {function}(item, place, report):"
                    yield from _indented(self._item(element, type_, json_name, "place"))

    def _body(self) -> Iterator[str]:
        name = self._definition.name
        if self._definition.kind == "resource":
            yield "seen = 1  # resourceType"
        else:
            yield "if type(value) is not dict or not value:"
            yield INDENT + "return wrong_object(value, place, report)"
            yield "seen = 0"
        for element in self._definition.elements:
            yield from self._choice(element) if element.choice else self._element(element)
        yield "if seen != len(value):"
        yield INDENT + f"check_leftovers(value, {leftovers_name(name)}, place, report)"
        if name == "Extension":  # what is left over is a value, or was found fault with
            yield 'if ("extension" in value) is (seen != len(value)):'
            yield INDENT + "check_extension(value, place, report)"
        yield from of_type(self._registry, self._definition, self.rules)
        for check in TYPE_CHECKS.get(name, ()):
            yield f"{check.__name__}(value, place, report)"

    # --- elements -------------------------------------------------------------------------
    def _element(self, element: Element) -> Iterator[str]:
        yield f'if "{element.name}" in value:'
        yield INDENT + "seen += 1"
        yield from _indented(self._repeated(element) if element.repeats else self._single(element))
        if element.min:
            siblings = self._has_siblings(element)
            yield f'elif "_{element.name}" not in value:' if siblings else "else:"
            yield INDENT + f'missing("{element.name}", place, report)'

    def _single(self, element: Element) -> Iterator[str]:
        if element.name == "id" and self._definition.kind != "resource":
            yield "if len(value) == 1:"
            yield INDENT + "only_an_id(place, report)"
        yield f'item = value["{element.name}"]'
        place = f'(place, "{element.name}", -1)'
        yield from self._item(element, element.types[0], element.name, place)
        named_by_path = self._definition.name == "ElementDefinition"  # in both views of a profile
        if element.name == "id" and self._definition.kind != "resource" and not named_by_path:
            yield "element_id(item, place, report)"

    def _repeated(self, element: Element) -> Iterator[str]:
        name = element.name
        yield f'items = value["{name}"]'
        yield "if type(items) is list and items:"
        if element.max != UNBOUNDED:
            yield INDENT + f"if len(items) > {element.max}:"
            too_many = f'too_many(len(items), {element.max}, (place, "{name}", -1), report)'
            yield INDENT + INDENT + too_many
        yield INDENT + "for index, item in enumerate(items):"
        item = self._item(element, element.types[0], name, f'(place, "{name}", index)')
        yield from _indented(_indented(item))
        yield "else:"
        yield INDENT + f'wrong_list(items, (place, "{name}", -1), report)'

    def _choice(self, element: Element) -> Iterator[str]:
        """Its forms are leftovers; only its absence is seen here."""
        if element.min:
            names = frozenset(element.json_names())
            constant = f"names_{self._definition.name.replace('.', '_')}_{element.name}"
            self.sets[constant] = names | {"_" + name for name in names}
            yield f"if value.keys().isdisjoint({constant}):"
            yield INDENT + f'missing("{element.name}", place, report)'

    # --- values ---------------------------------------------------------------------------
    def _item(self, element: Element, type_: TypeRef, json_name: str, place: str) -> Iterator[str]:
        """Lines that check `item`, which is of one type and at one place."""
        if self._registry.types[type_.name].kind == "primitive":
            siblings = f', value.get("_{json_name}")' if element.repeats else ""
            codes = self._codes(element.binding) if type_.name == "code" else ""
            yield from self._primitive(type_.name, place, siblings, codes)
        elif type_.name == "Resource":
            check = "check_contained" if element.name == "contained" else "check_resource"
            yield f"{check}(item, {place}, report)"
        elif type_.name == "Reference":
            yield f"here = {place}"
            yield "check_Reference(item, here, report)"
            yield f"check_link(item, {self._targets(type_, json_name)}, here, report)"
        elif type_.name in BOUND and (concepts := self._concepts(element.binding)):
            yield f"here = {place}"
            yield f"{function_name(type_.name)}(item, here, report)"
            yield f"{BOUND[type_.name]}(item, {concepts}, here, report)"
        else:
            yield f"{function_name(type_.name)}(item, {place}, report)"
        yield from self._asked(element, type_, place)
        path = element_path(self._definition.name, element)
        yield from of_element(self._registry, path, type_.name, place, self.rules)

    def _primitive(
        self, name: str, place: str, siblings: str = "", codes: str = ""
    ) -> Iterator[str]:
        suffix = "_item" if siblings else "_value"
        if codes:
            suffix = "_item" if siblings else ""
            yield f"if type(item) is not str or item not in {codes}:"
            yield INDENT + f"wrong_code{suffix}(item, {codes}, {place}, report{siblings})"
        else:
            yield f"if {wrong(name)}:"
            function = "wrong_item" if siblings else "wrong_value"
            yield INDENT + f'{function}(item, "{name}", {place}, report{siblings})'

    def _asked(self, element: Element, type_: TypeRef, place: str) -> Iterator[str]:
        """A required binding whose codes cannot be listed: units, currencies, media types."""
        value_set = self._registry.value_sets.get(element.binding)
        if value_set and not value_set.complete and type_.name in ASKED:
            yield f'check_asked(item, "{type_.name}", "{element.binding}", {place}, report)'

    # --- sets -----------------------------------------------------------------------------
    def _has_siblings(self, element: Element) -> bool:
        type_ = self._registry.types[element.types[0].name]
        return has_siblings(self._definition.name, element.name, type_)

    def _targets(self, type_: TypeRef, json_name: str) -> str:
        if not type_.targets:
            return "any_type"
        constant = f"targets_{self._definition.name.replace('.', '_')}_{json_name}"
        self.sets[constant] = frozenset(type_.targets)
        return constant

    def _codes(self, binding: str) -> str:
        """Name of the set of codes of a required binding, or "" when it is not known whole."""
        value_set = self._registry.value_sets.get(binding)
        if value_set is None or not value_set.complete:
            return ""
        constant = "codes_" + _stem(binding)
        self.sets[constant] = frozenset(c for codes in value_set.codes.values() for c in codes)
        return constant

    def _concepts(self, binding: str) -> str:
        value_set = self._registry.value_sets.get(binding)
        if value_set is None or not value_set.complete:
            return ""
        constant = "concepts_" + _stem(binding)
        pairs = ((system, c) for system, codes in value_set.codes.items() for c in codes)
        self.sets[constant] = frozenset(pairs)
        return constant


def leftovers_name(type_name: str) -> str:
    return "leftovers_" + type_name.replace(".", "_")


def _stem(canonical: str) -> str:
    return canonical.rpartition("/")[2].replace("-", "_").replace(".", "_")


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (INDENT + line for line in lines)

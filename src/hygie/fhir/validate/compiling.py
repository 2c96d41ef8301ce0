"""Turns definitions into check functions, each type once, when it is first needed."""

from collections.abc import Iterator
from threading import Lock
from typing import Any, Final

from hygie.fhir.definitions import Element, Registry, TypeDefinition
from hygie.fhir.validate import bindings, faults, primitives, siblings, values
from hygie.fhir.validate.generate import (
    choice_function,
    function_name,
    has_siblings,
    is_plain,
    leftovers_name,
)
from hygie.fhir.validate.invariants import checks
from hygie.fhir.validate.kinds import TYPE_CHECKS
from hygie.fhir.validate.making import made
from hygie.fhir.validate.siblings import Check, Choice, Leftovers
from hygie.refusal import Refused

HELPERS: Final[dict[str, Any]] = {
    function.__name__: function
    for function in (
        bindings.check_asked,
        bindings.check_coding,
        bindings.check_concept,
        faults.element_id,
        faults.missing,
        faults.only_an_id,
        faults.too_many,
        faults.wrong_list,
        faults.wrong_object,
        checks.broken,
        checks.not_evaluated,
        primitives.in_calendar,
        primitives.is_decimal,
        primitives.is_text,
        siblings.check_extension,
        siblings.check_leftovers,
        values.wrong_code,
        values.wrong_code_item,
        values.wrong_item,
        values.wrong_value,
    )
}
"""What generated code calls by name, the same for every registry."""


class Compiler:
    """Compiles checks into one namespace, where they call each other by name.

    `doors` are the functions that generated code calls for nested resources and references:
    `check_resource`, `check_contained`, `check_link`.
    """

    def __init__(self, registry: Registry, doors: dict[str, Any]) -> None:
        self._registry = registry
        self._lock = Lock()
        formats = {f"is_{name}": test for name, test in primitives.formats(registry).items()}
        kinds = {check.__name__: check for checks in TYPE_CHECKS.values() for check in checks}
        self._namespace: dict[str, Any] = {
            **formats,
            **HELPERS,
            **kinds,
            **doors,
            "any_type": frozenset(),
            "Refused": Refused,
        }

    def check(self, type_name: str) -> Check:
        """The check of a type, compiled now if it is new, with those it calls."""
        with self._lock:
            if function_name(type_name) not in self._namespace:
                self._compile(list(self._needed(type_name)))
            check: Check = self._namespace[function_name(type_name)]
            return check

    def _compile(self, definitions: list[TypeDefinition]) -> None:
        for definition in definitions:
            code, sets, rules = made(self._registry, definition)
            self._namespace.update(sets)
            for name, (rule, path) in rules.items():
                self._namespace[f"rule_{name}"] = rule
                self._namespace[f"keeps_{name}"] = path
            exec(code, self._namespace)  # noqa: S102 - written from definitions, never from data
        for definition in definitions:
            if definition.kind != "primitive":
                self._namespace[leftovers_name(definition.name)] = self._leftovers(definition)

    def _needed(self, type_name: str) -> Iterator[TypeDefinition]:
        """The type and all that its check calls, less those that are compiled."""
        waiting, seen = [type_name, "Element"], {"Resource"}
        while waiting:
            name = waiting.pop()
            if name in seen or function_name(name) in self._namespace:
                continue
            seen.add(name)
            definition = self._registry.types[name]
            yield definition
            if definition.kind != "primitive":
                waiting.extend(t.name for e in definition.elements for t in e.types)

    def _leftovers(self, definition: TypeDefinition) -> Leftovers:
        elements = definition.elements
        plain = {element.name for element in elements if not element.choice}
        choices = {n: c for e in elements if e.choice for n, c in self._choices(definition.name, e)}
        return Leftovers(
            type_name=definition.name,
            plain=frozenset(plain | ({"resourceType"} if definition.kind == "resource" else set())),
            choices=choices,
            primitives=self._primitives(definition, choices),
            check_element=self._namespace["check_Element"],
        )

    def _choices(self, owner: str, element: Element) -> Iterator[tuple[str, Choice]]:
        for json_name, type_ in element.json_names().items():
            plain = is_plain(self._registry, owner, element, type_)
            function = function_name(type_.name) if plain else choice_function(owner, json_name)
            step = f"{element.name}.ofType({type_.name})"
            yield json_name, Choice(element.name, step, self._namespace[function])

    def _primitives(
        self, definition: TypeDefinition, choices: dict[str, Choice]
    ) -> dict[str, tuple[str, bool]]:
        """JSON name of each element that may have a `_name` sibling -> its step, its repeating."""
        return {
            json_name: (
                choices[json_name].step if element.choice else element.name,
                element.repeats,
            )
            for element in definition.elements
            for json_name, type_ in element.json_names().items()
            if has_siblings(definition.name, element.name, self._registry.types[type_.name])
        }

"""Syntax tree -> SQL: literals, variables, elements, places; functions and operators are called.

Whatever is not said here exactly raises `Beyond`, and the view is left to the Python engine.
"""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from hygie.fhir.definitions import Element, Registry
from hygie.fhir.path import model
from hygie.fhir.path.environment import CONSTANTS
from hygie.fhir.path.syntax import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Moment,
    Node,
    Sign,
    TypeTest,
    Variable,
)
from hygie.insight.views.sql import functions, operators, quoting, types
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.macros import DAY, INSTANT
from hygie.insight.views.sql.scope import Scope
from hygie.insight.views.sql.values import (
    EMPTY,
    Kind,
    Value,
    beside,
    counted,
    field,
    plain,
)

LONG: Final = range(-(2**63), 2**63)
_RESOURCES: Final = ("%resource", "%context", "%rootResource")


class Compiler:
    """Compiles expressions on resources described by a registry."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def value(self, node: Node, scope: Scope) -> Value:  # noqa: PLR0911 - one a node
        """The collection that a node yields."""
        match node:
            case Empty():
                return EMPTY
            case Literal(value):
                return literal(value)
            case Moment(text):
                return moment(text)
            case Variable(name):
                return self._variable(name, scope)
            case Member(target, name):
                return self._member(target, name, scope)
            case Index(target, index):
                return self._indexed(target, index, scope)
            case _:
                return self._derived(node, scope)

    def _derived(self, node: Node, scope: Scope) -> Value:
        match node:
            case Call():
                return functions.called(self, node, scope)
            case TypeTest(operator, operand, type_name):
                return types.tested(self, operator, self.value(operand, scope), type_name)
            case Sign(operator, operand):
                return operators.signed(operator, self.value(operand, scope))
            case Binary(operator, left, right):
                return operators.binary(operator, self.value(left, scope), self.value(right, scope))
        raise Beyond(type(node).__name__)

    def truth(self, node: Node, scope: Scope) -> str:
        """SQL that is true, false or NULL (empty): a node where a boolean is expected."""
        return operators.boolean(self.value(node, scope))

    def _variable(self, name: str, scope: Scope) -> Value:
        if name == "$this":
            return scope.this
        if name == "$index" and scope.index:
            return plain(scope.index, "integer")
        if name == "%rowIndex":
            return plain(scope.row_index, "integer")
        if name in _RESOURCES:
            return scope.resource
        if name[1:] in CONSTANTS:
            return plain(quoting.text(CONSTANTS[name[1:]]), "text")
        raise Beyond("a variable of the environment")

    # --- elements ---------------------------------------------------------------------
    def _member(self, target: Node | None, name: str, scope: Scope) -> Value:
        if target is not None:
            return self.element(self.value(target, scope), name)
        if name[:1].isupper() and model.find_type(self.registry, name):
            if scope.this.type != name:
                raise Beyond("a path that begins with another type")
            return scope.this
        return self.element(scope.this, name)

    def element(self, holder: Value, name: str) -> Value:
        """The element of that name of each item."""
        match holder.form:
            case "empty":
                return EMPTY
            case "choice":
                return self.element(self._chosen_with(holder, name), name)
            case "object":
                return self._known(holder, name)
            case "leaf" if name in ("id", "extension"):
                return self.element(beside(holder, self.registry), name)
        raise Beyond("an element of a value")

    def _known(self, holder: Value, name: str) -> Value:
        element = model.element_of(self.registry, holder.type, name)
        if element is not None:
            return self._element(holder, element)
        if self.registry.types[holder.type].abstract:
            raise Beyond("an element of a type that is not known")
        return EMPTY

    def _element(self, holder: Value, element: Element) -> Value:
        if not element.choice:
            (type_,) = element.json_names().values()
            return self.field(holder, element.name, type_.name, repeats=element.repeats)
        if element.repeats:
            raise Beyond("a choice that repeats")
        choices = tuple(element.json_names().items())
        return replace(holder, form="choice", type="", choices=choices)

    def _chosen_with(self, choice: Value, name: str) -> Value:
        """The only type of a choice that has an element of that name."""
        having = [
            (json_name, type_)
            for json_name, type_ in choice.choices
            if model.element_of(self.registry, type_.name, name)
        ]
        if len(having) != 1:
            raise Beyond("an element of several types of a choice")
        return self.field(choice, having[0][0], having[0][1].name, repeats=False)

    def field(self, holder: Value, json_name: str, type_name: str, *, repeats: bool) -> Value:
        return field(holder, json_name, type_name, registry=self.registry, repeats=repeats)

    # --- places -----------------------------------------------------------------------
    def _indexed(self, target: Node, index: Node, scope: Scope) -> Value:
        found = self.value(target, scope)
        place = self.value(index, scope)
        if place.kind != "integer" or place.form != "plain" or not place.sql.isdecimal():
            raise Beyond("an index that is computed")
        return nth(found, int(place.sql))


def nth(value: Value, place: int) -> Value:
    """The item at a place counted from 0."""
    items = counted(value) if value.many else value
    if items.form == "empty":
        return EMPTY
    if items.many:
        return replace(items, sql=f"{items.sql}[{place + 1}]", many=False, dense=False)
    return items if place == 0 else EMPTY


def literal(value: str | bool | int | Decimal) -> Value:  # noqa: FBT001 - a value, no switch
    if isinstance(value, bool):
        return plain(str(value).lower(), "boolean")
    if isinstance(value, str):
        return plain(quoting.text(value), "text")
    if isinstance(value, Decimal):
        return plain(quoting.text(f"{value:f}"), "decimal")
    if value not in LONG:
        raise Beyond("an integer of more than 64 bits")
    return plain(str(value), "integer")


def moment(text: str) -> Value:
    if text.startswith("T"):
        return plain(quoting.text(text[1:]), "time")
    kind: Kind = "dateTime" if "T" in text else "date"
    said = text.removesuffix("T")
    if not re.fullmatch(f"{DAY}|{INSTANT}", said):
        raise Beyond("a moment of another precision")
    return plain(quoting.text(said), kind)

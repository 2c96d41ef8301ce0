"""A GraphQL document, read: its fields with arguments and directives that have values.

The grammar is that of graphql-core. Arguments are texts, or lists of texts: what search parameters
and elements are compared with, and so `use: official` and `use: "official"` say the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from graphql.error import GraphQLSyntaxError
from graphql.language import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    parse,
)
from graphql.language.location import SourceLocation

from hygie.api.operations.graphql import phrases
from hygie.api.operations.graphql.asking import Asked
from hygie.api.operations.graphql.phrases import too_costly, wrong
from hygie.limits.operations import MAX_GRAPH_DEPTH, MAX_GRAPH_TOKENS

Argument = str | list[str]
Arguments = dict[str, Argument]
Sets = tuple[SelectionSetNode, ...]
SHOWN: Final = 64
RESHAPING: Final = ("flatten", "first", "singleton", "slice")
BOOLEANS: Final = {"true": True, "false": False}


class Field(NamedTuple):
    name: str
    key: str
    """What it is called in the answer."""
    arguments: Arguments
    directives: dict[str, Arguments]
    selections: Sets
    """What is asked of it; several where it was asked for more than once."""


class Language:
    """One query of a document, with its variables. Raises `Refused` for what it does not offer."""

    def __init__(self, asked: Asked, is_type: Callable[[str], bool]) -> None:
        """`is_type`: of names that a fragment may be on."""
        self._is_type = is_type
        self._collected: dict[tuple[frozenset[str], tuple[int, ...]], list[Field]] = {}
        document = _parsed(asked.query)
        definitions = document.definitions
        self._fragments = {
            one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)
        }
        operation = _operation(document, asked.operation)
        if operation.directives:
            raise wrong(phrases.DIRECTIVE, name=operation.directives[0].name.value[:SHOWN])
        self._variables = self._given(operation, asked.variables)
        self.root: Sets = (operation.selection_set,)

    def _given(
        self, operation: OperationDefinitionNode, given: Mapping[str, Any]
    ) -> dict[str, Argument]:
        found: dict[str, Argument] = {}
        for definition in operation.variable_definitions or ():
            name = definition.variable.name.value
            if name in given:
                found[name] = _of_json(name, given[name])
            elif definition.default_value is not None:
                found[name] = self._value(name, definition.default_value)
        return found

    def fields(self, sets: Sets, kinds: frozenset[str]) -> list[Field]:
        """The fields asked of an object. `kinds`: its type and all that it descends from.

        Worked out once for all objects of a type: the nodes of a document live as long as it.
        """
        key = (kinds, tuple(map(id, sets)))
        if key not in self._collected:
            self._collected[key] = self._merged(sets, kinds)
        return self._collected[key]

    def _merged(self, sets: Sets, kinds: frozenset[str]) -> list[Field]:
        """Fields that are asked for twice, once; a named fragment counts once, wherever it is
        spread again (GraphQL §6.3.2)."""
        merged: dict[str, Field] = {}
        visited: set[str] = set()
        for chosen in sets:
            for field in self._fields(chosen, kinds, visited):
                same = repr(field[:4])
                known = merged.get(same)
                more = (*known.selections, *field.selections) if known else field.selections
                merged[same] = field._replace(selections=more)
        return list(merged.values())

    def _fields(
        self, chosen: SelectionSetNode, kinds: frozenset[str], visited: set[str]
    ) -> Iterator[Field]:
        for selection in chosen.selections:
            directives = self._directives(selection.directives or ())
            if not _is_included(directives):
                continue
            if isinstance(selection, FieldNode):
                yield self._field(selection, directives)
            elif isinstance(selection, InlineFragmentNode | FragmentSpreadNode):
                yield from self._fragment(selection, kinds, visited)

    def _fragment(
        self,
        selection: InlineFragmentNode | FragmentSpreadNode,
        kinds: frozenset[str],
        visited: set[str],
    ) -> Iterator[Field]:
        fragment = self._spread(selection, visited)
        if fragment is None:
            return
        condition = fragment.type_condition.name.value if fragment.type_condition else ""
        if condition and not self._is_type(condition):
            raise wrong(phrases.UNKNOWN_TYPE, name=condition[:SHOWN])
        if not condition or condition in kinds:
            yield from self._fields(fragment.selection_set, kinds, visited)

    def _spread(
        self, selection: InlineFragmentNode | FragmentSpreadNode, visited: set[str]
    ) -> InlineFragmentNode | FragmentDefinitionNode | None:
        if not isinstance(selection, FragmentSpreadNode):
            return selection
        name = selection.name.value
        if name not in self._fragments:
            raise wrong(phrases.UNKNOWN_FRAGMENT, name=name[:SHOWN])
        if name in visited:
            return None
        visited.add(name)
        return self._fragments[name]

    def _field(self, node: FieldNode, directives: dict[str, Arguments]) -> Field:
        name = node.name.value
        key = node.alias.value if node.alias else name
        arguments = {
            one.name.value: self._value(one.name.value, one.value) for one in node.arguments or ()
        }
        if len(arguments) != len(node.arguments or ()):
            raise wrong(phrases.ARGUMENT, name="…", field=name[:SHOWN])
        selections = (node.selection_set,) if node.selection_set else ()
        return Field(name, key, arguments, directives, selections)

    def _directives(self, nodes: Sequence[DirectiveNode]) -> dict[str, Arguments]:
        found: dict[str, Arguments] = {}
        for node in nodes:
            name = node.name.value
            if name not in (*RESHAPING, "skip", "include") or name in found:
                raise wrong(phrases.DIRECTIVE, name=name[:SHOWN])
            found[name] = {
                one.name.value: self._value(one.name.value, one.value)
                for one in node.arguments or ()
            }
        return found

    def _value(self, name: str, node: ValueNode) -> Argument:
        match node:
            case VariableNode():
                if node.name.value not in self._variables:
                    raise wrong(phrases.VARIABLE, name=node.name.value[:SHOWN])
                return self._variables[node.name.value]
            case StringValueNode() | EnumValueNode() | IntValueNode() | FloatValueNode():
                return node.value
            case BooleanValueNode():
                return "true" if node.value else "false"
            case ListValueNode():
                found = [self._value(name, one) for one in node.values]
                return [one for one in found if isinstance(one, str)]
            case _:
                raise wrong(phrases.ARGUMENT, name=name[:SHOWN], field="…")


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(text, no_location=True, max_tokens=MAX_GRAPH_TOKENS)
    except GraphQLSyntaxError as error:
        place = error.locations[0] if error.locations else SourceLocation(1, 1)
        line, column = str(place.line), str(place.column)
        reason = error.message.removeprefix("Syntax Error: ")
        raise wrong(phrases.SYNTAX, line=line, column=column, reason=reason[: 2 * SHOWN]) from None
    except RecursionError:
        raise too_costly(MAX_GRAPH_DEPTH) from None


def _operation(document: DocumentNode, name: str) -> OperationDefinitionNode:
    found = [
        one for one in document.definitions
        if isinstance(one, OperationDefinitionNode)
        and (not name or (one.name is not None and one.name.value == name))
    ]  # fmt: skip
    if len(found) != 1 or found[0].operation is not OperationType.QUERY:
        raise wrong(phrases.OPERATION)
    return found[0]


def _of_json(name: str, value: Any) -> Argument:
    """A variable of the request as its text in a query would be."""
    if isinstance(value, list):
        found = [_of_json(name, one) for one in value]
        return [one for one in found if isinstance(one, str)]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        return str(value)
    raise wrong(phrases.VARIABLE, name=name[:SHOWN])


def _is_included(directives: Mapping[str, Arguments]) -> bool:
    for name, wanted in (("skip", False), ("include", True)):
        if name in directives:
            given = directives[name].get("if")
            if len(directives[name]) != 1 or not isinstance(given, str) or given not in BOOLEANS:
                raise wrong(phrases.DIRECTIVE, name=name)
            if BOOLEANS[given] is not wanted:
                return False
    return True

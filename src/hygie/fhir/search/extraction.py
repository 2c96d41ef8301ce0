"""The Python source of a type's extractor, from the expressions of its search parameters."""

from typing import Final

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.path.code import RESOLVED, Item, Lines, Scope, Sink, when
from hygie.fhir.path.compiler import function_source
from hygie.fhir.path.generator import Generator
from hygie.fhir.path.parser import parse
from hygie.fhir.path.syntax import Member, Node
from hygie.fhir.search.plans import builder_for, is_indexed

_VALUE: Final = Member(None, "value")


def extractor_source(registry: Registry, type_name: str) -> str:
    """`evaluate(resource)`, the list of all entries of a resource of that type."""
    lines: Lines = []
    for parameter in registry.parameters(type_name).values():
        lines += parameter_lines(registry, type_name, parameter)
    return function_source(lines)


def parameter_lines(registry: Registry, type_name: str, parameter: SearchParameter) -> Lines:
    """What appends the entries of one parameter to `out`; nothing when it can have none."""
    if not is_indexed(parameter):
        return []
    return _Writer(registry, type_name).parameter(parameter)


class _Writer:
    """Writes the lines of one parameter."""

    def __init__(self, registry: Registry, type_name: str) -> None:
        self._registry = registry
        self._root = Item("resource", type_name)
        self._scope = Scope(self._root, self._root)
        self._generator = Generator(registry, distinct=False)

    def parameter(self, parameter: SearchParameter) -> Lines:
        node = parse(parameter.expression)
        if parameter.type == "composite":
            return self._composite(parameter, node)
        return self._generator.each(node, self._scope, self._entries(parameter, "out"))

    def _entries(self, parameter: SearchParameter, out: str) -> Sink:
        """What is done with each value: a call of the builder for its type."""

        def sink(item: Item) -> Lines:
            if item.type == "Extension":
                return self._generator.each(_VALUE, self._scope.focused(item), sink)
            return self._call(parameter, item, out)

        return sink

    def _call(self, parameter: SearchParameter, item: Item, out: str) -> Lines:
        if item.type == RESOLVED:
            return []
        builder = builder_for(self._registry, parameter.type, item.type)
        if builder == "token_text":
            return self._token(parameter.code, item, out)
        if not builder:
            return []
        zone = ", zone" if parameter.type == "date" else ""
        return [f"{builder}({out}, {parameter.code!r}, {item.source}{zone})"]

    def _token(self, code: str, item: Item, out: str) -> Lines:
        """A code alone; also with the system that its required binding implies."""
        lines = [f"{out}.append(TokenEntry({code!r}, '', {item.source}))"]
        value_set = self._registry.value_sets.get(item.binding)
        for system, codes in value_set.codes.items() if value_set else ():
            entry = [f"{out}.append(TokenEntry({code!r}, {system!r}, {item.source}))"]
            lines += when(f"{item.source} in {set(codes)!r}", entry) if codes else []
        return lines

    def _composite(self, parameter: SearchParameter, node: Node) -> Lines:
        """For each element seen, the entries of each component; kept when none is empty."""

        def sink(item: Item) -> Lines:
            scope = self._scope.focused(item)
            lines: Lines = []
            parts: list[str] = []
            for component in parameter.components:
                definition = self._registry.parameters_by_url.get(component.definition)
                if definition is None:
                    return []
                part = self._generator.fresh("part")
                entries = self._entries(definition, part)
                body = self._generator.each(parse(component.expression), scope, entries)
                if not body:
                    return []
                lines += [f"{part} = []", *body]
                parts.append(part)
            made = ", ".join(f"tuple({part})" for part in parts)
            entry = f"out.append(CompositeEntry({parameter.code!r}, ({made},)))"
            return [*lines, *when(" and ".join(parts), [entry])]

        return self._generator.each(node, self._scope, sink)

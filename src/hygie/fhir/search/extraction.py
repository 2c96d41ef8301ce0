"""The Python source of a type's extractor, from the expressions of its search parameters."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.definitions.model import Component
from hygie.fhir.path.compiler import function_source
from hygie.fhir.path.generate.code import RESOLVED, Item, Lines, Scope, Sink, when
from hygie.fhir.path.generate.generator import Generator
from hygie.fhir.path.parser import parse
from hygie.fhir.path.syntax import Member, Node
from hygie.fhir.search.merging import merged
from hygie.fhir.search.plans import builder_for, has_expression, is_indexed

_VALUE: Final = Member(None, "value")


def extractor_source(registry: Registry, type_name: str) -> str:
    """`evaluate(resource)`, the list of all entries of a resource of that type."""
    known = registry.parameters(type_name)
    return partial_source(registry, type_name, [code for code in known if is_indexed(known[code])])


def partial_source(
    registry: Registry, type_name: str, codes: Iterable[str], *, implied: bool = True
) -> str:
    """The same for some parameters; without the systems that bindings imply, or with them."""
    known = registry.parameters(type_name)
    asked = [known[code] for code in codes if code in known and has_expression(known[code])]
    return _source(registry, type_name, asked, implied=implied)


def added_source(registry: Registry, type_name: str, added: Iterable[SearchParameter]) -> str:
    """The same for what is filed beside R4's parameters: entries under the names they are filed by.

    Without the systems that bindings imply, as everything that is filed.
    """
    named = [msgspec.structs.replace(each, code=each.filed) for each in added]
    return _source(registry, type_name, named, implied=False)


def _source(
    registry: Registry, type_name: str, asked: Iterable[SearchParameter], *, implied: bool
) -> str:
    asked = sorted(asked, key=lambda parameter: parameter.type == "composite")
    writer = _Writer(registry, type_name, implied=implied)
    lines: Lines = []
    for parameter in asked:  # composites last: they join with nothing
        lines += writer.parameter(parameter, parse(parameter.expression))
    source = function_source(lines, writer.constants)
    return merged(source) if len(asked) > 1 else source


def parameter_lines(registry: Registry, type_name: str, parameter: SearchParameter) -> Lines:
    """What appends the entries of one parameter to `out`; nothing when it can have none."""
    if not is_indexed(parameter):
        return []
    return _Writer(registry, type_name).parameter(parameter, parse(parameter.expression))


def alternative_lines(
    registry: Registry, type_name: str, parameter: SearchParameter, node: Node
) -> Lines:
    """What appends the entries that one alternative of a parameter's expression yields."""
    return _Writer(registry, type_name).parameter(parameter, node)


@lru_cache(maxsize=8192)
def has_bare_codes(registry: Registry, type_name: str, parameter: SearchParameter) -> bool:
    """Whether a parameter may find codes, booleans or ids, which are filed without a system."""
    if parameter.type != "token" or not is_indexed(parameter):
        return False
    writer = _Writer(registry, type_name)
    writer.parameter(parameter, parse(parameter.expression))
    return writer.bare


class _Writer:
    """Writes the lines of one parameter."""

    def __init__(self, registry: Registry, type_name: str, *, implied: bool = True) -> None:
        self._registry = registry
        self._implied = implied
        self.bare = False
        """Whether a value met so far was a code, boolean or id alone."""
        self._root = Item("resource", type_name)
        self._scope = Scope(self._root, self._root)
        self._generator = Generator(registry, loose=True)

    @property
    def constants(self) -> dict[str, str]:
        return self._generator.constants

    def parameter(self, parameter: SearchParameter, node: Node) -> Lines:
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
        self.bare = self.bare or builder in ("token_text", "token_boolean")
        if builder == "token_concept" and not parameter.code:
            builder = "token_codes"
        if builder == "token_text":
            return self._token(parameter.code, item, out)
        if not builder:
            return []
        zone = ", zone" if parameter.type == "date" else ""
        call = f"{builder}({out}, {parameter.code!r}, {item.source}{zone})"
        if builder == "reference_resource":  # one held in place may be of another type
            return when(f"{item.source}.get('resourceType') in {parameter.target!r}", [call])
        return [call]

    def _token(self, code: str, item: Item, out: str) -> Lines:
        """A code alone; also with the system that its required binding implies."""
        lines = [f"{out}.append(TokenEntry({code!r}, '', {item.source}, True))"]
        value_set = self._registry.value_sets.get(item.binding) if self._implied else None
        for system, codes in value_set.codes.items() if value_set else ():
            entry = [f"{out}.append(TokenEntry({code!r}, {system!r}, {item.source}, True))"]
            lines += when(f"{item.source} in {set(codes)!r}", entry) if codes else []
        return lines

    def _composite(self, parameter: SearchParameter, node: Node) -> Lines:
        """For each element seen, the entries of each component; kept when none is empty.

        The last component, the value most often, is the rarest: it is looked for first.
        """

        def sink(item: Item) -> Lines:
            scope = self._scope.focused(item)
            parts = [self._generator.fresh("part") for _ in parameter.components]
            made = ", ".join(f"tuple({part})" for part in parts)
            lines = [f"out.append(CompositeEntry({parameter.code!r}, ({made},)))"]
            for part, component in zip(parts, parameter.components, strict=True):
                body = self._component(component, scope, part)
                if not body:
                    return []
                lines = [f"{part} = []", *body, *when(part, lines)]
            return lines

        return self._generator.each(node, self._scope, sink)

    def _component(self, component: Component, scope: Scope, part: str) -> Lines:
        definition = self._registry.parameters_by_url.get(component.definition)
        if definition is None:
            return []
        nameless = msgspec.structs.replace(definition, code="")
        return self._generator.each(
            parse(component.expression), scope, self._entries(nameless, part)
        )

"""A query of GraphQL, carried out: field by field, what is asked of each value.

What a value does not have is left out, as in the examples of R4 graphql.html; where that page is
silent, the reference implementation (org.hl7.fhir.core, GraphQLEngine) is followed.
"""

import asyncio
from decimal import Decimal
from itertools import count
from typing import Any, Final

from hygie.api.operations.graphql import phrases
from hygie.api.operations.graphql.language import Field, Language, Sets
from hygie.api.operations.graphql.nodes import Member, Model, Node, model_of, named
from hygie.api.operations.graphql.output import Output
from hygie.api.operations.graphql.phrases import too_costly, wrong
from hygie.api.operations.graphql.reading import (
    Cursor,
    Reading,
    cursor_of,
    search_parameters,
)
from hygie.api.request import Request
from hygie.api.services import Services
from hygie.limits.operations import MAX_GRAPH_DEPTH, MAX_GRAPH_VALUES

LIST: Final = "List"
CONNECTION: Final = "Connection"
CURSORS: Final = ("cursor", "_cursor")
QUERY: Final = frozenset({"Query"})
INDEX: Final = "$index"
SHOWN: Final = 64
TURN: Final = 256
"""Objects made before others have a turn."""


class Execution:
    """One query, run once."""

    def __init__(self, services: Services, request: Request, language: Language) -> None:
        self._request = request
        self._language = language
        self._model: Model = model_of(services.registry)
        self._reading = Reading(services, request)
        self._left = MAX_GRAPH_VALUES
        self._depth = 0
        self._turns = count(1)

    async def of_instance(self) -> dict[str, Any]:
        node = await self._reading.read(self._request.type, self._request.resource_id)
        output = Output()
        await self._object(node, self._language.root, output)
        return output.rendered()

    async def of_system(self) -> dict[str, Any]:
        """Resources by id, and searches."""
        output = Output()
        for field in self._language.fields(self._language.root, QUERY):
            if self._model.is_resource(field.name):
                await self._single(field, output)
            elif not await self._searched(field, output, None):
                raise _unknown(field.name, "Query")
        return output.rendered()

    async def _single(self, field: Field, output: Output) -> None:
        id_ = field.arguments.get("id")
        if len(field.arguments) != 1 or not isinstance(id_, str):
            raise wrong(phrases.ARGUMENT, name="id", field=field.name)
        node = await self._reading.read(field.name, id_)
        await self._value(field, node, output, many=False)

    # --- one object ---------------------------------------------------------------------------
    async def _object(
        self, node: Node, sets: Sets, output: Output, *, inherited: bool = False, suffix: str = ""
    ) -> None:
        """`inherited`: an element above was flattened out of a list, and so these are lists;
        `suffix`: what slices above add to names."""
        if next(self._turns) % TURN == 0:
            await asyncio.sleep(0)  # others are served meanwhile
        self._depth += 1
        if self._depth > MAX_GRAPH_DEPTH:
            raise too_costly(MAX_GRAPH_DEPTH)
        for field in self._language.fields(sets, self._model.kinds(node.type_name)):
            named = field._replace(key=field.key + suffix)
            await self._field(node, named, output, inherited=inherited, suffix=suffix)
        self._depth -= 1

    async def _field(
        self, node: Node, field: Field, output: Output, *, inherited: bool, suffix: str
    ) -> None:
        self._spend()
        member = self._model.member(node.type_name, field.name)
        is_resource = self._model.is_resource(node.type_name)
        if member is not None:
            await self._member(node, field, member, output, inherited=inherited, suffix=suffix)
        elif field.name == "__typename" or (field.name == "resourceType" and is_resource):
            self._leaf(field, named(node.type_name), output, many=inherited)
        elif field.name == "resource" and node.type_name == "Reference":
            await self._reference(node, field, output, inherited=inherited)
        elif not (is_resource and await self._searched(field, output, node)):
            raise _unknown(field.name, node.type_name)

    async def _member(
        self, node: Node, field: Field, member: Member, output: Output, *, inherited: bool,
        suffix: str,
    ) -> None:  # fmt: skip
        if member.primitive and (field.selections or field.arguments):
            raise wrong(phrases.NO_FIELDS, name=field.name[:SHOWN])
        if not member.primitive and not field.selections:
            raise wrong(phrases.NO_SELECTION, name=field.name[:SHOWN])
        nodes = self._filtered(self._model.nodes(node, field.name, member), field, member)
        first, flat, slicing = ("first" in field.directives, "flatten" in field.directives,
                                self._slicing(field))  # fmt: skip
        if first:
            nodes = nodes[:1]
        many = inherited or (member.repeats and not first)
        for index, one in enumerate(nodes):
            part = f".{_part(one, slicing, index)}" if slicing else ""
            if flat and not member.primitive:
                await self._object(
                    one, field.selections, output, inherited=many, suffix=suffix + part
                )
            else:
                await self._value(field._replace(key=field.key + part), one, output, many=many)

    async def _value(self, field: Field, node: Node, output: Output, *, many: bool) -> None:
        if self._model.is_primitive(node.type_name):
            self._leaf(field, node.value, output, many=many, kind=node.type_name)
            return
        if not field.selections:
            raise wrong(phrases.NO_SELECTION, name=field.name[:SHOWN])
        inner = Output()
        self._leaf(field, inner, output, many=many, kind=node.type_name)
        await self._object(node, field.selections, inner)

    def _leaf(
        self, field: Field, value: Any, output: Output, *, many: bool, kind: str = "string"
    ) -> None:
        self._spend()
        many = many and "singleton" not in field.directives
        kind = "Resource" if self._model.is_resource(kind) else kind
        output.slot(field.key, kind, many=many).values.append(value)

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise too_costly(MAX_GRAPH_VALUES)

    # --- lists --------------------------------------------------------------------------------
    def _filtered(self, nodes: list[Node], field: Field, member: Member) -> list[Node]:
        """R4 graphql.html, list navigation. FHIRPath is not offered."""
        offset, most = 0, len(nodes)
        for name, value in field.arguments.items():
            if name in ("_offset", "_count"):
                number = _number(name, value, field)
                offset, most = (number, most) if name == "_offset" else (offset, number)
                continue
            inner = self._model.member(member.type_name, name)
            if inner is None or not inner.primitive or not isinstance(value, str):
                raise _bad_argument(name, field)
            nodes = [node for node in nodes if _texts(node.value.get(name)) == [value]]
        return nodes[offset : offset + most]

    def _slicing(self, field: Field) -> str:
        """`$index`, or an element whose value tells the slices apart; "" for none."""
        given = field.directives.get("slice")
        if given is None:
            return ""
        path = given.get("path", given.get("fhirpath"))
        good = isinstance(path, str) and (path == INDEX or path.isidentifier())
        if len(given) != 1 or not good or "first" in field.directives:
            raise wrong(phrases.DIRECTIVE, name="slice")
        return str(path)

    # --- other resources ----------------------------------------------------------------------
    async def _reference(
        self, node: Node, field: Field, output: Output, *, inherited: bool
    ) -> None:
        unknown = next((name for name in field.arguments if name not in ("type", "optional")), None)
        if unknown is not None:
            raise _bad_argument(unknown, field)
        given = field.arguments.get("type", [])
        types = given if isinstance(given, list) else [given]
        unless = self._reading.leads_to(node)
        if types and unless and unless not in types:
            return
        optional = field.arguments.get("optional") == "true"
        found = await self._reading.resolved(node, optional=optional)
        if found is None:
            if not optional:
                raise wrong(phrases.UNRESOLVED)
        elif not types or found.type_name in types:
            await self._value(field, found, output, many=inherited)

    async def _searched(self, field: Field, output: Output, node: Node | None) -> bool:
        """Whether the field is a search; of a resource, for what refers to it."""
        suffix = next((s for s in (LIST, CONNECTION) if field.name.endswith(s)), "")
        type_ = field.name.removesuffix(suffix)
        if not suffix or not self._model.is_resource(type_):
            return False
        arguments = dict(field.arguments)
        cursor = None
        if any(name in arguments for name in CURSORS):
            if node is not None or suffix == LIST:
                raise wrong(phrases.CURSOR)
            cursor = cursor_of(type_, arguments)
        elif node is not None:
            reference = arguments.pop("_reference", None)
            if not isinstance(reference, str) or node.value is not node.root or "id" in arguments:
                raise _bad_argument("_reference", field)
            arguments[reference] = f"{node.type_name}/{node.value.get('id', '')}"
        if cursor is None:
            cursor = Cursor(type_, search_parameters(field.name, arguments))
        if suffix == LIST:
            await self._list(field, cursor, output)
        else:
            await self._connection(field, cursor, output)
        return True

    async def _list(self, field: Field, cursor: Cursor, output: Output) -> None:
        nodes = await self._reading.all(cursor.type, cursor.parameters)
        output.slot(field.key, "Resource", many="singleton" not in field.directives)
        for node in nodes[:1] if "first" in field.directives else nodes:
            await self._value(field, node, output, many=True)

    async def _connection(self, field: Field, cursor: Cursor, output: Output) -> None:
        """A page of a search. Its total is counted only when it is asked for; there is no way
        back but to the first page, as in searches."""
        wanted = self._language.fields(field.selections, frozenset({field.name}))
        if not wanted:
            raise wrong(phrases.NO_SELECTION, name=field.name)
        total = [("_total", "accurate")] if any(one.name == "count" for one in wanted) else []
        known = [pair for pair in cursor.parameters if pair[0] != "_total"]
        found = await self._reading.page(Cursor(cursor.type, [*known, *total], cursor.place))
        inner = Output()
        output.slot(field.key, CONNECTION, many=False).values.append(inner)
        end = cursor.offset + len(found.nodes)
        after = Cursor(cursor.type, [*known, *total], found.page.next, end)
        facts = {
            "count": found.page.total,
            "offset": cursor.offset,
            "pagesize": len(found.nodes),
            "pageSize": len(found.nodes),
            "first": Cursor(cursor.type, [*known, *total]).text(),
            "previous": None,
            "next": after.text() if found.page.next else None,
            "last": None,
        }
        for one in wanted:
            if one.name == "edges":
                await self._edges(one, found.nodes, inner)
            elif one.name not in facts:
                raise _unknown(one.name, field.name)
            elif facts[one.name] is not None:
                self._leaf(one, facts[one.name], inner, many=False)

    async def _edges(self, field: Field, nodes: list[Node], output: Output) -> None:
        wanted = self._language.fields(field.selections, frozenset({"Edge"}))
        output.slot(field.key, "Edge", many=True)
        for node in nodes:
            inner = Output()
            self._leaf(field, inner, output, many=True, kind="Edge")
            for one in wanted:
                if one.name == "resource":
                    await self._value(one, node, inner, many=False)
                elif one.name == "mode":
                    self._leaf(one, "match", inner, many=False)
                elif one.name != "score":  # nothing is scored here
                    raise _unknown(one.name, "Edge")


def _texts(value: Any) -> list[str]:
    """Values of an element as an argument has them."""
    values = value if isinstance(value, list) else [value]
    return [_text(one) for one in values if one is not None]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | Decimal) else ""


def _part(node: Node, slicing: str, index: int) -> str:
    return str(index) if slicing == INDEX else "".join(_texts(node.value.get(slicing))[:1])


def _number(name: str, value: Any, field: Field) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise _bad_argument(name, field)


def _unknown(name: str, type_name: str) -> Exception:
    return wrong(phrases.UNKNOWN_FIELD, name=name[:SHOWN], type=type_name)


def _bad_argument(name: str, field: Field) -> Exception:
    return wrong(phrases.ARGUMENT, name=name[:SHOWN], field=field.name[:SHOWN])

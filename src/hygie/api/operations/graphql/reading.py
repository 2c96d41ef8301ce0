"""What a query reads: resources and searches, with the rights of who asks, on record, bounded."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final, NamedTuple

import msgspec

from hygie.api.operations.graphql import phrases
from hygie.api.operations.graphql.language import Argument, Arguments
from hygie.api.operations.graphql.nodes import Node
from hygie.api.operations.graphql.phrases import too_costly, wrong
from hygie.api.request import Request
from hygie.api.services import Services
from hygie.fhir.codec import decode
from hygie.fhir.search import parse_query
from hygie.limits import MAX_PAGE
from hygie.limits.operations import MAX_GRAPH_READ_BYTES, MAX_GRAPH_RESOURCES
from hygie.refusal import Category, Refused
from hygie.store.contract import Page
from hygie.store.interactions.permissions import narrowed

Parameters = list[tuple[str, str]]
LOCAL: Final = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[0-9]{1,10})?")
NOT_THERE: Final = (Category.NOT_FOUND, Category.GONE)
EXCLUDED: Final = frozenset(
    {"_include", "_revinclude", "_contained", "_containedType", "_summary", "_elements",
     "_format", "_pretty", "_cursor", "_total"}
)  # fmt: skip
"""What the pages of a searchset have, and a graph has not."""
SHOWN: Final = 64


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a search goes on, with the search: whoever has it could ask for this by himself."""

    type: str
    parameters: Parameters
    place: str = ""
    offset: int = 0

    def text(self) -> str:
        return urlsafe_b64encode(msgspec.json.encode(self)).decode()


class Found(NamedTuple):
    nodes: list[Node]
    page: Page
    cursor: Cursor
    """That led here."""


class Reading:
    """The reads of one query."""

    def __init__(self, services: Services, request: Request) -> None:
        self._services = services
        self._request = request
        self._known: dict[tuple[str, str], Node] = {}
        self._left = MAX_GRAPH_RESOURCES
        self._bytes = MAX_GRAPH_READ_BYTES

    async def read(self, type_: str, id_: str) -> Node:
        """Raises `Refused`. What was read is not read again."""
        if (type_, id_) not in self._known:
            self._request.require("read", type_=type_)
            self._spend(1)
            stored = await self._services.store.read(self._request.context, type_, id_)
            self._known[type_, id_] = self._node(stored.type, stored.body)
        return self._known[type_, id_]

    def leads_to(self, reference: Node) -> str:
        """The type of what a Reference leads to, as far as it says so."""
        match = LOCAL.fullmatch(self._local(reference))
        return match[1] if match else ""

    def _local(self, reference: Node) -> str:
        text: str = reference.value.get("reference", "")
        return text.removeprefix(f"{self._request.base}/")

    async def resolved(self, reference: Node, *, optional: bool) -> Node | None:
        """What a Reference leads to. None: nothing that is here, or, if it is `optional`, that may
        be read; else this is refused (FORBIDDEN), and on record."""
        text = reference.value.get("reference", "")
        if text.startswith("#"):
            held = (one for one in reference.root.get("contained", ()) if one.get("id") == text[1:])
            found = next(held, reference.root if text == "#" else None)
            return Node(found, found["resourceType"], reference.root) if found else None
        match = LOCAL.fullmatch(self._local(reference))
        if match is None or not self._services.registry.is_resource(match[1]):
            return None
        try:
            return await self.read(match[1], match[2])
        except Refused as refused:
            forbidden = refused.refusal.category is Category.FORBIDDEN
            if refused.refusal.category in NOT_THERE or (forbidden and optional):
                return None
            raise

    async def all(self, type_: str, parameters: Parameters) -> list[Node]:
        """All that a search finds; `_count` says how many at most. Raises `Refused` beyond the
        bound: what is left out in silence would be taken for what is not there."""
        counted = any(name == "_count" for name, _ in parameters)
        sized = parameters if counted else [*parameters, ("_count", str(MAX_PAGE))]
        found = await self.page(Cursor(type_, sized))
        nodes = found.nodes
        while found.page.next and not counted:
            found = await self.page(Cursor(type_, sized, found.page.next))
            nodes += found.nodes
        return nodes

    async def page(self, cursor: Cursor) -> Found:
        store, request = self._services.store, self._request
        given = [*cursor.parameters, *([("_cursor", cursor.place)] if cursor.place else [])]
        parsed = parse_query(store.registry, cursor.type, given, zone=store.zone)
        query = narrowed(parsed.query, request.permits)
        page = await store.search(request.context, query)
        self._spend(max(1, len(page.matches)))  # a search that finds nothing costs as well
        nodes = [self._node(one.type, one.body) for one in page.matches]
        return Found(nodes, page, cursor)

    def _node(self, type_: str, body: bytes) -> Node:
        self._bytes -= len(body)
        if self._bytes < 0:
            raise too_costly(MAX_GRAPH_READ_BYTES)
        resource = decode(body, limit=len(body))
        return Node(resource, type_, resource)

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise too_costly(MAX_GRAPH_RESOURCES)


def search_parameters(field: str, arguments: Arguments) -> Parameters:
    """Arguments as search parameters: "_" for the "-" of their names, lists for alternatives."""
    found: Parameters = []
    for name, value in arguments.items():
        parameter = name if name.startswith("_") else name.replace("_", "-")
        if parameter in EXCLUDED or parameter == "fhirpath":
            raise wrong(phrases.ARGUMENT, name=name[:SHOWN], field=field[:SHOWN])
        values = value if isinstance(value, list) else [value]
        found.append((parameter, ",".join(one.replace(",", "\\,") for one in values)))
    return found


def cursor_of(type_: str, arguments: dict[str, Argument]) -> Cursor:
    """The cursor that a client gives back. Raises `Refused` unless it is one, and alone."""
    only: Any = next(iter(arguments.values())) if len(arguments) == 1 else None
    try:
        cursor = msgspec.json.decode(urlsafe_b64decode(only), type=Cursor)
    except (ValueError, TypeError, msgspec.MsgspecError):
        raise wrong(phrases.CURSOR) from None
    strange = any(name in EXCLUDED - {"_total"} for name, _ in cursor.parameters)
    if cursor.type != type_ or cursor.offset < 0 or strange:
        raise wrong(phrases.CURSOR)
    return cursor

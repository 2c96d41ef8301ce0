"""What a request for GraphQL holds (graphql.org/learn/serving-over-http)."""

from typing import Any, Final

import msgspec

from hygie.api import body
from hygie.api.headers import is_content, media_type
from hygie.api.operations.graphql import phrases
from hygie.api.operations.graphql.phrases import wrong
from hygie.api.request import Request
from hygie.fhir.codec import decode_any
from hygie.limits.operations import MAX_GRAPH_BYTES

JSON: Final = frozenset({"application/json"})
GRAPHQL: Final = frozenset({"application/graphql"})
NAMES: Final = ("query", "operationName", "variables")


class Asked(msgspec.Struct, frozen=True):
    query: str
    operation: str = ""
    variables: dict[str, Any] = {}


async def asked(request: Request) -> Asked:
    """From the address, a JSON body, or a body of GraphQL. Raises `Refused`."""
    given: dict[str, Any] = {}
    for name, value in request.parameters:
        if name not in NAMES or name in given:
            raise wrong(phrases.PARAMETER, name=name[:64])
        given[name] = (
            value if name != "variables" else decode_any(value.encode(), limit=len(value) * 4)
        )
    if request.method == "POST" and media_type(request.header(b"content-type"))[0]:
        given = await _in_body(request, given)
    return _checked(given)


async def _in_body(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    raw = await body.content(
        request, JSON | GRAPHQL, "application/json, application/graphql", MAX_GRAPH_BYTES
    )
    if is_content(request.header(b"content-type"), GRAPHQL):
        found: Any = {"query": raw.decode(errors="replace")}
    else:
        found = decode_any(raw, limit=MAX_GRAPH_BYTES)
    if type(found) is not dict:
        raise wrong(phrases.PARAMETER, name="…")
    for name in found:
        if name not in NAMES or name in given:
            raise wrong(phrases.PARAMETER, name=name[:64])
    return given | found


def _checked(given: dict[str, Any]) -> Asked:
    query, operation = given.get("query"), given.get("operationName") or ""
    variables = {} if given.get("variables") is None else given["variables"]
    if type(query) is not str or type(operation) is not str or type(variables) is not dict:
        raise wrong(phrases.QUERY)
    if len(query) > MAX_GRAPH_BYTES:
        raise wrong(phrases.TOO_COSTLY, limit=str(MAX_GRAPH_BYTES))
    return Asked(query, operation, variables)

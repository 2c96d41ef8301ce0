"""Their rows in the table of routes: R4 CodeSystem, ValueSet and ConceptMap operations."""

from collections.abc import Iterator
from typing import Final

from hygie.api.routing import ID, TYPE, Route
from hygie.api.terminology.handlers import Handler, expansion, handler


def _routes(type_: str, name: str, serve: Handler, *, of_one: bool = True) -> Iterator[Route]:
    """GET and POST, of the type and, unless it makes no sense, of one resource of it."""
    for method in ("GET", "POST"):
        yield Route(method, (TYPE, name), serve, "type", (name,), only=type_)
        if of_one:
            yield Route(method, (TYPE, ID, name), serve, "instance", (name,), only=type_)


ROUTES: Final[tuple[Route, ...]] = (*_routes("ValueSet", "$expand", handler(expansion)),)

"""Routes, and finding the one a path leads to."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal, NamedTuple

from hygie.api.request import Request
from hygie.api.response import Response, Streamed
from hygie.api.services import Services

Handler = Callable[[Services, Request], Awaitable[Response | Streamed]]
Level = Literal["system", "type", "instance", ""]
Shape = tuple[str, ...]
TYPE: Final = "{type}"
ID: Final = "{id}"
VERSION: Final = "{version}"
PLACES: Final = (TYPE, ID, "", VERSION)


class Route(NamedTuple):
    """One method on one shape of path.

    `interaction`: code of the FHIR interactions it serves, or "$name" for an operation; `flags`:
    what else it makes true in a CapabilityStatement, `rest.resource` element -> value.
    """

    method: str
    shape: Shape
    handler: Handler
    level: Level = ""
    interactions: tuple[str, ...] = ()
    flags: tuple[tuple[str, object], ...] = ()
    open: bool = False
    """Served without a token."""
    only: str = ""
    """The one resource type it exists for."""
    any_format: bool = False
    """Reads for itself in which format it is to answer."""


class Router:
    """Looks paths up in a table of routes."""

    def __init__(self, routes: Sequence[Route], is_type: Callable[[object], bool]) -> None:
        self._is_type = is_type
        self._table: dict[Shape, dict[str, Route]] = {}
        self._of_type: dict[tuple[Shape, str], dict[str, Route]] = {}
        """The routes of one type alone."""
        for route in routes:
            key = route.shape, route.only
            table = self._of_type.setdefault(key, {}) if route.only else None
            methods = self._table.setdefault(route.shape, {}) if table is None else table
            methods[route.method] = route
            if route.method == "GET":
                methods["HEAD"] = route

    def methods(self, segments: Sequence[str]) -> dict[str, Route]:
        """Method -> route for a path; empty when it leads nowhere."""
        if segments and not self._is_type(segments[0]):
            found = self._table.get(tuple(segments), {})
            return {} if TYPE in segments else found
        shape = _shape(segments)
        found = self._table.get(shape, {})
        own = self._of_type.get((shape, segments[0])) if segments else None
        return {**found, **own} if own else found


def _shape(segments: Sequence[str]) -> Shape:
    """ "Patient/12/_history/3" is {type}, {id}, "_history", {version}."""
    places = [
        part if part[0] in "_$" or index >= len(PLACES) else PLACES[index]
        for index, part in enumerate(segments)
    ]
    return tuple(places)

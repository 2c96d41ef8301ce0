"""Their rows in the table of routes: read, search, and nothing else."""

from typing import Final

from hygie.api.routing import ID, TYPE, VERSION, Route
from hygie.api.traces import handlers

ONLY: Final = handlers.TYPE
_DECLINED: Final = (
    ("POST", (TYPE,)), ("PUT", (TYPE,)), ("PATCH", (TYPE,)), ("DELETE", (TYPE,)),
    ("PUT", (TYPE, ID)), ("PATCH", (TYPE, ID)), ("DELETE", (TYPE, ID)),
    ("GET", (TYPE, "_history")), ("GET", (TYPE, ID, "_history")),
    ("GET", (TYPE, ID, "_history", VERSION)),
)  # fmt: skip
ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", (TYPE,), handlers.search, "type", ("search-type",), only=ONLY),
    Route("POST", (TYPE, "_search"), handlers.search_by_post, "type", ("search-type",), only=ONLY),
    Route("GET", (TYPE, ID), handlers.read, "instance", ("read",), only=ONLY),
    *(Route(method, shape, handlers.decline, only=ONLY) for method, shape in _DECLINED),
)

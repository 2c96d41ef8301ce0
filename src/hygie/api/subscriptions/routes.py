"""Their rows in the table of routes."""

from typing import Final

from hygie.api.routing import ID, TYPE, Handler, Level, Route, Shape
from hygie.api.subscriptions import operations


def _both(shape: Shape, handler: Handler, level: Level) -> tuple[Route, ...]:
    """By GET with parameters in the address, by POST with a Parameters resource."""
    names = (shape[-1],)
    return tuple(
        Route(method, shape, handler, level, names, only="Subscription")
        for method in ("GET", "POST")
    )


ROUTES: Final[tuple[Route, ...]] = (
    *_both((TYPE, "$status"), operations.status, "type"),
    *_both((TYPE, ID, "$status"), operations.status, "instance"),
    *_both((TYPE, ID, "$events"), operations.events, "instance"),
    *_both((TYPE, "$get-ws-binding-token"), operations.binding_token, "type"),
    *_both((TYPE, ID, "$get-ws-binding-token"), operations.binding_token, "instance"),
)

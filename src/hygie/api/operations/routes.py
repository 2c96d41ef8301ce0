"""Their rows in the table of routes."""

from typing import Final

from hygie.api.routing import Route

ROUTES: Final[tuple[Route, ...]] = ()

"""The declared routes: what may be declared; what has left by them, and what is done about it."""

from collections.abc import Sequence
from typing import ClassVar

from hygie.exchange.routes import phrases
from hygie.exchange.routes.browsing import Browsing
from hygie.exchange.routes.checks import Reach, check
from hygie.exchange.routes.declaration import Route
from hygie.exchange.routes.departures import Departures
from hygie.exchange.routes.handling import Handling
from hygie.exchange.routes.loads import Loads
from hygie.limits.gateway import MAX_ROUTES
from hygie.outbound.outbound import Outbound
from hygie.refusal import Phrase
from hygie.store.register import Register
from hygie.store.store import Store


class Routes(Register[Route]):
    """A route that does not run goes on gathering what is to leave. What waited when one is
    removed stays, and waits."""

    KIND: ClassVar[str] = "route"
    UNKNOWN: ClassVar[Phrase] = phrases.NO_ROUTE
    TOO_MANY: ClassVar[Phrase] = phrases.TOO_MANY
    MOST: ClassVar[int] = MAX_ROUTES

    def __init__(self, store: Store, outbound: Outbound, reach: Reach) -> None:
        super().__init__(store, Route)
        self.reach = reach
        self.departures = Departures(store.pool, store.keyring)
        self.browsing = Browsing(store, self.departures)
        self.handling = Handling(store)
        self.loads = Loads(store)
        self._outbound = outbound

    async def all(self) -> tuple[Route, ...]:
        """By name, running or not: for each message that passes."""
        return tuple(one.value for one in await self.declared())

    async def _check(self, thing: Route, others: Sequence[Route]) -> None:  # noqa: ARG002 - none is in its way
        """Refused when it is wrong, or may not send there."""
        await check(thing, self._outbound, self.reach, self._store.registry, self._store.zone)

"""From the store's outbox to departures: what changes is told by the routes that produce.

Departures and the place in the outbox move in one transaction: who takes over, after a crash too,
goes on from there, and nothing is made twice or left out.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hygie.exchange.messages.header import control_of, joined, msh
from hygie.exchange.routes.declaration import Produce, Route
from hygie.exchange.routes.departures import Made
from hygie.exchange.routes.narrowing import Narrowing
from hygie.exchange.routes.registry import Routes
from hygie.exchange.routes.surroundings import TOLD, Changed, Surroundings
from hygie.exchange.routes.telling import Said, Telling
from hygie.limits import MAX_CHANGES_TOGETHER
from hygie.store.outbox import Committed, Place, moving
from hygie.store.reading.versions import Versions
from hygie.store.store import Store

NAME: Final = "routes"
SOURCE: Final = "urn:hygie:source"
"""System of the name of a declared source, in a Provenance."""
LOGGER: Final = logging.getLogger("hygie.routes")
_MOVE: Final = f"WITH moved AS ({moving(1)}) SELECT count(*) FROM moved"  # noqa: S608 - our own


class Producer:
    """For one task, in the process that holds the lease."""

    def __init__(self, store: Store, routes: Routes) -> None:
        self._store = store
        self._routes = routes
        self._versions = Versions(store.pool, store.vault)

    async def step(self) -> bool:
        """Makes what the next changes tell. Whether there may be more at once.

        While no route produces, nothing is registered, and nothing is kept for us.
        """
        routes = [r for r in await self._routes.all() if isinstance(r.content, Produce)]
        place = await self._store.outbox.place(NAME)
        if not routes:
            if place is not None:
                await self._store.outbox.unregister(NAME)
            return False
        if place is None:
            await self._store.outbox.register(NAME)
            return True
        committed = await self._store.outbox.read(NAME, MAX_CHANGES_TOGETHER)
        if not committed:
            return False
        made = await self._made(committed, routes)
        return await self._write(place, committed[-1].place, made)

    async def _write(self, before: Place, after: Place, made: Sequence[Made]) -> bool:
        """False when another process has the outbox now: nothing was written."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(_MOVE, NAME, *after, *before):
                return False
            await self._routes.departures.make(connection, made)
        await self._store.outbox.trim()
        return True

    async def _made(self, committed: Sequence[Committed], routes: Sequence[Route]) -> list[Made]:
        if not any(change.type in TOLD for one in committed for change in one.changes):
            return []
        narrowed = {route.name: self._narrowing(route) for route in routes}
        surroundings = Surroundings(self._store, self._versions)
        telling = Telling(surroundings)
        made: list[Made] = []
        for changes in await surroundings.changed(committed):
            sources = _sources(changes)
            made += [
                self._departure(said, route)
                for said in await self._said(telling, changes)
                for route in routes
                if _passes(said, route, narrowed[route.name], sources)
            ]
        return made

    async def _said(self, telling: Telling, changes: Sequence[Changed]) -> list[Said]:
        try:
            return await telling.of(changes)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # A resource of a form that nobody thought of must not stop all that come after it.
            LOGGER.error("a change was not told: %s", type(error).__name__)  # noqa: TRY400
            return []

    def _narrowing(self, route: Route) -> Narrowing:
        assert isinstance(route.content, Produce)  # noqa: S101 - `step` has looked
        return Narrowing(route.content, self._store.registry, self._store.zone)

    def _departure(self, said: Said, route: Route) -> Made:
        control = control_of(said.about)
        head = msh(said.named, control, said.at, {4: said.facility} if said.facility else {})
        type_, _, id_ = said.subject.partition("/")
        departures = self._routes.departures
        return Made(
            route=route.name, event=said.event, content=joined([head, *said.segments]),
            control_id=control, cause=said.about,
            lane=0 if said.merges else departures.lane(said.subject),
            patient=self._store.keyring.reference(type_, id_),
        )  # fmt: skip


def _sources(changes: Sequence[Changed]) -> Mapping[str, frozenset[str]]:
    """Where what a transaction wrote came from: reference -> sources, by its Provenances."""
    found: dict[str, set[str]] = {}
    for one in changes:
        if one.change.type == "Provenance":
            named = set(_named(one))
            for target in one.current.get("target", []):
                found.setdefault(str(target.get("reference")), set()).update(named)
    return {reference: frozenset(sources) for reference, sources in found.items()}


def _named(one: Changed) -> Iterator[str]:
    for agent in one.current.get("agent", []):
        identifier = agent.get("who", {}).get("identifier", {})
        if identifier.get("system") == SOURCE:
            yield str(identifier.get("value"))


def _passes(
    said: Said, route: Route, narrowing: Narrowing, sources: Mapping[str, frozenset[str]]
) -> bool:
    content = route.content
    if not isinstance(content, Produce) or said.kind not in content.messages:
        return False
    focus = f"{said.focus['resourceType']}/{said.focus['id']}"
    if sources.get(focus, frozenset()) & set(content.except_sources):
        return False
    if said.focus["resourceType"] != "Patient" and not narrowing.takes_stay(
        said.encounter, said.context
    ):
        return False
    return narrowing.takes(said.focus)

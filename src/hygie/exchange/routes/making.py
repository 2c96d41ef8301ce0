"""What was read of the store -> departures: told, narrowed to each route, addressed."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hygie.exchange.messages.header import control_of, joined, msh
from hygie.exchange.routes.declaration import Produce, Route
from hygie.exchange.routes.departures import Made
from hygie.exchange.routes.narrowing import Narrowing
from hygie.exchange.routes.registry import Routes
from hygie.exchange.routes.surroundings import Changed, Surroundings
from hygie.exchange.routes.telling import Said, Telling
from hygie.store.store import Store

SOURCE: Final = "urn:hygie:source"
"""System of the name of a declared source, in a Provenance."""
LOGGER: Final = logging.getLogger("hygie.routes")


class Making:
    """For the tasks of one event loop. Writes nothing."""

    def __init__(self, store: Store, routes: Routes) -> None:
        self._store = store
        self._departures = routes.departures

    async def of(
        self,
        several: Sequence[Sequence[Changed]],
        surroundings: Surroundings,
        routes: Sequence[Route],
    ) -> list[Made]:
        """What these tell, by routes that produce; each of `several` is told as a whole."""
        narrowed = {route.name: self._narrowing(route) for route in routes}
        telling = Telling(surroundings)
        made: list[Made] = []
        for changes in several:
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
        assert isinstance(route.content, Produce)  # noqa: S101 - the caller has looked
        return Narrowing(route.content, self._store.registry, self._store.zone)

    def _departure(self, said: Said, route: Route) -> Made:
        control = control_of(said.about)
        head = msh(said.named, control, said.at, {4: said.facility} if said.facility else {})
        type_, _, id_ = said.subject.partition("/")
        return Made(
            route=route.name, event=said.event, content=joined([head, *said.segments]),
            control_id=control, cause=said.about,
            lane=0 if said.merges else self._departures.lane(said.subject),
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

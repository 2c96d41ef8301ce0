"""Doors that forget the sight, one at a time: worlds that do not notice are worth nothing.

`python -m tests.worlds --broken` opens each of them and says which were noticed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, NamedTuple

import msgspec
import pytest

from hygie.access.circle.places import Layout
from hygie.access.scopes import Scopes
from hygie.api import app
from hygie.api.hooks import app as hooks
from hygie.api.subscriptions import operations
from hygie.api.traces import handlers as traces
from hygie.ledger import Asked
from hygie.sight import EVERYTHING
from hygie.store.interactions.conditions import Conditions
from hygie.store.reading.history import _Reading
from hygie.store.search.bounds import Bounds
from hygie.store.search.conditions import ConditionPlanner
from hygie.store.search.planner import Planner
from hygie.store.search.searcher import Searcher
from hygie.store.search.sql import EVERYTHING as EVERY_ROW
from hygie.store.store import Store
from hygie.store.writing.sought import Sought
from hygie.trace import Context
from hygie.web import app as web
from hygie.web.pages import simulating
from hygie.web.pages.record import accesses

Patch = Callable[[pytest.MonkeyPatch], None]


class Broken(NamedTuple):
    """A door that forgets, and who should notice."""

    name: str
    actor: str
    open: Patch


def _whole(context: Context) -> Context:
    return msgspec.structs.replace(context, sight=EVERYTHING)


def _door(owner: type, name: str) -> Patch:
    """A door of the store, by which everything is seen."""
    former = getattr(owner, name)

    @wraps(former)
    def opened(self: Any, context: Context, *given: Any, **more: Any) -> Any:
        return former(self, _whole(context), *given, **more)

    return lambda patch: patch.setattr(owner, name, opened)


def _operation(name: str) -> Patch:
    """A route of the API, whoever asks."""

    def opened(route: Any) -> Any:
        async def handler(services: Any, request: Any) -> Any:
            request.client = msgspec.structs.replace(request.client, sight=EVERYTHING)
            return await route.handler(services, request)

        return route._replace(handler=handler) if name in route.interactions else route

    return lambda patch: patch.setattr(app, "ROUTES", tuple(map(opened, app.ROUTES)))


def _page(path: str) -> Patch:
    """A page, whoever visits."""

    def opened(row: Any) -> Any:
        async def page(desk: Any, visit: Any) -> Any:
            context = _whole(visit.context)
            return await row[-1](desk, msgspec.structs.replace(visit, context=context))

        return (*row[:-1], page) if row[1] == path else row

    return lambda patch: patch.setattr(web, "PAGES", tuple(map(opened, web.PAGES)))


def _set(owner: Any, name: str, value: Any) -> Patch:
    return lambda patch: patch.setattr(owner, name, value)


def _includes(patch: pytest.MonkeyPatch) -> None:
    former = Searcher._included

    async def opened(self: Any, statements: Any, query: Any, _sight: Any, matched: Any) -> Any:
        return await former(self, statements, query, EVERYTHING, matched)

    patch.setattr(Searcher, "_included", opened)


def _chains(patch: pytest.MonkeyPatch) -> None:
    """What conditions look into is not limited; what is found is."""
    former = Planner.find

    async def opened(self: Any, kind: str, condition: Any) -> Any:
        kept = self._bound
        self._bound = lambda one: Bounds(self._vault, one, (), whole=True)
        try:
            return await former(self, kind, condition)
        finally:
            self._bound = kept

    within = ConditionPlanner.within

    def looked_into(self: Any, kind: str, alias: str, asked: Any = None) -> Any:
        return within(self, kind, alias, asked) if alias == "r" else EVERY_ROW

    patch.setattr(Planner, "find", opened)
    patch.setattr(ConditionPlanner, "within", looked_into)


def _pasts(patch: pytest.MonkeyPatch) -> None:
    async def opened(_self: Any, found: Any) -> Any:
        return list(found)

    patch.setattr(_Reading, "seen", opened)


def _criteria(patch: pytest.MonkeyPatch) -> None:
    former = Conditions.find

    async def opened(self: Any, tx: Any, *given: Any) -> Any:
        kept, tx.context = tx.context, _whole(tx.context)
        try:
            return await former(self, tx, *given)
        finally:
            tx.context = kept

    patch.setattr(Conditions, "find", opened)


def _exports(patch: pytest.MonkeyPatch) -> None:
    former = Store.at_moment
    patch.setattr(Store, "at_moment", lambda self, _sight, wanted: former(self, EVERYTHING, wanted))


def _launches(patch: pytest.MonkeyPatch) -> None:
    former = Scopes.sight_of
    patch.setattr(Scopes, "sight_of", lambda self, patient: former(self, patient) and EVERYTHING)


def _circles(patch: pytest.MonkeyPatch) -> None:
    """Who is on a ward is in everybody's care."""
    former = Layout.below
    patch.setattr(Layout, "below", lambda self, _units: former(self, ("Location/unite",)))


def _simulator(patch: pytest.MonkeyPatch) -> None:
    """Who keeps accounts may name a patient."""
    patch.setattr(simulating, "may_name", lambda _visit: True)


def _estimates(patch: pytest.MonkeyPatch) -> None:
    former = Searcher._total

    async def opened(self: Any, statements: Any, scan: Any, plan: Any, query: Any) -> Any:
        if query.total == "estimate":
            (row,) = await statements.fetch(f"SELECT count(*) FROM {plan.relation}")
            return row[0]
        return await former(self, statements, scan, plan, query)

    patch.setattr(Searcher, "_total", opened)


def _advice(patch: pytest.MonkeyPatch) -> None:
    former = hooks.gathered

    async def opened(store: Any, request: Any, *given: Any) -> Any:
        request.client = msgspec.structs.replace(request.client, sight=EVERYTHING)
        return await former(store, request, *given)

    patch.setattr(hooks, "gathered", opened)


def _names(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Sought, "makes", property(lambda _self: True))


DOORS: Final = (
    *(Broken(f"Store.{name}", "secretary", _door(Store, name))
      for name in ("read", "vread", "search", "history", "everything")),
    Broken("Store.whole", "categories", _door(Store, "whole")),
    *(Broken(name, "categories", _operation(name)) for name in (
        "read", "vread", "search-type", "history-instance", "history-type", "$lastn", "$stats",
        "$graphql", "$meta", "$viewdefinition-run",
    )),
    *(Broken(name, "nurse", _operation(name)) for name in (
        "search-system", "history-system", "$everything", "$document", "$validate", "create",
        "transaction",
    )),
    Broken("includes", "launched", _includes),
    Broken("chains", "categories", _chains),
    Broken("versions past", "launched", _pasts),
    Broken("criteria", "launched", _criteria),
    Broken("_total=estimate", "categories", _estimates),
    Broken("ids that are taken", "launched", _names),
    Broken("exports", "categories", _exports),
    Broken("applications' patient", "launched", _launches),
    Broken("circle", "nurse", _circles),
    Broken("decision support", "secretary", _advice),
    Broken("traces", "nurse", _set(traces, "_permitted", lambda _request, _letter: Asked())),
    Broken("subscriptions", "watcher", _set(operations, "_withheld", lambda *_: [])),
    Broken("page: accesses", "secretary", _set(accesses, "tellable_of", lambda one, *_: one)),
    *(Broken(f"page: {path}", "secretary", _page(path)) for path in (
        "/patients/{patient}", "/patients/{patient}/chronologie", "/patients/{patient}/resultats",
        "/patients/{patient}/sejours",
    )),
    Broken("page: documents", "nursing-assistant", _page("/patients/{patient}/documents")),
    Broken("page: census", "nurse", _page("/presents")),
    Broken("page: simulator", "administrator", _simulator),
)  # fmt: skip


@contextmanager
def opened(door: Broken) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        door.open(patch)
        yield

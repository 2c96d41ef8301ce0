"""One world asked everything, as its actor."""

import random
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.store.worlds.making import KINDS, SYSTEM, World, resource_of

from hygie.fhir.search import parse_query
from hygie.refusal import Refused
from hygie.store.contract import Resource, StoredResource
from hygie.store.interactions import Interaction, Manner, Repository
from hygie.store.interactions.permissions import permitted_by
from hygie.store.store import Store

PARIS: Final = ZoneInfo("Europe/Paris")
ASKED: Final = 24
"""Reads of one world, of some seventy."""
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME: Final = re.compile(r'"(?:lastUpdated|lastModified)":"[^"]*"')
Seen = list[tuple[str, str]]
"""What was asked, and what came of it."""


class Observer:
    """Asks one world everything, as its actor."""

    def __init__(self, store: Store, repository: Repository, world: World) -> None:
        self._store = store
        self._repository = repository
        self._world = world
        self._manner = Manner(permitted=permitted_by(world.sight), base="http://w", lenient=False)

    async def reads(self) -> Seen:
        """A sample of all that can be asked: the next world's is another."""
        world, found = self._world, Seen()
        chance = random.Random(f"asks {world.number}")
        names = [*world.versions, ("Observation", f"none{world.number}")]
        asks: list[tuple[str, Callable[[], Any]]] = []
        for kind, id_ in names:
            asks.append((f"{kind}/{id_}", partial(self._read, kind, id_)))
            asks.append((f"{kind}/{id_}/_history", partial(self._history, kind, id_)))
            asks += [
                (f"{kind}/{id_}/_history/{n}", partial(self._vread, kind, id_, n)) for n in (1, 2)
            ]
        for id_ in world.patients:
            asks.append((f"everything {id_}", partial(self._everything, id_)))
        for kind, query in _searches(world):
            asks.append((f"{kind}?{query}", partial(self._search, kind, query)))
        for kind in KINDS:
            asks.append((f"{kind}/_history", partial(self._history, kind, None)))
        for asked, ask in chance.sample(asks, ASKED):
            await self._say(found, asked, ask())
        return found

    async def writes(self) -> Seen:
        found = Seen()
        for name, step in _changes(self._world):
            await self._say(found, name, self._write(step))
        await self._say(found, "bundle", self._bundle())
        for kind in KINDS:
            query = f"_tag={self._world.tag}&_total=accurate&_count=100"
            await self._say(found, f"after {kind}", self._left(kind, query))
        return found

    async def _say(self, found: Seen, asked: str, work: Any) -> None:
        try:
            answer = await work
        except Refused as refused:
            issues = [(one.rule, one.details) for one in refused.refusal.issues]
            answer = f"{refused.refusal.category} {issues}"
        found.append((asked, answer))

    async def _read(self, kind: str, id_: str) -> str:
        return _told(await self._store.read(self._world.context, kind, id_))

    async def _vread(self, kind: str, id_: str, version: int) -> str:
        return _told(await self._store.vread(self._world.context, kind, id_, version))

    async def _history(self, kind: str, id_: str | None) -> str:
        told: list[str] = []
        cursor = ""
        while True:
            page = await self._store.history(
                self._world.context, kind, id_, count=1000, cursor=cursor
            )
            told += [str(one) for one in page.issues]
            told += map(_told, filter(self._mine, page.matches))
            if not page.next:
                return " ".join(told)
            cursor = page.next

    def _mine(self, one: StoredResource) -> bool:
        return (one.type, one.id) in self._world.versions

    async def _everything(self, id_: str) -> str:
        page = await self._store.everything(self._world.context, id_, count=1000)
        return _page(page)

    async def _search(self, kind: str, query: str) -> str:
        """Page after page, by the cursors given."""
        pairs = [tuple(one.split("=", 1)) for one in query.split("&")]
        told, cursor = "", ""
        while True:
            more = [("_cursor", cursor)] if cursor else []
            asked = parse_query(
                self._store.registry, kind, [*pairs, *more], zone=PARIS, filtered=True
            )  # fmt: skip
            page = await self._store.search(self._world.context, asked.query)
            told += f" | {page.total} {_page(page)} {bool(page.next)}"
            if not page.next:
                return told
            cursor = page.next

    async def _left(self, kind: str, query: str) -> str:
        """What there is now, in no order: ids that were just made are at random."""
        pairs = [tuple(one.split("=", 1)) for one in query.split("&")]
        asked = parse_query(self._store.registry, kind, pairs, zone=PARIS)
        page = await self._store.search(self._world.context, asked.query)
        return f"{page.total} {sorted(map(_told, page.matches))}"

    async def _write(self, step: Interaction) -> str:
        written = await self._repository.perform(
            self._world.context, step, permitted_by(self._world.sight)
        )
        stored = written.stored
        return f"{written.created} " + ("" if stored is None else _told(stored))

    async def _bundle(self) -> str:
        made = await self._repository.bundle(
            self._world.context, _transaction(self._world), self._manner
        )
        return _plain(made.body.decode())


def _told(one: StoredResource) -> str:
    return _plain(f"{one.type}/{one.id} {one.version} {one.deleted} {one.body.decode()}")


def _plain(text: str) -> str:
    return UUID.sub("made", TIME.sub("", text))


def _page(page: Any) -> str:
    both = [*map(_told, page.matches), "+", *sorted(map(_told, page.included))]
    return f"{page.issues} " + " ".join(both)


def _searches(world: World) -> Iterable[tuple[str, str]]:
    mine = f"_tag={world.tag}"
    for kind in KINDS:
        yield kind, f"{mine}&_total=accurate"
        yield kind, f"{mine}&_summary=count"
        yield kind, f"{mine}&_count=2"
    for id_ in world.patients:
        yield "Observation", f"subject=Patient/{id_}&{mine}&_total=accurate"
        yield "Patient", f"_id={id_}"
        yield "Appointment", f"actor=Patient/{id_}&_summary=count"
    yield "Observation", f"{mine}&_sort=-date&_count=2"
    yield "Observation", f"{mine}&_sort=code"
    yield "Observation", f"{mine}&code:not=c1"
    yield "Observation", f"{mine}&subject:missing=true"
    yield "Observation", f"{mine}&subject:Patient.family=Martin&_total=accurate"
    yield "Observation", f"{mine}&encounter.status=finished&_summary=count"
    yield "Observation", f"{mine}&encounter.subject:Patient.gender=male"
    yield "Observation", f"{mine}&_filter=not (encounter.status eq finished)"
    yield "Patient", f"{mine}&_has:Observation:subject:code=c1&_total=accurate"
    yield "Patient", f"{mine}&_has:Encounter:subject:_has:Observation:encounter:code=c2"
    yield "Patient", f"{mine}&_revinclude=Observation:subject&_revinclude=Appointment:actor"
    yield "Observation", f"{mine}&_include=Observation:subject&_include=Observation:encounter"
    yield "Appointment", f"{mine}&_include=*"
    yield (
        "Patient",
        f"{mine}&_revinclude=Encounter:subject&_revinclude:iterate=Observation:encounter",
    )
    yield "Encounter", f"{mine}&_has:Observation:encounter:category=lab&_count=1"


def _changes(world: World) -> Iterable[tuple[str, Interaction]]:
    """Writes of all kinds, to what is seen, to what is not, and to what never was."""
    chance = random.Random(f"writes {world.number}")
    names = [name for name in world.versions if name[0] != "Practitioner"]
    for n, (kind, id_) in enumerate(chance.sample(names, min(5, len(names)))):
        new = resource_of(world, chance, kind, id_)
        match = chance.choice((None, None, 1, 7))
        verb = chance.choice(("update", "update", "delete", "patch"))
        step = Interaction(
            verb=verb, type=kind, id=id_, if_match=match,
            resource=new if verb == "update" else None,
            patch=[{"op": "replace", "path": "/identifier/0/value", "value": f"n{n}"}],
        )  # fmt: skip
        yield f"{verb} {kind}/{id_} {match}", step
    id_ = f"none{world.number}"
    new = resource_of(world, chance, "Observation", id_)
    yield "put absent", Interaction(verb="update", type="Observation", id=id_, resource=new)
    for kind in ("Observation", "Encounter", "Appointment"):
        new = resource_of(world, chance, kind, "x")
        del new["id"]
        criteria = f"identifier={SYSTEM}|{world.tag}-{chance.randint(1, 3)}"
        yield f"post {kind}", Interaction(verb="create", type=kind, resource=new)
        yield (
            f"create if none {kind}",
            Interaction(verb="create", type=kind, resource=new, query=criteria),
        )
        yield (
            f"update where {kind}",
            Interaction(verb="update", type=kind, resource=new, query=criteria),
        )
        yield f"delete where {kind}", Interaction(verb="delete", type=kind, query=criteria)


def _transaction(world: World) -> Resource:
    chance = random.Random(f"bundle {world.number}")
    new = resource_of(world, chance, "Observation", "x")
    del new["id"]
    number = f"{world.tag}-{chance.randint(1, 3)}"
    new["subject"] = {"reference": f"Patient?identifier={SYSTEM}|{number}"}
    entries: list[Resource] = [
        {"resource": new, "request": {"method": "POST", "url": "Observation"}},
        {"request": {"method": "GET", "url": f"Observation?_tag={world.tag}&_summary=count"}},
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}

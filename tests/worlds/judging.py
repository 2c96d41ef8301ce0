"""Worlds asked in two houses: what differs is a counter-example."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count, zip_longest
from pathlib import Path
from typing import Final, NamedTuple

from tests.conftest import MemoryTrail, administer, database
from tests.store.worlds.asking import PARIS
from tests.store.worlds.making import World
from tests.worlds import asking, events, pages
from tests.worlds.actors import DOCTOR, LAUNCHED, MACHINES, NARROWED, SELF, Actor, reaches
from tests.worlds.applications import granted
from tests.worlds.asking import Ask
from tests.worlds.making import made, resource_of, settled
from tests.worlds.sites import Site, opened

from hygie.access.rights import shipped
from hygie.store.contract import Resource
from hygie.store.keys.envelope import unlock
from hygie.store.store import Store
from hygie.trace import Context

PASSWORD: Final = "Cheval-Agrafe-2026"
MAKER: Final = Context("maker", "system")
ACTORS: Final = (
    *(Actor(role, role) for role in shipped().roles), *MACHINES, LAUNCHED, NARROWED,
)  # fmt: skip
EXPORTS: Final = ("/fhir/$export", "/fhir/Patient/$export?_type=Observation,Patient,Encounter")
FURNISHED: Final = "worlds_furnished"
_numbers = count()


class Scene(NamedTuple):
    """Some worlds of one actor, side by side."""

    actor: Actor
    worlds: list[World]
    circle: frozenset[str]
    launch: str

    @property
    def unseen(self) -> Iterator[tuple[World, tuple[str, str]]]:
        """What the actor knows nothing of. What says that somebody is in their care stays: rights
        may depend on what they do not show."""
        for world in self.worlds:
            for kind, id_ in world.versions:
                if not id_.startswith("care") and not world.known(kind, id_):
                    yield world, (kind, id_)


def scene(actor: Actor, numbers: Iterable[int]) -> Scene:
    own = frozenset({SELF} if actor.role == "patient" else ())
    both = [made(number, own=bool(own)) for number in numbers]
    worlds, circle = [one for one, _ in both], frozenset().union(*(few for _, few in both))
    launch = ""
    if actor is LAUNCHED:
        launch = sorted(circle)[0] if circle else worlds[0].patients[0]
    reached = reaches(actor, shipped(), circle, own, launch)
    for world in worlds:
        world.reaches = reached
    return Scene(actor, worlds, circle, launch)


class Judge:
    """Runs worlds on databases of one server."""

    def __init__(self, dsn: str, folder: Path) -> None:
        """`dsn`: of the server's `postgres`; `folder`: for the master key and files."""
        self._dsn = dsn
        self._folder = folder
        self.statuses: Counter[tuple[str, int]] = Counter()
        """What was answered, by what was asked."""

    async def furnish(self, template: str) -> None:
        """A house with an account of each role, from which every other is copied."""
        await administer(self._dsn, f"CREATE DATABASE {FURNISHED} TEMPLATE {template}")
        async with opened(database(self._dsn, FURNISHED), self._folder) as site:
            await site.house.store.run(MAKER, lambda tx: tx.write_many(settled()))
            for role in shipped().roles:
                who = f"Patient/{SELF}" if role == "patient" else f"Practitioner/{DOCTOR}"
                await site.house.access.create_account(
                    role, role.title(), role, PASSWORD, practitioner=who
                )

    async def run(self, actor: Actor, numbers: Sequence[int]) -> list[str]:
        """The counter-examples among these worlds."""
        shown = scene(actor, numbers)
        n = next(_numbers)
        whole, copy = f"worlds_{n}_whole", f"worlds_{n}_copy"
        try:
            await self._make(shown, whole, copy)
            async with AsyncExitStack() as stack:
                sites = [
                    await stack.enter_async_context(opened(database(self._dsn, name), self._folder))
                    for name in (whole, copy)
                ]
                await _go_about(shown, sites[0].house.store)
                found = await _differing(shown, sites)
                self.statuses += sites[0].statuses
                return found
        finally:
            for name in (whole, copy):
                await administer(self._dsn, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _make(self, shown: Scene, whole: str, copy: str) -> None:
        """What is done behind the store's back leaves no trace."""
        create = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
        await administer(self._dsn, create.format(whole, FURNISHED))
        async with opened(database(self._dsn, whole), self._folder) as site:
            await _write(site.house.store, shown.worlds)
        await administer(self._dsn, create.format(copy, whole))
        dsn = database(self._dsn, copy)
        keys = await unlock(dsn, self._folder / "master.key")
        store = await Store.open(dsn, keys, lambda _pool: MemoryTrail(), zone=PARIS)
        try:
            await _hide(shown, store)
        finally:
            await store.close()


async def _write(store: Store, worlds: Sequence[World]) -> None:
    """Version by version: the first of all, then the second of those that have one."""
    for n in range(max(len(v) for w in worlds for v in w.versions.values())):
        await _put(store, {
            name: versions[n] for world in worlds
            for name, versions in world.versions.items() if len(versions) > n
        })  # fmt: skip


async def _put(store: Store, content: dict[tuple[str, str], Resource | None]) -> None:
    async with store.transaction(MAKER) as tx:
        await tx.write_many([one for one in content.values() if one is not None])
        for (kind, id_), one in content.items():
            if one is None:
                await tx.delete(kind, id_)


async def _hide(shown: Scene, store: Store) -> None:
    """Behind the store's back: half of the worlds lose what is unseen, half have it changed."""
    removed, changed = [], {}
    for world, name in list(shown.unseen):
        chance = random.Random(f"hidden {world.number} {name}")
        new = resource_of(world, chance, *name)
        former, world.versions[name] = world.versions[name], [new]
        if world.number % 2 and not world.known(*name):
            changed[name] = new
        else:
            removed.append(store.keyring.reference(*name))
        world.versions[name] = former
    for table in ("resource", "resource_history"):
        await store.pool.execute(f"DELETE FROM hygie.{table} WHERE key = ANY ($1)", removed)
    await _put(store, changed)


async def _go_about(shown: Scene, store: Store) -> None:
    """Somebody reads what the actor does not see, and of whom the actor reads no traces."""
    other = Context("somebody", "system", purpose="TREAT")
    for world, (kind, id_) in shown.unseen:
        if world.traced(kind, id_):
            continue
        chance = random.Random(f"others {world.number} {id_}")
        if world.versions[kind, id_][-1] is not None:
            await store.read(other, kind, id_)
            if chance.random() < 0.3:
                await store.history(other, kind, id_, count=10)
        if kind == "Patient":
            await store.everything(other, id_, count=100)


async def _differing(shown: Scene, sites: Sequence[Site]) -> list[str]:
    for site in sites:
        await _enter(shown, site)
    wrong: list[str] = []
    for world in shown.worlds:
        for ask in _asks(shown.actor, world):
            answers = await asyncio.gather(*(site.told(ask) for site in sites))
            wrong += _apart(f"{shown.actor.name}, world {world.number}: {ask}", *answers)
    first = shown.worlds[0]
    if shown.actor.scopes:
        for path in EXPORTS:
            answers = await asyncio.gather(*(site.export(path) for site in sites))
            wrong += _apart(f"{shown.actor.name}, world {first.number}…: {path}", *answers)
    if shown.actor in MACHINES:
        heard = await asyncio.gather(
            events.told(sites[0], shown.actor, first, (first.patients[1],)),
            events.told(sites[1], shown.actor, first, ()),
        )
        for one, two in zip_longest(*heard, fillvalue=""):
            wrong += _apart(f"{shown.actor.name}, world {first.number}: events", one, two)
    return wrong


def _asks(actor: Actor, world: World) -> list[Ask]:
    found = asking.reads(world)
    if _reads_traces(world):
        found = [one for one in found if "AuditEvent" not in one.path]
    if actor.role and not actor.scopes:
        found += [
            one
            for one in pages.reads(world)
            if not (_reads_traces(world) and one.path.startswith(OF_AUDITORS))
        ]
    return [*found, *asking.writes(world)]


OF_AUDITORS: Final = ("/traces", "/droits/simulateur")
"""Pages that find patients for who audits, whatever else he may see."""


def _reads_traces(world: World) -> bool:
    """Whether the actor reads all traces, which tell what everybody did to whom."""
    return any(one.patients is None for one in world.reaches["AuditEvent", "r"])


async def _enter(shown: Scene, site: Site) -> None:
    """A session on the pages, and a token for the API."""
    access, actor = site.house.access, shown.actor
    site.fhir._admission._most_lately = 10**9
    if not actor.role:
        site.bearer = await access.create_token("machine", actor.scopes, timedelta(hours=1))
        return
    site.session = await access.open_session(actor.role, source="here", amr=("pwd", "mfa"))
    scopes = actor.scopes or "user/*.cruds"
    site.bearer = await granted(access, actor.role, site.session, scopes, shown.launch)


def _apart(asked: str, one: str, two: str) -> list[str]:
    """Where two answers begin to differ, if they do."""
    if one == two:
        return []
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
    begin = max(0, (at or min(len(one), len(two))) - 300)
    shown = (f"    {told[:16]} … {told[begin : begin + 500]!r}" for told in (one, two))
    return ["\n".join((asked, *shown))]

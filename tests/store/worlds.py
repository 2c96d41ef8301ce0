"""Generated worlds: what an actor may not see changes nothing that the actor can observe.

A world is some patients, resources that name them and each other, versions, and an actor with a
sight. The same requests are made of it twice: as it is, and once all that is out of sight was
removed or changed behind the store's back. Answers must be the same, to the byte but for ids that
were just made and for the time. What is seen is also held against a slow, obvious model.

Worlds stand side by side in one database, each with ids and a tag of its own.
`python -m tests.store.worlds --count 100000` runs as many as asked.
"""

import argparse
import asyncio
import random
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Final
from zoneinfo import ZoneInfo

from hygie.fhir.codec import encode
from hygie.fhir.search import parse_query
from hygie.refusal import Refused
from hygie.sight import ALL, LETTERS, Letter, Reach, Reaches, Sight
from hygie.store.contract import Resource, StoredResource
from hygie.store.interactions import Interaction, Manner, Repository
from hygie.store.interactions.permissions import permitted_by
from hygie.store.store import Store
from hygie.trace import Context

PARIS: Final = ZoneInfo("Europe/Paris")
SYSTEM: Final = "urn:test:worlds"
CODES: Final = ("c1", "c2")
CATEGORIES: Final = ("lab", "vital")
KINDS: Final = ("Patient", "Encounter", "Observation", "Appointment", "Practitioner")
ASKED: Final = 24
"""Reads of one world, of some seventy."""
SHELL: Final = Context("maker", "system")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME: Final = re.compile(r'"(?:lastUpdated|lastModified)":"[^"]*"')


@dataclass
class World:
    """One actor, and what there is. `versions`: by type and id; None is a deletion."""

    number: int
    patients: list[str]
    versions: dict[tuple[str, str], list[Resource | None]] = field(default_factory=dict)
    sight: Sight = field(default_factory=Sight)
    reaches: dict[tuple[str, Letter], Reaches] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return f"w{self.number}"

    @property
    def context(self) -> Context:
        return Context("actor", "account", sight=self.sight)

    def sees(self, kind: str, id_: str, letter: Letter, version: int = -1) -> bool:
        """The model: a version is seen when it is within, and what is there now as well."""
        versions = self.versions.get((kind, id_))
        if not versions:
            return False
        owners = _owners(kind, versions)
        now = self._within(kind, versions, owners, len(versions) - 1, letter)
        return now and (version == -1 or self._within(kind, versions, owners, version, letter))

    def known(self, kind: str, id_: str) -> bool:
        return any(self.sees(kind, id_, letter) for letter in LETTERS)

    def _within(
        self, kind: str, versions: list[Resource | None], owners: list[Any], n: int, letter: Letter
    ) -> bool:
        return any(
            _reaches(reach, kind, versions[n], owners[n]) for reach in self.reaches[kind, letter]
        )


def _owners(kind: str, versions: list[Resource | None]) -> list[tuple[str, ...]]:
    """The patients that each version names; a deletion belongs to whom the version before did."""
    found: list[tuple[str, ...]] = []
    for one in versions:
        found.append(found[-1] if one is None else tuple(sorted(_named(kind, one))))
    return found


def _named(kind: str, resource: Resource) -> set[str]:
    if kind == "Patient":
        return {resource["id"]}
    said = encode(resource).decode()
    return set(re.findall(r'"Patient/([^"]+)"', said))


KEYS: dict[str, int] = {}
"""Of patients, by the store."""


def _reaches(reach: Reach, kind: str, resource: Resource | None, named: tuple[str, ...]) -> bool:
    if resource is None and (reach.query or (kind != "Practitioner" and len(named) != 1)):
        unbound = reach.house and reach.patients is None and not reach.query
        return kind != "Practitioner" and unbound
    if not named:
        if not reach.house:
            return False
    elif reach.patients is not None and not any(KEYS[one] in reach.patients for one in named):
        return False
    if reach.query:
        name, _, value = reach.query.partition("=")
        said = encode(resource).decode()
        return f'"code":"{value}"' in said if name != "status" else f'"status":"{value}"' in said
    return True


# --- making ----------------------------------------------------------------------------------


def made(number: int) -> World:
    chance = random.Random(number)
    world = World(number, [f"p{number}-{n}" for n in range(chance.randint(2, 3))])
    for id_ in world.patients:
        _add(world, chance, "Patient", id_)
    for kind, most in (("Encounter", 3), ("Observation", 6), ("Appointment", 3)):
        for n in range(chance.randint(1, most)):
            _add(world, chance, kind, f"{kind[0].lower()}{number}-{n}")
    _add(world, chance, "Practitioner", f"h{number}-0")
    return world


def _add(world: World, chance: random.Random, kind: str, id_: str) -> None:
    versions: list[Resource | None] = [_resource(world, chance, kind, id_)]
    while chance.random() < 0.25:
        again = _resource(world, chance, kind, id_)
        versions.append(None if kind != "Patient" and chance.random() < 0.3 else again)
        if versions[-1] is None:
            break
    world.versions[kind, id_] = versions


def _resource(world: World, chance: random.Random, kind: str, id_: str) -> Resource:
    made: Resource = {
        "resourceType": kind,
        "id": id_,
        "meta": {"tag": [{"system": SYSTEM, "code": world.tag}]},
        "identifier": [{"system": SYSTEM, "value": f"{world.tag}-{chance.randint(1, 3)}"}],
    }
    return made | _CONTENT[kind](world, chance)


def _patient(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "name": [{"family": chance.choice(("Martin", "Durand"))}],
        "gender": chance.choice(("male", "female")),
    }
    if chance.random() < 0.2:
        other = {"reference": f"Patient/{chance.choice(world.patients)}"}
        content["link"] = [{"other": other, "type": "seealso"}]
    return content


def _encounter(world: World, chance: random.Random) -> Resource:
    return {
        "status": chance.choice(("finished", "in-progress")),
        "class": {"code": "AMB"},
        **_subject(world, chance),
    }


def _observation(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "status": chance.choice(("final", "preliminary")),
        "category": [{"coding": [{"system": SYSTEM, "code": chance.choice(CATEGORIES)}]}],
        "code": {"coding": [{"system": SYSTEM, "code": chance.choice(CODES)}]},
        "effectiveDateTime": f"2026-01-0{chance.randint(1, 5)}",
        **_subject(world, chance),
    }
    stays = [id_ for kind, id_ in world.versions if kind == "Encounter"]
    if stays and chance.random() < 0.6:
        content["encounter"] = {"reference": f"Encounter/{chance.choice(stays)}"}
    if chance.random() < 0.3:
        performer = chance.choice(
            [f"Practitioner/h{world.number}-0", f"Patient/{chance.choice(world.patients)}"]
        )
        content["performer"] = [{"reference": performer}]
    return content


def _subject(world: World, chance: random.Random) -> Resource:
    if chance.random() < 0.1:
        return {}
    return {"subject": {"reference": f"Patient/{chance.choice(world.patients)}"}}


def _appointment(world: World, chance: random.Random) -> Resource:
    actors = chance.sample(world.patients, chance.randint(0, 2))
    named = [f"Patient/{one}" for one in actors] + [f"Practitioner/h{world.number}-0"]
    return {
        "status": chance.choice(("booked", "cancelled")),
        "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in named],
    }


def _practitioner(_world: World, chance: random.Random) -> Resource:
    return {"name": [{"family": chance.choice(("Petit", "Moreau"))}]}


_CONTENT: Final[dict[str, Callable[[World, random.Random], Resource]]] = {
    "Patient": _patient,
    "Encounter": _encounter,
    "Observation": _observation,
    "Appointment": _appointment,
    "Practitioner": _practitioner,
}
_QUERIES: Final = {
    "Observation": ("category=lab", "code=c1", "status=final"),
    "Encounter": ("status=finished",),
    "Appointment": ("status=booked",),
}


def look(world: World) -> None:
    """Gives the actor a sight: letters that mostly agree, as roles give them."""
    chance = random.Random(f"sight {world.number}")
    circle = chance.sample(world.patients, chance.randint(0, len(world.patients) - 1))
    keys = frozenset(KEYS[one] for one in circle)
    for kind in KINDS:
        usual = _reach(chance, kind, keys)
        for letter in LETTERS:
            odd = chance.random() < 0.15
            world.reaches[kind, letter] = _reach(chance, kind, keys) if odd else usual
    world.sight = Sight(world.reaches)


def _reach(chance: random.Random, kind: str, keys: frozenset[int]) -> Reaches:
    dice = chance.random()
    if dice < 0.1:
        return ()
    if dice < 0.2 and kind != "Patient":
        return (ALL,)
    query = chance.choice(_QUERIES[kind]) if kind in _QUERIES and chance.random() < 0.25 else ""
    house = chance.random() < 0.5
    reach = Reach(keys, house, query)
    if dice < 0.3 and kind in _QUERIES:
        return reach, Reach(None, chance.random() < 0.5, chance.choice(_QUERIES[kind]))
    return (reach,)


# --- asking ------------------------------------------------------------------------------------

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
        page = await self._store.history(self._world.context, kind, id_, count=1000)
        mine = [one for one in page.matches if self._mine(one)]
        return f"{page.issues} " + " ".join(map(_told, mine))

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
        new = _resource(world, chance, kind, id_)
        match = chance.choice((None, None, 1, 7))
        verb = chance.choice(("update", "update", "delete", "patch"))
        step = Interaction(
            verb=verb, type=kind, id=id_, if_match=match,
            resource=new if verb == "update" else None,
            patch=[{"op": "replace", "path": "/identifier/0/value", "value": f"n{n}"}],
        )  # fmt: skip
        yield f"{verb} {kind}/{id_} {match}", step
    id_ = f"none{world.number}"
    new = _resource(world, chance, "Observation", id_)
    yield "put absent", Interaction(verb="update", type="Observation", id=id_, resource=new)
    for kind in ("Observation", "Encounter", "Appointment"):
        new = _resource(world, chance, kind, "x")
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
    new = _resource(world, chance, "Observation", "x")
    del new["id"]
    number = f"{world.tag}-{chance.randint(1, 3)}"
    new["subject"] = {"reference": f"Patient?identifier={SYSTEM}|{number}"}
    entries: list[Resource] = [
        {"resource": new, "request": {"method": "POST", "url": "Observation"}},
        {"request": {"method": "GET", "url": f"Observation?_tag={world.tag}&_summary=count"}},
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


# --- judging -----------------------------------------------------------------------------------


class Judge:
    """Runs worlds on one store."""

    def __init__(self, store: Store, repository: Repository) -> None:
        self._store = store
        self._repository = repository

    async def run(self, numbers: Iterable[int]) -> list[str]:
        """The counter-examples among these worlds."""
        worlds = [made(number) for number in numbers]
        for world in worlds:
            for id_ in world.patients:
                KEYS[id_] = self._store.keyring.reference("Patient", id_)
            look(world)
        await self._fill(worlds)
        await self._save()
        before = await asyncio.gather(*map(self._reads, worlds))
        wrong = [one for w, seen in zip(worlds, before, strict=True) for one in _modelled(w, seen)]
        written = await asyncio.gather(*map(self._writes, worlds))
        await self._restore()
        for world in worlds:
            await self._hide(world)
        after = await asyncio.gather(*map(self._reads, worlds))
        rewritten = await asyncio.gather(*map(self._writes, worlds))
        for world, *pairs in zip(
            worlds, zip(before, after, strict=True), zip(written, rewritten, strict=True),
            strict=True,
        ):  # fmt: skip
            for one, other in pairs:
                wrong += _differing(world, one, other)
        await self._clear()
        KEYS.clear()
        return wrong

    async def _reads(self, world: World) -> Seen:
        return await Observer(self._store, self._repository, world).reads()

    async def _writes(self, world: World) -> Seen:
        return await Observer(self._store, self._repository, world).writes()

    async def _fill(self, worlds: list[World]) -> None:
        """Version by version: the first of all, then the second of those that have one."""
        for n in range(max(len(v) for w in worlds for v in w.versions.values())):
            await self._put(
                {
                    name: versions[n]
                    for world in worlds
                    for name, versions in world.versions.items()
                    if len(versions) > n
                }
            )

    async def _put(self, content: dict[tuple[str, str], Resource | None]) -> None:
        async with self._store.transaction(SHELL) as tx:
            await tx.write_many([one for one in content.values() if one is not None])
            for (kind, id_), one in content.items():
                if one is None:
                    await tx.delete(kind, id_)

    async def _hide(self, world: World) -> None:
        """What the actor knows nothing of is removed, or changed to other things as unseen."""
        chance = random.Random(f"hidden {world.number}")
        unseen = [name for name in world.versions if not world.known(*name)]
        if chance.random() < 0.5:
            unseen = [name for name in unseen if not await self._changed(world, chance, name)]
        keys = [self._store.keyring.reference(*name) for name in unseen]
        pool = self._store.pool
        await pool.execute("DELETE FROM hygie.resource WHERE key = ANY ($1)", keys)
        await pool.execute("DELETE FROM hygie.resource_history WHERE key = ANY ($1)", keys)

    async def _changed(self, world: World, chance: random.Random, name: tuple[str, str]) -> bool:
        """Whether it became something else that is as much out of sight."""
        kind, id_ = name
        new = _resource(world, chance, kind, id_)
        former, world.versions[name] = world.versions[name], [new]
        hidden = not world.known(kind, id_)
        world.versions[name] = former
        if hidden:
            await self._put({name: new})
        return hidden

    async def _save(self) -> None:
        pool = self._store.pool
        for table in ("resource", "resource_history"):
            await pool.execute(f"DROP TABLE IF EXISTS saved_{table}")
            await pool.execute(f"CREATE TABLE saved_{table} AS TABLE hygie.{table}")

    async def _restore(self) -> None:
        await self._clear()
        pool = self._store.pool
        for table in ("resource", "resource_history"):
            await pool.execute(f"INSERT INTO hygie.{table} SELECT * FROM saved_{table}")

    async def _clear(self) -> None:
        for table in ("resource", "resource_history", "outbox"):
            await self._store.pool.execute(f"DELETE FROM hygie.{table}")


def _differing(world: World, one: Seen, other: Seen) -> Iterable[str]:
    for (asked, answer), (_, again) in zip(one, other, strict=True):
        if answer != again:
            yield f"world {world.number}: {asked}\n    {answer}\n    {again}\n    {world.reaches}"


def _modelled(world: World, seen: Seen) -> Iterable[str]:
    """Reads and plain searches against the model: neither more nor less."""
    for asked, answer in seen:
        kind, _, id_ = asked.partition("/")
        if (kind, id_) in world.versions:
            read = answer.startswith(f"{asked} ") or "GONE" in answer
            if read != world.sees(kind, id_, "r"):
                yield f"world {world.number}: {asked} {answer} {world.reaches}"
        kind, _, query = asked.partition("?")
        if query != f"_tag={world.tag}&_total=accurate":
            continue
        for of, id_ in world.versions:
            there = world.versions[of, id_][-1] is not None and world.sees(of, id_, "s")
            if of == kind and (f" {kind}/{id_} " in answer) != there:
                yield f"world {world.number}: {asked} {id_} {answer} {world.reaches}"


# --- many --------------------------------------------------------------------------------------


async def judge(dsn: str, master: Any, count: int, first: int, together: int) -> int:
    from tests.conftest import MemoryTrail  # noqa: PLC0415

    from hygie.store.keys.envelope import unlock  # noqa: PLC0415

    keys = await unlock(dsn, master, generate=True)
    store = await Store.open(dsn, keys, lambda _pool: MemoryTrail(), zone=PARIS)
    failed, began = 0, monotonic()
    try:
        judge = Judge(store, Repository(store, Lenient()))
        for start in range(first, first + count, together):
            for one in (wrong := await judge.run(range(start, start + together))):
                sys.stdout.write(f"{one}\n")
            failed += len(wrong)
            done = start + together - first
            rate = done / (monotonic() - began)
            sys.stdout.write(f"{done} worlds, {failed} counter-examples, {rate:.0f}/s\n")
            sys.stdout.flush()
            store.trail.entries.clear()  # type: ignore[attr-defined]
    finally:
        await store.close()
    return failed


class Lenient:
    """Worlds are about who sees, not about what is valid."""

    def validate(self, _resource: Resource) -> list[Any]:
        return []


def main() -> int:
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from tests.conftest import prepare  # noqa: PLC0415

    from hygie.store.server.cluster import Cluster  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--together", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", durable=False)
        dsn = cluster.start("worlds")
        try:
            asyncio.run(prepare(dsn))
            master = Path(folder) / "master.key"
            failed = asyncio.run(judge(dsn, master, asked.count, asked.first, asked.together))
        finally:
            cluster.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

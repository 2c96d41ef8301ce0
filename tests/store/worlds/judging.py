"""Worlds asked before and after: what differs is a counter-example."""

import asyncio
import random
from collections.abc import Iterable
from typing import Any, Final

from tests.store.worlds.asking import Observer, Seen
from tests.store.worlds.making import KEYS, World, look, made, resource_of

from hygie.store.contract import Resource
from hygie.store.interactions import Repository
from hygie.store.store import Store
from hygie.trace import Context

SHELL: Final = Context("maker", "system")


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
        await self._hide(worlds)
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

    async def _hide(self, worlds: list[World]) -> None:
        """What the actors know nothing of is removed, or changed to other things as unseen."""
        removed: list[tuple[str, str]] = []
        changed: dict[tuple[str, str], Resource | None] = {}
        for world in worlds:
            chance = random.Random(f"hidden {world.number}")
            unseen = [name for name in world.versions if not world.known(*name)]
            other = _others(world, chance, unseen) if chance.random() < 0.5 else {}
            changed |= other
            removed += [name for name in unseen if name not in other]
        keys = [self._store.keyring.reference(*name) for name in removed]
        pool = self._store.pool
        await pool.execute("DELETE FROM hygie.resource WHERE key = ANY ($1)", keys)
        await pool.execute("DELETE FROM hygie.resource_history WHERE key = ANY ($1)", keys)
        await self._put(changed)

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


def _others(
    world: World, chance: random.Random, unseen: list[tuple[str, str]]
) -> dict[tuple[str, str], Resource | None]:
    """What they might become that is as much out of sight, those for which it is."""
    others: dict[tuple[str, str], Resource | None] = {}
    for name in unseen:
        new = resource_of(world, chance, *name)
        former, world.versions[name] = world.versions[name], [new]
        if not world.known(*name):
            others[name] = new
        world.versions[name] = former
    return others


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


class Lenient:
    """Worlds are about who sees, not about what is valid."""

    def validate(self, _resource: Resource) -> list[Any]:
        return []

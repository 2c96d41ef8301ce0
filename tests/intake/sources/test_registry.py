"""The registry of sources: versions, two administrators at once, what another process sees."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import msgspec
import pytest

from hygie.intake.sources.declaration import UNDECLARED
from hygie.intake.sources.registry import Sources
from hygie.refusal import Category, Refused
from hygie.store.capacity import POOL
from hygie.store.register import LOOK_SECONDS


def vanish(source) -> None:
    Path(source.way.path).rmdir()


def rule(refused) -> str:
    return refused.value.refusal.issues[0].rule


async def test_what_is_declared_is_what_is_read_again(sources, store, ground, context, wire):
    """Guards: a declaration that loses a value on its way to the database and back."""
    source = msgspec.structs.replace(
        wire("gam", peers=("10.0.0.0/8",)), title="Urgences", events=("ADT^*",), retention_days=30
    )
    declared = await sources.declare(source, context)
    assert (declared.version, declared.value) == (1, source)
    assert (await sources.declared())[0] == declared
    assert (await Sources(store, ground).find("gam")) == declared


async def test_a_source_nobody_declared_has_the_defaults(sources):
    """Guards: a message refused because its source is new."""
    found = await sources.named("ailleurs")
    assert found == msgspec.structs.replace(UNDECLARED, name="ailleurs")
    assert await sources.find("ailleurs") is None


async def test_of_two_administrators_the_second_is_told(sources, context, wire):
    """Guards: a change that undoes another's without anybody knowing."""
    first = await sources.declare(wire("gam"), context, version=0)
    await sources.declare(wire("gam", 2576), context, version=first.version)
    with pytest.raises(Refused) as refused:
        await sources.declare(wire("gam", 2577), context, version=first.version)
    assert rule(refused) == "source.changed"
    assert refused.value.refusal.category is Category.CONFLICT
    assert (await sources.named("gam")).way.port == 2576


async def test_two_at_once_never_share_a_port(sources, store, ground, context, wire):
    """Guards: two declarations that were each checked before the other was written."""
    another = Sources(store, ground)
    outcomes = await asyncio.gather(
        sources.declare(wire("a"), context), another.declare(wire("b"), context),
        return_exceptions=True,
    )  # fmt: skip
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert [one.refusal.issues[0].rule for one in refused] == ["source.port"]


async def test_another_process_heeds_a_change_within_a_second(
    sources, store, ground, context, wire
):
    """Guards: a process that goes by a declaration of yesterday; and one that asks all the time."""
    now = 100.0
    another = Sources(store, ground, clock=lambda: now)
    await another.named("gam")
    await sources.declare(wire("gam"), context)
    assert (await another.named("gam")).way is None
    now += LOOK_SECONDS
    assert (await another.named("gam")).way.port == 2575


async def test_start_and_stop_are_versions_as_any_change(sources, context, wire, trail):
    """Guards: a feed stopped at night and nobody to say by whom."""
    await sources.declare(wire("gam"), context)
    assert not (await sources.stop("gam", context)).value.running
    assert (await sources.stop("gam", context)).version == 2
    assert (await sources.start("gam", context)).value.running
    history = await sources.history("gam")
    assert [(one.version, one.value.running) for one in history] == [
        (3, True),
        (2, False),
        (1, True),
    ]
    assert {one.by for one in history} == {context.actor}
    assert [entry.detail for entry in trail.entries] == [f"source gam {n}" for n in (1, 2, 3)]


async def test_a_source_starts_only_if_its_folder_is_still_there(sources, context, deposit):
    """Guards: a source that runs in name only."""
    source = deposit("labo", running=False)
    await sources.declare(source, context)
    vanish(source)
    with pytest.raises(Refused) as refused:
        await sources.start("labo", context)
    assert rule(refused) == "source.folder"
    assert not (await sources.named("labo")).running


async def test_what_is_removed_keeps_its_history_and_its_count(sources, context, wire, trail):
    """Guards: a source that comes back under a version that meant something else."""
    await sources.declare(wire("gam"), context)
    await sources.remove("gam", context)
    assert await sources.find("gam") is None
    assert trail.entries[-1].action == "withdraw"
    again = await sources.declare(wire("gam"), context, version=0)
    assert again.version == 3
    assert [one.value is None for one in await sources.history("gam")] == [False, True, False]


@pytest.mark.parametrize("change", ["start", "stop", "remove"])
async def test_an_unknown_source_is_refused(sources, context, change):
    """Guards: a slip of the pen that seems to have worked."""
    with pytest.raises(Refused) as refused:
        await getattr(sources, change)("nulle-part", context)
    assert rule(refused) == "source.unknown"


async def test_a_dump_shows_no_address_and_no_path(sources, store, context, wire, deposit):
    """Guards: the establishment's network in a stolen backup."""
    await sources.declare(wire("gam", peers=("10.93.7.0/24",)), context)
    await sources.declare(deposit("labo"), context)
    for table in ("source", "source_history"):
        rows = await store.pool.fetch(f"SELECT sealed FROM hygie.{table}")
        assert rows
        assert not [row for row in rows if b"10.93" in row["sealed"] or b"depots" in row["sealed"]]


async def test_a_declaration_moved_to_another_name_does_not_open(sources, store, context, wire):
    """Guards: somebody with the database who makes one source pass for another."""
    await sources.declare(wire("gam"), context)
    await store.pool.execute("UPDATE hygie.source SET name = 'labo'")
    with pytest.raises(Exception, match=r"^$"):
        await Sources(store, sources.ground).declared()


async def test_what_is_not_on_record_is_not_declared(sources, store, context, wire, monkeypatch):
    """Guards: a change of a feed without trace."""

    async def full(*_):
        raise asyncpg.DiskFullError

    monkeypatch.setattr(store.trail, "append", full)
    with pytest.raises(asyncpg.DiskFullError):
        await sources.declare(wire("gam"), context)
    assert await sources.declared() == ()


async def test_who_holds_every_connection_may_still_ask_for_a_source(store, sources):
    """A gateway that stands still: each transaction waits for a connection that another holds."""
    async with AsyncExitStack() as held:
        for _ in range(POOL):
            await held.enter_async_context(store.pool.acquire())
        async with asyncio.timeout(5):
            assert (await sources.named("gam")).name == "gam"

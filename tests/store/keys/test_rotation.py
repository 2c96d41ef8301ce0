"""Guards against a rotation that loses a key, or that leaves the former master key in force."""

import asyncio

import pytest
from tests.store.killing import killed_at

from hygie.refusal import Refused
from hygie.store.keys.envelope import unlock
from hygie.store.keys.keyfile import former_key_file
from hygie.store.keys.master import MasterKey
from hygie.store.keys.rotation import rewrap, rotate, rotate_file
from hygie.store.store import Store
from hygie.trace import Context

CONTEXT = Context(actor="tests", kind="system")


async def generations(store: Store) -> set[int]:
    rows = await store.pool.fetch("SELECT DISTINCT generation FROM hygie.patient_key")
    return {row["generation"] for row in rows}


def patient(name: str) -> dict:
    return {"resourceType": "Patient", "id": name, "name": [{"family": "Martin"}]}


@pytest.fixture
async def three(store, context):
    async with store.transaction(context) as transaction:
        await transaction.write_many([patient("a"), patient("b"), patient("c")])
    return store


async def test_everything_opens_under_the_new_key_and_no_body_was_rewritten(
    three, reopen, master_key, make_patient_query
):
    """A rotation that rewrites terabytes is never made; one that loses a key is worse."""
    before = await three.pool.fetch("SELECT body FROM hygie.resource ORDER BY key")
    await rotate_file(three, CONTEXT, master_key)
    assert await rewrap(three) == 3
    after = await reopen()
    assert (await after.read(CONTEXT, "Patient", "b")).id == "b"
    assert len((await after.search(CONTEXT, make_patient_query("name", "martin"))).matches) == 3
    assert before == await after.pool.fetch("SELECT body FROM hygie.resource ORDER BY key")
    assert await generations(after) == {2}
    await after.close()


async def test_the_former_key_is_refused(three, database_url, master_key):
    """A key that was stolen must open nothing that is dumped from now on."""
    former = await rotate_file(three, CONTEXT, master_key)
    assert former == former_key_file(master_key, MasterKey.load(former).name)
    with pytest.raises(Refused, match=r"store\.key-wrong"):
        await unlock(database_url, former)


async def test_only_the_present_key_gives_way(three):
    """Whoever holds some other key must not put theirs in place."""
    with pytest.raises(Refused, match=r"store\.key-wrong"):
        await rotate(three, CONTEXT, MasterKey.random(), MasterKey.random())


async def test_a_rotation_is_on_record(three, master_key, trail):
    """When, by whom, from which key to which: the security officer's first questions."""
    former = await rotate_file(three, CONTEXT, master_key)
    entry = trail.entries[-1]
    assert (entry.action, entry.context) == ("rotate-key", CONTEXT)
    assert entry.detail == f"{MasterKey.load(former).name} -> {MasterKey.load(master_key).name}"


async def test_a_server_that_runs_meanwhile_learns_the_new_keys(three, other, master_key):
    """Rotating must not ask for the ward's servers to be stopped: the key file is read again."""
    await rotate_file(three, CONTEXT, master_key)
    await rewrap(three)
    assert (await other.read(CONTEXT, "Patient", "a")).id == "a"
    async with other.transaction(CONTEXT) as transaction:
        await transaction.create(patient("d"), id="d")
    assert await generations(three) == {2}


async def test_a_server_that_cannot_learn_them_says_so(three, reopen, tmp_path, master_key):
    """A key wrapped under a generation that is gone would be a record lost."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(master_key.read_bytes())
    elsewhere.chmod(0o600)
    running = await reopen(elsewhere)
    await rotate_file(three, CONTEXT, master_key)
    await rewrap(three)
    for work in (patient("a") | {"active": True}, patient("d")):
        with pytest.raises(Refused, match=r"store\.key-rotated"):
            async with running.transaction(CONTEXT) as transaction:
                await transaction.update(work)
    await running.close()


async def test_keys_made_while_others_move_are_kept(three, other, master_key):
    """Patients are admitted while the rotation runs."""

    async def admit(number: int) -> None:
        async with other.transaction(CONTEXT) as transaction:
            await transaction.create(patient(f"p{number}"), id=f"p{number}")

    await rotate_file(three, CONTEXT, master_key)
    await asyncio.gather(rewrap(three), *(admit(number) for number in range(30)))
    await rewrap(three)
    for number in range(30):
        assert (await three.read(CONTEXT, "Patient", f"p{number}")).version == 1


def test_a_rotation_killed_at_any_point_loses_nothing(three, reopen, master_key):
    """Between any two statements, and between commit and renaming: the next start opens all."""

    async def rotated(store: Store) -> None:
        await rotate_file(store, CONTEXT, master_key)
        await rewrap(store)

    async def check() -> None:
        store = await reopen()
        for name in ("a", "b"):
            assert (await store.read(CONTEXT, "Patient", name)).id == name
        await store.close()

    step = 0
    while killed_at(step, reopen, rotated):
        asyncio.run(check())
        step += 1
    assert step > 10
    asyncio.run(check())

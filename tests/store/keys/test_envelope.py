"""Guards against a start that makes a key where one exists already, or opens with the wrong one."""

import asyncio

import asyncpg
import pytest

from hygie.refusal import Refused
from hygie.store.keys import envelope
from hygie.store.keys.envelope import unlock
from hygie.store.keys.master import MasterKey


async def test_the_keys_are_the_same_after_a_restart(database_url, tmp_path):
    """Other keys would make every record unreadable, and unfindable."""
    first = await unlock(database_url, tmp_path / "key", generate=True)
    again = await unlock(database_url, tmp_path / "key")
    assert again.check_value() == first.check_value()
    assert again.unwrap(first.wrap(b"k" * 32, 5), 5) == b"k" * 32


async def test_no_key_is_made_for_a_database_that_has_one(database_url, tmp_path):
    """A stray key file would be taken for the lost one, and backed up in its place."""
    await unlock(database_url, tmp_path / "key", generate=True)
    with pytest.raises(Refused, match=r"store\.key-missing"):
        await unlock(database_url, tmp_path / "other", generate=True)
    assert not (tmp_path / "other").exists()


async def test_a_key_named_but_absent_is_not_made(database_url, tmp_path):
    """A volume that is not mounted must not be filled with a new key."""
    with pytest.raises(Refused, match=r"store\.key-missing"):
        await unlock(database_url, tmp_path / "key")
    assert not (tmp_path / "key").exists()


async def test_a_failed_first_start_leaves_no_key(database_url, tmp_path, monkeypatch):
    """A key under which nothing was committed is a stray file."""
    monkeypatch.setattr(envelope, "ADD", "INSERT INTO hygie.nowhere VALUES ($1, $2, $3)")
    with pytest.raises(asyncpg.UndefinedTableError):
        await unlock(database_url, tmp_path / "key", generate=True)
    assert not (tmp_path / "key").exists()


async def test_servers_that_start_together_agree(database_url, tmp_path):
    """Two first starts that each made keys would write a store in two halves."""
    keyrings = await asyncio.gather(
        *(unlock(database_url, tmp_path / "key", generate=True) for _ in range(5))
    )
    assert len({keyring.check_value() for keyring in keyrings}) == 1


async def test_another_master_key_is_named(database_url, tmp_path):
    """An administrator with several keys must learn which one is asked for."""
    await unlock(database_url, tmp_path / "key", generate=True)
    other = MasterKey.generate(tmp_path / "other")
    with pytest.raises(Refused, match=r"store\.key-wrong") as refused:
        await unlock(database_url, tmp_path / "other")
    details = refused.value.refusal.issues[0].details
    assert details == {"expected": MasterKey.load(tmp_path / "key").name, "found": other.name}

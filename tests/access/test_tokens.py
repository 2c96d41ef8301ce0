"""Tokens of machine clients."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag

from hygie.access import Access
from hygie.ledger import Ledger
from hygie.limits import CLIENT_CACHE_SECONDS, MAX_TOKEN_DAYS
from hygie.refusal import Refused
from hygie.store.keys.keyring import Keyring

HOUR = timedelta(hours=1)


async def test_a_token_tells_its_client_and_scopes(access: Access) -> None:
    """Guards: a client taken for another, or given other rights."""
    bearer = await access.create_token("Labo", "system/Observation.read", HOUR)
    client = await access.client(bearer)
    assert client
    assert client.name == "labo"
    assert client.scopes.allows("Observation", "s")
    assert not client.scopes.allows("Observation", "c")
    assert not client.scopes.allows("Patient", "r")


async def test_anything_else_tells_nobody(access: Access) -> None:
    """Guards: an invented token."""
    await access.create_token("labo", "system/*.cruds", HOUR)
    for bearer in ("", "x", "hygie_" + "a" * 43, "é" * 49, "a" * 1_000_000):
        assert await access.client(bearer) is None


async def test_it_expires_at_its_instant(access: Access, clock: Any) -> None:
    """Guards: a token that lives on in memory."""
    bearer = await access.create_token("labo", "system/*.cruds", timedelta(seconds=3))
    clock.advance(seconds=2.999)
    assert await access.client(bearer)
    clock.advance(seconds=0.001)
    assert await access.client(bearer) is None


async def test_a_revoked_one_is_refused_at_once_here(access: Access, clock: Any) -> None:
    """Guards: a stolen token that cannot be stopped."""
    bearer = await access.create_token("labo", "system/*.cruds", HOUR)
    client = await access.client(bearer)
    assert client
    await access.revoke_token(client.token)
    assert await access.client(bearer) is None
    with pytest.raises(Refused, match=r"access\.no-token"):
        await access.revoke_token(client.token)
    assert (await access.list_tokens())[0].revoked == clock.now


async def test_and_within_seconds_elsewhere(
    access: Access, pool: asyncpg.Pool, keyring: Keyring, ledger: Ledger, clock: Any
) -> None:
    """Guards: a token stopped in one process and honoured for ever in another."""
    other = Access(pool, keyring, ledger, clock=clock)
    bearer = await access.create_token("labo", "system/*.cruds", HOUR)
    client = await other.client(bearer)
    assert client
    await access.revoke_token(client.token)
    clock.advance(seconds=CLIENT_CACHE_SECONDS)
    assert await other.client(bearer) is None


async def test_lifetimes_are_bounded(access: Access) -> None:
    """Guards: tokens that never end."""
    longest = timedelta(days=MAX_TOKEN_DAYS)
    assert await access.create_token("labo", "system/*.cruds", longest)
    for ttl in (timedelta(0), timedelta(seconds=-1), longest + timedelta(seconds=1)):
        with pytest.raises(Refused, match=r"access\.lifetime"):
            await access.create_token("labo", "system/*.cruds", ttl)


async def test_one_client_may_have_two_tokens(access: Access) -> None:
    """Guards: an interruption each time a token is replaced."""
    old = await access.create_token("labo", "system/*.r", HOUR)
    new = await access.create_token("labo", "system/*.r", HOUR)
    tokens = await access.list_tokens()
    await access.revoke_token(tokens[-1].id)
    assert await access.client(old) is None
    assert await access.client(new)


async def test_the_database_does_not_know_tokens(access: Access, dump: Any) -> None:
    """Guards: a stolen dump used to call the API; scopes and secrets readable in it."""
    bearer = await access.create_token("labo", "system/Observation.r", HOUR)
    stolen = await dump()
    assert bearer not in stolen
    assert bearer.encode().hex() not in stolen
    assert b"system/Observation".hex() not in stolen


async def test_rights_cannot_be_moved_to_another_token(access: Access, pool: asyncpg.Pool) -> None:
    """Guards: a database writer without the key giving a token the rights of another."""
    narrow = await access.create_token("a", "system/Patient.r", HOUR)
    await access.create_token("b", "system/*.cruds", HOUR)
    await pool.execute(
        "UPDATE hygie.token SET sealed = (SELECT sealed FROM hygie.token WHERE id = 2) WHERE id = 1"
    )
    with pytest.raises(InvalidTag):
        await access.client(narrow)


async def test_giving_and_taking_are_traced(access: Access, ledger: Ledger) -> None:
    """Guards: a token that nobody can say who made; its secret in the trace."""
    bearer = await access.create_token("labo", "system/*.cruds", HOUR)
    await access.revoke_token(1)
    revoked, created = (record.entry for record in await ledger.recent())
    assert (created.action, created.context.actor) == ("create-token", "console")
    assert created.detail == "token 1 of labo: system/*.cruds"
    assert (revoked.action, revoked.detail) == ("revoke-token", "token 1 of labo")
    assert bearer not in created.detail

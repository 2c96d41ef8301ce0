"""Guards what is done on behalf of clients that are away: not an instant longer than they may."""

from datetime import timedelta

import pytest

from hygie.access import Access
from hygie.access.standing import Standing
from hygie.limits import CLIENT_CACHE_SECONDS


@pytest.fixture
def standing(pool, keyring, clock) -> Standing:
    return Standing(pool, keyring, clock)


async def made(access: Access, scopes: str, hours: int = 1) -> int:
    secret = await access.create_token("ward", scopes, timedelta(hours=hours))
    client = await access.client(secret)
    assert client is not None
    return client.token


async def test_a_revocation_counts_within_its_second(access, standing, clock):
    """Danger: a client that was sent away goes on receiving."""
    token = await made(access, "system/Patient.rs")
    await standing.refresh()
    assert standing.in_force(token)
    assert [str(one) for one in standing.scopes_of("ward")] == ["system/Patient.rs"]
    await access.revoke_token(token)
    clock.advance(seconds=CLIENT_CACHE_SECONDS)
    assert await standing.refresh()
    assert standing.is_revoked(token)
    assert not standing.in_force(token)
    assert standing.scopes_of("ward") == ()


async def test_an_end_counts_at_its_instant(access, standing, clock):
    """Danger: a token outlives what it was given for."""
    token = await made(access, "system/Patient.rs")
    await made(access, "system/Observation.rs", hours=2)
    await standing.refresh()
    clock.advance(hours=1)
    assert not standing.in_force(token)
    assert not standing.is_revoked(token)
    assert [str(one) for one in standing.scopes_of("ward")] == ["system/Observation.rs"]


async def test_a_new_token_is_seen_at_once_when_it_must(access, standing):
    """Danger: a client that was just let in is refused."""
    await standing.refresh()
    token = await made(access, "system/Patient.rs")
    assert not await standing.refresh()
    assert not standing.in_force(token)
    assert await standing.refresh(at_once=True)
    assert standing.in_force(token)
    assert str(await standing.scopes_of_token(token)) == "system/Patient.rs"
    assert str(await standing.scopes_of_token(token + 1)) == ""

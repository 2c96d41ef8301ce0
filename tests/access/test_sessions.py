"""Sessions of people."""

from typing import Any

import asyncpg
import msgspec
import pytest
from cryptography.exceptions import InvalidTag

from hygie.access import Access
from hygie.access.rights import shipped
from hygie.access.secret import new_secret
from hygie.limits import SESSION_HOURS, SESSION_IDLE_MINUTES
from hygie.refusal import Refused


@pytest.fixture
async def token(access: Access, alice: str, password: str) -> str:
    return await access.sign_in(alice, password)


async def test_it_ends_when_left_alone(access: Access, token: str, clock: Any) -> None:
    """Guards: a screen left open on a ward."""
    clock.advance(minutes=SESSION_IDLE_MINUTES)
    assert await access.session(token) is None


async def test_it_lives_while_used(access: Access, token: str, clock: Any) -> None:
    """Guards: people thrown out in the middle of their work."""
    for _ in range(5):
        clock.advance(minutes=SESSION_IDLE_MINUTES - 1)
        assert await access.session(token)


async def test_it_ends_at_last(access: Access, token: str, clock: Any) -> None:
    """Guards: a stolen session kept alive for ever."""
    for _ in range(SESSION_HOURS * 4):
        assert await access.session(token)
        clock.advance(minutes=15)
    assert await access.session(token) is None


async def test_signing_out_ends_it_at_once(access: Access, token: str) -> None:
    """Guards: a session that outlives its user."""
    await access.sign_out(token)
    assert await access.session(token) is None


async def test_an_invented_one_is_nobodys(access: Access, token: str) -> None:
    """Guards: sessions guessed; a session chosen by an attacker beforehand."""
    for invented in ("", "x", new_secret(), "é" * 49):
        assert await access.session(invented) is None
        await access.sign_out(invented)
    assert await access.session(token)


async def test_signing_in_again_makes_a_new_one(
    access: Access, alice: str, password: str, token: str
) -> None:
    """Guards: a session known to others that becomes a signed-in one."""
    again = await access.sign_in(alice, password, previous=token)
    assert again != token
    assert await access.session(token) is None
    assert await access.session(again)


async def test_a_new_password_ends_all(access: Access, alice: str, token: str) -> None:
    """Guards: a thief who stays after the password was changed."""
    await access.set_password(alice, "Autre-Phrase-2027")
    assert await access.session(token) is None


async def test_disabling_ends_all(access: Access, alice: str, token: str) -> None:
    """Guards: people who left, still reading."""
    await access.disable_account(alice)
    assert await access.session(token) is None
    await access.enable_account(alice)
    assert await access.session(token) is None


async def test_a_session_of_an_account_disabled_by_hand_is_closed(
    access: Access, alice: str, token: str, pool: asyncpg.Pool
) -> None:
    """Guards: an account disabled by other means than the program's."""
    await pool.execute("UPDATE hygie.account SET disabled = now()")
    assert await access.session(token) is None


async def test_the_database_does_not_know_sessions(token: str, dump: Any) -> None:
    """Guards: a stolen dump used to take over a session."""
    stolen = await dump()
    assert token not in stolen
    assert token.encode().hex() not in stolen


async def test_a_session_cannot_be_moved_or_prolonged(
    access: Access, token: str, password: str, pool: asyncpg.Pool, clock: Any
) -> None:
    """Guards: a database writer without the key becoming an administrator."""
    await access.create_account("root", "Root", "administrator", password)
    await pool.execute("UPDATE hygie.session SET account = 'root'")
    assert await access.session(token) is None
    await pool.execute("UPDATE hygie.session SET account = 'alice', expires = 'infinity'")
    clock.advance(hours=SESSION_HOURS)
    await pool.execute("UPDATE hygie.session SET seen = $1", clock.now)
    assert await access.session(token) is None


async def test_a_role_cannot_be_given_in_the_database(
    access: Access, token: str, password: str, pool: asyncpg.Pool
) -> None:
    """Guards: a database writer without the key giving an account another's role or password."""
    await access.create_account("root", "Root", "administrator", password)
    await pool.execute(
        "UPDATE hygie.account SET sealed = (SELECT sealed FROM hygie.account WHERE name = 'root')"
    )
    with pytest.raises(InvalidTag):
        await access.session(token)


async def test_a_purpose_is_chosen_for_one_session_among_those_of_the_role(
    access: Access, alice: str, password: str
) -> None:
    """Guards: a purpose that nobody gave; one that follows to another workstation, or is lost at
    the next proof."""
    role = shipped().roles["physician"]
    wider = msgspec.structs.replace(role, purposes=("TREAT", "ETREAT", "HRESCH"))
    access.rights.roles["physician"] = wider  # type: ignore[index]
    try:
        here, there = [await access.sign_in(alice, password) for _ in range(2)]
        session = await access.current(here)
        assert session is not None
        for wrong in ("ETREAT", "HPAYMT", "", "care"):
            with pytest.raises(Refused, match=r"access\.purpose"):
                await access.ask_for(session, here, wrong)
        await access.ask_for(session, here, "HRESCH")
        chosen = [await access.current(one) for one in (here, there)]
        assert [one and one.purpose for one in chosen] == ["HRESCH", None]
        assert access.rights.purpose_of("physician", "HRESCH") == "HRESCH"
    finally:
        access.rights.roles["physician"] = role  # type: ignore[index]
    assert access.rights.purpose_of("physician", "HRESCH") == "TREAT"


async def test_ended_sessions_are_removed(
    access: Access, token: str, alice: str, password: str, pool: asyncpg.Pool, clock: Any
) -> None:
    """Guards: a table that grows for ever."""
    clock.advance(hours=SESSION_HOURS)
    await access.sign_in(alice, password)
    assert await pool.fetchval("SELECT count(*) FROM hygie.session") == 1


async def test_a_session_says_how_it_was_opened(access: Access, alice: str, clock: Any) -> None:
    """Guards: acts that ask for a fresh or a strong proof, allowed on a weak one."""
    weak = await access.current(
        await access.open_session(alice, source="10.0.0.7", amr=("federated",))
    )
    clock.advance(minutes=5)
    strong = await access.current(await access.open_session(alice, source="", amr=("otp", "mfa")))
    assert weak
    assert strong
    assert (weak.strong, strong.strong) == (False, True)
    assert (weak.amr, weak.source) == (("federated",), "10.0.0.7")
    assert strong.proven - weak.proven == strong.opened - weak.opened
    assert strong.proven == clock.now


async def test_nobody_vouches_for_an_account_that_is_closed(access: Access, alice: str) -> None:
    """Guards: people who left, let in by an identity provider that still knows them."""
    await access.disable_account(alice)
    for name in (alice, "nobody"):
        with pytest.raises(Refused):
            await access.open_session(name, source="", amr=("mfa",))

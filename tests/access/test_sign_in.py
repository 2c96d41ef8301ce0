"""Signing in and out."""

import asyncio
from typing import Any

import asyncpg
import pytest
from argon2 import PasswordHasher

from hygie.access import Access
from hygie.access.hashing import Hasher
from hygie.ledger import Ledger
from hygie.limits import (
    SIGN_IN_ATTEMPTS,
    SIGN_IN_ATTEMPTS_ALL_SOURCES,
    SIGN_IN_FAMILIAR_DAYS,
    SIGN_IN_WINDOW_MINUTES,
)
from hygie.refusal import Category, Refusal, Refused
from hygie.store.keys.keyring import Keyring


async def attempt(access: Access, name: str, password: str, source: str = "home") -> Refusal | None:
    try:
        await access.sign_in(name, password, source=source)
    except Refused as refused:
        return refused.refusal
    return None


async def fail(access: Access, times: int, name: str = "alice", source: str = "home") -> None:
    for _ in range(times):
        refusal = await attempt(access, name, "wrong", source)
        assert refusal
        assert refusal.category is Category.UNAUTHENTICATED


async def paused(access: Access, name: str, password: str, source: str) -> bool:
    refusal = await attempt(access, name, password, source)
    return refusal is not None and refusal.category is Category.TOO_MANY


async def test_the_right_password_opens_a_session(
    access: Access, alice: str, password: str
) -> None:
    """Guards: the door itself."""
    token = await access.sign_in("  ALICE ", password)
    account = await access.session(token)
    assert account
    assert (account.name, account.display, account.role) == (alice, "Dr Alice Martin", "physician")


async def test_whatever_is_wrong_the_words_are_the_same(access: Access, alice: str) -> None:
    """Guards: accounts found out by trying names."""
    known = await attempt(access, alice, "wrong")
    assert known
    for name in ("nobody", "", "not a name", "\ud800", "а" * 100):
        assert await attempt(access, name, "wrong") == known


async def test_whatever_is_wrong_the_work_is_the_same(
    access: Access, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: accounts found out by measuring answers: each verifies one password."""
    verified: list[str] = []
    matches = Hasher._matches

    def count(self: Hasher, hashed: str, password: str) -> bool:
        verified.append(hashed)
        return matches(self, hashed, password)

    monkeypatch.setattr(Hasher, "_matches", count)
    for number, name in enumerate((alice, "nobody", "not a name"), start=1):
        await attempt(access, name, "wrong")
        assert len(verified) == number


async def test_guessing_is_paused(access: Access, alice: str, password: str, clock: Any) -> None:
    """Guards: passwords tried without end; and a pause without one."""
    await fail(access, SIGN_IN_ATTEMPTS)
    assert await paused(access, alice, password, "home")
    clock.advance(minutes=SIGN_IN_WINDOW_MINUTES - 1)
    assert await paused(access, alice, password, "home")
    clock.advance(minutes=1)
    assert await access.sign_in(alice, password, source="home")


async def test_a_pause_says_how_long(access: Access, alice: str, clock: Any) -> None:
    """Guards: people who try again and again because nothing says when."""
    await fail(access, SIGN_IN_ATTEMPTS)
    clock.advance(minutes=SIGN_IN_WINDOW_MINUTES - 2)
    refusal = await attempt(access, alice, "wrong")
    assert refusal
    assert "Attendez 2 min" in refusal.issues[0].text("fr")


async def test_a_stranger_does_not_lock_the_owner_out(
    access: Access, alice: str, password: str
) -> None:
    """Guards: a nurse kept out by whoever types her name elsewhere."""
    await fail(access, SIGN_IN_ATTEMPTS, source="stranger")
    assert await paused(access, alice, password, "stranger")
    assert await access.sign_in(alice, password, source="home")


async def test_nor_do_many_strangers(access: Access, alice: str, password: str) -> None:
    """Guards: guessing from a hundred addresses; the owner locked out by it where she works."""
    await access.sign_in(alice, password, source="home")
    for stranger in range(SIGN_IN_ATTEMPTS_ALL_SOURCES // SIGN_IN_ATTEMPTS):
        await fail(access, SIGN_IN_ATTEMPTS, source=f"stranger {stranger}")
    assert await paused(access, alice, password, "one more")
    assert await access.sign_in(alice, password, source="home")


async def test_pausing_does_not_tell_accounts(access: Access, alice: str) -> None:
    """Guards: accounts found out by which names get paused."""
    for name in (alice, "nobody", "not a name"):
        await fail(access, SIGN_IN_ATTEMPTS, name)
        assert await paused(access, name, "wrong", "home")


async def test_many_guesses_at_the_same_instant_count_each(access: Access, alice: str) -> None:
    """Guards: a thousand guesses sent before the first is counted."""
    guesses = (attempt(access, alice, "wrong") for _ in range(SIGN_IN_ATTEMPTS * 3))
    refusals = await asyncio.gather(*guesses)
    tried = [r for r in refusals if r and r.category is Category.UNAUTHENTICATED]
    assert len(tried) == SIGN_IN_ATTEMPTS


async def test_success_forgets_the_failures_before_it(
    access: Access, alice: str, password: str
) -> None:
    """Guards: an account paused for the slips of a whole morning."""
    for _ in range(3):
        await fail(access, SIGN_IN_ATTEMPTS - 1)
        assert await access.sign_in(alice, password, source="home")


async def test_counts_are_forgotten_in_time(
    access: Access, alice: str, password: str, pool: asyncpg.Pool, clock: Any
) -> None:
    """Guards: a table that grows with every name a stranger tries."""
    await access.sign_in(alice, password)
    for name in ("nobody", "not a name", "someone"):
        await attempt(access, name, "wrong")
    clock.advance(minutes=SIGN_IN_WINDOW_MINUTES, seconds=1)
    await attempt(access, "nobody", "wrong")
    assert await pool.fetchval("SELECT count(*) FROM hygie.attempt") == 2
    clock.advance(days=SIGN_IN_FAMILIAR_DAYS)
    await attempt(access, "nobody", "wrong")
    assert await pool.fetchval("SELECT count(*) FROM hygie.attempt") == 1


async def test_a_password_not_tried_does_not_count(
    access: Access, alice: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a crowd at eight o'clock that pauses everybody's accounts."""
    with monkeypatch.context() as crowded:
        crowded.setattr(access._hasher._turns, "_most", 0)
        for _ in range(SIGN_IN_ATTEMPTS + 1):
            refusal = await attempt(access, alice, password)
            assert refusal
            assert refusal.category is Category.BUSY
    assert await access.sign_in(alice, password, source="home")


async def test_a_disabled_account_is_like_none(access: Access, alice: str, password: str) -> None:
    """Guards: people who left, signing in; their password confirmed to whoever tries it."""
    await access.disable_account(alice)
    assert await attempt(access, alice, password) == await attempt(access, "nobody", password)
    await access.enable_account(alice)
    assert await access.sign_in(alice, password)


async def test_hashes_follow_todays_parameters(
    access: Access,
    alice: str,
    password: str,
    pool: asyncpg.Pool,
    keyring: Keyring,
    ledger: Ledger,
) -> None:
    """Guards: hashes that stay as weak as the year they were made."""
    stronger = Hasher(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    newer = Access(pool, keyring, ledger, hasher=stronger)
    before = await pool.fetchval("SELECT sealed FROM hygie.account")
    await newer.sign_in(alice, password)
    after = await pool.fetchval("SELECT sealed FROM hygie.account")
    assert before != after
    await newer.sign_in(alice, password)
    assert await pool.fetchval("SELECT sealed FROM hygie.account") == after


async def test_a_password_changed_meanwhile_opens_nothing(
    access: Access, alice: str, password: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a session opened by a thief with the old password, as the new one is set."""
    verify = Hasher.verify

    async def slowly(self: Hasher, hashed: str | None, typed: str) -> bool:
        right = await verify(self, hashed, typed)
        await access.set_password(alice, "Autre-Phrase-2027")
        return right

    monkeypatch.setattr(Hasher, "verify", slowly)
    assert await attempt(access, alice, password)
    assert (await ledger.recent(1))[0].entry.outcome == "refused"


async def test_coming_and_going_is_traced(
    access: Access, alice: str, password: str, ledger: Ledger
) -> None:
    """Guards: an access that nobody can tell afterwards."""
    token = await access.sign_in(alice, password, source="10.0.0.7")
    await access.sign_out(token)
    await access.sign_out(token)
    await attempt(access, alice, "wrong", "10.0.0.8")
    entries = [record.entry for record in await ledger.recent()]
    assert [
        (e.context.actor, e.action, e.context.address, e.outcome, e.reason) for e in entries
    ] == [
        ("alice", "sign-in", "10.0.0.8", "refused", "access.wrong"),
        ("alice", "sign-out", "", "permitted", ""),
        ("alice", "sign-in", "10.0.0.7", "permitted", ""),
        ("console", "create-account", "", "permitted", ""),
    ]
    assert entries[-1].detail == ("account alice: display - → Dr Alice Martin, role - → physician")


async def test_a_pause_is_traced(access: Access, alice: str, ledger: Ledger) -> None:
    """Guards: an attack that leaves no trace once it is being refused."""
    await fail(access, SIGN_IN_ATTEMPTS)
    await paused(access, alice, "wrong", "home")
    latest = (await ledger.recent(1))[0].entry
    assert (latest.action, latest.outcome, latest.reason) == ("sign-in", "refused", "access.paused")
    assert latest.context.address == "home"


async def test_a_password_typed_as_a_name_is_kept_nowhere(
    access: Access, ledger: Ledger, dump: Any
) -> None:
    """Guards: passwords in traces, because somebody typed too early."""
    await attempt(access, "Cheval-Agrafe-2026", "x")
    stolen = (await dump()).casefold()
    assert "cheval" not in stolen
    assert b"cheval".hex() not in stolen
    traced = (await ledger.recent())[0].entry
    assert traced.context.actor == "unknown"
    assert "cheval" not in traced.detail.casefold()

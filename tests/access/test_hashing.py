"""Passwords hashed and verified, off the event loop."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from hygie.access.hashing import Hasher
from hygie.limits import MAX_PASSWORD_CHARACTERS, SIGN_IN_CONCURRENT, SIGN_IN_WAITING
from hygie.refusal import Refused


class SlowArgon2(PasswordHasher):
    """Waits for leave, and counts how many verify at once."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.leave = threading.Event()
        self.full = threading.Event()
        self.running = self.most = 0
        self._counting = threading.Lock()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        with self._counting:
            self.running += 1
            self.most = max(self.most, self.running)
            if self.running == SIGN_IN_CONCURRENT:
                self.full.set()
        self.leave.wait(20)
        with self._counting:
            self.running -= 1
        return super().verify(hash, password)


async def test_only_the_right_password_is_right(cheap: PasswordHasher) -> None:
    """Guards: the wrong one taken."""
    hasher = Hasher(cheap)
    hashed = await hasher.hash("Cheval-Agrafe-2026")
    assert await hasher.verify(hashed, "Cheval-Agrafe-2026")
    assert not await hasher.verify(hashed, "cheval-agrafe-2026")
    assert not await hasher.verify(hashed, "")
    assert not await hasher.verify(hashed, "\ud800")


async def test_accents_do_not_depend_on_the_keyboard(cheap: PasswordHasher) -> None:
    """Guards: someone kept out on another machine."""
    hasher = Hasher(cheap)
    assert await hasher.verify(await hasher.hash("Éléphant"), "E\u0301le\u0301phant")


async def test_a_password_beyond_the_bound_is_wrong(cheap: PasswordHasher) -> None:
    """Guards: a long password right because it was cut where the account's ends."""
    hasher = Hasher(cheap)
    longest = "x" * MAX_PASSWORD_CHARACTERS
    hashed = await hasher.hash(longest)
    assert await hasher.verify(hashed, longest)
    assert not await hasher.verify(hashed, longest + "x")


async def test_nobodys_password_costs_the_same_and_is_wrong(cheap: PasswordHasher) -> None:
    """Guards: accounts told from non-accounts by the time an answer takes."""
    hasher = Hasher(cheap)
    assert extract_parameters(hasher._decoy) == extract_parameters(await hasher.hash("x"))
    assert not await hasher.verify(None, "x")
    assert extract_parameters(Hasher()._decoy) == RFC_9106_LOW_MEMORY


async def test_older_parameters_are_noticed(cheap: PasswordHasher) -> None:
    """Guards: hashes that stay as weak as the year they were made."""
    hashed = await Hasher(cheap).hash("x")
    assert Hasher().outdated(hashed)
    assert not Hasher(cheap).outdated(hashed)


async def test_the_loop_runs_while_passwords_are_verified() -> None:
    """Guards: a whole hospital waiting for one sign-in; memory filled by many."""
    argon2 = SlowArgon2()
    hasher = Hasher(argon2)
    verifying = [asyncio.create_task(hasher.verify(None, "x")) for _ in range(6)]
    assert await asyncio.to_thread(argon2.full.wait, 20)
    argon2.leave.set()
    assert not any(await asyncio.gather(*verifying))
    assert argon2.most == SIGN_IN_CONCURRENT


async def test_too_many_at_once_are_asked_to_come_back() -> None:
    """Guards: a queue without end."""
    argon2 = SlowArgon2()
    hasher = Hasher(argon2)
    verifying = [asyncio.create_task(hasher.verify(None, "x")) for _ in range(SIGN_IN_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Refused, match=r"access\.crowded"):
        await hasher.verify(None, "x")
    argon2.leave.set()
    await asyncio.gather(*verifying)
    assert not await hasher.verify(None, "x")

"""Argon2id, off the event loop, a few at a time (RFC 9106)."""

import asyncio
import base64
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from hygie.access.crowd import crowded
from hygie.access.passwords import normalize_password
from hygie.access.turns import Turns
from hygie.limits import MAX_PASSWORD_CHARACTERS, SIGN_IN_CONCURRENT, SIGN_IN_WAITING


class Hasher:
    """Hashes and verifies passwords. Raises `Refused` ("access.crowded") when too many wait."""

    def __init__(self, argon2: PasswordHasher | None = None) -> None:
        self._argon2 = argon2 or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._turns = Turns(SIGN_IN_CONCURRENT, SIGN_IN_WAITING, crowded)
        self._decoy = self._make_decoy()

    async def hash(self, password: str) -> str:
        async with self._turns.turn():
            return await asyncio.to_thread(self._argon2.hash, _bytes(password))

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Whether the password is the one hashed. None takes as long, and is never right."""
        async with self._turns.turn():
            right = await asyncio.to_thread(self._matches, hashed or self._decoy, password)
        return right and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._argon2.check_needs_rehash(hashed)

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._argon2.verify(hashed, _bytes(password))
        except VerifyMismatchError:
            return False

    def _make_decoy(self) -> str:
        """A hash of nothing, with today's parameters: what unknown accounts are verified by."""
        argon2 = self._argon2
        costs = f"m={argon2.memory_cost},t={argon2.time_cost},p={argon2.parallelism}"
        salt, digest = _random(argon2.salt_len), _random(argon2.hash_len)
        return f"$argon2id$v=19${costs}${salt}${digest}"


def _random(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()


def _bytes(password: str) -> bytes:
    """Longer passwords than any account can have are cut just beyond: they stay wrong."""
    return normalize_password(password[: MAX_PASSWORD_CHARACTERS + 1]).encode("utf-8", "replace")

"""Challenges for passkeys: sealed, so that nothing is kept of those that nobody answers.

One is good for what it was made for, for the browser it was given to, for a few minutes, once.
"""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag

from hygie.access.model import Connection
from hygie.limits import CHALLENGE_MINUTES
from hygie.trace import Sealer

LASTS: Final = timedelta(minutes=CHALLENGE_MINUTES)
NONCE_BYTES: Final = 16
USE = """
    INSERT INTO hygie.challenge (digest, expires) VALUES ($1, $2)
    ON CONFLICT DO NOTHING RETURNING true
"""
PURGE = """
    DELETE FROM hygie.challenge WHERE digest IN (
        SELECT digest FROM hygie.challenge WHERE expires <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


class _Made(msgspec.Struct, frozen=True):
    expires: datetime
    nonce: bytes


class Challenges:
    """Makes challenges, and takes each back once."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def make(self, binding: str, now: datetime) -> bytes:
        """`binding`: a secret of the browser that will answer (its session or its door)."""
        made = _Made((now + LASTS).astimezone(UTC), os.urandom(NONCE_BYTES))
        return self._sealer.seal(msgspec.msgpack.encode(made), _purpose(binding))

    def is_good(self, challenge: bytes, binding: str, now: datetime) -> bool:
        """Whether it was made here for this browser, and has not expired. Says not if it was used:
        `take` does."""
        return self._read(challenge, binding, now) is not None

    async def take(
        self, connection: Connection, challenge: bytes, binding: str, now: datetime
    ) -> bool:
        """Whether it is good, and this is its first use, within the caller's transaction."""
        made = self._read(challenge, binding, now)
        if made is None:
            return False
        await connection.execute(PURGE, now - LASTS)
        digest = hashlib.sha256(challenge).digest()
        return bool(await connection.fetchval(USE, digest, made.expires))

    def _read(self, challenge: bytes, binding: str, now: datetime) -> _Made | None:
        try:
            plain = self._sealer.open(challenge, _purpose(binding))
        except InvalidTag:
            return None
        made = msgspec.msgpack.decode(plain, type=_Made)
        return made if binding and now < made.expires <= now + LASTS else None


def _purpose(binding: str) -> str:
    return f"access.challenge:{hashlib.sha256(binding.encode()).hexdigest()}"

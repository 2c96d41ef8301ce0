"""Keys that sign who a person is (id_token), sealed in the database; a new one every so often."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

from hygie.access.model import Connection
from hygie.access.sealing import seal, unseal
from hygie.limits.smart import SIGNING_KEY_DAYS
from hygie.trace import Sealer

AGE = timedelta(days=SIGNING_KEY_DAYS)
ALGORITHM = "RS256"
"""What every OpenID Connect client verifies (Core 1.0 §15.1)."""
BITS = 3_072
"""Of strength 128 (NIST SP 800-57)."""
LIST = "SELECT * FROM hygie.signing_key WHERE created > $1 ORDER BY created DESC"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('hygie.signing_key'))"
INSERT = "INSERT INTO hygie.signing_key (id, sealed, created) VALUES ($1, $2, $3)"
PURGE = "DELETE FROM hygie.signing_key WHERE created <= $1"


class SigningKey(msgspec.Struct, frozen=True):
    key: dict[str, Any]
    """A private JSON Web Key."""


class SigningKeys:
    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def published(self, connection: Connection, now: datetime) -> list[dict[str, Any]]:
        """The public keys by which what was signed can be verified."""
        await self._ensure(connection, now)
        return [_public(key) for key in await self._keys(connection, now)]

    async def sign(self, connection: Connection, claims: dict[str, Any], now: datetime) -> str:
        await self._ensure(connection, now)
        key = (await self._keys(connection, now))[0]
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)

    async def rotate(self, connection: Connection, now: datetime) -> str:
        """A new key signs from now on; those before it still verify. Its id."""
        key = await asyncio.to_thread(_generate)
        sealed = seal(self._sealer, "signing-key", str(key.kid), SigningKey(_private(key)))
        await connection.execute(INSERT, key.kid, sealed, now)
        await connection.execute(PURGE, now - 2 * AGE)
        return str(key.kid)

    async def _ensure(self, connection: Connection, now: datetime) -> None:
        """A key that is young enough to sign."""
        if await connection.fetchrow(LIST, now - AGE):
            return
        async with connection.transaction():
            await connection.execute(ONE_AT_A_TIME)
            if not await connection.fetchrow(LIST, now - AGE):
                await self.rotate(connection, now)

    async def _keys(self, connection: Connection, now: datetime) -> list[RSAKey]:
        return [
            RSAKey.import_key(
                unseal(self._sealer, "signing-key", row["id"], row["sealed"], SigningKey).key
            )
            for row in await connection.fetch(LIST, now - 2 * AGE)
        ]


def _generate() -> RSAKey:
    return RSAKey.generate_key(BITS, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)


def _private(key: RSAKey) -> dict[str, Any]:
    return dict(key.as_dict(private=True))


def _public(key: RSAKey) -> dict[str, Any]:
    return dict(key.as_dict(private=False))

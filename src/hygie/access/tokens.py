"""Bearer tokens of machine clients: the rows of `hygie.token`."""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from hygie.access.cache import ClientCache
from hygie.access.model import Client, Connection, Token
from hygie.access.phrases import BAD_LIFETIME, NO_TOKEN
from hygie.access.scopes import Scopes, parse_scopes
from hygie.access.sealing import seal, unseal
from hygie.access.secret import digest, new_secret
from hygie.limits import MAX_PAGE, MAX_TOKEN_DAYS
from hygie.refusal import Category, refuse
from hygie.trace import Sealer

INSERT = "INSERT INTO hygie.token (digest, sealed, created) VALUES ($1, $2, $3) RETURNING id"
FIND = "SELECT * FROM hygie.token WHERE digest = $1 AND revoked IS NULL"
LIST = "SELECT * FROM hygie.token ORDER BY id DESC LIMIT $1"
ALL = "SELECT * FROM hygie.token"
ONE = "SELECT * FROM hygie.token WHERE id = $1"
REVOKE = "UPDATE hygie.token SET revoked = $2 WHERE id = $1 AND revoked IS NULL RETURNING *"


class Grant(msgspec.Struct, frozen=True):
    """What is sealed of a token, bound to its digest."""

    name: str
    scopes: str
    expires: datetime


class Tokens:
    """Makes, resolves and revokes tokens."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._cache = ClientCache()

    async def insert(
        self, connection: Connection, name: str, scopes: Scopes, ttl: timedelta, now: datetime
    ) -> tuple[str, int]:
        """A new token, to be shown this once, and its number. Raises `Refused`."""
        if not timedelta(0) < ttl <= timedelta(days=MAX_TOKEN_DAYS):
            raise refuse(
                Category.INVALID, "access.lifetime", BAD_LIFETIME, limit=str(MAX_TOKEN_DAYS)
            )
        secret = new_secret()
        key = digest(secret) or b""
        sealed = seal(self._sealer, "token", key.hex(), Grant(name, str(scopes), now + ttl))
        return secret, int(await connection.fetchval(INSERT, key, sealed, now))

    async def client(self, connection: Connection, bearer: str, now: datetime) -> Client | None:
        """Who bears it; None when unknown, expired or revoked.

        A revocation counts within `CLIENT_CACHE_SECONDS`, expiry at its instant.
        """
        key = digest(bearer)
        if key is None:
            return None
        client = self._cache.get(key, now) or await self._fetch(connection, key, now)
        return client if client and now < client.expires else None

    async def list(self, connection: Connection) -> tuple[Token, ...]:
        """The newest first, revoked and expired ones included."""
        return tuple(self._token(row) for row in await connection.fetch(LIST, MAX_PAGE))

    async def all(self, connection: Connection) -> tuple[Token, ...]:
        """Every one, as `list` gives the newest."""
        return tuple(self._token(row) for row in await connection.fetch(ALL))

    async def one(self, connection: Connection, number: int) -> Token | None:
        """The token of that number, in force or not."""
        row = await connection.fetchrow(ONE, number)
        return self._token(row) if row else None

    async def revoke(self, connection: Connection, number: int, now: datetime) -> Token:
        """Raises `Refused` ("access.no-token") when none in force has this number."""
        row = await connection.fetchrow(REVOKE, number, now)
        if row is None:
            raise refuse(Category.NOT_FOUND, "access.no-token", NO_TOKEN, code="not-found")
        return self._token(row)

    def forget_cached(self) -> None:
        self._cache.clear()

    async def _fetch(self, connection: Connection, key: bytes, now: datetime) -> Client | None:
        cleared = self._cache.cleared
        row = await connection.fetchrow(FIND, key)
        if row is None:
            return None
        grant = self._grant(row)
        scopes = parse_scopes(grant.scopes)
        client = Client(
            token=row["id"],
            name=grant.name,
            scopes=scopes,
            expires=grant.expires,
            sight=scopes.sight,
        )
        self._cache.put(key, client, now, cleared)
        return client

    def _grant(self, row: asyncpg.Record) -> Grant:
        return unseal(self._sealer, "token", row["digest"].hex(), row["sealed"], Grant)

    def _token(self, row: asyncpg.Record) -> Token:
        grant = self._grant(row)
        return Token(
            id=row["id"],
            name=grant.name,
            scopes=grant.scopes,
            created=row["created"],
            expires=grant.expires,
            revoked=row["revoked"],
        )

"""What is shown to prove something, each once or for a while: the rows of `hygie.pass`."""

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec

from hygie.access.model import Connection
from hygie.access.sealing import seal, unseal
from hygie.access.secret import digest, new_secret
from hygie.trace import Sealer

Kind = Literal["launch", "demand", "code", "refresh", "access"]
T = TypeVar("T", bound=msgspec.Struct)

INSERT = """
    INSERT INTO hygie.pass (digest, kind, grant_id, sealed, expires) VALUES ($1, $2, $3, $4, $5)
"""
FIND = "SELECT * FROM hygie.pass WHERE digest = $1 AND kind = $2"
NUMBERED = "SELECT * FROM hygie.pass WHERE id = $1 AND kind = 'access'"
USE = "UPDATE hygie.pass SET used = $2 WHERE digest = $1 AND used IS NULL RETURNING true"
DROP = "DELETE FROM hygie.pass WHERE digest = $1"
PURGE = """
    DELETE FROM hygie.pass WHERE digest IN (
        SELECT digest FROM hygie.pass WHERE expires <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


class Shown(NamedTuple):
    """A pass that there is. Whether it is still good is for its reader to say."""

    digest: bytes
    number: int
    grant: int
    sealed: bytes
    expires: datetime
    used: bool


class Passes:
    """Makes passes and knows them again: of one kind, none passes for another."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def make(
        self,
        connection: Connection,
        kind: Kind,
        value: msgspec.Struct,
        expires: datetime,
        now: datetime,
        grant: int | None = None,
    ) -> str:
        """A new one's secret, to be shown this once. What has expired is removed meanwhile, a day
        later: who shows what was used is told from who invents."""
        await connection.execute(PURGE, now - timedelta(days=1))
        secret = new_secret()
        key = digest(secret) or b""
        sealed = seal(self._sealer, f"pass.{kind}.{grant or 0}", key.hex(), value)
        await connection.execute(INSERT, key, kind, grant, sealed, expires)
        return secret

    async def find(self, connection: Connection, kind: Kind, secret: str) -> Shown | None:
        key = digest(secret)
        row: Any = key and await connection.fetchrow(FIND, key, kind)
        return _shown(row) if row else None

    async def numbered(self, connection: Connection, number: int) -> Shown | None:
        """The access token of that number, in force or expired for a day at most."""
        row = await connection.fetchrow(NUMBERED, number)
        return _shown(row) if row else None

    def open(self, kind: Kind, shown: Shown, type_: type[T]) -> T:
        return unseal(
            self._sealer, f"pass.{kind}.{shown.grant}", shown.digest.hex(), shown.sealed, type_
        )

    async def use(self, connection: Connection, shown: Shown, now: datetime) -> bool:
        """Whether it had not been used before: of two at once, one is told so."""
        return bool(await connection.fetchval(USE, shown.digest, now))

    async def drop(self, connection: Connection, shown: Shown) -> None:
        await connection.execute(DROP, shown.digest)


def _shown(row: Any) -> Shown:
    return Shown(
        row["digest"], row["id"], row["grant_id"] or 0, row["sealed"], row["expires"],
        row["used"] is not None,
    )  # fmt: skip

"""The rows of `hygie.factor`."""

from datetime import datetime
from typing import Final, Literal, NamedTuple

import asyncpg
import msgspec

from hygie.access.factors.totp import remembered
from hygie.access.model import Connection
from hygie.access.sealing import seal, unseal
from hygie.trace import Sealer

Kind = Literal["totp", "passkey", "recovery"]
INSERT = "INSERT INTO hygie.factor (id, account, kind, sealed, created) VALUES ($1, $2, $3, $4, $5)"
OF = "SELECT * FROM hygie.factor WHERE account = $1 ORDER BY created, id"
ONE = "SELECT * FROM hygie.factor WHERE id = $1"
RESEAL = "UPDATE hygie.factor SET sealed = $2, used = $3 WHERE id = $1"
REMOVE = "DELETE FROM hygie.factor WHERE account = $1 AND id = $2"
REMOVE_KIND = "DELETE FROM hygie.factor WHERE account = $1 AND kind = ANY($2)"


class Totp(msgspec.Struct, frozen=True):
    """An application that makes codes."""

    account: str
    secret: str
    used: tuple[int, ...] = ()
    """Steps whose codes were taken, the latest last."""

    def taken(self, step: int) -> "Totp":
        return msgspec.structs.replace(self, used=remembered(self.used, step))


class Passkey(msgspec.Struct, frozen=True):
    account: str
    label: str
    """What its owner calls it."""
    credential: bytes
    key: bytes
    """Its public key (COSE)."""
    count: int
    rp: str
    """The host it was made for: it is good there alone."""
    copied: bool = False
    """Its counter went back: somebody may have a copy. It opens nothing any more."""

    def counted(self, count: int) -> "Passkey":
        return msgspec.structs.replace(self, count=count)

    def as_copied(self) -> "Passkey":
        return msgspec.structs.replace(self, copied=True)


class Recovery(msgspec.Struct, frozen=True):
    account: str
    left: tuple[bytes, ...]


Factor = Totp | Passkey | Recovery
KINDS: Final[dict[Kind, type[Factor]]] = {
    "totp": Totp, "passkey": Passkey, "recovery": Recovery,
}  # fmt: skip


class Row(NamedTuple):
    id: bytes
    value: Factor
    created: datetime
    used: datetime | None


class Rows:
    """Reads and writes factors. Whoever changes them holds the lock of the account."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def add(self, connection: Connection, id_: bytes, value: Factor, now: datetime) -> None:
        """Raises `asyncpg.UniqueViolationError` for a passkey that is known already."""
        kind = next(kind for kind, made in KINDS.items() if isinstance(value, made))
        sealed = seal(self._sealer, "factor", id_.hex(), value)
        await connection.execute(INSERT, id_, value.account, kind, sealed, now)

    async def of(self, connection: Connection, account: str) -> list[Row]:
        """All of one account, the first made first."""
        rows = [self._row(row) for row in await connection.fetch(OF, account)]
        return [row for row in rows if row.value.account == account]

    async def passkey(self, connection: Connection, id_: bytes) -> Row | None:
        row = await connection.fetchrow(ONE, id_)
        return self._row(row) if row and row["kind"] == "passkey" else None

    async def save(self, connection: Connection, id_: bytes, value: Factor, now: datetime) -> None:
        """What became of a factor by its use."""
        sealed = seal(self._sealer, "factor", id_.hex(), value)
        await connection.execute(RESEAL, id_, sealed, now)

    async def remove(self, connection: Connection, account: str, id_: bytes) -> None:
        await connection.execute(REMOVE, account, id_)

    async def remove_kinds(self, connection: Connection, account: str, *kinds: Kind) -> None:
        await connection.execute(REMOVE_KIND, account, list(kinds))

    def _row(self, row: asyncpg.Record) -> Row:
        made = KINDS[row["kind"]]
        value = unseal(self._sealer, "factor", row["id"].hex(), row["sealed"], made)
        return Row(row["id"], value, row["created"], row["used"])

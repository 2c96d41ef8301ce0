"""The rows of `hygie.broken_glass`. What cannot be opened with the key gives nothing."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from hygie.access.glass.model import Breaking, Reason, Review
from hygie.access.model import Connection, Vault
from hygie.access.sealing import seal, unseal

NUMBER = "SELECT nextval(pg_get_serial_sequence('hygie.broken_glass', 'id'))"
INSERT = """
    INSERT INTO hygie.broken_glass (id, account, patient, sealed, opened, ends)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
OPEN = """
    SELECT * FROM hygie.broken_glass
    WHERE account = $1 AND ends > $2 AND opened <= $2 AND closed IS NULL ORDER BY id DESC LIMIT $3
"""
LATELY = "SELECT count(*) FROM hygie.broken_glass WHERE account = $1 AND opened > $2"
CLOSE = """
    UPDATE hygie.broken_glass SET closed = $3
    WHERE account = $1 AND patient = $2 AND closed IS NULL AND ends > $3 RETURNING id
"""
ONE = "SELECT * FROM hygie.broken_glass WHERE id = $1"
WAITING = "SELECT * FROM hygie.broken_glass WHERE reviewed IS NULL ORDER BY opened LIMIT $1"
DONE = """
    SELECT * FROM hygie.broken_glass WHERE reviewed IS NOT NULL ORDER BY reviewed DESC LIMIT $1
"""
OF_PATIENT = "SELECT * FROM hygie.broken_glass WHERE patient = $1 ORDER BY opened DESC LIMIT $2"
REVIEW = """
    UPDATE hygie.broken_glass SET review = $2, reviewed = $3
    WHERE id = $1 AND reviewed IS NULL RETURNING true
"""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock($1)"


class Grant(msgspec.Struct, frozen=True):
    """What is sealed of a row: all that opens the record."""

    account: str
    patient: int
    patient_id: str
    reason: Reason
    motive: str
    opened: datetime
    ends: datetime


class Rows:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def one_at_a_time(self, connection: Connection, account: str) -> None:
        """Within a transaction: the account's requests count each other."""
        await connection.execute(ONE_AT_A_TIME, self._vault.blind("access.glass", account))

    async def insert(self, connection: Connection, grant: Grant) -> Breaking:
        number = int(await connection.fetchval(NUMBER))
        sealed = seal(self._vault, "glass", str(number), grant)
        await connection.execute(
            INSERT, number, grant.account, grant.patient, sealed, grant.opened, grant.ends
        )
        return Breaking(id=number, **msgspec.structs.asdict(grant))

    async def list(self, connection: Connection, query: str, *values: object) -> list[Breaking]:
        """Those that open with the key: a row made or moved by hand is none."""
        found: list[Breaking] = []
        for row in await connection.fetch(query, *values):
            with suppress(InvalidTag):
                found.append(self._breaking(row))
        return found

    async def altered(self, connection: Connection, query: str, *values: object) -> Sequence[int]:
        """Numbers of those that do not open: somebody wrote them without the key."""
        rows = await connection.fetch(query, *values)
        return [row["id"] for row in rows if not self._opens(row)]

    def _opens(self, row: asyncpg.Record) -> bool:
        try:
            self._breaking(row)
        except InvalidTag:
            return False
        return True

    def sealed_review(self, number: int, review: Review) -> bytes:
        return seal(self._vault, "glass-review", str(number), review)

    def _breaking(self, row: asyncpg.Record) -> Breaking:
        """Of what is sealed; of the open columns only what takes away counts."""
        number = str(row["id"])
        grant = unseal(self._vault, "glass", number, row["sealed"], Grant)
        sealed = row["review"]
        review = unseal(self._vault, "glass-review", number, sealed, Review) if sealed else None
        return Breaking(
            id=row["id"], closed=row["closed"], review=review, **msgspec.structs.asdict(grant)
        )

"""What was granted: the rows of `hygie.app_grant` and `hygie.consent`."""

from datetime import datetime

import msgspec

from hygie.access.model import Connection
from hygie.access.scopes import LEVELS, Scopes, parse_scopes
from hygie.access.sealing import seal, unseal
from hygie.access.smart.model import Grant
from hygie.limits import MAX_PAGE
from hygie.trace import Sealer

NUMBER = "SELECT nextval(pg_get_serial_sequence('hygie.app_grant', 'id'))"
INSERT = """
    INSERT INTO hygie.app_grant (id, application, account, sealed, created)
    OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5)
"""
FIND = "SELECT * FROM hygie.app_grant WHERE id = $1 AND ended IS NULL"
BEGUN = "SELECT created FROM hygie.app_grant WHERE id = $1"
END = """
    UPDATE hygie.app_grant SET ended = $2 WHERE id = $1 AND ended IS NULL RETURNING application
"""
END_ALL = "UPDATE hygie.app_grant SET ended = $2 WHERE application = $1 AND ended IS NULL"
OF_ACCOUNT = """
    SELECT * FROM hygie.app_grant WHERE account = $1 AND ended IS NULL
      AND EXISTS (SELECT FROM hygie.pass WHERE grant_id = app_grant.id AND expires > $2
                  AND kind IN ('access', 'refresh') AND used IS NULL)
    ORDER BY id DESC LIMIT $3
"""
CONSENT = """
    INSERT INTO hygie.consent (account, application, sealed, given) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account, application)
    DO UPDATE SET sealed = excluded.sealed, given = excluded.given
"""
CONSENTED = "SELECT sealed FROM hygie.consent WHERE account = $1 AND application = $2"
FORGET = "DELETE FROM hygie.consent WHERE account = $1 AND application = $2"


class Consent(msgspec.Struct, frozen=True):
    scopes: str
    special: tuple[str, ...]

    def covers(self, scopes: str, special: tuple[str, ...]) -> bool:
        return set(special) <= set(self.special) and parsed(scopes).within(parsed(self.scopes))


class Grants:
    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def insert(self, connection: Connection, grant: Grant, now: datetime) -> int:
        number = int(await connection.fetchval(NUMBER))
        sealed = seal(self._sealer, "grant", str(number), grant)
        await connection.execute(
            INSERT, number, grant.application, grant.account or None, sealed, now
        )
        return number

    async def find(self, connection: Connection, number: int) -> Grant | None:
        """While nobody has ended it."""
        row = await connection.fetchrow(FIND, number)
        return row and unseal(self._sealer, "grant", str(number), row["sealed"], Grant)

    async def begun(self, connection: Connection, number: int) -> datetime:
        """When the person permitted it."""
        created: datetime = await connection.fetchval(BEGUN, number)
        return created

    async def of_account(
        self, connection: Connection, account: str, now: datetime
    ) -> list[tuple[int, Grant, datetime]]:
        """Those in force, the newest first."""
        return [
            (row["id"], unseal(self._sealer, "grant", str(row["id"]), row["sealed"], Grant),
             row["created"])
            for row in await connection.fetch(OF_ACCOUNT, account, now, MAX_PAGE)
        ]  # fmt: skip

    async def end(self, connection: Connection, number: int, now: datetime) -> str | None:
        """The application whose it was; None when it had ended."""
        found: str | None = await connection.fetchval(END, number, now)
        return found

    async def end_all(self, connection: Connection, application: str, now: datetime) -> None:
        await connection.execute(END_ALL, application, now)

    # --- what is not asked again ------------------------------------------------------------
    async def remember(
        self, connection: Connection, account: str, application: str, consent: Consent,
        now: datetime,
    ) -> None:  # fmt: skip
        sealed = seal(self._sealer, "consent", f"{application} {account}", consent)
        await connection.execute(CONSENT, account, application, sealed, now)

    async def remembered(
        self, connection: Connection, account: str, application: str
    ) -> Consent | None:
        sealed = await connection.fetchval(CONSENTED, account, application)
        row = f"{application} {account}"
        return sealed and unseal(self._sealer, "consent", row, sealed, Consent)

    async def forget(self, connection: Connection, account: str, application: str) -> None:
        await connection.execute(FORGET, account, application)


def parsed(scopes: str) -> Scopes:
    """Of a list of ours, which may be empty."""
    return parse_scopes(scopes, LEVELS) if scopes else Scopes()

"""How often a password may be tried.

Wrong passwords are counted by account and address, so that whoever guesses from elsewhere does not
lock the owner out; and by account over all addresses, in which case those the account was really
used from lately are still admitted. Attempts during a pause are not counted: every pause ends.
A second factor is counted by account alone, and paused sooner: who tries one knows the password.
Names without an account are counted alike: a pause does not tell whether an account exists.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal, NamedTuple

from hygie.access.model import Connection, Vault
from hygie.access.phrases import PAUSED
from hygie.limits import (
    MAX_FAMILIAR_PLACES,
    SECOND_FACTOR_ATTEMPTS,
    SIGN_IN_ATTEMPTS,
    SIGN_IN_ATTEMPTS_ALL_SOURCES,
    SIGN_IN_FAMILIAR_DAYS,
    SIGN_IN_WINDOW_MINUTES,
)
from hygie.refusal import Category, Refused, refuse

WINDOW = timedelta(minutes=SIGN_IN_WINDOW_MINUTES)
FAMILIAR = timedelta(days=SIGN_IN_FAMILIAR_DAYS)

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock($1)"
RECENT = """
    SELECT
        (SELECT array_agg(at ORDER BY at) FROM hygie.attempt
         WHERE account = $1 AND source = $2 AND NOT succeeded AND at > $3) AS here,
        (SELECT array_agg(at ORDER BY at) FROM hygie.attempt
         WHERE account = $1 AND NOT succeeded AND at > $3) AS anywhere,
        EXISTS (SELECT FROM hygie.attempt
         WHERE account = $1 AND source IN ($2, $5) AND succeeded AND at > $4) AS familiar
"""
BEGIN = "INSERT INTO hygie.attempt (account, source, at) VALUES ($1, $2, $3) RETURNING id"
SUCCEED = "UPDATE hygie.attempt SET succeeded = true WHERE id = $1 RETURNING account, source, at"
KNOW = """
    WITH older AS (DELETE FROM hygie.attempt WHERE account = $1 AND source = $2 AND succeeded)
    INSERT INTO hygie.attempt (account, source, at, succeeded) VALUES ($1, $2, $3, true)
"""
PLACES = "SELECT DISTINCT source FROM hygie.attempt WHERE succeeded AND at > $1 LIMIT $2"
FORGET_OLDER = "DELETE FROM hygie.attempt WHERE account = $1 AND source = $2 AND id < $3"
WITHDRAW = "DELETE FROM hygie.attempt WHERE id = $1"
FORGET_ALL = "DELETE FROM hygie.attempt WHERE account = $1 AND NOT succeeded"
PURGE = """
    DELETE FROM hygie.attempt WHERE id IN (
        SELECT id FROM hygie.attempt WHERE succeeded = $1 AND at < $2
        LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


Tried = Literal["password", "factor"]
PURPOSES: Final[dict[Tried, str]] = {
    "password": "access.attempt", "factor": "access.attempt.factor",
}  # fmt: skip
"""What is tried, and what its names are hashed for: they are counted apart."""


class Origin(NamedTuple):
    """Where an attempt comes from."""

    address: str
    device: str = ""
    """Of a browser that somebody signed in with (`hygie.access.devices`)."""


class Attempts:
    """Counts attempts to sign in, in the database: across processes and restarts."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def place(self, source: str) -> int:
        """What an address, or a device, is known by."""
        return self._vault.blind("access.source", source)

    async def places(self, connection: Connection, now: datetime) -> frozenset[int]:
        """Those that people signed in from lately."""
        rows = await connection.fetch(PLACES, now - FAMILIAR, MAX_FAMILIAR_PLACES)
        return frozenset(row["source"] for row in rows)

    async def begin(
        self,
        connection: Connection,
        name: str,
        origin: Origin,
        now: datetime,
        kind: Tried = "password",
    ) -> int:
        """Counts an attempt as failed until `succeed`. Raises `Refused` ("access.paused").

        Counted by the device where that is known, else by the address. Counting first, under a
        lock, leaves no room for many guesses at the same instant.
        """
        account, place = self._account(name, kind), self.place(origin.device or origin.address)
        address = self.place(origin.address)
        async with connection.transaction():
            await connection.execute(ONE_AT_A_TIME, account)
            for succeeded, kept in ((False, WINDOW), (True, FAMILIAR)):
                await connection.execute(PURGE, succeeded, now - kept)
            recent = await connection.fetchrow(
                RECENT, account, place, now - WINDOW, now - FAMILIAR, address
            )
            if kind == "factor":
                _check(recent["anywhere"] or [], SECOND_FACTOR_ATTEMPTS, now)
            _check(recent["here"] or [], SIGN_IN_ATTEMPTS, now)
            if not recent["familiar"]:
                _check(recent["anywhere"] or [], SIGN_IN_ATTEMPTS_ALL_SOURCES, now)
            return int(await connection.fetchval(BEGIN, account, place, now))

    async def succeed(self, connection: Connection, attempt: int, origin: Origin) -> None:
        """The password was right: earlier failures from there are forgotten, and the address is one
        that people sign in from."""
        row = await connection.fetchrow(SUCCEED, attempt)
        if row:
            await connection.execute(FORGET_OLDER, row["account"], row["source"], attempt)
            address = self.place(origin.address)
            if address != row["source"]:
                await connection.execute(KNOW, row["account"], address, row["at"])

    async def withdraw(self, connection: Connection, attempt: int) -> None:
        """The password was not verified after all."""
        await connection.execute(WITHDRAW, attempt)

    async def forget(self, connection: Connection, name: str) -> None:
        """Ends the account's pauses, when it is given a new password."""
        for kind in PURPOSES:
            await connection.execute(FORGET_ALL, self._account(name, kind))

    def _account(self, name: str, kind: Tried) -> int:
        return self._vault.blind(PURPOSES[kind], name)


def _check(failures: list[datetime], limit: int, now: datetime) -> None:
    if len(failures) >= limit:
        raise _paused(failures[-limit] + WINDOW - now)


def _paused(left: timedelta) -> Refused:
    minutes = max(1, ceil(left / timedelta(minutes=1)))
    return refuse(
        Category.TOO_MANY, "access.paused", PAUSED, code="throttled", minutes=str(minutes)
    )

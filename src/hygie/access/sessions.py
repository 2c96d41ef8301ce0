"""Sessions of people: the rows of `hygie.session`."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from hygie.access.accounts import Accounts
from hygie.access.model import Connection, Session, Stage
from hygie.access.sealing import seal, unseal
from hygie.access.secret import digest, new_secret
from hygie.limits import (
    MAX_SESSIONS_LISTED,
    SESSION_HOURS,
    SESSION_IDLE_MINUTES,
    SESSION_IDLE_SHARED_MINUTES,
    SIGN_IN_MINUTES,
)
from hygie.purpose import Purpose
from hygie.trace import Sealer

IDLE: Final = timedelta(minutes=SESSION_IDLE_MINUTES)
IDLE_SHARED: Final = timedelta(minutes=SESSION_IDLE_SHARED_MINUTES)
LIFETIME: Final = timedelta(hours=SESSION_HOURS)
SIGNING_IN: Final = timedelta(minutes=SIGN_IN_MINUTES)
TOUCH_AFTER: Final = timedelta(minutes=1)
"""`seen` is written at most this often; so a session may lock up to a minute early, never late."""

PURGE = """
    DELETE FROM hygie.session WHERE digest IN (
        SELECT digest FROM hygie.session WHERE expires <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
"""
INSERT = """
    INSERT INTO hygie.session (digest, account, sealed, seen, expires) VALUES ($1, $2, $3, $4, $5)
"""
SELECT = """
    SELECT account.*, session.sealed AS pass, session.seen, session.digest
    FROM hygie.session JOIN hygie.account ON account.name = session.account
"""
FIND = SELECT + "WHERE session.digest = $1"
LIST = SELECT + "WHERE session.account = $1 ORDER BY session.seen DESC LIMIT $2"
RESEAL = "UPDATE hygie.session SET sealed = $2 WHERE digest = $1"
TOUCH = "UPDATE hygie.session SET seen = $2 WHERE digest = $1"
CLOSE = "DELETE FROM hygie.session WHERE digest = $1 RETURNING account"
HOLD = "SELECT sealed FROM hygie.session WHERE digest = $1 FOR UPDATE"
MOVE = """
    UPDATE hygie.session SET digest = $2, sealed = $3, seen = $4, expires = $5 WHERE digest = $1
"""
CLOSE_ONE = "DELETE FROM hygie.session WHERE account = $1 AND digest = $2"
CLOSE_EVERYBODYS = "DELETE FROM hygie.session"
CLOSE_ALL = "DELETE FROM hygie.session WHERE account = $1 AND digest <> $2"


class Pass(msgspec.Struct, frozen=True):
    """What is sealed of a session, bound to its digest."""

    account: str
    expires: datetime
    opened: datetime | None = None
    proven: datetime | None = None
    amr: tuple[str, ...] = ("pwd",)
    shown: dict[str, datetime] = {}
    stage: Stage = "in"
    source: str = ""
    shared: bool = False
    purpose: Purpose | None = None


class Sessions:
    """Opens, resolves and closes sessions. Their tokens are shown to nobody but the browser."""

    def __init__(self, sealer: Sealer, accounts: Accounts) -> None:
        self._sealer = sealer
        self._accounts = accounts

    async def open(self, connection: Connection, granted: Pass, now: datetime) -> str:
        """A new session's token. It is always a new one: none can be fixed beforehand.

        `granted.expires` is when it ends at the latest; sooner while a factor is to be proven.
        """
        await connection.execute(PURGE, now)
        token, key, ends, sealed = self._made(granted, now)
        await connection.execute(INSERT, key, granted.account, sealed, now, ends)
        return token

    async def renew(
        self,
        connection: Connection,
        token: str,
        now: datetime,
        amr: tuple[str, ...] = (),
        by: tuple[str, ...] = (),
    ) -> str | None:
        """A new token in place of this one, for the same row: what else is kept of the session
        stays (`federated_session`). With `amr`, all that was proven in it, it is through from now
        on, and proven now `by` some of those. None when there is no such session any more: of two
        who try at once, one succeeds."""
        key = digest(token) or b""
        sealed = await connection.fetchval(HOLD, key)
        if sealed is None:
            return None
        granted = unseal(self._sealer, "session", key.hex(), sealed, Pass)
        waiting = granted.stage in ("second", "enrol")
        ends = (granted.opened or now) + LIFETIME if waiting else granted.expires
        if amr:
            granted = msgspec.structs.replace(
                granted, stage="in", amr=amr, proven=now, expires=ends,
                shown=granted.shown | dict.fromkeys(by, now),
            )  # fmt: skip
        renewed, new, ends, sealed = self._made(granted, now)
        await connection.execute(MOVE, key, new, sealed, now, ends)
        return renewed

    async def lock(self, connection: Connection, token: str) -> None:
        """Asks, from now on, to be proven anew. Does nothing to one that is not through."""
        key = digest(token) or b""
        row = await connection.fetchrow(FIND, key)
        if row is None:
            return
        granted = unseal(self._sealer, "session", key.hex(), row["pass"], Pass)
        if granted.stage == "in":
            granted = msgspec.structs.replace(granted, stage="locked")
            sealed = seal(self._sealer, "session", key.hex(), granted)
            await connection.execute(RESEAL, key, sealed)

    async def ask_for(self, connection: Connection, token: str, purpose: Purpose) -> None:
        """What its owner sees data for from now on. Does nothing to one that is gone."""
        key = digest(token) or b""
        sealed = await connection.fetchval(HOLD, key)
        if sealed is not None:
            granted = unseal(self._sealer, "session", key.hex(), sealed, Pass)
            granted = msgspec.structs.replace(granted, purpose=purpose)
            await connection.execute(RESEAL, key, seal(self._sealer, "session", key.hex(), granted))

    async def find(self, connection: Connection, token: str, now: datetime) -> Session | None:
        """None when unknown, ended, or of a closed account; "locked" when idle for too long."""
        key = digest(token)
        row = key and await connection.fetchrow(FIND, key)
        return self._session(row, now) if row else None

    async def touch(self, connection: Connection, session: Session, now: datetime) -> None:
        """Keeps it alive: somebody used it."""
        if session.stage == "in" and now >= session.seen + TOUCH_AFTER:
            await connection.execute(TOUCH, bytes.fromhex(session.id), now)

    async def list(
        self, connection: Connection, account: str, now: datetime
    ) -> tuple[Session, ...]:
        """Those of an account that have not ended, the last used first."""
        rows = await connection.fetch(LIST, account, MAX_SESSIONS_LISTED)
        return tuple(found for row in rows if (found := self._session(row, now)))

    async def close(self, connection: Connection, token: str) -> str | None:
        """The name of the account whose session it was, if it was one."""
        name: str | None = await connection.fetchval(CLOSE, digest(token) or b"")
        return name

    async def close_one(self, connection: Connection, account: str, id_: str) -> None:
        """One of an account, by the id that its owner sees."""
        with suppress(ValueError):
            await connection.execute(CLOSE_ONE, account, bytes.fromhex(id_))

    async def close_all(self, connection: Connection, account: str, but: str = "") -> None:
        """All of an account, but the one of this token."""
        await connection.execute(CLOSE_ALL, account, digest(but) or b"")

    async def close_everybodys(self, connection: Connection) -> None:
        await connection.execute(CLOSE_EVERYBODYS)

    def _made(self, granted: Pass, now: datetime) -> tuple[str, bytes, datetime, bytes]:
        """A new token, with its digest, its end, and what is sealed of it."""
        token = new_secret()
        key = digest(token) or b""
        if granted.stage in ("second", "enrol"):
            ends = min(granted.expires, now + SIGNING_IN)
            granted = msgspec.structs.replace(granted, expires=ends)
        return token, key, granted.expires, seal(self._sealer, "session", key.hex(), granted)

    def _session(self, row: asyncpg.Record, now: datetime) -> Session | None:
        key: bytes = row["digest"]
        granted = unseal(self._sealer, "session", key.hex(), row["pass"], Pass)
        account = self._accounts.of_row(row)[0]
        if now >= granted.expires or granted.account != account.name or account.closed(now):
            return None
        idle = now >= row["seen"] + (IDLE_SHARED if granted.shared else IDLE)
        opened = granted.opened or granted.expires - LIFETIME
        return Session(
            id=key.hex(),
            account=account,
            stage="locked" if idle and granted.stage == "in" else granted.stage,
            opened=opened,
            proven=granted.proven or opened,
            amr=granted.amr,
            shown=granted.shown,
            expires=granted.expires,
            seen=row["seen"],
            source=granted.source,
            shared=granted.shared,
            purpose=granted.purpose,
        )

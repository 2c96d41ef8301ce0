"""Sessions of people: the rows of `hygie.session`."""

from datetime import datetime, timedelta

import msgspec

from hygie.access.accounts import Accounts
from hygie.access.model import Account, Connection
from hygie.access.sealing import seal, unseal
from hygie.access.secret import digest, new_secret
from hygie.limits import SESSION_HOURS, SESSION_IDLE_MINUTES
from hygie.trace import Sealer

IDLE = timedelta(minutes=SESSION_IDLE_MINUTES)
LIFETIME = timedelta(hours=SESSION_HOURS)
TOUCH_AFTER = timedelta(minutes=1)
"""`seen` is written at most this often; so a session may end up to a minute early, never late."""

PURGE = """
    DELETE FROM hygie.session WHERE digest IN (
        SELECT digest FROM hygie.session WHERE expires <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
"""
INSERT = """
    INSERT INTO hygie.session (digest, account, sealed, seen, expires) VALUES ($1, $2, $3, $4, $5)
"""
FIND = """
    SELECT account.*, session.sealed AS pass, session.seen
    FROM hygie.session JOIN hygie.account ON account.name = session.account
    WHERE session.digest = $1
"""
TOUCH = "UPDATE hygie.session SET seen = $2 WHERE digest = $1"
CLOSE = "DELETE FROM hygie.session WHERE digest = $1 RETURNING account"
CLOSE_ALL = "DELETE FROM hygie.session WHERE account = $1"


class Pass(msgspec.Struct, frozen=True):
    """What is sealed of a session, bound to its digest."""

    account: str
    expires: datetime


class Sessions:
    """Opens, resolves and closes sessions. Their tokens are shown to nobody but the browser."""

    def __init__(self, sealer: Sealer, accounts: Accounts) -> None:
        self._sealer = sealer
        self._accounts = accounts

    async def open(self, connection: Connection, account: str, now: datetime) -> str:
        """A new session's token. It is always a new one: none can be fixed beforehand."""
        await connection.execute(PURGE, now)
        token = new_secret()
        key = digest(token) or b""
        ends = now + LIFETIME
        sealed = seal(self._sealer, "session", key.hex(), Pass(account, ends))
        await connection.execute(INSERT, key, account, sealed, now, ends)
        return token

    async def account(self, connection: Connection, token: str, now: datetime) -> Account | None:
        """Whose session it is; None when unknown, idle for too long, ended, or disabled."""
        key = digest(token)
        row = key and await connection.fetchrow(FIND, key)
        if not key or not row:
            return None
        granted = unseal(self._sealer, "session", key.hex(), row["pass"], Pass)
        alive = now < granted.expires and now < row["seen"] + IDLE
        if not alive or granted.account != row["name"] or row["disabled"] is not None:
            return None
        if now >= row["seen"] + TOUCH_AFTER:
            await connection.execute(TOUCH, key, now)
        return self._accounts.of_row(row)[0]

    async def close(self, connection: Connection, token: str) -> str | None:
        """The name of the account whose session it was, if it was one."""
        name: str | None = await connection.fetchval(CLOSE, digest(token) or b"")
        return name

    async def close_all(self, connection: Connection, account: str) -> None:
        await connection.execute(CLOSE_ALL, account)

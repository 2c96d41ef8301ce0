"""Invitations: a code by which somebody chooses the password of their own account, once.

For who arrives and for who forgot a password: whoever administers never knows it (ASVS 5.0, 6.4.1
and 6.4.6). A code is random (120 bits), good for a few days, and replaced by the next.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import asyncpg
import msgspec

from hygie.access.factors.recovery import digest, new_code
from hygie.access.lifecycle.notes import note
from hygie.access.model import Account, Connection, Vault
from hygie.access.names import normalize_name
from hygie.access.phrases import BAD_INVITATION, CLOSED_ACCOUNT
from hygie.access.sealing import seal, unseal
from hygie.access.signing import Found, Signing, Visit
from hygie.limits.access import INVITATION_HOURS
from hygie.refusal import Category, Refused, refuse
from hygie.trace import Context

LASTS: Final = timedelta(hours=INVITATION_HOURS)
KEEP: Final = """
    INSERT INTO hygie.invitation (account, digest, sealed, expires) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account) DO UPDATE SET digest = $2, sealed = $3, expires = $4
"""
FIND: Final = "SELECT account, sealed FROM hygie.invitation WHERE digest = $1"
TAKE: Final = "DELETE FROM hygie.invitation WHERE digest = $1 RETURNING account"
WITHDRAW: Final = "DELETE FROM hygie.invitation WHERE account = $1 RETURNING account"


class Invitation(NamedTuple):
    """To be handed to whoever the account is of; shown this once."""

    account: str
    code: str
    expires: datetime


class _Sealed(msgspec.Struct, frozen=True):
    digest: bytes
    expires: datetime


@dataclass(frozen=True)
class Invitations:
    """Makes invitations, and takes them back."""

    pool: asyncpg.Pool
    vault: Vault
    signing: Signing

    async def invite(self, name: str, now: datetime, *, by: Context) -> Invitation:
        """An earlier one is void from now on; the password there is stays until the new one is
        chosen. Raises `Refused`: no such account, or a closed one."""
        async with self.pool.acquire() as connection, connection.transaction():
            account, _ = await self.signing.accounts.lock(connection, normalize_name(name))
            if account.closed(now):
                raise refuse(Category.CONFLICT, "access.closed", CLOSED_ACCOUNT)
            return await self.make(connection, account.name, now, by=by)

    async def make(
        self, connection: Connection, name: str, now: datetime, *, by: Context
    ) -> Invitation:
        """The same within the caller's transaction, for an account that it has locked or made."""
        code, expires = new_code(), now + LASTS
        key = digest(code) or b""
        sealed = seal(self.vault, "invitation", name, _Sealed(key, expires.astimezone(UTC)))
        await connection.execute(KEEP, name, key, sealed, expires)
        await note(self.signing.trail, connection, by, "invite", f"account {name}")
        return Invitation(name, code, expires)

    async def withdraw(self, name: str, *, by: Context) -> None:
        """Does nothing when there is none."""
        async with self.pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(WITHDRAW, normalize_name(name)):
                await note(
                    self.signing.trail, connection, by, "invite", f"account {name}: withdrawn"
                )

    async def invited(self, code: str, visit: Visit) -> Account:
        """Whose account the code opens. Raises `Refused`, on record, when it opens none."""
        key = digest(code)
        row = key and await self.pool.fetchrow(FIND, key)
        found = await self.signing.accounts.find(self.pool, row["account"]) if row else None
        if found and row and key and not found[0].closed(visit.at):
            given = unseal(self.vault, "invitation", row["account"], row["sealed"], _Sealed)
            if given.digest == key and visit.at < given.expires:
                return found[0]
        refused = _void()
        await self.signing.trace_refusal(visit, None, refused)
        raise refused

    async def accept(self, code: str, password: str, visit: Visit) -> str:
        """Gives the account this password; the token of a new session. The account's other sessions
        end. Raises `Refused`: the code opens nothing, or the password is unfit."""
        account = await self.invited(code, visit)
        self.signing.check(password, account.name)
        hashed = await self.signing.hasher.hash(password)
        async with self.pool.acquire() as connection, connection.transaction():
            found = await self.signing.accounts.lock(connection, account.name)
            taken = await connection.fetchval(TAKE, digest(code))
            if taken != account.name or found[0].closed(visit.at):
                raise _void()
            return await self._enter(connection, visit, found, hashed)

    async def _enter(self, connection: Connection, visit: Visit, found: Found, hashed: str) -> str:
        signing, name = self.signing, found[0].name
        profile = msgspec.structs.replace(found[1], password=hashed)
        await signing.accounts.set_profile(connection, name, profile)
        await signing.sessions.close_all(connection, name)
        await signing.attempts.forget(connection, name)
        own = Context(name, "account", "HSYSADMIN", address=visit.source)
        detail = f"account {name}: new password, by invitation"
        await note(signing.trail, connection, own, "change-account", detail)
        return await signing.enter(connection, visit, (found[0], profile), ("pwd",))


def _void() -> Refused:
    return refuse(
        Category.UNAUTHENTICATED, "access.invitation", BAD_INVITATION, code="login",
        hours=str(INVITATION_HOURS),
    )  # fmt: skip

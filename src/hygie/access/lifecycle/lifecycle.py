"""Arrival, changes, departure and return: by whom, what it was, what it became, and why."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import msgspec

from hygie.access.accounts import Accounts, Profile
from hygie.access.lifecycle.facts import NOBODY, Facts, check_facts, facts_of
from hygie.access.lifecycle.invitations import WITHDRAW
from hygie.access.lifecycle.notes import note
from hygie.access.model import Account, Clock, Connection
from hygie.access.names import normalize_name
from hygie.access.phrases import CHANGED_MEANWHILE, LAST_ADMINISTRATOR, NO_ACCOUNT, NOT_ONESELF
from hygie.access.sessions import Sessions
from hygie.refusal import Category, refuse
from hygie.trace import AuditTrail, Context

ALONE = "SELECT pg_advisory_xact_lock(hashtext('hygie.account'))"
"""One change at a time: two administrators who disable each other do not both succeed."""
OTHERS = "SELECT * FROM hygie.account WHERE disabled IS NULL AND name <> $1"


@dataclass(frozen=True)
class Lifecycle:
    """What becomes of accounts. All of a change happens, with its trace, or none of it."""

    pool: asyncpg.Pool
    accounts: Accounts
    sessions: Sessions
    trail: AuditTrail
    clock: Clock

    async def account(self, name: str) -> Account:
        """To show it. Raises `Refused` when there is none."""
        found = await self.accounts.find(self.pool, normalize_name(name))
        if found is None:
            raise refuse(Category.NOT_FOUND, "access.no-account", NO_ACCOUNT, code="not-found")
        return found[0]

    async def arrive(
        self,
        name: str,
        wanted: Facts,
        *,
        by: Context,
        password: str = "",
        origin: str = "local",
        within: Connection | None = None,
    ) -> Account:
        """A new account. Without a `password` (its Argon2id hash), nobody comes in by one until an
        invitation is answered. Raises `Refused`: name or facts unfit, or the name is taken.

        `within`: the caller's transaction.
        """
        name = normalize_name(name)
        wanted = check_facts(wanted, NOBODY, self.accounts.rights)
        profile = Profile(password=password, origin=origin, **msgspec.structs.asdict(wanted))
        now = self.clock()
        async with self._transaction(within) as connection:
            await self.accounts.insert(connection, name, profile, now)
            what = f"account {name}: {difference(NOBODY, wanted)}"
            await note(self.trail, connection, by, "create-account", what)
        return Account(name=name, created=now, origin=origin, **msgspec.structs.asdict(wanted))

    async def change(
        self,
        name: str,
        wanted: Facts,
        *,
        shown: Facts,
        by: Context,
        why: str = "",
        within: Connection | None = None,
    ) -> Account:
        """The account as it is now. A new role ends its sessions. `within`: the caller's
        transaction.

        `shown`: what whoever decided was looking at. Raises `Refused`: it has changed since; a fact
        is unfit; one's own role, name or end; the last administrator.
        """
        name = normalize_name(name)
        async with self._transaction(within) as connection:
            await connection.execute(ALONE)
            account, profile = await self.accounts.lock(connection, name)
            before = facts_of(account)
            if before != shown:
                raise refuse(Category.CONFLICT, "access.changed-meanwhile", CHANGED_MEANWHILE)
            wanted = check_facts(wanted, before, self.accounts.rights)
            if wanted == before:
                return account
            _not_oneself(name, by)
            if wanted.role != before.role or wanted.until != before.until:
                stays = self._administers(wanted.role) and wanted.until is None
                await self._keep_one(connection, account, stays=stays)
            facts = msgspec.structs.asdict(wanted)
            await self.accounts.set_profile(
                connection, name, msgspec.structs.replace(profile, **facts)
            )
            if wanted.role != before.role:
                await self.sessions.close_all(connection, name)
            await self._note(connection, by, name, difference(before, wanted), why)
            return msgspec.structs.replace(account, **facts)

    async def set_disabled(
        self,
        name: str,
        *,
        at: datetime | None,
        by: Context,
        why: str = "",
        within: Connection | None = None,
    ) -> None:
        """Closes an account, its sessions with it, in every process at once; or, without `at`,
        opens it again. Raises `Refused`: no such account, one's own, the last administrator.
        `within`: the caller's transaction."""
        name = normalize_name(name)
        async with self._transaction(within) as connection:
            await connection.execute(ALONE)
            account, _ = await self.accounts.lock(connection, name)
            _not_oneself(name, by)
            if at is not None:
                await self._keep_one(connection, account, stays=False)
            await self.accounts.set_disabled(connection, name, at)
            await connection.execute(WITHDRAW, name)
            await self.sessions.close_all(connection, name)
            await self._note(connection, by, name, "disabled" if at else "enabled", why)

    async def end_sessions(self, name: str, *, by: Context) -> None:
        """Whoever is in has to come in anew. Raises `Refused` when there is no such account."""
        name = normalize_name(name)
        async with self._transaction(None) as connection:
            await self.accounts.lock(connection, name)
            await self.sessions.close_all(connection, name)
            await self._note(connection, by, name, "sessions ended", "")

    async def end_everybodys_sessions(self, *, by: Context) -> None:
        """The same of all accounts at once: after a theft that nobody can measure yet."""
        async with self._transaction(None) as connection:
            await self.sessions.close_everybodys(connection)
            await note(self.trail, connection, by, "change-account", "sessions of everybody ended")

    async def confirm(self, shown: Mapping[str, Facts], *, by: Context) -> None:
        """Keeps that these accounts are to stay as they were shown: name -> facts. All of them, or
        none: raises `Refused` when one has changed since, or is one's own."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(ALONE)
            for name, facts in shown.items():
                account, profile = await self.accounts.lock(connection, name)
                _not_oneself(name, by)
                if facts_of(account) != facts:
                    raise refuse(Category.CONFLICT, "access.changed-meanwhile", CHANGED_MEANWHILE)
                reviewed = msgspec.structs.replace(profile, reviewed=self.clock())
                await self.accounts.set_profile(connection, name, reviewed)
                told = f"account {name}: confirmed"
                await note(self.trail, connection, by, "review-accounts", told)

    async def _keep_one(self, connection: Connection, account: Account, *, stays: bool) -> None:
        """Raises `Refused` when nobody would be left who manages accounts, without an end."""
        if stays or not self._administers(account.role) or account.closed(self.clock()):
            return
        for row in await connection.fetch(OTHERS, account.name):
            other, _ = self.accounts.of_row(row)
            if self._administers(other.role) and other.until is None:
                return
        raise refuse(Category.CONFLICT, "access.last-administrator", LAST_ADMINISTRATOR)

    def _administers(self, role: str) -> bool:
        return self.accounts.rights.permits(role, "manage_accounts")

    async def _note(
        self, connection: Connection, by: Context, name: str, what: str, why: str
    ) -> None:
        detail = f"account {name}: {what}" + (f"; {why}" if why else "")
        await note(self.trail, connection, by, "change-account", detail)

    @asynccontextmanager
    async def _transaction(self, within: Connection | None) -> AsyncIterator[Connection]:
        if within is not None:
            yield within
            return
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection


def _not_oneself(name: str, by: Context) -> None:
    if by.kind == "account" and by.actor == name:
        raise refuse(Category.FORBIDDEN, "access.not-oneself", NOT_ONESELF)


def difference(before: Facts, after: Facts) -> str:
    """Each fact that changes: what it was, and what it becomes."""
    pairs = (
        (name, getattr(before, name), getattr(after, name)) for name in before.__struct_fields__
    )
    return ", ".join(
        f"{name} {_text(old)} → {_text(new)}" for name, old, new in pairs if old != new
    )


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "+".join(value) or "-"
    return value.isoformat() if isinstance(value, datetime) else str(value or "-")

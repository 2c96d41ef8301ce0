"""Signing in and out. A wrong name and a wrong password take as long and get the same words."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import msgspec

from hygie.access.accounts import Accounts, Profile
from hygie.access.attempts import Attempts, Origin, Tried
from hygie.access.doorkeeper import Doorkeeper
from hygie.access.hashing import Hasher
from hygie.access.model import Account, Connection, Stage
from hygie.access.names import normalize_name
from hygie.access.passwords import check_password
from hygie.access.phrases import WRONG
from hygie.access.sessions import LIFETIME, Pass, Sessions
from hygie.limits import MAX_NAME_CHARACTERS
from hygie.refusal import Category, Refused, refuse
from hygie.trace import Action, AuditEntry, AuditTrail, Context

UNKNOWN = "unknown"
"""What traces say instead of a name that no account has: it may be a password, typed too early."""
Found = tuple[Account, Profile]
Requirement = Callable[[str], bool]
"""Whether those of a role must prove two factors."""


def requires_none(_: str) -> bool:
    """One factor does, for whichever role: in a demonstration."""
    return False


def stage_of(profile: Profile, amr: Sequence[str], *, required: bool) -> Stage:
    """How far somebody comes who has proven `amr`. Pure."""
    if "mfa" in amr:
        return "in"
    if profile.second == "set":
        return "second"
    return "enrol" if required or profile.second == "owed" else "in"


@dataclass(frozen=True)
class Visit:
    """One attempt: the name as typed, where from, when."""

    typed: str
    source: str
    at: datetime
    previous: str = ""
    """Token of the session that the browser had, which ends."""
    shared: bool = False
    """From a workstation that several people use."""
    device: str = ""
    """The browser, when somebody has signed in with it before."""

    @property
    def origin(self) -> Origin:
        return Origin(self.source, self.device)

    @property
    def name(self) -> str:
        """The name looked up; empty when no account can have it."""
        with suppress(Refused):
            return normalize_name(self.typed)
        return ""

    @property
    def key(self) -> str:
        """What attempts are counted by, whether or not there is such an account."""
        typed = self.typed[:MAX_NAME_CHARACTERS]
        return self.name or typed.encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Signing:
    """The way in, for people."""

    pool: asyncpg.Pool
    accounts: Accounts
    attempts: Attempts
    sessions: Sessions
    hasher: Hasher
    trail: AuditTrail
    requires: Requirement
    keeper: Doorkeeper
    words: tuple[str, ...] = ()
    """Of the house: no password rests on them."""

    def check(self, password: str, name: str) -> None:
        """Raises `Refused` when this is no password for the account of that normalised name."""
        check_password(password, name, self.words)

    async def sign_in(self, visit: Visit, password: str) -> str:
        """A new session's token. Raises `Refused`."""
        async with self.keeper.turn(visit.device, visit.source, visit.at):
            return await self._sign_in(visit, password)

    async def _sign_in(self, visit: Visit, password: str) -> str:
        found = await self.accounts.find(self.pool, visit.name)
        attempt = await self.begin(visit, found)
        right = await self.verify(found, password, attempt)
        token = found and right and await self._open(visit, found, password, attempt)
        if token:
            return token
        refused = refuse(Category.UNAUTHENTICATED, "access.wrong", WRONG, code="login")
        await self.trace_refusal(visit, found, refused)
        raise refused

    async def enter(
        self, connection: Connection, visit: Visit, found: Found, amr: tuple[str, ...]
    ) -> str:
        """The token of a new session of somebody who has proven who they are, by `amr`; the one
        they had ends."""
        account, profile = found
        stage = stage_of(profile, amr, required=self.requires(account.role))
        await self.sessions.close(connection, visit.previous)
        await self.accounts.set_seen(connection, account.name, visit.at)
        asked = {"in": "", "second": "; second factor asked", "enrol": "; second factor to set up"}
        entry = _entry(account.name, "sign-in", visit.source, " ".join(amr) + asked[stage])
        await self.trail.append(connection, [entry])
        granted = Pass(
            account=account.name, expires=visit.at + LIFETIME, opened=visit.at, proven=visit.at,
            amr=amr, shown=dict.fromkeys(amr, visit.at), stage=stage, source=visit.source,
            shared=visit.shared,
        )  # fmt: skip
        return await self.sessions.open(connection, granted, visit.at)

    async def _open(self, visit: Visit, found: Found, password: str, attempt: int) -> str | None:
        """The session; None when the account has ended, or was changed meanwhile."""
        fresh = await self._rehashed(found, password)
        async with self.pool.acquire() as connection, connection.transaction():
            same = await self.accounts.lock(connection, visit.name) == found
            if not same or found[0].closed(visit.at):
                return None
            if fresh != found[1]:
                await self.accounts.set_profile(connection, visit.name, fresh)
            await self.attempts.succeed(connection, attempt, visit.origin)
            return await self.enter(connection, visit, found, ("pwd",))

    async def sign_out(self, token: str) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            name = await self.sessions.close(connection, token)
            if name:
                await self.trail.append(connection, [_entry(name, "sign-out", "")])

    async def begin(
        self,
        visit: Visit,
        found: Found | None,
        act: Action = "sign-in",
        kind: Tried = "password",
    ) -> int:
        """Counts an attempt. Raises `Refused`, on record, when there were too many."""
        try:
            async with self.pool.acquire() as connection:
                return await self.attempts.begin(
                    connection, visit.key, visit.origin, visit.at, kind
                )
        except Refused as refused:
            await self.trace_refusal(visit, found, refused, act)
            raise

    async def verify(self, found: Found | None, password: str, attempt: int) -> bool:
        """Whether the password is the account's. Takes as long without an account."""
        hashed = (found[1].password or None) if found and not found[0].disabled else None
        try:
            return await self.hasher.verify(hashed, password)
        except Refused:  # too many at once: this one was not tried, so does not count
            await self.attempts.withdraw(self.pool, attempt)
            raise

    async def _rehashed(self, found: Found, password: str) -> Profile:
        """The profile, its password hashed anew when parameters have changed since."""
        profile = found[1]
        if self.hasher.outdated(profile.password):
            with suppress(Refused):  # too busy now: next time
                hashed = await self.hasher.hash(password)
                return msgspec.structs.replace(profile, password=hashed)
        return profile

    async def trace(
        self, connection: Connection, visit: Visit, act: Action, amr: Sequence[str]
    ) -> None:
        """Keeps, with the caller's change, that somebody proved who they are."""
        entry = _entry(visit.name, act, visit.source, " ".join(amr))
        await self.trail.append(connection, [entry])

    async def trace_refusal(
        self, visit: Visit, found: Found | None, refused: Refused, act: Action = "sign-in"
    ) -> None:
        entry = _entry(found[0].name if found else UNKNOWN, act, visit.source)
        rule = refused.refusal.issues[0].rule
        await self.trail.record(msgspec.structs.replace(entry, outcome="refused", reason=rule))


def _entry(actor: str, action: Action, source: str, detail: str = "") -> AuditEntry:
    context = Context(actor=actor, kind="account", purpose="HSYSADMIN", address=source)
    return AuditEntry(context=context, action=action, detail=detail)

"""The factors of an account: set up, shown, removed, and given back when they are lost."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import asyncpg
import msgspec

from hygie.access.factors import passkeys, recovery, totp
from hygie.access.factors.asking import FRESH, wanting
from hygie.access.factors.challenges import Challenges
from hygie.access.factors.offers import Offer, Offers
from hygie.access.factors.passkeys import Owner, Site, credential_id
from hygie.access.factors.proofs import Answer
from hygie.access.factors.rows import Factor, Passkey, Recovery, Row, Rows, Totp
from hygie.access.model import Account, Clock, Connection, Session, Vault
from hygie.access.phrases import (
    BAD_LABEL,
    KNOWN_PASSKEY,
    LAST_FACTOR,
    NO_FACTOR,
    NO_SESSION,
    STALE_PROOF,
    TOO_MANY_PASSKEYS,
    WRONG_CODE,
    WRONG_PASSKEY,
)
from hygie.access.signing import Found, Signing
from hygie.limits import MAX_LABEL_CHARACTERS, MAX_PASSKEYS
from hygie.refusal import Category, refuse
from hygie.trace import Action, AuditEntry, Context


class Kept(NamedTuple):
    """A factor as its owner sees it."""

    id: str
    label: str
    """Of a passkey, what its owner calls it; of an application, nothing."""
    created: datetime
    used: datetime | None
    copied: bool = False


class Status(NamedTuple):
    """What an account has."""

    application: Kept | None
    passkeys: tuple[Kept, ...]
    codes_left: int


class Enrolled(NamedTuple):
    """What came of setting up a factor."""

    token: str
    """Of the session, in place of the one that asked; others of the account have ended."""
    codes: tuple[str, ...]
    """Recovery codes, with the first factor: shown this once."""


@dataclass(frozen=True)
class Factors:
    """For the account's owner, who is in or about to be; `reset` is for administrators."""

    pool: asyncpg.Pool
    vault: Vault
    offers: Offers
    signing: Signing
    rows: Rows
    challenges: Challenges
    clock: Clock

    async def of(self, account: str) -> Status:
        rows = await self.rows.of(self.pool, account)
        shown = {row.id: _kept(row) for row in rows}
        left = [len(row.value.left) for row in rows if isinstance(row.value, Recovery)]
        return Status(
            next((shown[row.id] for row in rows if isinstance(row.value, Totp)), None),
            tuple(shown[row.id] for row in rows if isinstance(row.value, Passkey)),
            sum(left),
        )

    # --- Setting up --------------------------------------------------------------------------

    def offer(self, token: str, session: Session, ticket: str = "") -> Offer:
        """An application to set up; with a ticket, the same again, after a wrong code. Raises
        `Refused` when that ticket is not good here any more."""
        name, now = session.account.name, self.clock()
        if ticket:
            return self.offers.again(token, name, ticket, now)
        return self.offers.new(token, name, now)

    async def confirm_application(self, token: str, ticket: str, code: str) -> Enrolled:
        """Keeps the application that showed this code, in place of an earlier one. Raises
        `Refused`."""
        now = self.clock()
        secret = self.offers.secret(token, ticket, now)
        step = totp.matched(secret, code, (), now)
        if step is None:
            raise refuse(Category.INVALID, "access.wrong-code", WRONG_CODE)
        async with self._owner(token) as (connection, session, found):
            name = found[0].name
            await self.rows.remove_kinds(connection, name, "totp")
            await self.rows.add(connection, os.urandom(32), Totp(name, secret, (step,)), now)
            return await self._enrolled(connection, token, session, found, "otp")

    async def passkey_options(self, token: str, session: Session, site: Site) -> str:
        """What the browser makes a passkey with."""
        kept = [row.value for row in await self.rows.of(self.pool, session.account.name)]
        existing = [one for one in kept if isinstance(one, Passkey)]
        challenge = self.challenges.make(token, self.clock())
        return passkeys.registration(site, self._named(session.account), challenge, existing)

    async def confirm_passkey(self, token: str, label: str, answer: Answer) -> Enrolled:
        """Keeps a passkey that was made. Raises `Refused`."""
        label, now = _checked_label(label), self.clock()
        made = passkeys.register(answer.site, answer.json)
        challenge = passkeys.challenge_of(answer.json)
        async with self._owner(token) as (connection, session, found):
            if not made or not await self.challenges.take(connection, challenge, token, now):
                raise refuse(Category.INVALID, "access.wrong-passkey", WRONG_PASSKEY)
            name = found[0].name
            await self._check_room(connection, name)
            kept = Passkey(name, label, made.credential, made.key, made.count, answer.site.host)
            await self._add_passkey(connection, kept, now)
            return await self._enrolled(connection, token, session, found, "hwk")

    async def renew_codes(self, token: str) -> tuple[str, ...]:
        """New recovery codes, shown this once: the old ones open nothing any more. Raises
        `Refused`."""
        async with self._owner(token) as (connection, session, found):
            if session.stage != "in" or found[1].second != "set":
                raise refuse(Category.NOT_FOUND, "access.no-factor", NO_FACTOR, code="not-found")
            await self._note(connection, found[0].name, "renew-recovery-codes")
            return await self._new_codes(connection, found[0].name)

    # --- Removing ----------------------------------------------------------------------------

    async def remove(self, token: str, id_: str) -> str:
        """Removes a factor; with the last one, the recovery codes. The session's new token: others
        of the account end. Raises `Refused`."""
        async with self._owner(token) as (connection, session, found):
            account, profile = found
            rows = await self.rows.of(connection, account.name)
            factors = [row for row in rows if not isinstance(row.value, Recovery)]
            gone = [row for row in factors if row.id.hex() == id_]
            if not gone:
                raise refuse(Category.NOT_FOUND, "access.no-factor", NO_FACTOR, code="not-found")
            if len(factors) == 1:
                if self.signing.requires(account.role):
                    raise refuse(Category.CONFLICT, "access.last-factor", LAST_FACTOR)
                await self.rows.remove_kinds(connection, account.name, "recovery")
                profile = msgspec.structs.replace(profile, second="")
                await self.signing.accounts.set_profile(connection, account.name, profile)
            await self.rows.remove(connection, account.name, gone[0].id)
            await self._note(connection, account.name, "remove-factor", _kind(gone[0].value))
            return await self._alone(connection, token, session)

    async def reset(self, name: str, *, by: Context) -> None:
        """For a factor that is lost: all are removed, sessions end, and the next sign-in leads to
        setting up another before anything else. Raises `Refused` when there is no such account."""
        async with self.pool.acquire() as connection, connection.transaction():
            account, profile = await self.signing.accounts.lock(connection, name)
            await self.rows.remove_kinds(connection, account.name, "totp", "passkey", "recovery")
            owing = msgspec.structs.replace(profile, second="owed")
            await self.signing.accounts.set_profile(connection, account.name, owing)
            await self.signing.sessions.close_all(connection, account.name)
            await self.signing.attempts.forget(connection, account.name)
            entry = AuditEntry(context=by, action="reset-factor", detail=f"account {name}")
            await self.signing.trail.append(connection, [entry])

    # --- Within ------------------------------------------------------------------------------

    @asynccontextmanager
    async def _owner(self, token: str) -> AsyncIterator[tuple[Connection, Session, Found]]:
        """A transaction under the lock of the account, by somebody who lately proved who they are
        by all that signing in asks, or who is to set up a factor. Raises `Refused`."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = self.clock()
            sessions, accounts = self.signing.sessions, self.signing.accounts
            session = await sessions.find(connection, token, now)
            if session is not None:
                found = await accounts.lock(connection, session.account.name)
                session = await sessions.find(connection, token, now)  # another may have ended it
            if session is None or session.stage not in ("in", "enrol"):
                raise refuse(Category.UNAUTHENTICATED, "access.no-session", NO_SESSION)
            lacks = session.stage == "in" and wanting(session, found, now)
            if lacks or now - session.proven > FRESH:
                raise refuse(Category.FORBIDDEN, "access.stale-proof", STALE_PROOF)
            yield connection, session, found

    async def _enrolled(
        self, connection: Connection, token: str, session: Session, found: Found, method: str
    ) -> Enrolled:
        account, profile = found
        codes: tuple[str, ...] = ()
        if profile.second != "set":
            profile = msgspec.structs.replace(profile, second="set")
            await self.signing.accounts.set_profile(connection, account.name, profile)
            codes = await self._new_codes(connection, account.name)
        await self._note(connection, account.name, "enrol-factor", method)
        amr = tuple(dict.fromkeys((*session.amr, method, "mfa")))
        return Enrolled(await self._alone(connection, token, session, amr, (method,)), codes)

    async def _alone(
        self,
        connection: Connection,
        token: str,
        session: Session,
        amr: tuple[str, ...] = (),
        by: tuple[str, ...] = (),
    ) -> str:
        """The session under a new token; all others of its account end."""
        renewed = await self.signing.sessions.renew(connection, token, self.clock(), amr, by)
        if renewed is None:
            raise refuse(Category.UNAUTHENTICATED, "access.no-session", NO_SESSION)
        await self.signing.sessions.close_all(connection, session.account.name, but=renewed)
        return renewed

    async def _new_codes(self, connection: Connection, account: str) -> tuple[str, ...]:
        codes = recovery.new_codes()
        kept = Recovery(account, tuple(recovery.digest(code) or b"" for code in codes))
        await self.rows.remove_kinds(connection, account, "recovery")
        await self.rows.add(connection, os.urandom(32), kept, self.clock())
        return codes

    async def _check_room(self, connection: Connection, account: str) -> None:
        rows = await self.rows.of(connection, account)
        if sum(isinstance(row.value, Passkey) for row in rows) >= MAX_PASSKEYS:
            limit = str(MAX_PASSKEYS)
            raise refuse(Category.CONFLICT, "access.passkeys", TOO_MANY_PASSKEYS, limit=limit)

    async def _add_passkey(self, connection: Connection, kept: Passkey, now: datetime) -> None:
        try:
            await self.rows.add(connection, credential_id(kept.credential), kept, now)
        except asyncpg.UniqueViolationError as error:
            raise refuse(Category.CONFLICT, "access.known-passkey", KNOWN_PASSKEY) from error

    async def _note(
        self, connection: Connection, account: str, action: Action, detail: str = ""
    ) -> None:
        context = Context(actor=account, kind="account", purpose="HSYSADMIN")
        entry = AuditEntry(context=context, action=action, detail=detail)
        await self.signing.trail.append(connection, [entry])

    def _named(self, account: Account) -> Owner:
        handle = self.vault.blind("access.webauthn", account.name)
        return Owner(handle.to_bytes(8, "big", signed=True), account.name, account.display)


def _kept(row: Row) -> Kept:
    passkey = row.value if isinstance(row.value, Passkey) else None
    return Kept(
        row.id.hex(),
        passkey.label if passkey else "",
        row.created,
        row.used,
        copied=bool(passkey and passkey.copied),
    )


def _kind(factor: Factor) -> str:
    return "hwk" if isinstance(factor, Passkey) else "otp"


def _checked_label(label: str) -> str:
    label = label.strip()
    if not 0 < len(label) <= MAX_LABEL_CHARACTERS or not label.isprintable():
        raise refuse(Category.INVALID, "access.label", BAD_LABEL, limit=str(MAX_LABEL_CHARACTERS))
    return label

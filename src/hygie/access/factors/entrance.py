"""Proving who is there: at the second step of signing in, to unlock, and before a sensitive act."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from hygie.access.attempts import Tried
from hygie.access.factors import passkeys
from hygie.access.factors.asking import WHOLE, Ways, asked, wanting
from hygie.access.factors.challenges import Challenges
from hygie.access.factors.passkeys import Site, credential_id
from hygie.access.factors.proofs import (
    BAD_PASSKEY,
    Answer,
    Code,
    Password,
    Proof,
    Proofs,
    Proven,
)
from hygie.access.factors.rows import Passkey, Rows
from hygie.access.model import Clock, Connection, Session
from hygie.access.phrases import NO_SESSION, WRONG_PASSWORD
from hygie.access.signing import Found, Signing, Visit
from hygie.refusal import Category, refuse
from hygie.trace import Action

BAD_PASSWORD: Final = Proven(refused=("access.wrong-password", WRONG_PASSWORD))
GONE: Final = Proven(refused=("access.no-session", NO_SESSION))


@dataclass(frozen=True)
class Entrance:
    """The ways on from a session, and the way in with a passkey alone."""

    pool: asyncpg.Pool
    signing: Signing
    rows: Rows
    challenges: Challenges
    proofs: Proofs
    clock: Clock

    async def asked(self, session: Session) -> Ways:
        """What this session may be proven by now (`asking.asked`)."""
        found = await self.signing.accounts.find(self.pool, session.account.name)
        return asked(session, found, self.clock()) if found else ()

    async def proven_wholly(self, session: Session) -> bool:
        """Whether all that signing in asks was proven lately."""
        found = await self.signing.accounts.find(self.pool, session.account.name)
        return found is not None and not wanting(session, found, self.clock())

    async def request(self, token: str, session: Session, site: Site) -> str:
        """What the browser asks for one of this account's passkeys with; empty when it has none
        that would be good here."""
        kept = [row.value for row in await self.rows.of(self.pool, session.account.name)]
        good = [one for one in kept if isinstance(one, Passkey) and one.rp == site.host]
        if not good:
            return ""
        return passkeys.request(site, self.challenges.make(token, self.clock()), good)

    def open_request(self, door: str, site: Site) -> str:
        """The same before anybody said who they are. `door`: the secret of that browser."""
        return passkeys.request(site, self.challenges.make(door, self.clock()))

    async def prove(self, token: str, proof: Proof, *, source: str = "") -> str:
        """The token that takes this one's place, of a session that is through and proven now.

        Raises `Refused`: no such session, a proof that proves nothing, too many of them.
        """
        now = self.clock()
        session = await self.signing.sessions.find(self.pool, token, now)
        found = session and await self.signing.accounts.find(self.pool, session.account.name)
        if not session or not found or not isinstance(proof, asked(session, found, now)):
            raise refuse(Category.UNAUTHENTICATED, "access.no-session", NO_SESSION, code="login")
        visit = Visit(session.account.name, source, now)
        act: Action = "sign-in" if session.stage == "second" else "step-up"
        attempt = await self.signing.begin(visit, found, act, _tried(proof))
        right = isinstance(proof, Password) and await self.signing.verify(
            found, proof.text, attempt
        )
        async with self.pool.acquire() as connection, connection.transaction():
            proven = await self._checked(connection, found, proof, token, now, right=right)
            if proven.amr:
                amr = _together(session, proven)
                await self.signing.attempts.succeed(connection, attempt, visit.origin)
                await self.signing.trace(connection, visit, act, proven.amr)
                by = (*proven.amr, WHOLE) if proven.verified else proven.amr
                renewed = await self.signing.sessions.renew(connection, token, now, amr, by)
                proven = proven if renewed else GONE
        if proven.amr and renewed:
            return renewed
        await self.signing.trace_refusal(visit, found, proven.refusal(), act)
        raise proven.refusal()

    async def sign_in(self, visit: Visit, answer: Answer, door: str) -> str:
        """The token of a new session, opened by a passkey that verified who uses it. Raises
        `Refused`. `visit.typed` is not looked at; `door`: the secret of the browser."""
        challenge = passkeys.challenge_of(answer.json)
        if not self.challenges.is_good(challenge, door, visit.at):
            raise BAD_PASSKEY.refusal()
        row = await self.rows.passkey(self.pool, credential_id(passkeys.credential_of(answer.json)))
        visit = replace(visit, typed=row.value.account if row else "")
        found = await self.signing.accounts.find(self.pool, visit.name)
        if not found:
            await self.signing.trace_refusal(visit, None, BAD_PASSKEY.refusal())
            raise BAD_PASSKEY.refusal()
        attempt = await self.signing.begin(visit, found, "sign-in", "factor")
        async with self.pool.acquire() as connection, connection.transaction():
            proven = await self._checked(connection, found, answer, door, visit.at)
            good = bool(proven.amr) and proven.verified and found[1].second == "set"
            if good and not found[0].closed(visit.at):
                await self.signing.attempts.succeed(connection, attempt, visit.origin)
                return await self.signing.enter(connection, visit, found, (*proven.amr, WHOLE))
        refused = (BAD_PASSKEY if proven.amr else proven).refusal()
        await self.signing.trace_refusal(visit, found, refused)
        raise refused

    async def change_password(self, token: str, old: str, new: str, *, source: str = "") -> str:
        """The session's new token: others of the account end. Raises `Refused`: no such session,
        the old password is wrong, the new one unfit."""
        now = self.clock()
        session = await self.signing.sessions.find(self.pool, token, now)
        found = session and await self.signing.accounts.find(self.pool, session.account.name)
        if not session or not found or session.stage != "in":
            raise GONE.refusal()
        name = session.account.name
        self.signing.check(new, name)
        visit = Visit(name, source, now)
        attempt = await self.signing.begin(visit, found, "change-account")
        right = await self.signing.verify(found, old, attempt)
        hashed = await self.signing.hasher.hash(new) if right else ""
        async with self.pool.acquire() as connection, connection.transaction():
            same = await self.signing.accounts.lock(connection, name) == found
            renewed = None
            if right and same:
                profile = msgspec.structs.replace(found[1], password=hashed)
                await self.signing.accounts.set_profile(connection, name, profile)
                await self.signing.attempts.succeed(connection, attempt, visit.origin)
                renewed = await self.signing.sessions.renew(connection, token, now)
                await self.signing.sessions.close_all(connection, name, but=renewed or "")
                await self.signing.trace(connection, visit, "change-account", ("own password",))
        if renewed:
            return renewed
        await self.signing.trace_refusal(visit, found, BAD_PASSWORD.refusal(), "change-account")
        raise BAD_PASSWORD.refusal()

    async def _checked(
        self,
        connection: Connection,
        found: Found,
        proof: Proof,
        binding: str,
        now: datetime,
        *,
        right: bool = False,
    ) -> Proven:
        """What the proof proves, under the lock of its account; nothing when that was changed
        since it was read. `right`: of a password, whether it was."""
        name = found[0].name
        same = await self.signing.accounts.lock(connection, name) == found
        if isinstance(proof, Password):
            return Proven(("pwd",)) if same and right else BAD_PASSWORD
        if not same:
            return GONE
        if isinstance(proof, Code):
            return await self.proofs.code(connection, name, proof, now)
        return await self.proofs.passkey(connection, name, proof, binding, now)


def _together(session: Session, proven: Proven) -> tuple[str, ...]:
    """All methods proven in a session; "mfa" once they are two factors."""
    both = session.stage == "second" or proven.verified
    return tuple(dict.fromkeys((*session.amr, *proven.amr, *((WHOLE,) if both else ()))))


def _tried(proof: Proof) -> Tried:
    return "password" if isinstance(proof, Password) else "factor"

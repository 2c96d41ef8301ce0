"""The access room's door. Every grant, refusal and withdrawal leaves an audit entry."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import msgspec

from hygie.access.accounts import Accounts, Standing
from hygie.access.actors import Actors
from hygie.access.attempts import Attempts
from hygie.access.compiling import sight_of
from hygie.access.contents import Contents
from hygie.access.decision import Actor
from hygie.access.devices import Devices
from hygie.access.directory.synchronising import Synchronising
from hygie.access.doorkeeper import Doorkeeper
from hygie.access.factors.challenges import Challenges
from hygie.access.factors.entrance import Entrance
from hygie.access.factors.factors import Factors
from hygie.access.factors.offers import Offers
from hygie.access.factors.proofs import Answer, Proofs
from hygie.access.factors.rows import Rows
from hygie.access.glass import BreakGlass
from hygie.access.hashing import Hasher
from hygie.access.lifecycle.bulk import Bulk
from hygie.access.lifecycle.facts import Facts
from hygie.access.lifecycle.invitations import Invitation, Invitations
from hygie.access.lifecycle.lifecycle import Lifecycle
from hygie.access.model import Account, Client, Clock, Connection, Session, Token, Vault, utc_now
from hygie.access.names import normalize_name
from hygie.access.phrases import BAD_PURPOSE, WRONG
from hygie.access.rights import Rights
from hygie.access.scopes import parse_scopes
from hygie.access.sessions import Sessions
from hygie.access.signing import Requirement, Signing, Visit, requires_none
from hygie.access.simulating import Simulating
from hygie.access.smart.smart import Smart
from hygie.access.tokens import Tokens
from hygie.limits import STEP_UP_MINUTES
from hygie.purpose import Purpose
from hygie.refusal import Category, refuse
from hygie.sight import Sight
from hygie.trace import Action, AuditEntry, AuditTrail, Context

CONSOLE = Context(actor="console", kind="system", purpose="HSYSADMIN")
"""Who acts when nobody is signed in: the command line on the server itself."""


class Access:
    """Accounts and sessions of people, tokens of machines. For tasks of one event loop."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        pool: asyncpg.Pool,
        vault: Vault,
        trail: AuditTrail,
        *,
        clock: Clock = utc_now,
        hasher: Hasher | None = None,
        requires: Requirement = requires_none,
        rights: Rights | None = None,
        actors: Actors | None = None,
        words: tuple[str, ...] = (),
    ) -> None:
        """`requires`: whether those of a role must prove two factors. `rights`: what roles may do;
        `actors`: whom people care for, without which nobody is in anybody's care; `words`: of the
        house, on which no password may rest."""
        self._pool = pool
        self._trail = trail
        self._clock = clock
        self._hasher = hasher or Hasher()
        self._accounts = Accounts(vault, rights)
        self.rights = self._accounts.rights
        """What roles may do."""
        self.glass = BreakGlass(pool, vault, trail, self.rights, clock)
        """Records opened outside of one's care."""
        self.contents = Contents(vault, trail, self.rights, clock)
        """What messages hold, shown to who says why."""
        self._actors = actors
        circles = actors.circles if actors else None
        self.simulating = Simulating(vault.reference, circles, self.glass)
        """Who people would be to the decision."""
        self._attempts = Attempts(vault)
        self._sessions = Sessions(vault, self._accounts)
        self.lifecycle = Lifecycle(pool, self._accounts, self._sessions, trail, clock)
        """Changes of accounts, departure and return."""
        self._tokens = Tokens(vault)
        self.smart = Smart(pool, vault, self._accounts, trail, clock)
        """Applications that act for people or for themselves."""
        self._keeper = Doorkeeper(pool, self._attempts, trail)
        self._signing = Signing(
            pool, self._accounts, self._attempts, self._sessions, self._hasher, trail, requires,
            self._keeper, words,
        )  # fmt: skip
        self.invitations = Invitations(pool, vault, self._signing)
        """How somebody chooses the password of their own account."""
        self.bulk = Bulk(pool, self.lifecycle, self.invitations)
        """Many accounts at once."""
        self.synchronising = Synchronising(pool, vault, self.lifecycle)
        """Accounts that follow a directory."""
        self._devices = Devices(vault)
        rows, challenges = Rows(vault), Challenges(vault)
        self.factors = Factors(pool, vault, Offers(vault), self._signing, rows, challenges, clock)
        """What people prove besides a password."""
        self.entrance = Entrance(
            pool, self._signing, rows, challenges, Proofs(rows, challenges), clock
        )
        """How they prove it: at the second step, to unlock, before sensitive acts."""

    # --- People: signing in and out ----------------------------------------------------------

    async def sign_in(
        self,
        name: str,
        password: str,
        *,
        source: str = "",
        previous: str = "",
        shared: bool = False,
        device: str = "",
    ) -> str:
        """The token of a new session. Raises `Refused`, in the same words whatever was wrong.

        `source` is the address the request came from: wrong passwords are counted by it, so that
        strangers do not lock the owner out. `previous`, the session the browser had, ends.
        `device`, the cookie that `know_device` gave this browser, lets it wait before strangers.
        The session is not through yet (`Session.stage`) while a second factor is wanting.
        """
        now = self._clock()
        visit = Visit(name, source, now, previous, shared, self._devices.read(device, now))
        return await self._signing.sign_in(visit, password)

    async def sends_away(self, source: str, device: str) -> bool:
        """Whether `sign_in` would refuse for want of room, whatever the name and password."""
        now = self._clock()
        return await self._keeper.sends_away(self._devices.read(device, now), source, now)

    def know_device(self, cookie: str) -> str:
        """The cookie by which a browser that somebody has just signed in with is known again;
        `cookie`: the one it had."""
        now = self._clock()
        return self._devices.issue(self._devices.read(cookie, now), now)

    async def sign_in_with_passkey(
        self,
        answer: Answer,
        door: str,
        *,
        source: str = "",
        previous: str = "",
        shared: bool = False,
    ) -> str:
        """The same without a name or password. `door`: the secret of the browser that the answer's
        challenge was made for (`Entrance.open_request`)."""
        visit = Visit("", source, self._clock(), previous, shared)
        return await self.entrance.sign_in(visit, answer, door)

    async def open_session(
        self,
        name: str,
        *,
        source: str,
        amr: tuple[str, ...],
        previous: str = "",
        shared: bool = False,
    ) -> str:
        """The token of a new session, for somebody whom an identity provider vouches for.

        `amr` says how (RFC 8176): with "mfa" in it, no second factor is asked here.
        Raises `Refused` when there is no such account, or it is disabled.
        """
        visit = Visit(name, source, self._clock(), previous, shared)
        async with self._change() as connection:
            found = await self._accounts.lock(connection, visit.name)
            if found[0].closed(visit.at):
                raise refuse(Category.UNAUTHENTICATED, "access.wrong", WRONG, code="login")
            return await self._signing.enter(connection, visit, found, amr)

    async def current(self, token: str, *, used: bool = True) -> Session | None:
        """The session of this token, however far it is; None when there is none (any more).
        `used`: somebody is there, which keeps it alive."""
        now = self._clock()
        found = await self._sessions.find(self._pool, token, now)
        if found and used:
            await self._sessions.touch(self._pool, found, now)
        return found

    def proven_lately(self, session: Session, minutes: int = STEP_UP_MINUTES) -> bool:
        """Whether who is there was proven no longer ago than that."""
        return self._clock() - session.proven <= timedelta(minutes=minutes)

    async def session(self, token: str) -> Account | None:
        """Whose session it is, kept alive by asking; None unless they are through, and it is not
        locked."""
        found = await self.current(token)
        return found.account if found and found.stage == "in" else None

    async def sight(self, account: Account, purpose: Purpose | None = None) -> Sight:
        """What this person may see now, for what they chose, or for what their role is."""
        if self._actors is None:
            return sight_of(await self.actor(account, purpose), self.rights, self._clock())
        opened = await self.glass.open_for(account.name, self._clock())
        return await self._actors.sight(account, opened, purpose)

    async def actor(self, account: Account, purpose: Purpose | None = None) -> Actor:
        """Who this person is to the decision now."""
        opened = await self.glass.open_for(account.name, self._clock())
        if self._actors is not None:
            return await self._actors.actor(account, opened, purpose)
        return Actor(
            name=account.name,
            role=account.role,
            opened=opened,
            specialty=account.specialty,
            purpose=purpose,
        )

    async def ask_for(self, session: Session, token: str, purpose: str) -> None:
        """What its owner sees data for from now on, in that session. Raises `Refused` when it is
        not one of their role's."""
        role = self.rights.roles.get(session.account.role)
        chosen = next((one for one in role.choices if one == purpose), None) if role else None
        if chosen is None:
            raise refuse(Category.UNPROCESSABLE, "access.purpose", BAD_PURPOSE, code="value")
        async with self._change() as connection:
            await self._sessions.ask_for(connection, token, chosen)

    async def sign_out(self, token: str) -> None:
        """Ends the session. Ending one that is not there does nothing."""
        await self._signing.sign_out(token)

    async def sessions_of(self, account: str) -> tuple[Session, ...]:
        """Those that have not ended, the last used first."""
        return await self._sessions.list(self._pool, account, self._clock())

    async def end_session(self, account: str, id_: str) -> None:
        """Ends one of somebody's own sessions, by the id that `sessions_of` gives."""
        async with self._change() as connection:
            await self._sessions.close_one(connection, account, id_)

    async def end_sessions(self, account: str, *, but: str = "") -> None:
        """Ends all of somebody's sessions, but the one of this token."""
        async with self._change() as connection:
            await self._sessions.close_all(connection, account, but)

    async def lock(self, token: str) -> None:
        """Asks, from now on, to be proven anew who is there."""
        async with self._change() as connection:
            await self._sessions.lock(connection, token)

    # --- Accounts ----------------------------------------------------------------------------

    async def create_account(  # noqa: PLR0913 - what an account is
        self,
        name: str,
        display: str,
        role: str,
        password: str,
        *,
        practitioner: str = "",
        national: str = "",
        units: tuple[str, ...] = (),
        by: Context = CONSOLE,
    ) -> Account:
        """Raises `Refused`: name, display name, role or password unfit, or name taken.

        `practitioner`, `national`: who this is in the records; `units`: where they work.
        """
        wanted = Facts(
            display=display, role=role, practitioner=practitioner, national=national, units=units
        )
        self._signing.check(password, normalize_name(name))
        hashed = await self._hasher.hash(password)
        return await self.lifecycle.arrive(name, wanted, by=by, password=hashed)

    async def list_accounts(self) -> tuple[Account, ...]:
        """All of them, by name."""
        return tuple(one.account for one in await self.everyone())

    async def everyone(self) -> list[Standing]:
        """All accounts, by name, and how each is used."""
        return await self._accounts.everyone(self._pool)

    async def standing(self, name: str) -> Standing:
        """One account, and how it is used. Raises `Refused` when there is none."""
        return await self._accounts.standing(self._pool, normalize_name(name))

    async def note_export(self, count: int, *, by: Context = CONSOLE) -> None:
        """Keeps that a list of accounts was given out."""
        told = AuditEntry(context=by, action="export-accounts", count=count)
        await self._trail.record(told)

    async def invite(self, name: str, *, by: Context = CONSOLE) -> Invitation:
        """A code by which somebody chooses the password of this account. Raises `Refused`."""
        return await self.invitations.invite(name, self._clock(), by=by)

    async def invited(self, code: str, *, source: str = "") -> Account:
        """Whose account this invitation opens. Raises `Refused`."""
        return await self.invitations.invited(code, Visit("", source, self._clock()))

    async def accept_invitation(
        self,
        code: str,
        password: str,
        *,
        source: str = "",
        previous: str = "",
        shared: bool = False,
    ) -> str:
        """The token of a new session, the account having this password. Raises `Refused`."""
        visit = Visit("", source, self._clock(), previous, shared)
        return await self.invitations.accept(code, password, visit)

    async def set_password(self, name: str, password: str, *, by: Context = CONSOLE) -> None:
        """Ends the account's sessions and pauses. Raises `Refused`."""
        name = normalize_name(name)
        self._signing.check(password, name)
        hashed = await self._hasher.hash(password)
        async with self._change() as connection:
            _, profile = await self._accounts.lock(connection, name)
            profile = msgspec.structs.replace(profile, password=hashed)
            await self._accounts.set_profile(connection, name, profile)
            await self._sessions.close_all(connection, name)
            await self._attempts.forget(connection, name)
            await self._note(connection, by, "change-account", f"account {name}: new password")

    async def disable_account(self, name: str, *, by: Context = CONSOLE) -> None:
        """The account stays, for the traces it left; nobody signs in with it any more."""
        await self.lifecycle.set_disabled(name, at=self._clock(), by=by)

    async def enable_account(self, name: str, *, by: Context = CONSOLE) -> None:
        await self.lifecycle.set_disabled(name, at=None, by=by)

    # --- Machines ----------------------------------------------------------------------------

    async def create_token(
        self, name: str, scopes: str, ttl: timedelta, *, by: Context = CONSOLE
    ) -> str:
        """A bearer token, shown this once. Raises `Refused`: name, scopes or lifetime unfit.

        `name` says which client bears it, and is what traces keep. A client may have several
        tokens in force: that is how one is replaced by the next.
        """
        name, granted = normalize_name(name), parse_scopes(scopes)
        async with self._change() as connection:
            secret, number = await self._tokens.insert(
                connection, name, granted, ttl, self._clock()
            )
            detail = f"token {number} of {name}: {granted}"
            await self._note(connection, by, "create-token", detail)
        return secret

    async def client(self, bearer: str) -> Client | None:
        """Who bears this token; None when unknown, expired or revoked (at once here, within a
        second in other processes)."""
        found = await self._tokens.client(self._pool, bearer, self._clock())
        return found or await self.smart.issuing.client(bearer, self.sight)

    async def list_tokens(self) -> tuple[Token, ...]:
        """All but their secrets; the newest first, revoked and expired ones included."""
        return await self._tokens.list(self._pool)

    async def revoke_token(self, number: int, *, by: Context = CONSOLE) -> None:
        """Raises `Refused` when no token in force has this number."""
        async with self._change() as connection:
            token = await self._tokens.revoke(connection, number, self._clock())
            await self._note(connection, by, "revoke-token", f"token {number} of {token.name}")
        self._tokens.forget_cached()

    # --- Traces ------------------------------------------------------------------------------

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def _note(self, connection: Connection, by: Context, action: Action, detail: str) -> None:
        await self._trail.append(connection, [AuditEntry(context=by, action=action, detail=detail)])

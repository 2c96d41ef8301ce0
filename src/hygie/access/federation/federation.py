"""The door for those whom others vouch for: leaving for a provider, and coming back."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple, Protocol

import asyncpg
import msgspec

from hygie.access.accounts import Accounts
from hygie.access.federation.declaration import Kind, Provider
from hygie.access.federation.departures import Departures
from hygie.access.federation.errand import Errand, new_errand, opened, sealed
from hygie.access.federation.examining import Report, examined
from hygie.access.federation.exchange import Said, address
from hygie.access.federation.footing import Footing
from hygie.access.federation.identity_token import check_addressed, verified
from hygie.access.federation.links import Linked, Links
from hygie.access.federation.logout import KIND, check_logout
from hygie.access.federation.matching import Matching
from hygie.access.federation.outcome import invalid, rule_of
from hygie.access.federation.partner import Partner, bearing
from hygie.access.federation.person import Person, person
from hygie.access.federation.phrases import GIVEN_UP, NO_PROVIDER, START_AGAIN
from hygie.access.model import Clock, Connection, Vault, utc_now
from hygie.access.rights import Rights
from hygie.limits.federation import MAX_RETURNED_CHARACTERS
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, Refused, refuse
from hygie.trace import Action, AuditEntry, AuditTrail, Context

UNKNOWN = "unknown"
"""What traces say of somebody whom no account is known to be."""


class Opener(Protocol):
    """Opens sessions: `Access.open_session`."""

    async def __call__(
        self, name: str, *, source: str, amr: tuple[str, ...], previous: str, shared: bool
    ) -> str: ...


class Offer(NamedTuple):
    """A provider, as the sign-in page shows it."""

    name: str
    title: str
    kind: Kind
    down: bool
    """Whether it did not answer when it was last asked."""
    linkable: bool
    """Whether a link to an account opens it."""


class Departure(NamedTuple):
    """A browser that leaves: where for, and what it carries along."""

    url: str
    cookie: str


class Arrival(NamedTuple):
    """A browser that is back: the token of its new session; empty when it linked an identity."""

    token: str
    account: str


class Returned(NamedTuple):
    """What a browser brought back, from the address `source`."""

    parameters: Mapping[str, str]
    cookie: str
    source: str


class Federation:
    """Every declared provider. For tasks of one event loop."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        pool: asyncpg.Pool,
        vault: Vault,
        trail: AuditTrail,
        providers: Sequence[Provider],
        outbound: Outbound,
        footing: Footing,
        *,
        open_session: Opener,
        clock: Clock = utc_now,
        rights: Rights | None = None,
    ) -> None:
        self._pool = pool
        self._vault = vault
        self._trail = trail
        self._footing = footing
        self._open = open_session
        self._clock = clock
        self._links = Links(vault)
        self._matching = Matching(Accounts(vault, rights), self._links)
        self._departures = Departures(vault, self._links)
        self._own = [bearing(one, outbound, footing) for one in providers]
        self._partners = {
            one.name: Partner(one, door, footing, clock)
            for one, door in zip(providers, self._own, strict=True)
        }
        self._shared = outbound

    def offers(self) -> tuple[Offer, ...]:
        """In the order they are declared."""
        return tuple(
            Offer(
                one.provider.name,
                one.provider.title,
                one.provider.kind,
                one.down,
                linkable="link" in one.provider.match,
            )
            for one in self._partners.values()
        )

    def providers(self) -> tuple[Provider, ...]:
        return tuple(one.provider for one in self._partners.values())

    async def examine(self, name: str) -> Report:
        """Whether somebody could sign in by this provider. Raises `Refused` when there is none."""
        return await examined(self._partner(name))

    # --- Signing in ------------------------------------------------------------------------------

    async def leave(
        self, name: str, *, previous: str = "", shared: bool = False, account: str = ""
    ) -> Departure:
        """`previous`: the session the browser has. `shared`: whether others use it too.
        `account`: who wants this provider's identity linked to theirs, instead of a session.
        Raises `Refused`."""
        partner = self._partner(name)
        metadata = await partner.metadata()
        errand = new_errand(name, self._clock(), previous=previous, shared=shared, account=account)
        url = address(partner.provider, metadata, errand, self._footing)
        return Departure(url, sealed(self._vault, errand))

    async def come_back(self, name: str, returned: Returned) -> Arrival:
        """Opens a session, or links an identity. Raises `Refused`; every refusal leaves a trace."""
        partner, now = self._partner(name), self._clock()
        who = UNKNOWN
        try:
            async with partner.turns.turn():
                errand = self._errand(partner.provider, returned, now)
                who = errand.account or who
                said = await self._said(partner, errand, returned, now)
                someone = person(partner.provider, said.claims)
                if errand.account:
                    return await self._link(partner.provider, errand, someone, now)
                return await self._enter(partner.provider, errand, returned, said, someone, now)
        except Refused as refused:
            refusal = _entry(who, "sign-in", f"by:{name}", returned.source)
            await self._trail.record(
                msgspec.structs.replace(refusal, outcome="refused", reason=rule_of(refused))
            )
            raise

    def _errand(self, provider: Provider, returned: Returned, now: datetime) -> Errand:
        errand = opened(self._vault, returned.cookie)
        state = returned.parameters.get("state", "")
        if errand is None or not errand.is_of(provider.name, state, now):
            raise refuse(Category.FORBIDDEN, "federation.errand", START_AGAIN, code="login")
        return errand

    async def _said(
        self, partner: Partner, errand: Errand, returned: Returned, now: datetime
    ) -> Said:
        """What the provider says, having checked that it is the one that was left for."""
        metadata, given = await partner.metadata(), returned.parameters
        issuer = given.get("iss")
        if issuer is None and metadata.authorization_response_iss_parameter_supported:
            raise invalid(partner.provider, "mix-up")
        if issuer not in (None, partner.provider.issuer):
            raise invalid(partner.provider, "mix-up")
        code = given.get("code", "")
        if "error" in given or not 0 < len(code) <= MAX_RETURNED_CHARACTERS:
            raise refuse(
                Category.UNAUTHENTICATED, "federation.given-up", GIVEN_UP, code="login",
                title=partner.provider.title,
            )  # fmt: skip
        async with self._change() as connection:
            await self._links.use(connection, errand.state, now)
        return await partner.exchange.said(metadata, errand, code, now)

    async def _enter(
        self, provider: Provider, errand: Errand, returned: Returned, said: Said,
        someone: Person, now: datetime,
    ) -> Arrival:  # fmt: skip
        async with self._change() as connection:
            account = await self._matching.account(connection, provider, someone, now)
        token = await self._open(
            account.name,
            source=returned.source,
            amr=someone.amr,
            previous=errand.previous,
            shared=errand.shared,
        )
        async with self._change() as connection:
            await self._departures.keep(connection, provider, token, someone, said.id_token)
        return Arrival(token, account.name)

    # --- Identities linked to accounts -----------------------------------------------------------

    async def _link(
        self, provider: Provider, errand: Errand, someone: Person, now: datetime
    ) -> Arrival:
        async with self._change() as connection:
            await self._links.add(connection, provider, someone.subject, errand.account, now)
            detail = f"account {errand.account}: linked to an identity of {provider.name}"
            entry = _entry(errand.account, "change-account", detail)
            await self._trail.append(connection, [entry])
        return Arrival("", errand.account)

    async def linked(self, account: str) -> tuple[Linked, ...]:
        return await self._links.of(self._pool, account)

    async def unlink(self, account: str, provider: str, *, by: Context) -> None:
        """Unlinking what is not linked does nothing."""
        async with self._change() as connection:
            if await self._links.remove(connection, account, provider):
                detail = f"account {account}: no longer linked to {provider}"
                entry = AuditEntry(context=by, action="change-account", detail=detail)
                await self._trail.append(connection, [entry])

    # --- Signing out -----------------------------------------------------------------------------

    async def farewell(self, token: str) -> str:
        """Where this session ends at the provider it began at; empty when nowhere: it began here,
        or the provider cannot say. To be asked before the session ends here."""
        row = await self._departures.row(self._pool, token)
        partner = self._partners.get(row["provider"]) if row else None
        if row is None or partner is None or not partner.provider.logout:
            return ""
        try:
            metadata = await partner.metadata()
        except Refused:
            return ""
        if not metadata.end_session_endpoint:
            return ""
        return self._departures.address(row, partner.provider, metadata, self._footing.door)

    async def told_to_end(self, name: str, logout_token: str) -> None:
        """The provider says that a session has ended (Back-Channel Logout 1.0). Raises `Refused`
        when it was not the provider who said it, or said it before."""
        partner, now = self._partner(name), self._clock()
        async with partner.turns.turn():
            kind = "" if partner.provider.logout_untyped else KIND
            claims, _ = await verified(partner.provider, logout_token, partner.key, kind)
            check_addressed(partner.provider, claims)
            told = check_logout(partner.provider, claims, now)
            async with self._change() as connection:
                await self._links.use(connection, f"{name}\n{told.number}", now)
                for account in await self._departures.end(
                    connection, partner.provider, told.subject, told.session
                ):
                    entry = _entry(account, "sign-out", f"by:{name}")
                    await self._trail.append(connection, [entry])

    async def aclose(self) -> None:
        """Ends the connections of those doors that show a certificate."""
        for door in self._own:
            if door is not self._shared:
                await door.close()

    # --- Below -----------------------------------------------------------------------------------

    def _partner(self, name: str) -> Partner:
        partner = self._partners.get(name)
        if partner is None:
            raise refuse(
                Category.NOT_FOUND, "federation.no-provider", NO_PROVIDER, code="not-found"
            )
        return partner

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection


def _entry(actor: str, action: Action, detail: str, source: str = "") -> AuditEntry:
    context = Context(actor=actor, kind="account", purpose="HSYSADMIN", address=source)
    return AuditEntry(context=context, action=action, detail=detail)

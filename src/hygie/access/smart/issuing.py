"""What applications ask for themselves: tokens, what tokens are worth, and their end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from hygie.access.model import Client, Connection
from hygie.access.scopes import MACHINE
from hygie.access.smart.bearing import SightOf
from hygie.access.smart.exchanging import Answer, Exchanging, ReplayedError
from hygie.access.smart.grants import parsed
from hygie.access.smart.jwks import Fetch
from hygie.access.smart.model import Application, Grant, SmartRefusedError, Ticket
from hygie.access.smart.parts import Parts
from hygie.access.smart.passes import Kind, Shown
from hygie.access.smart.proving import Proving, unknown
from hygie.limits.smart import ASSERTION_SECONDS
from hygie.trace import AuditEntry, Context

KINDS: Final[tuple[Kind, ...]] = ("access", "refresh")
PROOFS: Final = frozenset(
    {"client_id", "client_secret", "client_assertion", "client_assertion_type"}
)
"""Parameters by which an application says who it is."""
INACTIVE: Final = {"active": False}


class Issuing:
    """Each method raises `SmartRefusedError`."""

    def __init__(self, parts: Parts, issuer_path: str) -> None:
        self._parts = parts
        self._path = issuer_path
        self._proving = Proving(parts.applications)
        self._exchanging = Exchanging(parts.passes, parts.grants, parts.identities)

    async def prove(
        self, form: Mapping[str, str], authorization: str, issuer: str, fetch: Fetch
    ) -> Application:
        """The application that asks."""
        async with self._parts.pool.acquire() as connection:
            if not authorization and not PROOFS & form.keys():
                return await self._public(connection, form)
            return await self._proving.application(
                connection, form, authorization, issuer + self._path, fetch, self._parts.now()
            )

    async def _public(self, connection: Connection, form: Mapping[str, str]) -> Application:
        """Who renews without a name: a public application's name would prove nothing, and clients
        leave it out (SMART App Launch 2.2, §2.0.14). The refresh token tells whose it is."""
        renews = form.get("grant_type") == "refresh_token"
        found = await self._find("refresh", form.get("refresh_token", "")) if renews else None
        application = found and await self._parts.applications.find(
            connection, found[1].application
        )
        if not application or application.method != "none" or application.state != "approved":
            raise unknown()
        return application

    async def token(self, application: Application, form: Mapping[str, str], issuer: str) -> Answer:
        try:
            return await self._exchanged(application, form, issuer)
        except ReplayedError as replayed:
            await self._withdraw(replayed.grant, application)
            raise SmartRefusedError("invalid_grant", "used before: all it gave is revoked") from (
                replayed
            )

    async def _exchanged(
        self, application: Application, form: Mapping[str, str], issuer: str
    ) -> Answer:
        now = self._parts.now()
        async with self._parts.change() as connection:
            match form.get("grant_type", ""):
                case "authorization_code":
                    answer = await self._exchanging.by_code(
                        connection, application, form, issuer, now
                    )
                case "refresh_token":
                    answer = await self._exchanging.by_refresh(connection, application, form, now)
                case "client_credentials":
                    answer = await self._exchanging.by_key(connection, application, form, now)
                case _:
                    raise SmartRefusedError("unsupported_grant_type")
            detail = f"access of {application.id}: {answer['scope']}"
            await self._parts.note(connection, _by(application), "create-token", detail)
        return answer

    async def introspect(
        self, application: Application, form: Mapping[str, str], issuer: str
    ) -> dict[str, Any]:
        """RFC 7662: what a token of this application's is worth. Of all others it is told that
        they are worth nothing."""
        found = await self._found(application, form)
        if found is None:
            return dict(INACTIVE)
        kind, shown, grant = found
        now = self._parts.now()
        ended = shown.used or now >= shown.expires
        if ended or (grant.account and not await self._stands(grant)):
            return dict(INACTIVE)
        ticket = self._parts.passes.open(kind, shown, Ticket)
        said: dict[str, Any] = {
            "active": True,
            "client_id": application.id,
            "scope": " ".join((*ticket.scopes.split(), *grant.special)),
            "exp": int(ticket.expires.timestamp()),
            "iss": issuer,
            "token_type": "Bearer" if kind == "access" else "refresh_token",
        }
        if grant.account:
            said["sub"] = self._parts.identities.subject(grant.account)
        if grant.patient:
            said["patient"] = grant.patient
        if grant.encounter:
            said["encounter"] = grant.encounter
        return said

    async def revoke(self, application: Application, form: Mapping[str, str]) -> None:
        """RFC 7009: an access token ends alone, a refresh token with all that was granted with it.
        What is not this application's stays; it is not told so."""
        found = await self._found(application, form)
        if found is None:
            return
        kind, shown, _ = found
        async with self._parts.change() as connection:
            if kind == "access":
                await self._parts.passes.drop(connection, shown)
            else:
                await self._parts.grants.end(connection, shown.grant, self._parts.now())
            detail = f"{kind} of grant {shown.grant} to {application.id}"
            await self._parts.note(connection, _by(application), "revoke-token", detail)
        self._parts.bearing.forget_cached()

    async def client(self, bearer: str, sight: SightOf) -> Client | None:
        """Who bears an access token; None when it is worth nothing."""
        return await self._parts.bearing.client(self._parts.pool, bearer, sight, self._parts.now())

    async def caller(self, assertion: str, audience: str, fetch: Fetch) -> Client:
        """Who asks for decision support at `audience` with an assertion of its own, once: it sees
        what its review lets it see for itself."""
        now = self._parts.now()
        async with self._parts.pool.acquire() as connection:
            found = await self._proving.caller(connection, assertion, audience, fetch, now)
        scopes = parsed(found.scopes).at(MACHINE)
        expires = now + timedelta(seconds=ASSERTION_SECONDS)
        return Client(token=0, name=found.id, scopes=scopes, expires=expires, sight=scopes.sight)

    async def signed(self, claims: dict[str, Any]) -> str:
        """What we say to others, verified by the keys that are published."""
        async with self._parts.pool.acquire() as connection:
            return await self._parts.keys.sign(connection, claims, self._parts.now())

    async def published(self) -> list[dict[str, Any]]:
        """The keys that verify id_tokens."""
        async with self._parts.pool.acquire() as connection:
            return await self._parts.keys.published(connection, self._parts.now())

    async def rotate_key(self, by: Context) -> str:
        """A new key signs id_tokens from now on. Its id."""
        async with self._parts.change() as connection:
            kid = await self._parts.keys.rotate(connection, self._parts.now())
            await self._parts.note(connection, by, "rotate-key", f"id_token {kid}")
        return kid

    async def _found(
        self, application: Application, form: Mapping[str, str]
    ) -> tuple[Kind, Shown, Grant] | None:
        secret = form.get("token", "")
        if not secret:
            raise SmartRefusedError("invalid_request", "token is required")
        for kind in KINDS:
            found = await self._find(kind, secret)
            if found and found[1].application == application.id:
                return kind, *found
        return None

    async def _find(self, kind: Kind, secret: str) -> tuple[Shown, Grant] | None:
        """A pass that there is, and the grant in force that it is of."""
        shown = await self._parts.passes.find(self._parts.pool, kind, secret)
        grant = shown and await self._parts.grants.find(self._parts.pool, shown.grant)
        return (shown, grant) if shown and grant else None

    async def _stands(self, grant: Grant) -> bool:
        account = await self._parts.identities.account(self._parts.pool, grant, self._parts.now())
        return account is not None

    async def _withdraw(self, grant: int, application: Application) -> None:
        async with self._parts.change() as connection:
            await self._parts.grants.end(connection, grant, self._parts.now())
            entry = AuditEntry(
                context=_by(application), action="refused", outcome="refused",
                reason="oauth.replayed", detail=f"grant {grant}: used before, ended",
            )  # fmt: skip
            await self._parts.trail.append(connection, [entry])
        self._parts.bearing.forget_cached()


def _by(application: Application) -> Context:
    return Context(
        actor=application.id, kind="client", purpose="HSYSADMIN", application=application.id
    )

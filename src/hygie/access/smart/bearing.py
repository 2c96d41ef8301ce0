"""Whom an access token tells, and what that may see now."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from hygie.access.cache import ClientCache
from hygie.access.model import Account, Client, Connection, Vault
from hygie.access.secret import digest
from hygie.access.smart.applications import Applications
from hygie.access.smart.grants import Grants, parsed
from hygie.access.smart.identity import Identities
from hygie.access.smart.model import Ticket
from hygie.access.smart.passes import Passes
from hygie.purpose import Purpose
from hygie.sight import Sight

OWN: Final[Purpose] = "HOPERAT"
"""Of an application that acts for itself."""
SightOf = Callable[[Account], Awaitable[Sight]]


class Bearing:
    """Resolves access tokens; what each tells is read again every second."""

    def __init__(
        self,
        vault: Vault,
        passes: Passes,
        grants: Grants,
        applications: Applications,
        identities: Identities,
    ) -> None:
        self._vault = vault
        self._passes = passes
        self._grants = grants
        self._applications = applications
        self._identities = identities
        self._cache = ClientCache()

    async def client(
        self, connection: Connection, bearer: str, sight: SightOf, now: datetime
    ) -> Client | None:
        """Who bears it; None when unknown, expired, withdrawn; when its application is not (any
        more) approved, or its person gone."""
        key = digest(bearer)
        if key is None:
            return None
        client = self._cache.get(key, now)
        if client is None:
            cleared = self._cache.cleared
            client = await self._fetch(connection, bearer, sight, now)
            if client is not None:
                self._cache.put(key, client, now, cleared)
        return client if client and now < client.expires else None

    def forget_cached(self) -> None:
        self._cache.clear()

    async def _fetch(
        self, connection: Connection, bearer: str, sight: SightOf, now: datetime
    ) -> Client | None:
        shown = await self._passes.find(connection, "access", bearer)
        grant = shown and await self._grants.find(connection, shown.grant)
        if shown is None or grant is None:
            return None
        application = await self._applications.find(connection, grant.application)
        ticket = self._passes.open("access", shown, Ticket)
        scopes = parsed(ticket.scopes)
        patient = self._vault.reference("Patient", grant.patient) if grant.patient else 0
        seen = scopes.sight_of(patient)
        role, purpose = "", OWN
        if grant.account:
            account = await self._identities.account(connection, grant, now)
            if account is None or application is None or not application.may_serve(account.role):
                return None
            seen, role = (await sight(account)).meet(seen), account.role
            purpose = self._identities.rights.purpose_of(role)
        elif application is None or application.state != "approved":
            return None
        return Client(
            token=shown.number,
            name=grant.application,
            scopes=scopes,
            expires=ticket.expires,
            sight=seen,
            account=grant.account,
            role=role,
            purpose=purpose,
            patient=grant.patient,
        )

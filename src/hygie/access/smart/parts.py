"""What the parts of the authorization server stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from hygie.access.accounts import Accounts
from hygie.access.model import Clock, Connection, Vault
from hygie.access.smart.applications import Applications
from hygie.access.smart.bearing import Bearing
from hygie.access.smart.grants import Grants
from hygie.access.smart.identity import Identities
from hygie.access.smart.keys import SigningKeys
from hygie.access.smart.passes import Passes
from hygie.trace import Action, AuditEntry, AuditTrail, Context


class Parts:
    def __init__(
        self, pool: asyncpg.Pool, vault: Vault, accounts: Accounts, trail: AuditTrail, clock: Clock
    ) -> None:
        self.pool = pool
        self.trail = trail
        self._clock = clock
        self.applications = Applications(vault)
        self.passes = Passes(vault)
        self.grants = Grants(vault)
        self.keys = SigningKeys(vault)
        self.identities = Identities(vault, accounts, self.keys)
        self.bearing = Bearing(vault, self.passes, self.grants, self.applications, self.identities)

    def now(self) -> datetime:
        return self._clock()

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Connection]:
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    async def note(self, connection: Connection, by: Context, action: Action, detail: str) -> None:
        await self.trail.append(connection, [AuditEntry(context=by, action=action, detail=detail)])

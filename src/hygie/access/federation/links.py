"""The rows of `hygie.federated_link` and `hygie.federated_use`."""

import hashlib
from datetime import datetime

import msgspec

from hygie.access.federation.declaration import Provider
from hygie.access.federation.errand import LIFETIME, SKEW
from hygie.access.federation.phrases import LINK_TAKEN, START_AGAIN
from hygie.access.model import Connection, Vault
from hygie.access.sealing import seal, unseal
from hygie.refusal import Category, refuse

FIND = "SELECT * FROM hygie.federated_link WHERE provider = $1 AND subject = $2"
INSERT = """
    INSERT INTO hygie.federated_link (provider, subject, account, sealed, created)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (provider, subject) DO NOTHING
"""
OF_ACCOUNT = """
    SELECT provider, created FROM hygie.federated_link WHERE account = $1 ORDER BY provider, created
"""
REMOVE = "DELETE FROM hygie.federated_link WHERE account = $1 AND provider = $2 RETURNING true"
PURGE = """
    DELETE FROM hygie.federated_use WHERE digest IN (
        SELECT digest FROM hygie.federated_use WHERE expires <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
"""
USE = """
    INSERT INTO hygie.federated_use (digest, expires) VALUES ($1, $2)
    ON CONFLICT (digest) DO NOTHING RETURNING true
"""


class Link(msgspec.Struct, frozen=True):
    """Sealed: an identity of a provider, and whose account it opens."""

    issuer: str
    subject: str
    account: str


class Linked(msgspec.Struct, frozen=True):
    """An identity as its owner sees it."""

    provider: str
    created: datetime


class Links:
    """Which account an identity of a provider opens, once it was said."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def blind(self, provider: Provider, what: str) -> int:
        """What stands for a name that a provider gives."""
        return self._vault.blind("access.federated", f"{provider.issuer}\n{what}")

    async def account(self, connection: Connection, provider: Provider, subject: str) -> str | None:
        """The name of the account that this identity is linked to."""
        key = self.blind(provider, subject)
        row = await connection.fetchrow(FIND, provider.name, key)
        if row is None:
            return None
        link = unseal(self._vault, "federated_link", f"{provider.name}:{key}", row["sealed"], Link)
        same = (link.issuer, link.subject, link.account) == (
            provider.issuer, subject, row["account"],
        )  # fmt: skip
        return link.account if same else None

    async def add(
        self, connection: Connection, provider: Provider, subject: str, account: str, now: datetime
    ) -> None:
        """Adding it again does nothing. Raises `Refused` when it is another account's."""
        key = self.blind(provider, subject)
        link = Link(provider.issuer, subject, account)
        sealed = seal(self._vault, "federated_link", f"{provider.name}:{key}", link)
        await connection.execute(INSERT, provider.name, key, account, sealed, now)
        if await self.account(connection, provider, subject) != account:
            raise refuse(
                Category.CONFLICT, "federation.link-taken", LINK_TAKEN, title=provider.title
            )

    async def of(self, connection: Connection, account: str) -> tuple[Linked, ...]:
        return tuple(Linked(*row) for row in await connection.fetch(OF_ACCOUNT, account))

    async def remove(self, connection: Connection, account: str, provider: str) -> bool:
        """Whether there was one."""
        return bool(await connection.fetchval(REMOVE, account, provider))

    async def use(self, connection: Connection, what: str, now: datetime) -> None:
        """Counts `what` as used. Raises `Refused` when it was before: nothing opens twice."""
        await connection.execute(PURGE, now)
        digest = hashlib.sha256(what.encode()).digest()
        if not await connection.fetchval(USE, digest, now + LIFETIME + SKEW):
            raise refuse(Category.FORBIDDEN, "federation.replayed", START_AGAIN, code="login")

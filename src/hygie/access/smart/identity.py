"""Whom a grant is of, and who that person is (OpenID Connect Core 1.0; SMART §3.0.6)."""

from datetime import datetime
from typing import Any

from hygie.access.accounts import Accounts
from hygie.access.model import Account, Connection, Vault
from hygie.access.smart.keys import SigningKeys
from hygie.access.smart.model import Grant
from hygie.limits.smart import ID_TOKEN_SECONDS

SESSION = "SELECT true FROM hygie.session WHERE digest = $1 AND account = $2 AND expires > $3"


class Identities:
    def __init__(self, vault: Vault, accounts: Accounts, keys: SigningKeys) -> None:
        self._vault = vault
        self.rights = accounts.rights
        self._accounts = accounts
        self._keys = keys

    async def account(self, connection: Connection, grant: Grant, now: datetime) -> Account | None:
        """The person, while the account is in force."""
        found = await self._accounts.find(connection, grant.account)
        if found is None or found[0].closed(now):
            return None
        return found[0]

    async def stands(self, connection: Connection, grant: Grant, now: datetime) -> bool:
        """Whether a grant may still be drawn on: its person is there; and, where it is for as long
        as the person is, the session."""
        if await self.account(connection, grant, now) is None:
            return False
        if "offline_access" in grant.special:
            return True
        session = bytes.fromhex(grant.session)
        return bool(await connection.fetchval(SESSION, session, grant.account, now))

    async def token(self, connection: Connection, grant: Grant, issuer: str, now: datetime) -> str:
        """An id_token."""
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": issuer,
            "sub": self.subject(grant.account),
            "aud": grant.application,
            "iat": issued,
            "exp": issued + ID_TOKEN_SECONDS,
        }
        if grant.nonce:
            claims["nonce"] = grant.nonce
        account = await self.account(connection, grant, now)
        if account and account.practitioner and "fhirUser" in grant.special:
            claims["fhirUser"] = f"{grant.base}/{account.practitioner}"
        return await self._keys.sign(connection, claims, now)

    def subject(self, account: str) -> str:
        """The same for ever; tells no name."""
        return f"{self._vault.blind('access.subject', account) & (1 << 64) - 1:016x}"

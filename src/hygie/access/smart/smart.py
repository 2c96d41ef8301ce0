"""The authorization server for applications: its three counters."""

from typing import Final

import asyncpg

from hygie.access.accounts import Accounts
from hygie.access.model import Clock, Vault
from hygie.access.smart.consenting import Consenting
from hygie.access.smart.issuing import Issuing
from hygie.access.smart.parts import Parts
from hygie.access.smart.registry import Registry
from hygie.trace import AuditTrail

TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - an address


class Smart:
    """For tasks of one event loop."""

    def __init__(
        self, pool: asyncpg.Pool, vault: Vault, accounts: Accounts, trail: AuditTrail, clock: Clock
    ) -> None:
        parts = Parts(pool, vault, accounts, trail, clock)
        self.registry = Registry(parts)
        """Applications, and what administrators make of them."""
        self.people = Consenting(parts, self.registry)
        """People, who open applications and answer them."""
        self.issuing = Issuing(parts, TOKEN_PATH)
        """Applications, which ask for tokens."""
        self.subject = parts.identities.subject
        """By which pseudonym others know an account."""

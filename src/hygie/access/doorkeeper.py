"""Who waits where before a password is looked at, and the account of who was sent away."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import asyncpg

from hygie.access.attempts import Attempts
from hygie.access.crowd import crowded
from hygie.access.lanes import Lane, Lanes
from hygie.limits import MAX_FAMILIAR_PLACES, SIGN_IN_CONCURRENT, SIGN_IN_WAITING
from hygie.refusal import Refused
from hygie.trace import AuditEntry, AuditTrail, Context

PLACES_LAST: Final = timedelta(minutes=1)
"""How long the list of known addresses is good for; those of this process are known at once."""
ACCOUNT_EVERY: Final = timedelta(minutes=1)
NETWORK_BITS: Final = {4: 24, 6: 56}
"""What one stranger may have of addresses, by IP version."""


class Doorkeeper:
    """For the tasks of one event loop."""

    def __init__(self, pool: asyncpg.Pool, attempts: Attempts, trail: AuditTrail) -> None:
        self._pool = pool
        self._attempts = attempts
        self._trail = trail
        self._lanes = Lanes(SIGN_IN_CONCURRENT, SIGN_IN_WAITING, crowded)
        self._places: frozenset[int] = frozenset()
        self._read: datetime | None = None
        self._sent_away = 0
        self._told: datetime | None = None

    @asynccontextmanager
    async def turn(self, device: str, source: str, now: datetime) -> AsyncIterator[None]:
        """Waits for its turn. Raises `Refused` ("access.crowded"); those are counted, and told to
        the ledger once a minute: an attack does not get to write a line for each try."""
        lane, who = await self._lane(device, source, now)
        entered = False
        try:
            async with self._lanes.turn(lane, who):
                entered = True
                yield
        except Refused:
            if not entered:
                await self._account(now)
            raise

    async def sends_away(self, device: str, source: str, now: datetime) -> bool:
        """Whether there would be no room to wait in: asked before anything is read of a request,
        so that a thousand of them a second cost little. Those sent away are counted."""
        full = self._lanes.full(*self._known(device, source))
        if full:
            await self._account(now)
        return full

    async def _lane(self, device: str, source: str, now: datetime) -> tuple[Lane, str]:
        if self._read is None or not timedelta(0) <= now - self._read < PLACES_LAST:
            self._read = now
            self._places = await self._attempts.places(self._pool, now)
        return self._known(device, source)

    def _known(self, device: str, source: str) -> tuple[Lane, str]:
        if device:
            return Lane.DEVICE, device
        if self._attempts.place(source) in self._places:
            return Lane.ADDRESS, source
        return Lane.STRANGER, network(source)

    async def _account(self, now: datetime) -> None:
        self._sent_away += 1
        if self._told is not None and timedelta(0) <= now - self._told < ACCOUNT_EVERY:
            return
        self._told, count, self._sent_away = now, self._sent_away, 0
        context = Context(actor="unknown", kind="account", purpose="HSYSADMIN")
        await self._trail.record(
            AuditEntry(
                context=context, action="sign-in", outcome="refused", reason="access.crowded",
                count=count, detail="tries sent away before a password was looked at",
            )
        )  # fmt: skip


@lru_cache(MAX_FAMILIAR_PLACES)
def network(source: str) -> str:
    """Who a stranger is taken for: the network of the address."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source
    return str(ipaddress.ip_network((address, NETWORK_BITS[address.version]), strict=False))
